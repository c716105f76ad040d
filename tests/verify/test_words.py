"""What a document says in words, or by its notation, of the equations in it: no right one is called failing."""

from __future__ import annotations

import pytest

from texgrad import verify_chain, verify_text


def failing(text: str) -> list[str]:
    """What is said of the equations in a text that are called failing."""
    return [v.message for v in verify_text(text) if v.status in ("fails", "needs")]


@pytest.mark.parametrize(("said", "unsaid"), [
    (r"""The rotation is
$$\begin{aligned} R&=I+(1-\cos\theta)K^2+\sin\theta\cdot K\\ R^T&=I+(1-\cos\theta)K^2-\sin\theta\cdot K \end{aligned}$$
since $K$ is skew.""", ""),
    (r"""Let $k$ be a unit vector. Then
$$\begin{aligned} M &= \begin{bmatrix}k_x^2 & k_xk_y\\ k_xk_y & k_y^2\end{bmatrix} \\
&= I + \begin{bmatrix}-k_y^2 & k_xk_y\\ k_xk_y & -k_x^2\end{bmatrix} \end{aligned}$$""", "unit "),
    (r"""For symmetric $A$ we write $A = LDU$ and compare with
$$\begin{aligned} A^\top &= U^\top D^\top L^\top \\ &= U^\top D L^\top \\ &= LDU \end{aligned}$$""", "For symmetric"),
    (r"""Over $GF(2)$ we have $$(\lambda+1)^2 = \lambda^2+2\lambda+1 = \lambda^2+1$$""", "Over $GF(2)$"),
], ids=["skew", "unit", "symmetric by words", "finite field"])  # fmt: skip
def test_what_the_words_say_counts(said: str, unsaid: str) -> None:
    assert failing(said) == []
    assert not unsaid or len(failing(said.replace(unsaid, ""))) == 1


def test_a_sign_fails_where_nothing_is_said_of_a_skew_matrix() -> None:
    wrong = r"""We have
$$\begin{aligned} R&=I+(1-\cos\theta)K^2+\sin\theta K\\ &= I+K^2-\cos\theta K^2-\sin\theta K \end{aligned}$$"""
    assert len(failing(wrong)) == 1


def test_a_prime_beside_written_transposes_makes_another_matrix() -> None:
    text = r"""As $\det(A^T) = \det(A)$ and $A^TA = AA^T$, exchange two columns of $A$ to form a new matrix $A'$; then
$$\det(A') = -\det(A)$$"""
    assert failing(text) == []
    assert len(failing(r"With $x'Ax$ and $B'B$ we have $$\det(A'B) = -\det(A)\det(B)$$")) == 1


def test_superscripts_of_blocks_are_no_powers() -> None:
    assert failing(r"We use the fact that $\left(\Sigma^{11}\right)^\top = \Sigma^{12}$.") == []
    assert verify_chain([r"(\Sigma^{12})^T = \Sigma^{21}"], {r"\Sigma": "n x n"})[0].status == "unchecked"


def test_a_bar_over_the_letter_of_members_is_their_mean() -> None:
    right = r"\frac1N\sum_{i=1}^N(x_i-\bar x)(x_i-\bar x)^T = \frac1N\sum_{i=1}^Nx_ix_i^T - \bar x\bar x^T"
    shapes = {"x_i": "d", r"\bar{x}": "d"}
    assert verify_chain([right], shapes)[0].status == "holds"
    assert verify_chain([right.replace(r"- \bar x\bar", r"+ \bar x\bar")], shapes)[0].status == "fails"


def test_an_inner_product_of_its_own_is_none_of_vectors_as_they_are() -> None:
    shapes = {"x": "n", "y": "n", "M": "n x n"}
    assert verify_chain([r"\langle x,y\rangle_M = x^TMy"], shapes)[0].status == "unchecked"
    assert verify_chain([r"\langle x,My\rangle_2 = x^TMy"], shapes)[0].status == "holds"


def test_the_slopes_of_a_function_of_entries_may_be_written_as_a_vector() -> None:
    shapes, made = {"x": "n"}, [r"s(x) = \frac{1}{1+e^{-x}}"]
    lines = [r"s'(x) = s(x)\odot(1-s(x))", r"\frac{ds}{dx} = \frac{e^{-x}}{(1+e^{-x})^2}", "s'(x) = s(x)(1-s(x))"]
    found = [v.status for v in verify_chain(lines, shapes, definitions=made)]
    assert found == ["holds", "holds", "unchecked"]
    assert verify_chain([lines[0].replace("1-s", "1+s")], shapes, definitions=made)[0].status == "fails"


