"""The equations of whole documents: the project's own derivations read back, and posts with one thing in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from texgrad import verify_text

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((*ROOT.glob("samples/*.md"), *ROOT.glob("samples/*.tex"), ROOT / "README.md"))
MARKERS = re.compile(r"<!-- texgrad:(?:begin|end)[^>]*-->|% texgrad:(?:begin|end).*")
# what a sample holds that is not checked: tensors and their vectorised forms, approximations
UNCHECKED = {"hadamard-times-ones.md": 15, "three-ways-to-one-gradient.md": 1}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_generated_derivations_hold_when_they_are_read_back(path: Path) -> None:
    text = MARKERS.sub("", path.read_text(encoding="utf-8"))
    verdicts = verify_text(text, "latex" if path.suffix == ".tex" else "markdown")
    assert verdicts
    assert [v for v in verdicts if v.status not in ("holds", "unchecked")] == []
    assert sum(v.status == "unchecked" for v in verdicts) <= UNCHECKED.get(path.name, 0)


def said(text: str) -> list[tuple[int, str]]:
    """The line and the status of every verdict."""
    return [(v.line, v.status) for v in verify_text(text)]


DECLARED = r"Let $A\in\mathbb R^{n\times p}$, $x\in\mathbb R^p$, $b\in\mathbb R^n$."


def test_each_row_of_a_display_is_judged_at_its_line() -> None:
    rows = r"f &= \|Ax-b\|^2 \\", r"df &= (Ax-b)^TA\,dx \\"
    text = "\n".join((DECLARED, "", "$$", r"\begin{aligned}", *rows, r"\end{aligned}", "$$", ""))
    assert said(text) == [(4, "holds"), (5, "fails")]


def test_displays_that_begin_with_a_relation_go_on_from_the_one_above() -> None:
    text = f"{DECLARED}\n\n$$\\|Ax\\|^2 = x^TA^TAx$$\n\nand so\n\n$$= (Ax)^TAx$$\n\nbut not\n\n$$= x^TAx$$\n"
    assert [status for _, status in said(text)] == ["holds", "holds", "fails"]


def test_a_formula_after_a_comment_that_says_ignore_is_left_out() -> None:
    wrong = r"$$\nabla_x\|Ax-b\|^2 = A^T(Ax-b)$$"
    assert said(f"{DECLARED}\n\n{wrong}\n") == [(2, "fails")]
    assert said(f"{DECLARED}\n\n<!-- texgrad: ignore -->\n{wrong}\n") == []


def test_a_definition_of_another_section_is_no_fault() -> None:
    text = f"{DECLARED}\n\n# One\n\n$f = \\|Ax\\|^2$\n\n# Two\n\n$f = b^TAx$ and $\\nabla_xf = A^Tb$\n"
    assert {status for _, status in said(text)} == {"holds"}


def test_a_property_that_is_not_stated_is_needed() -> None:
    text = "Let $S\\in\\mathbb R^{n\\times n}${}.\n\n$$\\nabla_x x^TSx = 2Sx$$\n"
    assert said(text.replace("{}", "")) == [(2, "needs")]
    assert said(text.replace("{}", " be symmetric")) == [(2, "holds")]
    assert said(text.replace("{}", " symmetric")) == [(2, "holds")]


def test_definitions_that_go_round_in_a_circle_end() -> None:
    text = "$$p = \\|x\\|^2q$$\n\n$$q = \\frac12p^T$$\n\n$$f(x_0) = p(\\|x_0\\|)$$\n\n$$q + p = 2q$$\n"
    assert "fails" not in {status for _, status in said(text)}


def test_what_another_section_defines_proves_no_slip() -> None:
    text = f"{DECLARED}\n\n# One\n\n$f(x) = \\|Ax\\|^2$\n\n# Two\n\n$$\\nabla_xf = A^Tb$$\n"
    assert "fails" not in {status for _, status in said(text)}


def test_what_holds_without_a_definition_from_before_holds() -> None:
    text = "Start at $z = \\operatorname{tr}A = 15$.\n\n$$d(z^2A) = 2zA\\,dz$$\n"
    assert {status for line, status in said(text) if line == 2} == {"holds"}


def test_a_differential_equation_is_none_that_must_hold() -> None:
    text = "$$R(t) = e^{2t}$$\n\nand then\n\n$$\\frac{dR}{dt} = 3R$$\n"
    assert "fails" not in {status for _, status in said(text)}


@pytest.mark.parametrize("words", ["a kernel matrix $S$", "where $S = S^T$ of course", "the covariance $S$"])
def test_symmetry_that_the_text_speaks_of_anywhere_is_needed_by_nobody(words: str) -> None:
    claim = "Let $S\\in\\mathbb R^{n\\times n}$.\n\n$$\\nabla_x x^TSx = 2Sx$$\n\n"
    assert said(claim) == [(2, "needs")]
    assert (2, "holds") in said(f"{claim}And so on, with {words}.\n")


def test_a_need_is_told_once() -> None:
    claim = "\n$$\\nabla_x x^TSx = 2Sx$$\n"
    text = f"Let $S\\in\\mathbb R^{{n\\times n}}$.\n{claim}{claim}"
    assert [status for _, status in said(text)] == ["needs", "holds"]


def test_a_sum_of_functions_that_is_applied_is_no_product() -> None:
    text = "$$\\begin{aligned} h(x) &= (f+g)(x) \\\\ &= f(x) + g(x) \\end{aligned}$$\n"
    assert "fails" not in {status for _, status in said(text)}


def test_orthogonal_matrices_of_which_the_text_speaks_prove_no_slip() -> None:
    rows = r"X^TX &= (UDV^T)^TUDV^T \\", r"&= VD^2V^T \\", r"(VD^2V^T)^{-1} &= VD^{-2}V^T"
    text = "By the SVD, with $D$ diagonal:\n\n$$\n\\begin{aligned}\n" + "\n".join(rows) + "\n\\end{aligned}\n$$\n"
    assert "fails" not in {status for _, status in said(f"Let $X = UDV^T$.\n\n{text}")}


@pytest.mark.parametrize(
    "text",
    [
        "Let $f(x) = ax + b$. It is even where $f(-x) = f(x)$.",
        r"$$\eta(x) = \psi(\theta(x)) = \log\theta(x)$$",
        "\\newcommand{\\dx}[1]{\\,d#1}\n\n$$\\dx{xx^Tx} = \\dx{x}x^Tx + x\\dx{x^T}x + xx^T\\dx{x}$$",
        r"Here $x\in\mathbb R^d$. Now $$\frac{d}{dx}\log(1+e^{-x}) = -\frac{e^{-x}}{1+e^{-x}} = -\frac1{e^x+1}$$",
        r"$$\begin{aligned} s &= \operatorname{tr}(SS^{-1}) \\ &= \operatorname{tr}(I) = n \end{aligned}$$",
        r"So $V = \exp(X) = \exp(\rho\log(W) + \nu Z) = W^\rho\exp(\nu Z)$.",
        r"With $Y = Cx + v$ we have $$S = E Y Y^\top = C K C^\top + D$$",
        r"We set $ds = dt = dr = 0$, where $$s = a^2, \quad t = ab, \quad r = b^2$$",
        r"Since $u$ is orthogonal to $v$, $$\|u+v\|^2 = \|u\|^2 + 2u^\top v + \|v\|^2 = \|u\|^2 + \|v\|^2$$",
        r"Put $u(x) = e^{-x^2}$, so that $\frac{du}{dx}(x) = -2xe^{-x^2}$ and $\frac{du}{dx}(0) = 0$.",
        "$$\\log P(w_o \\mid w_c) = u_o^\\top v_c - \\log\\left(\\sum_{i \\in V}\\exp(u_i^\\top v_c)\\right)$$\n\n"
        "$$\\frac{\\partial\\log P(w_o \\mid w_c)}{\\partial v_c} = u_o - \\sum_{j \\in V}P(w_j \\mid w_c)u_j$$",
        "Given $C\\in\\mathbb R^{n\\times p}$, it is tall.\n\nTheorem: given $C\\in\\mathbb R^{p\\times n}$, not.",
        r"$$f(b) = \frac12\|b\|^2$$ $$\frac{\partial f}{\partial b} = I'b + 0I'b - b + I'b$$",
        r"It is $:= \|y\|^2$.",
        r"Let $g = \frac{y(tx + t_0)}{\|t\|}$. $$L = f(\frac{g}{g_{ref}}) = \begin{cases} 1-\frac{g}{g_{ref}} &"
        r" \text{ if } g < g_{ref} \\ 0 & \text{ otherwise} \end{cases}$$",
        r"Antisymmetric matrices (such that $X^T = -X$) and symmetric matrices.",
        r"With $f(x) = \frac12x^\top Kx$ we get $$x^{k+1} = x^k - a^k\nabla f(x^k) = x^k - a^kKx^k$$",
    ],
)
def test_what_is_meant_otherwise_is_left_alone(text: str) -> None:
    assert "fails" not in {status for _, status in said(f"{text}\n")}


def test_a_declaration_that_turns_another_round_is_an_error() -> None:
    text = "Let $X\\in\\mathbb R^{n\\times p}$.\n\n{}$X\\in\\mathbb R^{p\\times n}$ now.\n"
    (verdict,) = verify_text(text.replace("{}", "Take "))
    assert (verdict.status, verdict.line, verdict.reason) == ("fails", 2, "shape")
    assert "X is p×n here, and was declared n×p in line 1" in verdict.message
    assert verify_text(text.replace("{}", "# Another\n\n")) == []
    assert verify_text(text.replace("{}", "If instead ")) == []


def test_a_determinant_of_what_is_not_square_is_an_error() -> None:
    assert said(f"{DECLARED}\n\n$$\\det(A^TA) = \\det(A)^2$$\n") == [(2, "fails")]


NETWORK = r"""
\newcommand{\R}{\mathbb{R}} \newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
Let $x\in\R^{d}$, $W\in\R^{h\times d}$, $V\in\R^{k\times h}$, $y\in\R^k$ and
\begin{align} a &= Wx, \\ z &= \tanh(a), \\ L &= \tfrac12\|Vz-y\|^2. \end{align}
Then
\begin{align}
  \pd{L}{V} &= (Vz-y)z^\top, \\
  \pd{L}{z} &= (Vz-y)V^\top, \\
  \pd{L}{a} &= V^\top(Vz-y)\odot(1-z), \\
  \pd{L}{W} &= x\left(V^\top(Vz-y)\odot(1-z\odot z)\right)^\top.
