"""Chains of equations that hold, and the same with a slip: the verdict on each line."""

from __future__ import annotations

import pytest

from texgrad import TexgradError, Verdict, verify_chain

LEAST_SQUARES = {"A": "n x p", "x": "p", "b": "n"}
CHAIN = [
    r"f &= \|Ax-b\|_2^2",
    r"&= x^TA^TAx - 2b^TAx + b^Tb",
    r"df &= 2x^TA^TA\,dx - 2b^TA\,dx",
    r"&= 2(A^TAx - A^Tb)^Tdx",
    r"\nabla_xf &= 2A^T(Ax-b)",
]


def statuses(lines: list[str], **given: object) -> list[str]:
    """What is said of each line."""
    verdicts: list[Verdict] = verify_chain(lines, **given)  # type: ignore[arg-type]
    assert [v.line for v in verdicts] == list(range(len(lines)))
    return [v.status for v in verdicts]


@pytest.mark.parametrize("lines", [3, [3], b"x = y"])
def test_lines_that_are_no_texts_are_refused(lines: object) -> None:
    with pytest.raises(TexgradError, match="config") as refused:
        verify_chain(lines)  # type: ignore[arg-type]
    assert refused.value.diagnostics[0].message.startswith("lines")


def test_a_right_chain_holds() -> None:
    assert statuses(CHAIN, declare=LEAST_SQUARES) == ["holds"] * 5


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (1, r"&= x^TA^TAx + 2b^TAx + b^Tb"),
        (2, r"df &= x^TA^TA\,dx - 2b^TA\,dx"),
        (3, r"&= 2(A^TAx - Ab)^Tdx"),
        (4, r"\nabla_xf &= A^T(Ax-b)"),
    ],
)
def test_a_slip_fails_at_its_line(line: int, wrong: str) -> None:
    lines = [*CHAIN[:line], wrong, *CHAIN[line + 1 :]]
    assert statuses(lines, declare=LEAST_SQUARES).index("fails") == line


def test_after_a_slip_the_lines_that_follow_from_it_hold() -> None:
    lines = ["df &= d(x^TAx)", r"&= dx^TAx - x^TA\,dx", r"&= x^T(A^T-A)\,dx"]
    assert statuses(lines, declare={"A": "n x n", "x": "n"}, definitions=["f = x^TAx"]) == ["holds", "fails", "holds"]


def test_what_is_no_claim_is_left_alone() -> None:
    lines = [r"e^x \approx 1 + x", r"\frac{\partial}{\partial w}\|Xw-y\|^2 = 2X^T(Xw-y) = 0", "X^TXw = X^Ty", "text"]
    assert "fails" not in statuses(lines, declare={"X": "n x p", "w": "p", "y": "n"})


def test_a_number_that_is_also_a_size_is_that_size() -> None:
    lines = [r"df &= (X^\top)^{-p}:\left(\sum_{r=1}^p X^{r-1}\,dX\,X^{p-r}\right)", r"&= pX^{-\top}:dX"]
    given = {"declare": {"X": "n x n", "p": "scalar"}, "assume": {"p": ["integer"]}}
    assert statuses(lines, **given, definitions=[r"f = \log\det X^p"]) == ["holds", "holds"]


SYMBOLS = {"X": "n x n", "H": "n x n", "A": "n x n", "B": "n x n", "x": "scalar", "z": "n", "y": "n", "b": "n"}


