"""reStructuredText: what docutils makes of a document, before and after the answers are written into it."""

from __future__ import annotations

import random
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import dummy
from tests.posts import FOUND, POSTS
from tests.references import by_docutils, docutils_tree, ours
from texgrad import build_text
from texgrad.formats import named
from texgrad.weave import clean, weave

nodes = pytest.importorskip("docutils.nodes")
RST = named("rst")
ASK = r":math:`\nabla_x f(x) = ?`"
EDGE = "+-" + "-" * len(ASK) + "-+"


def without_answers(text: str) -> str:
    """The tree of a document without our blocks."""
    tree = docutils_tree(text)
    for mark in [node for node in tree.findall(nodes.comment) if node.astext().startswith("texgrad:begin")]:
        siblings, at = mark.parent, mark.parent.index(mark)
        while siblings[at].astext() != "texgrad:end":
            assert isinstance(siblings[at], nodes.comment | nodes.math_block)
            del siblings[at]
        del siblings[at]
    for node in list(tree.findall(nodes.system_message)):
        node.parent.remove(node)
    return str(tree.pformat())


def test_math_is_what_docutils_finds() -> None:
    assert ours(POSTS["rst"], "rst") == by_docutils(POSTS["rst"]) == list(FOUND["rst"])


_WORDS = st.sampled_from(
    ["Some words", "Words of\ntwo lines", f"Asked: {ASK}", f"Find {ASK} in\nwords", "It is::\n\n  code"]
)
_DISPLAY = st.sampled_from([".. math:: \\nabla_x f(x) = ?", ".. math::\n   :name: a\n\n   a\n\n   \\nabla_x f(x) = ?"])
_OTHER = st.sampled_from(
    [
        ".. code::\n\n   x",
        f".. A comment {ASK}\n\n   more",
        f"=== ====\na   {ASK}\n\nb   c\n=== ====",
        ".. texgrad: D_x x^Tx",
        f"{EDGE}\n| {ASK} |\n{EDGE}",
        f".. csv-table::\n\n   {ASK}, b",
        f">>> a\n{ASK}",
        f"- A {ASK}\n- B",
        "..",
        ".. _a: b",
    ]
)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Blocks within an item, a quote, a note, a definition or a footnote."""
    opening = st.sampled_from(
        [
            "- ",
            "#. ",
            "    ",
            ".. note::\n\n   ",
            ".. [#] A note\n\n   ",
            "Term\n  It is\n\n  ",
            f"Term {ASK}\n  It is\n\n  ",
            ".. tip::\n\n  ",
        ]
    )

    def within(start: str, blocks: list[str]) -> str:
        depth = len(start.split("\n")[-1])
        return start + textwrap.indent("\n\n".join(blocks), " " * depth).lstrip()

    return st.builds(within, opening, st.lists(inner, min_size=1, max_size=3))


_MORE = [
    f"Term {ASK}\n  .. math:: a\n\n  more",
    f"Term {ASK}\n  .. code::\n\n    x",
    "Term\n  .. texgrad: D_x x^Tx\n\n    more",
    f"Term {ASK}\n  .. note:: Words {ASK}\n\n     more",
    f"- Term {ASK}\n    .. math:: a",
]
_BLOCKS = st.recursive(st.one_of(_WORDS, _DISPLAY, _OTHER, st.sampled_from(_MORE)), _nested, max_leaves=6)


@settings(deadline=None, max_examples=60)
@given(st.lists(_BLOCKS, min_size=1, max_size=4))
def test_answers_change_nothing_else_on_the_page(blocks: list[str]) -> None:
    text = "\n\n".join(blocks) + "\n"
    woven = weave(text, RST, {}, dummy)
    assert without_answers(woven.text) == without_answers(text)
    assert weave(woven.text, RST, {}, dummy).text == woven.text and clean(woven.text, RST).text == text
    shown = [latex for latex in by_docutils(text) if "?" in latex]
    assert len(ours(text, "rst")) == len(by_docutils(text)) and woven.counts.asked >= len(shown)


def test_an_answer_as_it_is_written() -> None:
    text = "Title\n=====\n\n- Let :math:`f(x) = a^T x`.\n\n  .. math::\n\n     \\nabla f(x) = ?\n\n- more\n"
    built, said = build_text(text, format="rst")
    digest = built.split("texgrad:begin ")[1].split("\n")[0]
    rows = ("\\begin{aligned}", "f &= a^Tx \\\\", "df &= a^Tdx \\\\", "\\nabla f(x) &= a", "\\end{aligned}")
    display = "".join(f"     {row}\n" for row in rows)
    answer = f"\n  .. texgrad:begin {digest}\n\n  .. math::\n\n{display}\n  .. texgrad:end\n"
    assert not said and built == text.replace("\\nabla f(x) = ?\n", "\\nabla f(x) = ?\n" + answer)


def test_comments_ask_and_declare() -> None:
    text = (
        ".. texgrad let: X \\in \\mathbb R^{n \\times p}\n\n"
        ".. texgrad style=perturbation:\n   \\frac{\\partial}{\\partial X}\n   \\operatorname{tr}(X^T X)\n\nThe end.\n"
    )
    built, said = build_text(text, format="rst")
    assert not said and r"\delta X" in built.replace(r"\Delta X", r"\delta X") and built.endswith("The end.\n")


def test_levels_of_titles_go_by_their_first_use() -> None:
    text = (
        "A\n~~~\n\n:math:`f(x) = x^T x`\n\nB\n===\n\n:math:`\\nabla f(x) = ?`\n\nC\n~~~\n\n"
        ":math:`f(x) = a^T x` and :math:`\\nabla f(x) = ?`\n"
    )
    built, said = build_text(text, format="rst")
    first, second = built.split("texgrad:begin")[1:]
    assert not said and "&= 2x\n" in first and "&= a\n" in second


def test_long_texts_take_linear_time() -> None:
    chance = random.Random(1)
    for part in ("``a ", ":math:`a ", "- ", "   ", ".. a::\n", "`", "a\n  ", "=== ==\n", "a::\n\n"):
        text = "".join(chance.choice((part, part, "b\n\n")) for _ in range(20_000))
        assert clean(text, RST).text == text
