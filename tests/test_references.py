"""The formulas of the posts in `tests/posts.py`, as other programs find them."""

from __future__ import annotations

import pytest

from tests.posts import COMMONMARK, FOUND, POSTS
from tests.references import by_markdown_it, by_pandoc, differences
from texgrad.formats import FORMATS
from texgrad.scan import scan


def test_commonmark_agrees_with_markdown_it() -> None:
    assert differences(COMMONMARK, "commonmark") == (len(FOUND["commonmark"]), [], [])


def test_pandoc_markdown_agrees_with_pandoc() -> None:
    for name in ("pandoc", "quarto"):
        assert tuple(by_pandoc(POSTS[name])) == FOUND[name]


def test_pandoc_differs_from_commonmark_where_it_is_said_to() -> None:
    """HTML holds Markdown there, and a table leaves the backslash of a norm."""
    number, missed, extra = differences(COMMONMARK, "pandoc")
    assert number > 15 and missed == extra == []
    theirs = by_pandoc(COMMONMARK)
    assert {"html", r"\|x\|"} <= set(theirs) and not {"html", r"\|x\|"} & set(by_markdown_it(COMMONMARK))


@pytest.mark.parametrize("prices", ["It costs $5, $6 or US$7.\n", "`$HOME` and ${HOME}, $5-$7\n", "5 $ and 6 $ more\n"])
def test_prices_are_no_math(prices: str) -> None:
    assert by_pandoc(prices) == by_markdown_it(prices) == []
    rows = [row for row in FORMATS.values() if row.family == "markdown" and not row.cells]
    assert all(not scan(prices, row).formulas for row in rows)