\end{align}
"""


def test_a_slip_is_pointed_at_and_mended_where_macros_stand_around_it() -> None:
    wrong = [v for v in verify_text(NETWORK, "latex") if v.status == "fails"]
    assert [(NETWORK[v.span.start : v.span.end], v.suggestion) for v in wrong if v.span] == [
        (r"(Vz-y)V^\top", r"V^\top (Vz-y)"),
        (")", r"V^\top(Vz-y)\odot(1-z\odot z)"),
        (r"x\left(V^\top(Vz-y)\odot(1-z\odot z)\right)^\top", r"\left(V^\top(Vz-y)\odot(1-z\odot z)\right)x^\top"),
    ]


def test_a_mend_is_written_as_the_text_writes_transposes() -> None:
    text = f"{DECLARED} We minimise $L = x^\\top A^\\top Ax - 2b^\\top Ax$.\n\n$$\\nabla_xL = 2A(Ax-b)$$\n"
    (verdict,) = (v for v in verify_text(text) if v.status == "fails")
    assert (verdict.suggestion, verdict.span and text[slice(*verdict.span)]) == (r"2A^\top(Ax-b)", "A")


def test_a_slip_beside_a_reading_that_is_none_is_found() -> None:
    text = r"""Let $x_1,\dots,x_n\in\mathbb{R}^d$ be drawn from $N(\mu,\Sigma)$.
