r"""How many columns a page has: its class, its options, its packages and its front matter tell; long lines fit them."""

from __future__ import annotations

import pytest

from texgrad import build_text
from texgrad.formats_columns import columns_of

LOSS = r"""
\[ f(W) = \tfrac12\|M\odot(Y - XW)\|_F^2 + \tfrac\lambda2\|W\|_F^2 + \tfrac\mu2\|WA - B\|_F^2 \]
\[ \frac{\partial f}{\partial W} = ? \]
"""


@pytest.mark.parametrize(
    ("preamble", "columns"),
    [
        (r"\documentclass{article}", 1),
        (r"\documentclass[10pt,twocolumn]{article}", 2),
        ("% \\documentclass[twocolumn]{article}\n\\documentclass{article}", 1),
        (r"\documentclass[journal]{IEEEtran}", 2),
        (r"\documentclass[onecolumn, 12pt]{IEEEtran}", 1),
        (r"\documentclass[sigconf]{acmart}", 2),
        (r"\documentclass[manuscript]{acmart}", 1),
        (r"\documentclass[reprint,prl]{revtex4-2}", 2),
        (r"\documentclass[preprint]{revtex4-2}", 1),
        ("\\documentclass{article}\n\\usepackage[review]{cvpr}", 2),
        (r"\section{A chapter}", 1),
    ],
)
def test_columns_of_latex(preamble: str, columns: int) -> None:
    assert columns_of(preamble + "\n\\begin{document}\nWe write \\usepackage{acl}.") == columns


def test_columns_of_front_matter() -> None:
    assert columns_of("", "title: x\nclassoption: [twocolumn, 10pt]\n") == 2
    assert columns_of("", "classoption:\n  - 10pt\n  - twocolumn\n") == 2
    assert columns_of("", "classoption: onecolumn\n") == 1


def longest(preamble: str, **options: str) -> int:
    """The longest row of an answer, in characters."""
    text = f"\\documentclass{preamble}\n\\begin{{document}}\n{LOSS}\\end{{document}}\n"
    built, said = build_text(text, format="latex", options=options)
    assert not said and built.count("texgrad:begin") == 1
    return max(map(len, built.partition("texgrad:begin")[2].splitlines()))


def test_lines_are_shorter_in_two_columns_or_where_one_asks() -> None:
    wide, narrow = longest("{article}"), longest("[twocolumn]{article}")
    assert narrow < 0.8 * wide
    assert longest("{article}", columns="2") == narrow
    assert longest("[twocolumn]{article}", columns="1") == wide
