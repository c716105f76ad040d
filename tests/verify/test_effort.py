"""What long documents may cost: work is counted, and never time, so that a bound holds on every machine alike."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import texgrad
from texgrad.check_values import Evaluator
from texgrad.reader import solve, statements
from texgrad.verify import judge
from texgrad.verify.documents import EFFORT

ONE_MORE = 1.1  # how much more than the bound may be done: the last thing that was begun is finished


def unfitting(k: int) -> str:
    """An equation that has no shapes: all that letters can be is tried."""
    return rf"$$A_{{{k}}}x + b_{{{k}}} = \operatorname{{tr}}(C) x y z u v + \|w\|^2 p q r + c_{{{k}}}^T D x$$"


def by_sums(k: int) -> str:
    """An equation whose sides have thousands of terms in their sums."""
    return rf"$$\sum_{{i,j,k,l}} a_i b_j c_k d_l x_{{{k}}} = \sum_{{l,k,j,i}} d_l c_k b_j a_i x_{{{k}}}$$"


def mistaken(k: int) -> str:
    """An equation with no single slip that would mend it: many are tried."""
    return rf"$$\nabla_x (x^TA_{{{k}}}x + b^Tx) = 3A_{{{k}}}x - 5A_{{{k}}}^Tx + 7b$$"


def defined_anew(k: int) -> str:
    """An equation with calls that grow when definitions are put in place."""
    return rf"$${k}q(a, b) = {k}q(b, a)$$"


def curved(k: int) -> str:
    """An equation with second derivatives, which take many values."""
    return rf"$$\nabla^2 \sum_i \log(1+e^{{-y_i w^T x_i}}) = {k + 2} X^T S X$$"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is done from here on: trees that get a shape, and expressions that get a value."""
    done: Counter[str] = Counter()
    run, value = solve._Course.run, Evaluator._value

    def typed(self: Any, typing: Any, *rest: Any) -> None:
        before = len(typing.results)
        try:
            run(self, typing, *rest)
        finally:
            done["typed"] += len(typing.results) - before

    def valued(self: Any, root: Any, indices: Any, memo: Any) -> Any:
        before = len(memo)
        found = value(self, root, indices, memo)
        done["valued"] += len(memo) - before
        return found

    monkeypatch.setattr(solve._Course, "run", typed)
    monkeypatch.setattr(Evaluator, "_value", valued)
    return done


@pytest.mark.parametrize("equation", [unfitting, by_sums, mistaken, defined_anew, curved])
def test_work_is_bounded_whatever_a_document_holds(equation: Callable[[int], str], work: Counter[str]) -> None:
    said = "Let $A_k \\in \\mathbb{R}^{n\\times n}$ and $b \\in \\mathbb{R}^n$.\n\n"
    said += "Let $f(x,y) = xy+x$, $g(x,y) = f(f(x,y),f(y,x))$,\n"
    said += "$h(x,y) = g(g(x,y),g(y,x))$ and $q(x,y) = h(h(x,y),h(y,x))$.\n\n"
    verdicts = texgrad.verify_text(said + "\n\n".join(map(equation, range(400))))
    assert 0 < work.total() < ONE_MORE * EFFORT
    assert verdicts[0].reason != "too-large" and verdicts[-1].reason == "too-large"


@pytest.mark.parametrize("rows", [
    [r"f &= x^TAx \\", *(rf"&= x^TBx + {k} \\" for k in range(400))],
    ["&", *(f"{k}x^TAx =" for k in range(900)), "x^TAx"],
], ids=["many rows that fail", "many sides in one row"])  # fmt: skip
def test_work_on_one_chain_is_bounded(rows: list[str], work: Counter[str]) -> None:
    (*_, last) = texgrad.verify_text("\\begin{align*}" + "\n".join(rows) + "\\end{align*}", "latex")
    assert 0 < work.total() < ONE_MORE * EFFORT and last.reason == "too-large"