$$\ell(\mu,\Sigma) = -\frac n2\log|\Sigma| - \frac12\sum_{i=1}^n (x_i-\mu)^T\Sigma^{-1}(x_i-\mu)$$
$$\frac{\partial\ell}{\partial\mu} = -\sum_{i=1}^n\Sigma^{-1}(x_i-\mu)$$
$$\frac{\partial\ell}{\partial\Sigma} = -\frac n2\Sigma^{-1}
 + \frac12\Sigma^{-1}\Big(\sum_{i=1}^n(x_i-\mu)(x_i-\mu)^T\Big)\Sigma^{-1}$$
With $\sigma(t) = \frac1{1+e^{-t}}$ we have $\sigma'(t) = \sigma(t)(1+\sigma(t))$."""
    assert [(v.line, v.status) for v in verify_text(text)] == [(1, "holds"), (2, "fails"), (3, "holds"), (5, "fails")]


@pytest.mark.parametrize(
    ("claim", "mended"),
    [
        (r"-\sum_{i=1}^n\frac{y_ix_i}{1+e^{-y_iw^\top x_i}}", r"-\sum_{i=1}^n\frac{y_ix_i}{1+e^{y_iw^\top x_i}}"),
        (r"-\sum_{i=1}^n\frac{y_ix_i}{1+e^{y_iw^\top x_i}}", None),
    ],
)
def test_a_slip_is_found_where_nothing_is_declared(claim: str, mended: str | None) -> None:
    given = r"Let $\ell(w)=\sum_{i=1}^n\log(1+e^{-y_iw^\top x_i})$."
    text = rf"{given} Then $$\frac{{\partial\ell}}{{\partial w}}={claim}$$"
    verdict = verify_text(text)[-1]
    assert (verdict.status, verdict.suggestion) == (("fails", mended) if mended else ("holds", None))