@pytest.mark.parametrize(
    "lines",
    [
        [r"\text{RSS}(b) = \|y-Xb\|^2", r"\frac{\partial\,\text{RSS}}{\partial b} = -2X^T(y-Xb)"],
        [r"\mathrm{loss} = \|y-Xb\|^2", r"\nabla_b\,\mathrm{loss} = -2X^T(y-Xb)"],
        ["F(X) = X^TX", "DF(X)[H] = H^TX + X^TH", "(D_XF)(H) = H^TX + X^TH", "DF_X(H) = H^TX + X^TH"],
        [r"D = \|A-XB\|_F^2 = \mathrm{Tr}\,(A-XB)^T(A-XB)", r"\nabla_XD = -2(A-XB)B^T"],
        [r"\ell(b,\sigma^2) = -\log\sigma^2 - \frac{b^Tb}{2\sigma^2}",
         r"\frac{\partial\ell}{\partial\sigma^2} = -\frac1{\sigma^2} + \frac{b^Tb}{2\sigma^4}"],
        [r"f = z^TAz", r"\frac{\partial^2f}{\partial z_i\,\partial z_j} = A_{ij} + A_{ji}"],
        [r"A_{ip}B_{qi} = (BA)_{qp} = (BA)_{pq}^T"],
        [r"g = r^3b^Tb", r"\frac{\partial g}{\partial r^2} = \frac32r\,b^Tb"],
        [r"\nabla_b\|y-Xb\|^2 = 0 - X^Ty - X^Ty + 2X^TXb"],
        ["f(z) = z^TAz", r"df = \nabla f(z)^Tdz = \nabla_zf^T\,dz", r"\nabla f(z)^Tb = z^T(A+A^T)b",
         r"b^T\nabla^2f(z)b = b^T(A+A^T)b"],
        ["g(x) = x^3", "g'(x) = 3x^2", "g''(x) = 6x"],
        [r"\sigma(x) = \frac{1}{1+e^{-x}}", r"\sigma'(x) = \sigma(x)(1-\sigma(x))"],
        ["AA^{-1} = I", r"dA\,A^{-1} + A\,d(A^{-1}) = 0", r"d(A^{-1}) = -A^{-1}\,dA\,A^{-1}"],
        [r"\left.\frac{d}{dx}\right|_{x=0}\det(X+xH) = \det(X)\operatorname{tr}(X^{-1}H)"],
        [r"\frac{d}{dx}\operatorname{tr}((X+xH)^3)\Big|_{x=0} = 3\operatorname{tr}(X^2H)"],
        [r"\left.\nabla_z\,z^TAz\right|_{z=b} = (A+A^T)b"],
        [r"D_b\|Xb-y\|^2 = 2(Xb-y)^TX"],
        [r"D(\operatorname{tr}X^2)[H] = 2\operatorname{tr}(XH)"],
        [r"\frac{\partial\|AX-B\|_F^2}{\partial\operatorname{vec}X} = 2\operatorname{vec}(A^TAX-A^TB)"],
        [r"\frac{\partial^2\|AX\|^2}{\partial\operatorname{vec}(X)\partial\operatorname{vec}(X)^T} = 2(I\otimes A^TA)"],
        [r"e = \exp(Az), \quad E = \operatorname{Diag}(e)", r"f = \|e-b\|^2", r"df = 2(e-b):EA\,dz",
         r"= 2A^TE(e-b):dz"],
        [r"L = -\sum_k y_k\log p_k,\quad p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
         r"\frac{\partial L}{\partial z_i} = -\sum_k\frac{y_k}{p_k}p_k(\delta_{ik}-p_i)"],
        [r"H = AA^T + I", r"\therefore\; \nabla_B\|HB\|_F^2 = 2H^2B"],
        [r"f(z) = \log(1^Te^z)", r"\nabla f = \frac{e^z}{1^Te^z} =: p", r"\nabla^2f = \operatorname{diag}(p) - pp^T"],
    ],
)  # fmt: skip
def test_notations_of_claims(lines: list[str]) -> None:
    assert statuses(lines, declare=SYMBOLS) == ["holds"] * len(lines)


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        (r"\frac{\partial \log\det(AX)}{\partial X} = A^TX^{-T}", "X^{-T}"),
        (r"\frac{\partial\det X}{\partial X} = X^{-T}", r"X^{-T}\det X"),
        (r"d\log\det X = X^{-1}dX", r"\operatorname{tr}(X^{-1}dX)"),
        (r"d(X^TX) = dX^TX", r"+ \left(dX^TX\right)^T"),
        (r"\frac{\partial}{\partial z_k}z^TAz = \sum_j A_{kj}z_j + \sum_i z_iA_{ki}", r"A_{jk}z_j"),
        (r"\nabla_z\log(1+\|Az-b\|^2) = \frac{2(Az-b)}{1+\|Az-b\|^2}", r"A^T(Az-b)"),
        (r"\operatorname{vec}(AXB) = (A\otimes B^T)\operatorname{vec}(X)", r"B^T\otimes A"),
        (r"d\operatorname{tr}(X^3) = 2\operatorname{tr}(X^2dX)", r"3\operatorname{tr}(X^2dX)"),
        (r"d\operatorname{tr}(AXBX) = \operatorname{tr}(A\,dXBX)", r"\operatorname{tr}(AXBdX)"),
        (r"\frac{\partial}{\partial A}\|Az\|^2 = 2zz^TA", "2Azz^T"),
        (r"\frac{\partial}{\partial A_{ij}}z^TAb = z_jb_i", "z_ib_j"),
        (r"(A\otimes B)^{-1} = B^{-1}\otimes A^{-1}", r"A^{-1}\otimes B^{-1}"),
        (r"d\log(1+e^x) = -\frac{e^x}{1+e^x}dx", r"=\frac{e^x}{1+e^x}dx"),
    ],
)
def test_what_was_lost_is_named(line: str, mended: str) -> None:
    (verdict,) = verify_chain([line], SYMBOLS)
    assert verdict.status == "fails"
    assert verdict.suggestion is not None
    assert mended.replace(" ", "").replace(r"\,", "") in verdict.suggestion.replace(" ", "").replace(r"\,", "")


