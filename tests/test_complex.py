"""Complex variables: answers against differences along the real and the imaginary axis, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.differences import called
from texgrad import TexgradError, derive

SIZES = {"n": 3, "m": 4, "p": 2, "N": 5}


class Case(NamedTuple):
    """A request, the shapes of its names (complex unless they are in `real` or `hermitian`), and the function."""

    request: str
    shapes: str
    f: Callable[..., Any]
    part: str = "conjugate"
    real: str = ""
    hermitian: str = ""
    convention: str | None = None


def H(A: Any) -> Any:
    return np.conj(A).T


def logdet(A: Any) -> Any:
    return np.log(np.linalg.det(A))


CASES = (
    Case(r"\frac{\partial}{\partial w^*} w^HRw", "w:n R:n,n", lambda w, R: H(w) @ R @ w),
    Case(r"\frac{\partial}{\partial w} w^HRw", "w:n R:n,n", lambda w, R: H(w) @ R @ w, "plain"),
    Case(r"\frac{\partial}{\partial w^*}|w^Hx|^2", "w:n x:n", lambda w, x: abs(H(w) @ x) ** 2),
    Case(r"\frac{\partial}{\partial w^*}\frac{|w^Hh|^2}{w^HRw}", "w:n h:n R:n,n",
         lambda w, h, R: abs(H(w) @ h) ** 2 / (H(w) @ R @ w), hermitian="R"),
    Case(r"\nabla_{w^*}\frac{w^HAw}{w^Hw}", "w:n A:n,n", lambda w, A: H(w) @ A @ w / (H(w) @ w)),
    Case(r"\frac{\partial}{\partial H^*}\log\det(I+HQH^H)", "H:m,n Q:n,n",
         lambda H_, Q: logdet(np.eye(4) + H_ @ Q @ H(H_)), hermitian="Q"),
    Case(r"\frac{\partial}{\partial X^*}\|AX-B\|_F^2", "A:m,n X:n,p B:m,p",
         lambda A, X, B: np.linalg.norm(A @ X - B) ** 2),
    Case(r"\frac{\partial}{\partial x}\|Ax-b\|_2", "A:m,n x:n b:m", lambda A, x, b: np.linalg.norm(A @ x - b),
         convention="complex-gradient", part="gradient"),
    Case(r"\frac{\partial}{\partial z}\operatorname{Re}(a^Hz)", "a:n z:n", lambda a, z: (H(a) @ z).real, "plain"),
    Case(r"\frac{\partial}{\partial w^*}|d-w^Hx|^2", "w:n d: x:n", lambda w, d, x: abs(d - H(w) @ x) ** 2),
    Case(r"\nabla_{w^*}\left(w^HRw-w^Hp-p^Hw\right)", "w:n R:n,n p:n",
         lambda w, R, p: H(w) @ R @ w - H(w) @ p - H(p) @ w),
    Case(r"\frac{\partial}{\partial F^*}\log_2\det\left(I+\frac1sGFF^HG^H\right)", "s: G:m,n F:n,p",
         lambda s, G, F: logdet(np.eye(4) + G @ F @ H(F) @ H(G) / s) / np.log(2), real="s"),
    Case(r"\frac{\partial}{\partial x^*}\frac{|h^Hx|^2}{\|x\|^2}", "h:n x:n",
         lambda h, x: abs(H(h) @ x) ** 2 / np.linalg.norm(x) ** 2),
    Case(r"\frac{\partial}{\partial X}\operatorname{tr}(AXBX^H)", "A:m,m X:m,n B:n,n",
         lambda A, X, B: np.trace(A @ X @ B @ H(X)), "plain"),
    Case(r"\frac{\partial}{\partial G^*}\operatorname{tr}\left((GH-I)(GH-I)^H+sGG^H\right)", "G:n,m H:m,n s:",
         lambda G, K, s: np.trace((G @ K - np.eye(3)) @ H(G @ K - np.eye(3)) + s * G @ H(G)), real="s"),
    Case(r"\frac{\partial}{\partial z^*}\operatorname{Im}(z^HAz)", "z:n A:n,n", lambda z, A: (H(z) @ A @ z).imag),
    Case(r"\frac{\partial}{\partial z^*}e^{-z^HAz}", "z:n A:n,n", lambda z, A: np.exp(-H(z) @ A @ z)),
    Case(r"\frac{\partial}{\partial\bar z}\,z\bar z^2", "z:", lambda z: z * np.conj(z) ** 2),
    Case(r"\frac{\partial}{\partial z^*}\frac{1}{1+|z|^2}", "z:", lambda z: 1 / (1 + abs(z) ** 2)),
    Case(r"\frac{\partial}{\partial z}\log(1+|z|^2)", "z:", lambda z: np.log(1 + abs(z) ** 2), "plain"),
    Case(r"\frac{\partial}{\partial z^*}|z|", "z:", abs),
    Case(r"\frac{\partial}{\partial X^*}\log\det(X^HX)", "X:m,n", lambda X: logdet(H(X) @ X)),
    Case(r"\frac{\partial}{\partial X^*}\operatorname{tr}\left((X^HX)^{-1}\right)", "X:m,n",
         lambda X: np.trace(np.linalg.inv(H(X) @ X))),
    Case(r"\frac{\partial}{\partial X^*}\operatorname{tr}\left(X(X^HX)^{-1}X^HR\right)", "X:m,n R:m,m",
         lambda X, R: np.trace(X @ np.linalg.inv(H(X) @ X) @ H(X) @ R)),
    Case(r"\nabla_{t^*}\|y-Ht\|^2_{R^{-1}}", "y:m H:m,n t:n R:m,m",
         lambda y, K, t, R: H(y - K @ t) @ np.linalg.inv(R) @ (y - K @ t), hermitian="R"),
    Case(r"\frac{\partial}{\partial x^*}\left(\|Ax-b\|_2^2+s\|x\|_2^2\right)", "A:m,n x:n b:m s:",
         lambda A, x, b, s: np.linalg.norm(A @ x - b) ** 2 + s * np.linalg.norm(x) ** 2, real="s"),
    Case(r"\frac{\partial}{\partial x^*}\|x\|_1", "x:n", lambda x: np.sum(np.abs(x))),
    Case(r"\frac{\partial}{\partial x}\|x\|_4", "x:n", lambda x: np.sum(np.abs(x) ** 4) ** 0.25, "plain"),
    Case(r"\frac{\partial}{\partial w^*}\log\left(1+\frac{|h^Hw|^2}{|g^Hw|^2+s}\right)", "w:n h:n g:n s:",
         lambda w, h, g, s: np.log(1 + abs(H(h) @ w) ** 2 / (abs(H(g) @ w) ** 2 + s)), real="s"),
    Case(r"\frac{\partial}{\partial X}\det(X^HX)", "X:m,n", lambda X: np.linalg.det(H(X) @ X), "plain"),
    Case(r"\frac{\partial}{\partial X^*}|\det X|^2", "X:n,n", lambda X: abs(np.linalg.det(X)) ** 2),
    Case(r"\frac{\partial}{\partial X^*}|\operatorname{tr}(AX)|^2", "A:n,m X:m,n",
         lambda A, X: abs(np.trace(A @ X)) ** 2),
    Case(r"\frac{\partial}{\partial U^*}\|X-UDV^H\|_F^2", "X:m,p U:m,n D:n,n V:p,n",
         lambda X, U, D, V: np.linalg.norm(X - U @ D @ H(V)) ** 2),
    Case(r"\frac{\partial}{\partial A^*}\|A\circ W-B\|_F^2", "A:m,n W:m,n B:m,n",
         lambda A, W, B: np.linalg.norm(A * W - B) ** 2, real="W"),
    Case(r"\frac{\partial}{\partial x}\|Ax-b\|_2^2", "A:m,n x:n b:m", lambda A, x, b: np.linalg.norm(A @ x - b) ** 2,
         convention="real-part", part="real"),
    Case(r"\frac{\partial}{\partial x}\|Ax-b\|_2^2", "A:m,n x:n b:m", lambda A, x, b: np.linalg.norm(A @ x - b) ** 2,
         convention="imag-part", part="imaginary"),
    Case(r"\frac{\partial}{\partial W^*}\operatorname{tr}\left((W^HRW)^{-1}W^HSW\right)", "W:m,n R:m,m S:m,m",
         lambda W, R, S: np.trace(np.linalg.inv(H(W) @ R @ W) @ H(W) @ S @ W)),
    Case(r"\frac{\partial}{\partial z^*}\max(0, 1-z^Hz)", "z:n", lambda z: max(0.0, 1 - (H(z) @ z).real)),
    Case(r"\frac{\partial}{\partial R}\log\det(R+A)", "R:n,n A:n,n", lambda R, A: logdet(R + A), "plain",
         hermitian="R A"),
    Case(r"\frac{\partial}{\partial\operatorname{Im}Z}\operatorname{tr}(AZ^HZ)", "A:n,n Z:m,n",
         lambda A, Z: np.trace(A @ H(Z) @ Z), "imaginary"),
)  # fmt: skip


def draw(rng: np.random.Generator, name: str, sizes: str, case: Case) -> Any:
    shape = tuple(SIZES[s] for s in sizes.split(",")) if sizes else ()
    A = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    if name in case.real.split():
        return abs(A.real) + 0.5
    if name in case.hermitian.split():
        return A @ H(A) / shape[0] + np.eye(shape[0])
    return A


def differences(f: Callable[[Any], Any], X: Any, part: str) -> Any:
    """The derivative by every entry of X, worked out along the real and the imaginary axis."""
    h, out = 1e-5, np.zeros(np.shape(X), dtype=complex)
    for at in np.ndindex(*np.shape(X)):
        E = np.zeros(np.shape(X), dtype=complex)
        E[at] = h
        along = [(f(X + s * E) - f(X - s * E)) / (2 * h) for s in (1, 1j)]
        out[at] = {
            "plain": (along[0] - 1j * along[1]) / 2, "conjugate": (along[0] + 1j * along[1]) / 2,
            "gradient": along[0] + 1j * along[1], "real": along[0], "imaginary": along[1],
        }[part]  # fmt: skip
    return out


def declared(case: Case) -> tuple[dict[str, str], dict[str, list[str]]]:
    names = dict(pair.split(":") for pair in case.shapes.split())
    declare = {name: sizes.replace(",", " x ") or "scalar" for name, sizes in names.items()}
    known = {name: ["real"] for name in case.real.split()}
    known |= {name: ["Hermitian", "positive definite"] for name in case.hermitian.split()}
    return declare, {name: known.get(name, ["complex"]) for name in names}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.request)
def test_the_answer_is_the_derivative(case: Case) -> None:
    declare, assume = declared(case)
    answer = derive(case.request, declare=declare, assume=assume, convention=case.convention).results[0]
    rng = np.random.default_rng(5)
    values = {name: draw(rng, name, sizes, case) for name, sizes in (p.split(":") for p in case.shapes.split())}
    variable = answer.wrt.split("_")[0]

    def f(X: Any) -> Any:
        return case.f(*({**values, variable: X}).values())

    wanted = differences(f, values[variable], case.part)
    found = called(answer.python, {**SIZES, **values})
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-6), answer.python


@pytest.mark.parametrize(("request_", "answer"), [
    (r"\frac{\partial}{\partial w^*} w^HRw", "Rw"),
    (r"\frac{\partial}{\partial w^*} w^\dagger Rw", "Rw"),
    (r"\frac{\partial}{\partial x^*}\|Ax-b\|^2", "A^H(Ax-b)"),
    (r"\frac{\partial}{\partial X^*}\log\det(I+XX^{\mathrm{H}})", "(I+XX^{\\mathrm{H}})^{-1}X"),
])  # fmt: skip
def test_answers_are_written_in_the_author_s_hand(request_: str, answer: str) -> None:
    assert derive(request_).results[0].latex == answer


def test_the_conjugate_of_a_hermitian_variable_is_its_transpose() -> None:
    answer = derive(r"\frac{\partial}{\partial R^*}\log\det R", assume={"R": "Hermitian"}).results[0]
    assert answer.latex == "R^{-1}"
    with pytest.raises(TexgradError):
        derive(r"\frac{\partial}{\partial R}\log\det R", assume={"R": "Hermitian"}, convention="complex-gradient")


def test_a_member_of_a_family_of_complex_vectors() -> None:
    request_ = r"\frac{\partial}{\partial h_k^*}\sum_{i=1}^K\log(1+\|h_i\|^2)"
    answer = derive(request_, declare={"h": "family K of n"}, assume={"h": "complex"}).results[0]
    assert answer.latex == r"\frac{h_k}{1+\|h_k\|^2}"


def test_the_differentials_stand_side_by_side() -> None:
    lines = [line.latex for line in derive(r"\frac{\partial}{\partial x^*}\|Ax-b\|^2").lines]
    assert r"&= A^\top e^*:dx+A^He:dx^*" in lines


@pytest.mark.parametrize("request_", [
    r"\frac{\partial}{\partial z^*}\max(0, z)", r"\frac{\partial}{\partial X^*}\lambda_{\max}(XX^H)",
    r"\frac{\partial}{\partial x^*}\frac{\partial}{\partial x} x^Hx",
])  # fmt: skip
def test_what_has_no_complex_rule_is_refused(request_: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(request_)
    assert {d.code for d in refused.value.diagnostics} <= {"unsupported", "syntax", "undeclared"}


def test_real_requests_know_nothing_of_it() -> None:
    assert derive(r"\frac{\partial}{\partial x}\|Ax-b\|^2").results[0].latex == r"2A^\top(Ax-b)"
    with pytest.raises(TexgradError) as refused:
        derive(r"\frac{\partial}{\partial x} \|x^*\|^2")
    assert [d.code for d in refused.value.diagnostics] == ["unsupported"]


@pytest.mark.parametrize("conjugate", [r"\lambda^*", r"\bar\lambda", r"\overline{\lambda}"])
def test_a_letter_with_a_conjugate_is_complex_though_greek(conjugate: str) -> None:
    multipliers = rf"w^HRw+\lambda(w^Ha-1)+{conjugate}(a^Hw-1)"
    assert r"{\lambda}" in derive(multipliers, "w", assume={"R": "Hermitian"}).results[0].latex.replace(
        r"\lambda^*", r"\bar{\lambda}"
    )