def test_a_round_d_alone_is_a_differential() -> None:
    lines = [r"\partial(XY) = (\partial X)Y + X(\partial Y)", r"\partial(X^{-1}) = -X^{-1}(\partial X)X^{-1}",
             r"\partial(\ln\det X) = \operatorname{tr}(X^{-1}\partial X)"]  # fmt: skip
    shapes = {"X": "n x n", "Y": "n x n"}
    assert [v.status for v in verify_chain(lines, shapes)] == ["holds"] * 3
    (found,) = verify_chain([lines[1].replace("= -", "= ")], shapes)
    assert (found.status, found.suggestion) == ("fails", lines[1].replace("= -", "= -"))


def test_a_definition_may_have_sums_without_a_sign() -> None:
    lines = [r"f = A_{ij}x_ix_j", r"\frac{\partial f}{\partial x_k} = A_{kj}x_j + A_{ik}x_i"]
    shapes = {"A": "n x n", "x": "n"}
    assert [v.status for v in verify_chain(lines, shapes)] == ["holds"] * 2
    wrong = [lines[0], lines[1].replace("A_{ik}", "A_{ki}")]
    assert [v.status for v in verify_chain(wrong, shapes)] == ["holds", "fails"]


@pytest.mark.parametrize(
    "text",
    [
        r"Let $f$ be convex and differentiable. $$\partial f(x) = \{ \nabla f(x) \}$$",
        r"Let $L:\mathbb R^n\to\mathbb R^m$ be linear. $$f(x+\mathrm dx) = f(x)+L[\mathrm dx]+o(\|\mathrm dx\|)$$",
        r"It is a kernel by definition ($\phi(x) = x$). With $K(x,z) = \prod_{j=1}^d(1+x_jz_j)$ we have"
        r" $$\|\phi(x)\| = \sqrt{\langle\phi(x),\phi(x)\rangle} = \sqrt{K(x,x)}.$$",
    ],
)
def test_sets_linear_maps_and_remarks_in_brackets_are_left_alone(text: str) -> None:
    assert all(v.status != "fails" for v in verify_text(f"{text}\n"))


def test_what_a_section_supposes_is_no_claim_and_what_is_defined_as_it_is_counts() -> None:
    text = """## One
Define the $2n \\times 2n$ block matrix $J$ as:
$$J = \\begin{pmatrix} 0 & I_n \\\\ -I_n & 0 \\end{pmatrix}$$
satisfying $J^2 = -I$ and $J^T = -J$. It defines $[x, y] = x^T J y$.

## Two
Verify if $J = \\begin{pmatrix} 0 & 1 \\\\ -1 & 0 \\end{pmatrix}$ is symplectic:
$J^T J J = (-J) J J = (-J)(-I) = J$.
"""
    assert [v.status for v in verify_text(text)] == ["holds", "holds", "unchecked", "unchecked"]


def test_a_new_matrix_with_a_prime_is_no_transpose() -> None:
    swap = "Swap columns of $A\\in\\mathbb R^{n\\times n}$ for a new matrix $A'$. Then $\\det(A') = -\\det(A)$.\n"
    assert all(v.status != "fails" for v in verify_text(swap))
    turned = swap.replace("a new matrix $A'$", "its transpose")
    assert [v.status for v in verify_text(turned)] == ["fails"]


@pytest.mark.parametrize(("words", "judged"), [("验证", False), ("我们看是否", False), ("已知", True)])
def test_what_is_supposed_in_chinese_is_no_claim(words: str, judged: bool) -> None:
    blocks = r"\begin{pmatrix} 0 & 1 \\ -1 & 0 \end{pmatrix}"
    text = rf"{words} $S = {blocks}$ 成立。" + "\n\n" + "$$S^TSS = 2S$$\n"
    assert ("fails" in [v.status for v in verify_text(text)]) == judged


@pytest.mark.parametrize(
    "text",
    [
        r"""For a $3\times3$ rotation $Q$, an orthogonal matrix with $\det Q = 1$, we see
$$\det(-(Q-I)) = (-1)^3\det(Q-I)$$""",
        r"""All entries of $A$ outside the diagonal are negative, so row $i$ adds up to
$$\sum_j A_{ij} = A_{ii} + \sum_{j\ne i} A_{ij} = A_{ii} - \sum_{j\ne i}|A_{ij}|.$$""",
        r"""Let $F\in\mathbb R^{m\times n}$, $S\in\mathbb R^{n\times n}$. First let $f(x) = x^TSx$.
Then let $C = F\operatorname{diag}(x)F^T$; now
$$df = d\operatorname{tr}(C^{-1}) = \operatorname{tr}(-C^{-1}\,dC\,C^{-1}).$$""",
    ],
    ids=["a sign for one size", "absolute values of a known sign", "another function of the same name"],
)
def test_what_a_reader_knows_from_the_words_is_not_called_failing(text: str) -> None:
    assert not failing(text)
    assert any(v.status == "unchecked" for v in verify_text(text))