def test_twice_a_matrix_needs_a_symmetric_one_or_its_transpose() -> None:
    (verdict,) = verify_chain([r"\nabla_z z^TAz = 2Az"], SYMBOLS)
    assert (verdict.status, verdict.suggestion) == ("needs", r"\nabla_z z^TAz = (A + A^T)z")


MIXED = {"W": "m x n", "x": "n", "v": "m"}


def test_a_gradient_that_is_transposed_alone_is_a_matter_of_layout() -> None:
    assert statuses([r"\nabla_W v^TWx = xv^T"], declare=MIXED) == ["holds"]
    assert statuses([r"\nabla_x v^TWx = v^TW"], declare=MIXED) == ["holds"]
    assert statuses([r"\nabla_X\operatorname{tr}(AX) = A"], declare=SYMBOLS) == ["layout"]


def test_two_layouts_side_by_side_are_an_error() -> None:
    verdicts = verify_chain([r"\nabla_x v^TWx = W^Tv", r"\nabla_W v^TWx = xv^T", r"\nabla_v v^TWx = Wx"], MIXED)
    assert [v.status for v in verdicts] == ["holds", "fails", "holds"]
    assert verdicts[1].suggestion == r"\nabla_W v^TWx = vx^T"


def test_rows_by_vectors_beside_gradients_by_matrices_are_usual() -> None:
    assert "fails" not in statuses([r"\nabla_x v^TWx = v^TW", r"\nabla_W v^TWx = vx^T"], declare=MIXED)


def test_a_derivative_by_what_does_not_occur_is_not_said_to_be_zero() -> None:
    assert statuses([r"\frac{\partial\operatorname{tr}(X^+)}{\partial A} = 2A"], declare=SYMBOLS) == ["unchecked"]


def test_a_transpose_is_missed_where_the_rest_fixes_the_shapes() -> None:
    verdict = verify_chain([r"f &= \|Xw-y\|^2", r"\nabla_w f &= 2X(Xw-y)"])[1]
    assert (verdict.status, verdict.suggestion) == ("fails", r"\nabla_w f &= 2X^T(Xw-y)")


