"""Kinds of equations in chains, each right and with a slip: expansions, determinants, functions of time."""

from __future__ import annotations

from typing import Any

import pytest

from texgrad import verify_chain, verify_text

SQUARE = {"A": "n x n", "B": "n x n", "X": "n x n", "H": "n x n", "x": "n", "h": "n", "u": "n", "v": "n", "t": "scalar"}


def statuses(lines: list[str], declare: dict[str, str] | None = None, **given: Any) -> list[str]:
    """What is said of each line."""
    return [v.status for v in verify_chain(lines, declare or SQUARE, **given)]


EXPANSIONS = [
    ([r"f(A) = A^{-1}", r"f(A+H) = (I + A^{-1}H)^{-1}A^{-1}", r"= (I - A^{-1}H + O(\|H\|^2))A^{-1}",
      r"= A^{-1} - A^{-1}HA^{-1} + O(\|H\|^2)"], 3, "- A^{-1}HA^{-1}", "- HA^{-2}"),
    ([r"f(X) = \operatorname{tr}(X^TBX)", r"f(X+H) = f(X) + \operatorname{tr}(H^TBX + X^TBH) + \mathcal{O}(\|H\|_F^2)",
      r"= f(X) + \operatorname{tr}(H^T(B+B^T)X) + o(\|H\|)"], 2, "B+B^T", "B-B^T"),
    ([r"\det(I+tH) = 1 + t\operatorname{tr}H + \frac{t^2}{2}((\operatorname{tr}H)^2 - \operatorname{tr}H^2) + O(t^3)"],
     0, r"\frac{t^2}{2}", "t^2"),
    ([r"e^{tX} = I + tX + \frac{t^2}{2}X^2 + o(t^2)"], 0, r"\frac{t^2}{2}", "t^2"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "at", "right", "wrong"), EXPANSIONS)
def test_an_expansion_is_checked_up_to_what_it_leaves_out(lines: list[str], at: int, right: str, wrong: str) -> None:
    assert statuses(lines) == ["holds"] * len(lines)
    slip = [*lines[:at], lines[at].replace(right, wrong), *lines[at + 1 :]]
    assert slip != lines
    found = verify_chain(slip, SQUARE)
    assert [v.line for v in found if v.status == "fails"] == [at]


def test_what_is_left_out_may_be_divided_by_what_is_small() -> None:
    line = r"\frac{\det(X+tH)-\det X}{t} = \det(X)\operatorname{tr}(X^{-1}H) + O(t)"
    assert statuses([line]) == ["holds"]
    assert statuses([r"\frac1t(tH + O(t^2)) = H + O(t)"]) != ["fails"]


def test_an_O_that_was_declared_is_a_matrix() -> None:
    assert statuses(["A(B+O(x)) = AB + AO(x)"], {"A": "n x n", "B": "n x 1", "O": "n x n", "x": "n"}) == ["holds"]


@pytest.mark.parametrize("gap", ["", r"\,", r"\cdot "])
def test_a_number_in_brackets_behind_a_determinant_is_multiplied_with_it(gap: str) -> None:
    line = rf"\det(A+uv^T) = \det A{gap}(1+v^TA^{{-1}}u)"
    assert statuses([line], assume={"A": "invertible"}) == ["holds"]
    assert statuses([line.replace("1+v^TA^{-1}u", "1-v^TA^{-1}u")], assume={"A": "invertible"}) == ["fails"]
    assert statuses([r"\det A(I+B) = \det(A+AB)"]) == ["holds"]


MOVING = {"A": "n x n function of t", "x": "n function of t", "P": "n x n", "t": "scalar"}


def test_functions_of_time_may_be_invertible_and_have_dots() -> None:
    lines = [r"\frac{d}{dt}A^{-1} = -A^{-1}\frac{dA}{dt}A^{-1}",
             r"\frac{d}{dt}A(t)^{-1} = -A(t)^{-1}\dot A(t)A(t)^{-1}"]  # fmt: skip
    for given in (MOVING, {"A": "n x n", "t": "scalar"}):
        assert statuses(lines[1:], given, assume={"A": "invertible"}) == ["holds"]
    assert statuses(lines, MOVING, assume={"A": ["invertible"]}) == ["holds", "holds"]
    wrong = [line.replace("= -", "= ") for line in lines]
    assert statuses(wrong, MOVING, assume={"A": ["invertible"]}) == ["fails", "fails"]
    energy = [r"\frac{d}{dt}(x^TPx) = \dot x^TPx + x^TP\dot x", r"\frac{dV}{dt} = 2x^TP\frac{dx}{dt}"]
    given = {"definitions": ["V = x^TPx"], "assume": {"P": "symmetric"}}
    assert statuses(energy, MOVING, **given) == ["holds", "holds"]