def test_a_sum_without_limits_is_judged_like_one_with_them() -> None:
    text = (
        "Let $x_i\\in\\mathbb{R}^d$, $w\\in\\mathbb{R}^d$.\n\n"
        "$$L(w) = -\\sum_i [y_i\\log\\sigma(w^Tx_i) + (1-y_i)\\log(1-\\sigma(w^Tx_i))]$$\n\n"
        "$$\\nabla_w L = \\sum_i (y_i - \\sigma(w^Tx_i))x_i$$\n\n"
        "$$\\nabla_w L = \\sum_i (\\sigma(w^Tx_i) - y_i)x_i$$\n"
    )
    assert said(text) == [(4, "fails"), (6, "holds")]


def test_an_exponential_of_an_imaginary_number_is_not_judged_as_a_real_one() -> None:
    text = "$$|\\sum_t X_te^{it\\omega}|^2 = \\sum_t X_te^{it\\omega}\\sum_r X_re^{-ir\\omega}$$\n"
    assert {status for _, status in said(text)} == {"unchecked"}


def test_what_is_known_of_a_matrix_is_said_in_other_languages_too() -> None:
    body = r"$$(Qx)^TS^{-1}Qx = x^TQ^TS^{-1}Qx = x^T(Q^{-1}SQ)^{-1}x$$"
    text = "{} $Q, S\\in\\mathbb{{R}}^{{n\\times n}}$, $x\\in\\mathbb{{R}}^n$.\n\n"
    assert said(text.format("Матрица") + body) == [(2, "needs")]
    assert said(text.format("Ортогональная матрица") + body) == [(2, "holds")]


def test_a_sum_that_comes_in_may_be_a_number_that_the_text_knows() -> None:
    text = (
        "$$\\prod_{j=1}^{K-1}\\theta_j^{y_j}\\theta_K^{y_K} = "
        "\\exp(\\sum_{j=1}^{K-1}y_j\\log\\theta_j + (1 - \\sum_{j=1}^{K-1}y_j)\\log\\theta_K)$$\n"
    )
    assert "fails" not in {status for _, status in said(text)}


def test_what_a_linear_function_makes_of_a_differential_is_no_claim_about_another() -> None:
    text = "$f(X) = X^TX$.\n\nIf a function is linear, then\n\n$$df(X) = f(dX)$$\n"
    assert "fails" not in {status for _, status in said(text)}


