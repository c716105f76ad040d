"""Blocks: every environment, line breaks, rows that Markdown would take for something else, rows that are too long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texgrad.notation import Style
from texgrad.writer.block import ENVIRONMENTS, Row, block
from texgrad.writer.breaking import NARROW, chunks

ROWS = (Row("f", "=", r"\frac12 M:M"), Row("df", "=", "M:dM"), Row("", "=", "XA^TA:dX", r"\text{by } A"))
DOLLARS = ("$$", "$$")


def test_aligned_in_markdown() -> None:
    assert block(ROWS, "aligned", DOLLARS, Style()) == (
        "$$",
        r"\begin{aligned}",
        r"f &= \frac12 M:M \\",
        r"df &= M:dM \\",
        r"&= XA^TA:dX \qquad \text{by } A",
        r"\end{aligned}",
        "$$",
    )


def test_eqnarray_has_two_marks() -> None:
    assert block(ROWS[:2], "eqnarray*", ("", ""), Style()) == (
        r"\begin{eqnarray*}",
        r"f &=& \frac12 M:M \\",
        r"df &=& M:dM",
        r"\end{eqnarray*}",
    )


def test_eqalign_ends_every_row_with_the_authors_break() -> None:
    assert block(ROWS[1:], "eqalign", DOLLARS, Style(line_break=r"\cr")) == (
        "$$",
        r"\eqalign{",
        r"df &= M:dM \cr",
        r"&= XA^TA:dX \qquad \text{by } A \cr",
        "}",
        "$$",
    )


def test_gathered_has_no_marks() -> None:
    assert block(ROWS[:1], "gathered", (r"\[", r"\]"), Style())[2] == r"f = \frac12 M:M"


@pytest.mark.parametrize(
    ("environment", "delimiters", "first", "last"),
    [
        ("align*", ("", ""), r"\begin{align*}", r"\end{align*}"),
        ("align*", (r"\[", r"\]"), r"\begin{align*}", r"\end{align*}"),
        ("align*", DOLLARS, "$$", "$$"),
        ("aligned", ("", ""), r"\[", r"\]"),
        ("split", (r"\[", r"\]"), r"\[", r"\]"),
    ],
)
def test_delimiters(environment: str, delimiters: tuple[str, str], first: str, last: str) -> None:
    lines = block(ROWS, environment, delimiters, Style())
    assert (lines[0], lines[-1]) == (first, last)


MARKDOWN_TAKES = re.compile(r"\s*([-+*#>=_~`|<]|\d+[.)])|\s*\Z")
piece = st.sampled_from([*"-+*#>=1.)~` &XA|<_", "\\", "\\alpha ", "\n\n", "\r\n"])
latex = st.lists(piece, max_size=12).map("".join)
rows_of = st.lists(st.builds(Row, latex, st.sampled_from(["=", r"\approx", "&", ""]), latex))


@given(rows_of, st.sampled_from(sorted(ENVIRONMENTS)))
def test_no_row_begins_with_what_markdown_takes(rows: list[Row], environment: str) -> None:
    for line in block(rows, environment, DOLLARS, Style())[1:-1]:
        assert "\n" not in line and "\r" not in line
        assert not MARKDOWN_TAKES.match(line), line


def test_a_long_row_goes_on_at_a_sign_outside_brackets() -> None:
    term = r"A_{12}\left(X+Y-Z\right)B^{T}"
    long = "-" + " + ".join([term] * 30)
    parts = chunks(long)
    assert len(parts) > 1
    assert " ".join(parts) == long
    assert all(part.startswith("+ ") for part in parts[1:])
    assert all(part.count("(") == part.count(")") for part in parts)
    lines = block([Row("f", "=", long)], "aligned", DOLLARS, Style())
    assert lines[3].startswith(r"&\qquad + ")


def test_a_sign_between_bars_is_no_place_to_cut() -> None:
    norm = r"\|x-\mu\mathbf 1\|"
    long = " - ".join([rf"{norm}|a-b|\left\|X-Y\right\|\lVert U-V\rVert"] * 12)
    parts = chunks(long)
    assert len(parts) > 1
    assert all(part.removeprefix("- ").startswith(norm) for part in parts)


def test_a_sign_that_belongs_to_what_follows_is_no_place_to_cut() -> None:
    long = " : ".join(["-" + "X" * 60] * 3)
    assert chunks(long) == [long]


def test_a_long_row_goes_on_at_a_relation_first() -> None:
    parts = [r"\left(A + B\right)" * 7, "A + B" * 9, "C - D"]
    assert chunks(" = ".join(parts)) == [parts[0], "= A + B" + "A + B" * 8 + " = C - D"]
    lines = block([Row("f", "=", " = ".join([*parts, parts[0]]))], "aligned", DOLLARS, Style())
    assert [line.split(" ")[0] for line in lines[2:-2]] == ["f", "&=", "&="]


def test_a_long_list_of_definitions_has_a_row_each() -> None:
    row = Row(r"\text{Let } z", "=", r",\quad ".join(["W x + b" * 12, r"h = \tanh(z)", "e = h - y"]))
    lines = block([row], "eqnarray*", ("", ""), Style())
    assert lines[2:-1] == (r"h &=& \tanh(z), \\", "e &=& h - y")


def test_a_note_that_does_not_fit_has_a_row_of_its_own() -> None:
    short, note = r"\text{by } A", r"\text{" + "because of this " * 4 + "}"
    fits = block([Row("f", "=", "a" * 20, short)], "aligned", DOLLARS, Style())
    assert fits[2] == "f &= " + "a" * 20 + r" \qquad \text{by } A"
    assert block([Row("f", "=", "a" * 20, note)], "aligned", DOLLARS, Style())[3].startswith(r"&\qquad \text{because")


def test_a_short_row_stays_whole() -> None:
    assert chunks("a + b - c") == ["a + b - c"]


def test_what_is_too_long_is_cut_in_brackets_that_get_a_size() -> None:
    long = r"\left(" + "+".join([r"\frac{A_{12}}{2}BCDXYZUV"] * 9) + r"\right):dX"
    first, *_, last = parts = chunks(long)
    assert len(parts) > 2 and all(part.startswith("+") for part in parts[1:])
    assert first.startswith(r"\biggl(") and last.endswith(r"\biggr):dX") and r"\left" not in "".join(parts)
    assert "".join(parts) == long.replace(r"\left", r"\biggl").replace(r"\right", r"\biggr")


def test_short_brackets_and_what_hardly_fits_stay_whole() -> None:
    factors = r"(X-Y)\odot" * 4 + "(X-Y)"
    assert chunks(factors * 3)[0].count("(") == chunks(factors * 3)[0].count(")")
    hardly = "(" + "X" * 28 + "-" + "Y" * 28 + ")"
    assert chunks(hardly) == [hardly]


parts_of_rows = st.sampled_from(["(", ")", "[", "]", r"\left(", r"\right)", r"\frac{A-B}{C}", *"+-X", r"\odot "])


@given(st.lists(parts_of_rows, max_size=200), st.integers(8, 60))
def test_cutting_loses_nothing(pieces: list[str], longest: int) -> None:
    whole = "".join(pieces)
    parts = chunks(whole, longest)
    plain = "".join("".join(parts).split())
    for size, name in ((r"\biggl", r"\left"), (r"\biggr", r"\right")):
        plain = plain.replace(size, name)
    assert plain == "".join(whole.split())


def test_two_columns_hold_less() -> None:
    rows = [Row("f", "=", "+".join(["ABCDE"] * 9))]
    assert len(block(rows, "align*", ("", ""), Style())) < len(block(rows, "align*", ("", ""), Style(), NARROW))
