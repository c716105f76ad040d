"""The posts of `tests/posts.py`, in all line ends and encodings: what is built is taken out again, byte for byte."""

from __future__ import annotations

import json

import pytest

from tests.corpus import CHANGES, QUESTION, faults
from tests.posts import POSTS
from texgrad.formats import named

NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "markdown", "source": POSTS["commonmark"].splitlines(keepends=True)},
               {"cell_type": "code", "source": [QUESTION]}, {"cell_type": "markdown", "source": "Some words here."}]},
    indent=1,
)  # fmt: skip
MORE = "\n\nMore words here.\n\n- an item here\n- and more here\n  > and quoted words\n"
LATEX = "\\section{A}\nSome words here.\n\n\\begin{itemize}\n  \\item some words\n\\end{itemize}\n% end\nand more\n"
TEXTS = {**POSTS, "latex": LATEX, "markdown": POSTS["commonmark"], "jupyter": NOTEBOOK}


@pytest.mark.parametrize("change", sorted(CHANGES))
@pytest.mark.parametrize("dialect", sorted(TEXTS))
def test_posts_are_safe(dialect: str, change: str) -> None:
    text = TEXTS[dialect] if dialect in ("jupyter", "latex") else TEXTS[dialect] + MORE
    data = CHANGES[change](text.encode())
    assert [fault for seed in range(6) for fault in faults(data, named(dialect), seed)] == []
