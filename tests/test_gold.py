"""The ten gold derivations: every line as a good human answer has it, and every line true when read from its LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.latextokens import sides, tokens
from tests.readback import Readback, close
from texgrad import derive
from texgrad.algebra import Expr, add, substitute, symbol
from texgrad.check_values import Evaluator
from texgrad.check_worlds import directed
from texgrad.operators import differential
from texgrad.shapes import Dim, Index, shape_of
from texgrad.solution import Solution

Line = str | tuple[str, ...]


class Gold(NamedTuple):
    """A request, and its derivation: each line, or the line and the other ways of writing it that are accepted."""

    expression: str
    arguments: Mapping[str, Any]
    names: tuple[str, ...]
    lines: tuple[Line, ...]


G1_LINES: tuple[Line, ...] = (
    "df = M:dM", r"= M:dX\,A^T", "= MA:dX", "= XA^TA:dX", r"\frac{\partial f}{\partial X} = XA^TA",
)  # fmt: skip
# the single-entry matrix is J_ij with some authors, E_ij with others; E where he has used neither
G1_COMPONENT = (
    r"\frac{\partial f}{\partial X_{ij}} = XA^TA:J_{ij} = (XA^TA)_{ij}",
    r"\frac{\partial f}{\partial X_{ij}} = XA^TA:E_{ij} = (XA^TA)_{ij}",
)
# a function without a name is named, and shown as it was asked for
UNNAMED = r"f = \frac12\|M\|_F^2 = \frac12 M:M"
FROBENIUS_SQUARED = r"\frac12\|XA^T\|_F^2"

G3 = Gold(
    r"\frac{\partial\|W\circ(R-U^\top V)\|_F^2}{\partial U},\ \frac{\partial\|W\circ(R-U^\top V)\|_F^2}{\partial V}",
    {},
    (r"M = W\circ(R-U^\top V)",),
    (
        r"f = \|M\|_F^2 = M:M",
        "df = 2M:dM",
        r"= 2M:W\circ d(R-U^\top V)",
        # the sign may leave the Frobenius product at once
        (r"= 2(W\circ M):-d(U^\top V)", r"= -2(W\circ M):d(U^\top V)"),
        r"= -2(W\circ M):(dU^\top V + U^\top dV)",
        r"= -2(W\circ M)V^\top:dU^\top - 2U(W\circ M):dV",
        r"= -2V(W\circ M)^\top:dU - 2U(W\circ M):dV",
        r"\frac{\partial f}{\partial U} = -2V(W\circ M)^\top "
        r"= -2V(W\circ W\circ R)^\top + 2V(W\circ W\circ U^\top V)^\top",
        r"\frac{\partial f}{\partial V} = -2U(W\circ M) = -2U(W\circ W\circ R) + 2U(W\circ W\circ U^\top V)",
    ),
)
GOLDS: Mapping[str, Gold] = {
    "G1": Gold(
        "f = " + FROBENIUS_SQUARED, {"wrt": "X"}, ("M = XA^T",), (r"f = \frac12 M:M", *G1_LINES),
    ),
    "G1 unnamed": Gold(FROBENIUS_SQUARED, {"wrt": "X"}, ("M = XA^T",), (UNNAMED, *G1_LINES)),
    "G1 component": Gold(
        "f = " + FROBENIUS_SQUARED, {"wrt": "X_{ij}"}, ("M = XA^T",), (r"f = \frac12 M:M", *G1_LINES, G1_COMPONENT),
    ),
    "G1 unnamed component": Gold(
        rf"\frac{{\partial}}{{\partial X_{{ij}}}} {FROBENIUS_SQUARED}", {}, ("M = XA^T",),
        (UNNAMED, *G1_LINES, G1_COMPONENT),
    ),
    "G2": Gold(
        "f = " + FROBENIUS_SQUARED, {"wrt": "X_{ij}", "style": "perturbation"}, (),
        (
            # `\operatorname{tr}` in lower case, where the author has no trace
            r"f(X+\Delta X) = \frac12\operatorname{tr}((X+\Delta X)A^TA(X+\Delta X)^T)",
            r"= \frac12\operatorname{tr}(XA^TAX^T) + \frac12\operatorname{tr}(\Delta X\,A^TAX^T) "
            r"+ \frac12\operatorname{tr}(XA^TA\,\Delta X^T) + \frac12\operatorname{tr}(\Delta X\,A^TA\,\Delta X^T)",
            r"\approx \frac12\operatorname{tr}(XA^TAX^T) + \operatorname{tr}(XA^TA\,\Delta X^T)",
            r"= f(X) + \langle XA^TA, \Delta X\rangle",
            # the whole gradient is read off before its entry
            r"\frac{\partial f}{\partial X} = XA^TA",
            r"\frac{\partial f}{\partial X_{ij}} = \langle XA^TA, E_{ij}\rangle = (XA^TA)_{ij}",
        ),
    ),
    "G3": G3,
    "G3 as a list": G3._replace(expression=r"\|W\circ(R-U^\top V)\|_F^2", arguments={"wrt": ["U", "V"]}),
    "G4": Gold(
        r"y = (X\odot A)\mathbf{1}_p", {"wrt": "A", "declare": {"X": "n x p", "A": "n x p"}}, (),
        (
            r"dy = (X\odot dA)\mathbf 1_p",
            # the entry of X is written X_ij, as the author writes X
            r"\frac{\partial y}{\partial A_{ij}} = (X\odot E_{ij})\mathbf 1_p = X_{ij}E_{ij}\mathbf 1_p "
            r"= X_{ij}\,e_ie_j^\top\mathbf 1_p = X_{ij}\,e_i",
            # the Hadamard product binds more strongly than the colon, so it stands without brackets on its right
            (r"y_k = e_k^\top(X\odot A)\mathbf 1_p = (e_k\mathbf 1_p^\top):(X\odot A) "
             r"= (X\odot e_k\mathbf 1_p^\top):A = E_{kk}X:A",
             r"y_k = e_k^\top(X\odot A)\mathbf 1_p = e_k\mathbf 1_p^\top:X\odot A "
             r"= (X\odot e_k\mathbf 1_p^\top):A = E_{kk}X:A"),
            r"\frac{\partial y_k}{\partial A} = E_{kk}X",
            (r"y = \operatorname{diag}(AX^\top) = \mathcal H:(AX^\top) = (\mathcal HX):A",
             r"y = \operatorname{diag}(AX^\top) = \mathcal H:AX^\top = \mathcal HX:A"),
            (r"\frac{\partial y}{\partial A} = \mathcal HX = \sum_k e_k\star E_{kk}X",
             r"\frac{\partial y}{\partial A} = \mathcal HX = \sum_{k=1}^n e_k\star E_{kk}X"),
            # parentheses around the argument of the operator
            (r"\frac{\partial y}{\partial(\operatorname{vec}A)^\top} "
             r"= (\mathbf 1_p^\top\otimes I_n)\operatorname{Diag}(\operatorname{vec}X)",
             r"\frac{\partial y}{\partial(\operatorname{vec}A)^\top} "
             r"= (\mathbf 1_p^\top\otimes I_n)\operatorname{Diag}(\operatorname{vec}(X))"),
        ),
    ),
    "G5": Gold(
        r"f = \frac12\log\det\Sigma + \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)",
        {"wrt": r"\Sigma", "assume": {r"\Sigma": ["symmetric"]}}, (r"w = x-\mu",),
        (
            r"f = \frac12\log\det\Sigma + \frac12 ww^T:\Sigma^{-1}",
            r"df = \frac12\Sigma^{-1}:d\Sigma + \frac12 ww^T:d\Sigma^{-1}",
            r"= \frac12\Sigma^{-1}:d\Sigma - \frac12 ww^T:\Sigma^{-1}\,d\Sigma\,\Sigma^{-1}",
            r"= \frac12\Sigma^{-1}:d\Sigma - \frac12\Sigma^{-1}ww^T\Sigma^{-1}:d\Sigma",
            r"= \frac12\left(\Sigma^{-1}-\Sigma^{-1}ww^T\Sigma^{-1}\right):d\Sigma",
            r"\frac{\partial f}{\partial\Sigma} "
            r"= \frac12\left(\Sigma^{-1}-\Sigma^{-1}(x-\mu)(x-\mu)^T\Sigma^{-1}\right)",
        ),
    ),
    "G6": Gold(
        r"\nabla_w f", {"definitions": [r"f = \sum_{i=1}^n\log\left(1+\exp(-y_ix_i^\top w)\right)"]},
        (r"z_i = y_ix_i^\top w",),
        (
            r"f = \sum_{i=1}^n\log(1+\exp(-z_i))",
            r"df = -\sum_{i=1}^n\frac{\exp(-z_i)}{1+\exp(-z_i)}\,dz_i",
            r"= -\sum_{i=1}^n\sigma(-z_i)\,dz_i",
            r"= -\sum_{i=1}^n\sigma(-z_i)\,y_ix_i^\top dw",
            r"\nabla_wf = -\sum_{i=1}^n\sigma(-y_ix_i^\top w)\,y_ix_i",
        ),
    ),
    "G7": Gold(
        r"f = \frac12\|W_2\tanh(W_1x+b)-y\|_2^2", {"wrt": ["W_2", "W_1", "b"]},
        ("z = W_1x+b", r"h = \tanh(z)", "e = W_2h-y", r"\delta = W_2^\top e\odot(1-h\odot h)"),
        (
            r"f = \frac12 e:e",
            "df = e:de",
            r"= e:(dW_2\,h + W_2\,dh)",
            r"= eh^\top:dW_2 + W_2^\top e:dh",
            r"= eh^\top:dW_2 + W_2^\top e:(1-h\odot h)\odot dz",
            r"= eh^\top:dW_2 + \delta:dz",
            r"= eh^\top:dW_2 + \delta:(dW_1\,x + db)",
            r"= eh^\top:dW_2 + \delta x^\top:dW_1 + \delta:db",
            r"\frac{\partial f}{\partial W_2} = eh^\top",
            r"\frac{\partial f}{\partial W_1} = \delta x^\top",
            r"\frac{\partial f}{\partial b} = \delta",
        ),
    ),
    "G8": Gold(
        r"f = \|Ax-b\|_2", {"wrt": "x"}, ("r = Ax-b",),
        (
            "f^2 = r:r",
            r"2f\,df = 2r:dr",
            r"df = \frac1f r:dr = \frac1f r:A\,dx = \frac1f A^\top r:dx",
            r"\frac{\partial f}{\partial x} = \frac{A^\top(Ax-b)}{\|Ax-b\|_2}",
        ),
    ),
    "G9": Gold(
        r"\nabla^2_x f", {"definitions": [r"f = \log\sum_i\exp(x_i)"]}, (r"p = \frac{\exp(x)}{\mathbf 1^\top\exp(x)}",),
        (
            # the variable is named under the operator, as in the request
            (r"\nabla f = p", r"\nabla_x f = p"),
            r"dp = p\odot dx - p\,p^\top dx",
            r"= \left(\operatorname{Diag}(p)-pp^\top\right)dx",
            (r"\nabla^2f = \operatorname{Diag}(p)-pp^\top", r"\nabla^2_x f = \operatorname{Diag}(p)-pp^\top"),
        ),
    ),
    "G10": Gold(
        "Y = AXB", {"wrt": "X"}, (),
        (
            r"dY = A\,dX\,B",
            r"\operatorname{vec}(dY) = (B^\top\otimes A)\operatorname{vec}(dX)",
            r"\frac{\partial\operatorname{vec}Y}{\partial(\operatorname{vec}X)^\top} = B^\top\otimes A",
            r"\frac{\partial Y_{kl}}{\partial X_{ij}} = A_{ki}B_{jl}",
        ),
    ),
}  # fmt: skip


def solution(name: str) -> Solution:
    """The solution of one gold problem."""
    gold = GOLDS[name]
    return derive(gold.expression, **gold.arguments)


@pytest.mark.parametrize("name", GOLDS)
def test_the_lines_are_those_of_a_good_answer(name: str) -> None:
    made = solution(name)
    assert [tokens(d) for d in made.definitions] == [tokens(n) for n in GOLDS[name].names]
    given = [side for line in made.lines for side in sides(line.latex)]
    for line in GOLDS[name].lines:
        ways = [sides(way) for way in (line if isinstance(line, tuple) else (line,))]
        found = next((way for way in ways if given[: len(way)] == way), None)
        assert found is not None, (line, given[:4])
        given = given[len(found) :]
    assert not given


# --- every line, read from its LaTeX ----------------------------------------------------------------------------------


M, N, P, Q = (Dim.of(x) for x in "mnpq")
Worth = Callable[[Readback], Any]


def gradient(variable: str, function: str = "f") -> Worth:
    """∂f/∂X by finite differences of f."""
    return lambda back: back.derivative(back.symbols[function], variable)[:, 0, 0]


def component(variable: str, *at: str) -> Worth:
    """One entry of it."""

    def worth(back: Readback) -> Any:
        place = [back.world.indices[x] for x in at]
        return gradient(variable)(back)[(slice(None), *place)][:, None, None]

    return worth


def jacobian(function: str, variable: str) -> Worth:
    """∂vec Y/∂(vec X)ᵀ by finite differences of Y."""

    def worth(back: Readback) -> Any:
        d = back.derivative(back.symbols[function], variable)
        points, rows, cols, below_rows, below_cols = d.shape
        return d.transpose(0, 2, 1, 4, 3).reshape(points, rows * cols, below_rows * below_cols)

    return worth


def entry_of_jacobian(back: Readback) -> Any:
    """∂Y_kl/∂X_ij."""
    at = [back.world.indices[x] for x in "klij"]
    return back.derivative(back.symbols["Y"], "X")[(slice(None), *at)][:, None, None]


@pytest.mark.parametrize(
    ("name", "back", "lefts"),
    [
        ("G1", {}, {r"\frac{\partial f}{\partial X}": gradient("X")}),
        ("G1 unnamed", {}, {r"\frac{\partial f}{\partial X}": gradient("X")}),
        *(
            (name, {"indices": (Index("i", M), Index("j", N))},
             {r"\frac{\partial f}{\partial X}": gradient("X"),
              r"\frac{\partial f}{\partial X_{ij}}": component("X", "i", "j")})
            for name in ("G1 component", "G1 unnamed component")
        ),
        *(
            (name, {}, {rf"\frac{{\partial f}}{{\partial {x}}}": gradient(x) for x in "UV"})
            for name in ("G3", "G3 as a list")
        ),
        ("G5", {}, {r"\frac{\partial f}{\partial\Sigma}": gradient(r"\Sigma")}),
        ("G6", {"families": {"x": Index("i", N), "y": Index("i", N)}}, {r"\nabla_w f": gradient("w")}),
        ("G7", {}, {rf"\frac{{\partial f}}{{\partial {x}}}": gradient(x) for x in ("W_1", "W_2", "b")}),
        ("G8", {}, {r"\frac{\partial f}{\partial x}": gradient("x")}),
        ("G9", {}, {r"\nabla_x f": gradient("x"), r"\nabla^2_x f": jacobian("p", "x")}),
        ("G10", {"function": "Y", "indices": (Index("k", M), Index("i", N), Index("j", P), Index("l", Q))},
         {r"\frac{\partial\operatorname{vec}Y}{\partial(\operatorname{vec}X)^\top}": jacobian("Y", "X"),
          r"\frac{\partial Y_{kl}}{\partial X_{ij}}": entry_of_jacobian}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_line_is_true_when_read_from_its_latex(
    name: str, back: Mapping[str, Any], lefts: Mapping[str, Worth]
) -> None:
    made = solution(name)
    read = Readback(made, **back)
    claims = {tokens(left): worth for left, worth in lefts.items()}
    before: Any = None
    for line in made.lines:
        left, right = line.latex.split("&", 1)
        values = [read.value(e) for e in read.sides(right.removeprefix("="))]
        if tokens(left) in claims:
            values.insert(0, claims.pop(tokens(left))(read))
        else:
            values.insert(0, read.value(*read.sides(left)) if left.strip() else before)
        assert all(close(a, values[-1]) for a in values), line.latex
        before = values[-1]
    assert not claims


def test_the_perturbation_lines_are_true_when_read_from_their_latex() -> None:
    step = symbol("D", shape_of("m", "n"))
    read = Readback(solution("G2"), indices=(Index("i", M), Index("j", N)), extra=(step,))

    def right(latex: str) -> list[Expr]:
        text = latex.split("&", 1)[1].removeprefix("=").removeprefix(r"\approx")
        return read.sides(text.replace(r"\Delta X", "D ").replace("f(X)", FROBENIUS_SQUARED))

    start, whole, linear, paired, answer, entries = (right(line.latex) for line in solution("G2").lines)
    moved_on = substitute(read.body, {read.symbols["X"]: add(read.symbols["X"], step)})
    assert close(read.value(*start), read.value(moved_on))
    assert close(read.value(*whole), read.value(moved_on))
    still = replace(read.world, values={**read.world.values, "D": np.zeros_like(read.world.values["D"])})
    along = Evaluator(directed(still, {"D": read.world.directions["D"]}))
    assert close(along(*whole), along(*linear))
    assert close(along(differential(*whole)), along(differential(*linear)))
    assert not close(read.value(*whole), read.value(*linear))
    assert close(read.value(*linear), read.value(*paired))
    assert close(read.value(*answer), gradient("X")(read))
    assert all(close(read.value(e), component("X", "i", "j")(read)) for e in entries)


def test_the_tensor_lines_are_true_when_read_from_their_latex() -> None:
    at = {x: Index(x, size) for x, size in (("i", N), ("j", P), ("k", N))}
    read = Readback(solution("G4"), "y", indices=at.values())
    i, j, k = (read.world.indices[x] for x in "ijk")
    X, A = (read.world.values[x] for x in "XA")
    D = read.derivative(read.symbols["y"], "A")[:, :, 0]
    H = np.einsum("ij,jk->ijk", *[np.eye(X.shape[1])] * 2)
    # third-order tensors are beyond the reader
    by_hand = {
        tokens(r"\mathcal H:AX^\top"): np.einsum("ijk,...jk->...i", H, A @ X.swapaxes(1, 2))[..., None],
        tokens(r"\mathcal HX:A"): np.einsum("ijk,...kl,...jl->...i", H, X, A)[..., None],
        tokens(r"\mathcal HX"): np.einsum("ijk,...kl->...ijl", H, X),
        tokens(r"\sum_{k=1}^n e_k\star E_{kk}X"): np.einsum("ka,kb,kc,...cd->...abd", *[np.eye(X.shape[1])] * 3, X),
    }
    y = read.value(read.symbols["y"])
    expected = [read.value(differential(read.symbols["y"])), D[:, :, i, j][..., None], y[:, [k]], D[:, k], y, D]
    for line, worth in zip(solution("G4").lines, [*expected, jacobian("y", "A")(read)], strict=True):
        for side in line.latex.split("&", 1)[1].removeprefix("=").split(" = "):
            value = by_hand[tokens(side)] if tokens(side) in by_hand else read.value(*read.sides(side))
            assert close(value, worth), side


def test_an_answer_by_a_symmetric_variable_says_which_convention_it_follows() -> None:
    assert r"\Sigma \text{ taken as independent" in solution("G5").latex()


def test_the_sigmoid_function_is_introduced_where_the_author_has_not_used_it() -> None:
    (note,) = [line.note for line in solution("G6").lines if line.note]
    assert tokens(note) == tokens(r"\text{with } \sigma(t)=\frac{1}{1+\exp(-t)}")


def test_a_point_without_derivative_is_named() -> None:
    made = solution("G8")
    assert made.results[0].conditions == (r"Ax \ne b",)
    assert made.lines[-1].note == r"\text{where } Ax \ne b"
