"""Cross products of vectors with three entries, and the matrices of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, second, slope
from texgrad import TexgradError, derive

RNG = np.random.default_rng(5)
VALUES: dict[str, Any] = {name: RNG.normal(size=3) for name in "axbcyr"} | {
    "A": RNG.normal(size=(3, 3)), "omega": RNG.normal(size=3), "J": RNG.normal(size=(3, 3)), "F": RNG.normal(size=3),
}  # fmt: skip


def skew(a: Any) -> Any:
    return np.array([[0, -a[2], a[1]], [a[2], 0, -a[0]], [-a[1], a[0], 0]])


CASES: tuple[tuple[str, dict[str, Any], str, Function], ...] = (
    (r"\frac{\partial}{\partial x}(a\times x)", {}, "x", lambda v: np.cross(v["a"], v["x"])),
    (r"\frac{\partial}{\partial x}x × b", {}, "x", lambda v: np.cross(v["x"], v["b"])),
    (r"\nabla_x\|a\times x-b\|^2", {}, "x", lambda v: np.sum((np.cross(v["a"], v["x"]) - v["b"]) ** 2)),
    (r"\nabla_x(a\cdot(x\times b))", {}, "x", lambda v: v["a"] @ np.cross(v["x"], v["b"])),
    (r"\nabla_x a\cdot b\times x", {}, "x", lambda v: v["a"] @ np.cross(v["b"], v["x"])),
    (r"\frac{\partial}{\partial x}x\times(Ax)", {}, "x", lambda v: np.cross(v["x"], v["A"] @ v["x"])),
    (r"\frac{\partial}{\partial\omega}\omega\times(\omega\times r)", {"declare": {r"\omega": "3"}}, "omega",
     lambda v: np.cross(v["omega"], np.cross(v["omega"], v["r"]))),
    (r"\frac{\partial}{\partial\omega}\omega\times(J\omega)", {"declare": {r"\omega": "3"}}, "omega",
     lambda v: np.cross(v["omega"], v["J"] @ v["omega"])),
    (r"\frac{\partial}{\partial\mathbf F}\mathbf r\times\mathbf F", {}, "F", lambda v: np.cross(v["r"], v["F"])),
    (r"\frac{\partial}{\partial x}[x]_\times b", {}, "x", lambda v: skew(v["x"]) @ v["b"]),
    (r"\nabla_x\|[x]_\times A\|_F^2", {}, "x", lambda v: np.sum((skew(v["x"]) @ v["A"]) ** 2)),
    (r"\nabla_x\operatorname{tr}(A[x]_\times)", {}, "x", lambda v: np.trace(v["A"] @ skew(v["x"]))),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "options", "name", "f"), CASES, ids=lambda p: p if isinstance(p, str) else "")
def test_derivatives_of_cross_products(request_: str, options: dict[str, Any], name: str, f: Function) -> None:
    assert np.allclose(answered(request_, VALUES, **options), slope(f, VALUES, name), rtol=1e-6)


def test_the_hessian_of_a_squared_cross_product() -> None:
    def f(v: dict[str, Any]) -> Any:
        return np.sum(np.cross(v["a"], v["x"]) ** 2)

    H = answered(r"\nabla^2_x\|a\times x\|^2", VALUES)
    assert np.allclose(H, [[second(f, VALUES, "x", (i,), (j,)) for j in range(3)] for i in range(3)], rtol=1e-5)


def test_the_product_rule_along_time() -> None:
    d = derive(r"\frac{d}{dt}(r(t)\times v(t))")
    assert d.results[0].latex == r"\frac{d r}{dt}\times v(t)+r(t)\times\frac{d v}{dt}"


def test_the_matrix_of_a_cross_product_is_explained() -> None:
    assert r"\text{with } [a]_\times b=a\times b" in derive(r"\frac{\partial}{\partial x}a\times x").latex()


def test_a_cross_between_numbers_and_matrices_is_a_product() -> None:
    assert derive(r"\lambda\times\|x\|^2", "x").results[0].latex == r"2\lambda x"
    assert derive(r"\operatorname{tr}(A\times X)", "X").results[0].latex == r"A^\top"


def test_vectors_of_other_lengths_have_no_cross_product() -> None:
    with pytest.raises(TexgradError, match="three entries"):
        derive(r"\|a\times x\|^2", "x", declare={"x": "n", "a": "n"})


def test_greek_letters_that_depend_on_time() -> None:
    d = derive(r"\frac{d}{dt}\tfrac12\omega(t)^TJ\omega(t)", assume={"J": ["symmetric"]})
    assert d.results[0].latex == r"\omega(t)^TJ\frac{d \omega}{dt}"
    assert derive(r"\frac{d}{dt}R(t)\omega(t)").results[0].shape == ("m",)