def test_a_slip_beside_an_orthogonal_matrix_is_found_although_reflections_are_symmetric() -> None:
    given = {"declare": {"Q": "n x n", "D": "n x n"}, "definitions": ["A = QDQ^T"],
             "assume": {"Q": "orthogonal", "D": "diagonal"}}  # fmt: skip
    assert statuses(["A^{-1} = QD^{-1}Q^T"], **given) == ["holds"]
    assert statuses(["A^{-1} = Q^TD^{-1}Q"], **given) == ["fails"]


@pytest.mark.parametrize(("line", "mended"), [("(AB)^T = A^TB^T", "B^T A^T"), ("(A+B)^2 = A^2 + 2AB + B^2", "AB + BA"),
                                              (r"(A^{-1}+B^{-1})^{-1} = A^{-1}(A+B)B^{-1}", "")])  # fmt: skip
def test_an_identity_of_two_letters_is_no_condition(line: str, mended: str) -> None:
    (found,) = verify_chain([line], SQUARE, {"A": "invertible", "B": "invertible"})
    assert found.status == "fails"
    assert mended in (found.suggestion or "")


def test_conditions_of_two_letters_stay_conditions() -> None:
    lines = ["AB = BA", r"A^T\,A = A A^T", "A^T = A", "A^2 = A", r"A\cdot B=BA", r"\|u\| = \|v\|", "AA^T = I"]
    assert "fails" not in statuses(lines)


def test_a_derivative_with_a_prime_may_be_a_row_beside_columns() -> None:
    given = {"declare": {"x": "n", "A": "n x n"}, "assume": {"A": "symmetric"}, "definitions": [r"f(x) = \frac12x'Ax"]}
    assert "fails" not in statuses(["df/dx = Ax", "f'(x) = x'A"], **given)


def test_a_sentence_on_two_names_may_end_at_a_formula() -> None:
    text = "where $x_u$ and $y_i$ are the factors of the user and the item, both are $d$-vectors.\n\n"
    assert [v.status for v in verify_text(text + "$$x_u^Ty_i = y_i^Tx_u$$\n")] == ["holds"]


@pytest.mark.parametrize("made", [r"p_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}",
                                  r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"])  # fmt: skip
def test_a_member_before_brackets_is_a_factor_whatever_its_index(made: str) -> None:
    lines = [r"\frac{\partial p_k}{\partial z_k} = p_k(1-p_k)",
             r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij}-p_j)"]  # fmt: skip
    assert statuses(lines, {"z": "K"}, definitions=[made]) == ["holds", "holds"]
    wrong = [lines[0].replace("1-", "1+"), lines[1].replace("-p_j", "-p_i")]
    assert statuses(wrong, {"z": "K"}, definitions=[made]) == ["fails", "fails"]


def test_a_chain_rule_of_members_is_read_by_the_definition_of_the_family() -> None:
    lines = [r"L = -\sum_{k=1}^K y_k\log p_k",
             r"\frac{\partial L}{\partial z_j} = -\sum_{k=1}^K y_k\frac{1}{p_k}\frac{\partial p_k}{\partial z_j}",
             r"= -\sum_{k=1}^K\frac{y_k}{p_k}p_k(\delta_{kj}-p_j)"]  # fmt: skip
    given = {"declare": {"z": "K", "y": "K"}, "definitions": [r"p_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}"]}
    assert statuses(lines, **given) == ["holds"] * 3
    assert statuses([*lines[:2], lines[2].replace("-p_j", "-p_k")], **given) == ["holds", "holds", "fails"]


def test_a_size_as_a_number_leaves_the_shapes_of_the_rest_declared() -> None:
    given = {"declare": {"Q": "n x d", "K": "m x d", "G": "n x m"}, "definitions": [r"f = \frac{1}{\sqrt d}G:QK^T"]}
    line = r"\frac{\partial f}{\partial K} = \frac{1}{\sqrt d}G^TQ"
    assert statuses([line], **given) == ["holds"]
    assert statuses([line.replace("G^TQ", "GQ")], **given) == ["fails"]


def test_a_product_that_should_be_transposed_as_a_whole_is_mended() -> None:
    line = r"\frac{\partial}{\partial K}(\operatorname{tr}(KHP)+\|K\|_F^2) = HP + 2K"
    (found,) = verify_chain([line], {"K": "n x m", "H": "m x n", "P": "n x n"})
    assert (found.status, found.suggestion) == ("fails", line.replace("= HP", "= (HP)^T"))
