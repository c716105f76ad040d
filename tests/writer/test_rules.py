"""The page of rules says everything that the table holds."""

from __future__ import annotations

import pytest

from texgrad.algebra import Op
from texgrad.operators import TABLE
from texgrad.tidy import identities
from texgrad.tidy.identities import Identity
from texgrad.writer.rules import table

PAGE = table()


def part(op: Op) -> str:
    return PAGE.split(f"## {op.name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("op", TABLE, ids=lambda op: op.name)
def test_an_operator_is_on_the_page_with_all_that_is_known_of_it(op: Op) -> None:
    text = part(op)
    for spelling in op.spellings:
        assert f"`{spelling}`" in text
    assert op.law in text and op.source in text
    assert ("- where:" in text) == bool(op.condition)


def test_laws_are_printed_from_the_table() -> None:
    assert r"`dA^{-1} = -A^{-1}\,dA\,A^{-1}`" in PAGE
    assert r"`G:dA\,B = GB^\top:dA`" in PAGE
    assert "m×n, n×p → m×p" in PAGE
    assert "SymPy" in PAGE


def test_every_identity_that_a_line_may_name_is_printed() -> None:
    every = [value.name for value in vars(identities).values() if isinstance(value, Identity)]
    assert len(every) > 20
    assert sorted(every) == sorted(line[2:] for line in PAGE.split("## identities\n\n")[1].splitlines())