def test_a_name_with_a_definition_is_multiplied_by_a_bracket() -> None:
    lines = [r"M = CCC", r"f = M:M", r"df = 2M:dC\,CC + 2M:C\,dC\,C + 2M:CC\,dC",
             r"&= 2M(C^T)^2:dC + 2C^TMC^T:dC + 2(C^T)^2M:dC"]  # fmt: skip
    assert statuses(lines, declare={"C": "n x n"}) == ["holds"] * 4


SIZES = {"A": "n x m", "B": "m x n", "X": "m x m", "C": "n x n", "b": "n", "x": "m"}


def test_a_statement_has_indices_of_its_own() -> None:
    first, left = r"\frac{\partial}{\partial x_k}b^TAx = \sum_i b_iA_{ik}", r"\frac{\partial}{\partial A_{kl}}b^TAx = "
    assert statuses([first, left + "b_kx_l"], declare=SIZES) == ["holds", "holds"]
    assert statuses([first, left + "b_lx_k"], declare=SIZES) == ["holds", "fails"]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (r"g &= \log(1+\exp(b^TCb))\,b^TAx", r"&= \log(1-\exp(b^TCb))\,b^TAx"),  # a value only where b^TCb < 0
        (r"g &= \log\det(BA)\,I:X", r"&= \log\det(AB)\,I:X"),  # a value on both sides only where n = m
        (r"g &= \log\det(BA)\,I:X", r"&= 2\log\det(AB)\,I:X"),
    ],
)
def test_a_slip_is_found_where_points_with_values_are_rare(line: str, wrong: str) -> None:
    assert statuses([line, line.removeprefix("g "), wrong], declare=SIZES) == ["holds", "holds", "fails"]


def test_notations_of_derivatives_have_layouts_of_their_own() -> None:
    row, column = r"\frac{\partial}{\partial x}\|Ax-b\|^2 = 2(Ax-b)^TA", r"\nabla_x\|Ax-b\|^2 = 2A^T(Ax-b)"
    assert "fails" not in statuses([row, column], declare=SIZES)
    assert statuses([row, column.replace(r"\nabla_x", r"\frac{\partial}{\partial x}")], declare=SIZES)[0] == "fails"


def test_an_equation_that_says_when_it_is_commuting_is_a_condition() -> None:
    assert "fails" not in statuses(["AB = BA", "A^TA = AA^T", "AX = XB"], declare=SYMBOLS)


def test_a_sum_over_members_is_mended_like_any_other_factor() -> None:
    lines = [r"L = -\sum_i (y_i\log\sigma(w^Tx_i) + (1-y_i)\log(1-\sigma(w^Tx_i)))",
             r"\nabla_w L = \sum_i (y_i - \sigma(w^Tx_i))x_i"]  # fmt: skip
    found = verify_chain(lines, {"w": "d", "x_i": "d"})[1]
    assert (found.status, found.suggestion) == ("fails", r"\nabla_w L = -\sum_i (y_i - \sigma(w^Tx_i))x_i")
    assert "n_{" not in found.message  # a size that has no name


def test_entries_that_have_to_add_up_to_1_are_needed() -> None:
    made = [r"p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}"]
    lines = [r"\frac{\partial}{\partial z_j}\left(-\sum_i y_i\log p_i\right) = p_j\sum_i y_i - y_j", "= p_j - y_j"]
    found = verify_chain(lines, definitions=made)
    assert [v.status for v in found] == ["holds", "needs"]
    assert "add up to 1" in found[1].message


def test_one_letter_for_another_in_a_law_of_declared_matrices_is_a_slip() -> None:
    shapes = dict.fromkeys("ABCD", "n x n")
    law = r"\operatorname{tr}(A^TBCD^T) = \operatorname{vec}(A)^T(D\otimes B)\operatorname{vec}("
    assert verify_chain([law + "C)"], shapes)[0].status == "holds"
    assert verify_chain([law + "D)"], shapes)[0].suggestion == law + "C)"