@pytest.mark.parametrize(("said_before", "right", "wrong"), [
    (r"Let $f(x)=\sum_{i=1}^m\log(1+e^{a_i^Tx})$ with $a_i,x\in\mathbb{R}^n$ and $s_i=\sigma(a_i^Tx)$.",
     r"\nabla^2f(x)=\sum_{i=1}^ms_i(1-s_i)a_ia_i^T", r"\nabla^2f(x)=\sum_{i=1}^ms_i^2a_ia_i^T"),
    (r"The kernel is $k(x,y)=\exp(-\gamma\|x-y\|^2)$ for $x,y\in\mathbb{R}^d$.",
     r"\nabla_yk(x,y) = 2\gamma(x-y)k(x,y)", r"\nabla_yk(x,y) = -2\gamma(x-y)k(x,y)"),
    (r"For the loss $L=-\sum_iy_i\log p_i$ with $p_i=\frac{e^{z_i}}{\sum_je^{z_j}}$ and a one-hot $y\in\mathbb{R}^n$,",
     r"\frac{\partial L}{\partial z_k} = p_k - y_k", r"\frac{\partial L}{\partial z_k} = y_k - p_k"),
], ids=["a sum that is differentiated", "the function in its own gradient", "an index bound elsewhere"])  # fmt: skip
def test_a_gradient_of_what_the_text_defines_is_judged(said_before: str, right: str, wrong: str) -> None:
    for claim, status in ((right, "holds"), (wrong, "fails")):
        assert [v.status for v in verify_text(f"{said_before}\n\n$${claim}$$\n") if v.line == 2] == [status]


@pytest.mark.parametrize("text", [
    "If $n < 0$, $n \\cdot a + a = -(|n| \\cdot a) + a = a - |n|a$.\n",
    "Over $GF(2)$, $(x+1)^2 = x^2 + 2x + 1 = x^2 + 1$.\n",
    "The cosets are added, $(u+W) + (v+W) = (u+v) + W$.\n",
    "Let $A=I$, then $\\frac{\\partial}{\\partial X}\\operatorname{tr}(X^TAX) = (A+A^T)X = 2X$.\n",
    "The eigenvalues are $\\lambda = \\mu / i = -i \\mu$.\n",
])  # fmt: skip
def test_what_is_said_of_a_case_or_in_another_arithmetic_is_not_judged(text: str) -> None:
    assert {status for _, status in said(text)} <= {"unchecked", "holds"}


@pytest.mark.parametrize(("third", "status"), [(r"\sqrt{v_2}", "unchecked"), (r"\sqrt{w_2}", "holds")])
def test_derivatives_by_names_of_which_one_depends_on_the_other_are_partial(third: str, status: str) -> None:
    text = rf"""Let $v_1=\log w_1$, $v_2=w_2v_1$, $v_3={third}$ and $L=v_2+v_3$.

$$\frac{{\partial L}}{{\partial w_2}}=\frac{{\partial L}}{{\partial v_2}}\frac{{\partial v_2}}{{\partial w_2}}
+\frac{{\partial L}}{{\partial v_3}}\frac{{\partial v_3}}{{\partial w_2}}$$
"""
    assert [v.status for v in verify_text(text)][-1] == status


def test_a_function_defined_by_other_names_is_not_called_with_other_arguments() -> None:
    text = r"""$$\sigma_X^2 = \textrm{Var}(X) = \mu_X^2 + 8p - \mu_X^2 = 8p.$$

We have $\textrm{Var}(X+Y) = \textrm{Var}(X) + \textrm{Var}(Y)$. Let $g = x^2$ and $f(x) = g+1$, so $f(2x) = x^2+1$.
"""
    assert not [v for v in verify_text(text) if v.status == "fails"]
    assert verify_text(text)[-1].status == "unchecked"


@pytest.mark.parametrize("text", [
    r"A map bends by its curvature $\mathbf{H} \stackrel{\textrm{def}}{=} \nabla^2f$.",
    "Given an observed matrix $Z \\in \\mathbb{R}^{n\\times p}$, its covariance matrix can be written\n\n"
    r"$$Z^\top Z = QSP^\top PSQ^\top = QS^2Q^\top = GG^\top.$$",
], ids=["the Hessian of a name", "words about the product of a name"])
def test_what_is_odd_is_no_fault_of_ours(text: str) -> None:
    assert [v.reason for v in verify_text(text) if v.reason == "internal" or v.status == "fails"] == []
