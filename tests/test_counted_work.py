"""Growth of work, counted in calls: what is worked out of a formula is worked out once, however much is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import texgrad
from texgrad.reader import claimed, claims, declare, seen, summation, upstream
from texgrad.source import TexgradError
from texgrad.writer import block, breaking

Count = Callable[[], int]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], Count]:
    """How often a function of a module or class is called, from when it is asked for."""

    def counting(owner: Any, name: str) -> Count:
        plain, calls = getattr(owner, name), [0]

        def counter(*given: Any, **named: Any) -> Any:
            calls[0] += 1
            return plain(*given, **named)

        monkeypatch.setattr(owner, name, counter)
        return lambda: calls[0]

    return counting


def questions(n: int) -> str:
    """Functions, and questions about them."""
    return "".join(
        rf"Let $f_{{{k}}}(y)=y^TB_{{{k}}}y$." + "\n\n" + rf"$$\nabla_y f_{{{k}}} = ?$$" + "\n\n" for k in range(n)
    )


def test_what_is_a_derivative_on_a_page_is_looked_at_once(counted: Any) -> None:
    calls = counted(upstream, "derivative")
    texgrad.build_text(questions(12))
    few = calls()
    texgrad.build_text(questions(12) + questions(24).replace("y", "z").replace("B", "C"))
    assert 0 < few <= 4 * 12 and calls() - few <= 4 * 36


def wrong(n: int) -> str:
    """A sum of which something wrong is claimed, so that many manners of reading are tried."""
    return f"$$\\nabla_x ({'+'.join(['x^Tx'] * n)}) = 3x$$\n"


def test_the_rows_of_an_equation_are_told_apart_once(counted: Any) -> None:
    rows, parsed = counted(claimed, "rows"), counted(claimed, "definition")
    (verdict,) = texgrad.verify_text(wrong(7))
    assert verdict.status == "fails" and rows() <= 2 and parsed() < 100


def test_directions_are_looked_for_behind_their_signs_only(counted: Any) -> None:
    along = counted(claims, "along")
    texgrad.verify_text(wrong(40))
    assert along() == 0
    (verdict,) = texgrad.verify_text("Let $f(x) = x^Tx$.\n\n$$Df(x)[h] = 2x^Th$$\n")
    assert verdict.status == "holds" and along() > 0


def nested(n: int) -> str:
    """Products of names with indices in brackets within brackets."""
    return "$$" + "".join(f"a_{{i}}b_{{i}}c_{{{k}}}(" for k in range(n)) + "d" + ")" * n + " = d$$"


def test_indices_are_counted_once_in_what_is_nested(counted: Any) -> None:
    calls = counted(summation.Convention, "_count")
    texgrad.verify_text(nested(8))
    few = calls()
    texgrad.verify_text(nested(16))
    assert few > 0 and calls() - few < 2.5 * few


def called(n: int) -> str:
    """Macros with a different argument in every call."""
    return r"\def\q#1#2{\|A_{#1}#2-b_{#1}\|^2}" + "+".join(rf"\q{{{k}}}{{x}}" for k in range(n))


def test_few_calls_of_macros_are_read_to_see_whether_they_are_names(counted: Any) -> None:
    calls = counted(seen, "name_of")
    assert texgrad.derive(called(300), "x").results
    assert calls() <= 2 * seen.MOST_OTHERS


def test_macros_make_no_formula_longer_than_one_that_is_typed() -> None:
    with pytest.raises(TexgradError) as caught:
        texgrad.derive(called(900), "x")
    (found,) = caught.value.diagnostics
    assert found.code == "too-large" and "macros" in found.message and found.span is not None
    assert texgrad.derive(called(3), "x").results


def test_rows_are_looked_through_for_places_to_cut_once(counted: Any) -> None:
    places, rows = counted(breaking, "places"), counted(block, "first_relation")
    solution = texgrad.derive("+".join(rf"\|A_{{{k}}}x-b_{{{90 - k}}}\|^2" for k in range(60)), "x")
    assert solution.latex().count("\n") > 100
    assert rows() > 40 and places() < rows() / 2


@pytest.mark.parametrize(("row", "at"), [
    ("x = y", 2), ("a_{1} = b", 6), ("(a = b) + c", None), ("|a| = b", 4), (r"\left(a = b\right) = c", 10),
    ("a + b", None), (") = b", 2), ("", None),
])  # fmt: skip
def test_the_first_relation_outside_brackets(row: str, at: int | None) -> None:
    tokens = breaking.TOKEN.findall(row)
    ranked = (place.at for place in breaking.places(tokens) if place.rank == breaking.RELATION)
    assert breaking.first_relation(tokens) == next(ranked, None) == at


@pytest.mark.parametrize("text", ["A" + " " * 3000 + "x", "A symmetric" + " " * 3000 + "x", r"A \text{" * 900,
                                  "A " + "is " * 2000 + "x", "A is symmetric"])  # fmt: skip
def test_properties_behind_a_name_are_looked_for_in_one_go(text: str) -> None:
    found = declare._BARE_PROPERTY.match(text)
    assert (found and found["name"].strip()) == ("A" if text.endswith("symmetric") else None)


def test_what_a_page_may_ask_is_counted_by_letters_and_refusals_too() -> None:
    short, long = (rf"$$\nabla_x \left({'+'.join(['x^TAx'] * n)}\right) = ?$$" + "\n\n" for n in (1, 20))
    built, found = texgrad.build_text(long * 62)
    assert [one.code for one in found] == ["too-large"] and 20 < built.count("texgrad:begin") < 62
    assert not texgrad.build_text(short * 62)[1]
    refused = r"$$\nabla_x g = ?$$" + "\n\n"
    *_, last = texgrad.build_text(refused * 200)[1]
    *_, first = texgrad.build_text(refused * 60)[1]
    assert last.code == "too-large" and first.code == "undeclared"