def test_the_end_of_a_sum_may_be_the_factor_that_was_lost() -> None:
    right = r"\nabla_\mu\sum_{i=1}^n \|x_i-\mu\|^2 = -2\sum_{i=1}^n x_i + 2n\mu"
    shapes = {"x_i": "d", r"\mu": "d"}
    assert verify_chain([right], shapes)[0].status == "holds"
    assert "n" in (verify_chain([right.replace("2n", "2")], shapes)[0].suggestion or "").split("+")[1]


def test_a_first_line_that_gives_a_logarithm_says_what_it_is_of() -> None:
    lines = [r"\log p(x) = -\frac12\log|\Sigma| - \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)",
             r"\nabla_\mu\log p(x) = \Sigma^{-1}(x-\mu)", r"\nabla_x\log p(x) = \Sigma^{-1}(x-\mu)"]  # fmt: skip
    found = verify_chain(lines, {"x": "d", r"\mu": "d", r"\Sigma": "d x d"}, {r"\Sigma": "positive definite"})
    assert [v.status for v in found] == ["holds", "holds", "fails"]
    assert found[2].suggestion == r"\nabla_x\log p(x) = -\Sigma^{-1}(x-\mu)"


@pytest.mark.parametrize(("line", "shapes", "made"), [
    (r"\sum_{i=1}^n(y_i-x_i^T\beta)x_i = X^T(y-X\beta)", {"x_i": "p", r"\beta": "p", "X": "n x p", "y": "n"}, ""),
    (r"\nabla^2\log\sum_{i=1}^n e^{x_i} = \operatorname{diag}(p) - pp^T", {"x": "n", "p": "n"},
     r"p_i=\frac{e^{x_i}}{\sum_{j=1}^n e^{x_j}}"),
])  # fmt: skip
def test_a_whole_of_which_only_the_parts_are_explained_is_left_unchecked(
    line: str, shapes: dict[str, str], made: str
) -> None:
    assert verify_chain([line], shapes, definitions=[made] if made else [])[0].status == "unchecked"


def test_a_slip_beside_a_piece_that_vanishes_at_some_points_is_found() -> None:
    lines = [r"J(w)=\|w\|^2+\sum_{i=1}^n\max(0,1-y_iw^Tx_i)^2",
             r"\nabla J = 2w - 2\sum_{i=1}^n\max(0,1-y_iw^Tx_i)y_ix_i"]  # fmt: skip
    shapes = {"w": "d", "x_i": "d", "y_i": "scalar"}
    assert [v.status for v in verify_chain(lines, shapes)] == ["holds", "holds"]
    assert verify_chain([lines[0], lines[1].replace("y_ix_i", "x_i")], shapes)[1].status == "fails"


@pytest.mark.parametrize(("law", "wrong", "shapes", "made"), [
    (r"(A^TA+\lambda I)^{-1}A^T = A^T(AA^T+\lambda I)^{-1}", r"(A^TA+\lambda I)^{-1}A^T = A^T(A^TA+\lambda I)^{-1}",
     {"A": "n x n", r"\lambda": "scalar"}, ""),
    (r"\|X^T\alpha\|^2 = \alpha^TK\alpha", r"\|X^T\alpha\|^2 = 2\alpha^TK\alpha",
     {"X": "n x n", r"\alpha": "n"}, "K=XX^T"),
], ids=["inverses of sums", "what has a definition"])  # fmt: skip
def test_an_identity_that_is_no_condition_is_judged(law: str, wrong: str, shapes: dict[str, str], made: str) -> None:
    for line, status in ((law, "holds"), (wrong, "fails")):
        assert verify_chain([line], shapes, definitions=[made] if made else [])[0].status == status


def test_members_beside_a_vector_are_left_alone() -> None:
    (verdict,) = verify_chain([r"u_{t+1} + u_t = Mu"], declare={"M": "n x n", "u": "n"})
    assert verdict.status == "unchecked" and verdict.reason != "internal"