def test_one_hopeless_chain_leaves_the_rest_its_share() -> None:
    letters = [rf"\operatorname{{tr}}(C_{{{k}}}) x_{{{k}}} y_{{{k}}} z + \|w\|^2 p q_{{{k}}}^T D x" for k in range(40)]
    hopeless = f"$${' + '.join(letters)} = A x$$"
    verdicts = texgrad.verify_text(f"{hopeless}\n\n$$\\nabla_u\\, u^Tu = 2u$$")
    assert verdicts[-1].status == "holds"


def test_points_nearby_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: Counter[int] = Counter()
    shaken = judge.Worlds.shaken

    def counted(self: Any, attempt: int) -> Any:
        moved[id(found := shaken(self, attempt))] += 1
        kept.append(found)
        return found

    kept: list[Any] = []
    monkeypatch.setattr(judge.Worlds, "shaken", counted)
    rows = [rf"\nabla_x\, x^TA_{{{k}}}x &= {k + 3}A_{{{k}}}x \\" for k in range(6)]
    texgrad.verify_chain(rows)
    assert moved and max(moved.values()) > 1


def test_a_formula_is_read_once_whichever_macros_its_readers_know(monkeypatch: pytest.MonkeyPatch) -> None:
    expanded: Counter[str] = Counter()
    expand = statements.expand

    def counted(text: str, known: Any) -> Any:
        expanded[text] += 1
        return expand(text, known)

    monkeypatch.setattr(statements, "expand", counted)
    statements._formula.cache_clear()
    common = [rf"$x_{{{k}}} \le y_{{{k}}}$" for k in range(12)]
    declared = [r"$A \in \R^{n\times n}$", r"$B \in \mathbb{R}^{n\times n}$"]
    equations = [rf"$${k}{m}({x} + {x}) = {2 * k}{m}{x}$$" for k in range(2, 6) for m, x in ("Ax", "By")]
    verdicts = texgrad.verify_text("\n\n".join((*common, *declared, *equations)))
    assert [v.status for v in verdicts] == ["holds"] * 8
    assert {expanded[text.strip("$")] for text in (*common, *equations)} == {1}


def test_what_fails_leaves_the_rest_its_share() -> None:
    said = "Let $A_k \\in \\mathbb{R}^{n\\times n}$ and $b \\in \\mathbb{R}^n$.\n\n"
    right = [rf"$$\nabla_x\, x^TA_{{{k}}}x = A_{{{k}}}x + A_{{{k}}}^Tx$$" for k in range(20)]
    verdicts = texgrad.verify_text("\n\n".join((said, *map(mistaken, range(100, 112)), *right)))
    assert [v.status for v in verdicts[-20:]] == ["holds"] * 20
    assert [v.status for v in verdicts[:12]] == ["fails"] * 12


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_afterwards_as_it_was_before(collects: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    run = solve._Course.run
    monkeypatch.setattr(solve._Course, "run", lambda *given: (found.append(gc.isenabled()), run(*given))[1])
    was = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        assert [v.status for v in texgrad.verify_text("$$\\nabla_x x^Tx = 2x$$")] == ["holds"]
        assert found and not any(found)
        assert gc.isenabled() == collects
    finally:
        (gc.enable if was else gc.disable)()


def test_macros_in_what_other_macros_stand_for_are_expanded() -> None:
    macros = r"\newcommand{\T}{^\top}\newcommand{\quad@}[1]{#1\T A #1}\newcommand{\form}[1][x]{\quad@{#1}}"
    text = f"$${macros}$$\n\nLet $A \\in \\mathbb{{R}}^{{n\\times n}}$.\n\n"
    right, wrong = (texgrad.verify_text(rf"{text}$$\nabla_x \form = Ax + {end}$$") for end in (r"A\T x", "2A x"))
    assert [v.status for v in right] == ["holds"] and "holds" not in [v.status for v in wrong]
