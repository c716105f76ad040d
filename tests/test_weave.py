"""Writing blocks into a text: what is inserted where, and that nothing else ever changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texgrad.document import Answer, Document, Group, digest, has_trailing
from texgrad.formats import FORMATS, named
from texgrad.scan import scan
from texgrad.source import Diagnostic, TexgradError, fail
from texgrad.weave import clean, front_options, weave

MARKDOWN, LATEX = named("markdown"), named("latex")
ASK = r"$\frac{\partial f}{\partial X} = ?$"


def solve(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """A block that depends on all that a real answer may depend on, but not on offsets."""
    seen = [(f.latex, f.prose, f.after, f.section, f.in_heading, f.display) for f in document.formulas]
    seen += [(c.latex, c.kind, c.section) for c in document.comments]
    word = hashlib.sha256(repr((seen, document.front, sorted(options.items()))).encode("utf-8", "replace")).hexdigest()
    asked = r" \\ ".join(" ".join(request.latex.split()) for request in group.requests)
    row = document.format
    body = (rf"\begin{{{row.environment}}}", asked, rf"&= {word[:6]}", rf"\end{{{row.environment}}}")
    return Answer(body if row.family == "latex" else ("$$", *body, "$$"))


def build(text: str, format: str = "markdown", **options: str) -> str:
    woven = weave(text, named(format), options, solve)
    assert not woven.diagnostics
    return woven.text


def block(answer: list[str], prefix: str = "") -> str:
    """What `solve` writes, with its digest left out."""
    body = ("$$", r"\begin{aligned}", *answer, "&=", r"\end{aligned}", "$$")
    rows = ("<!-- texgrad:begin -->", *body, "<!-- texgrad:end -->")
    return "\n".join(prefix + row for row in rows)


def plain(text: str) -> str:
    return re.sub(r"(?<=&=) \w+", "", re.sub(r"begin \w{10} ", "begin ", text))


F = r"\frac{\partial f}{\partial X}"
TWO = rf"{F} \\ {F}"
BOTH = rf"$${F}=?,\quad \nabla g=?$$"
CASES = {
    "paragraph": (f"Find {ASK} now.\nMore.\n\nEnd", f"Find {ASK} now.\nMore.\n\n{block([F])}\n\nEnd"),
    "no final newline": (f"Find {ASK}", f"Find {ASK}\n\n{block([F])}"),
    "heading": (f"# Find {ASK}\nText", f"# Find {ASK}\n\n{block([F])}\n\nText"),
    "setext heading": (f"Find {ASK}\n===\nText", f"Find {ASK}\n===\n\n{block([F])}\n\nText"),
    "display in a paragraph": (f"We ask\n$${F}=?$$\nwhere\n", f"We ask\n$${F}=?$$\n\n{block([F])}\n\nwhere\n"),
    "kramdown inline": (f"We ask $${F}=?$$\nwhere\n", f"We ask $${F}=?$$\nwhere\n\n{block([F])}\n"),
    "list": (f"- a\n- {ASK}\n  b\n- c\n", f"- a\n- {ASK}\n  b\n\n{block([F], '  ')}\n\n- c\n"),
    "numbers": (f"1. {ASK}\n2. c\n", f"1. {ASK}\n\n{block([F], '   ')}\n\n2. c\n"),
    "quote": (f"> a {ASK}\n> b\n>\n> c\n", f"> a {ASK}\n> b\n>\n{block([F], '> ')}\n>\n> c\n"),
    "list in quote": (f"> * {ASK}\n\nc\n", f"> * {ASK}\n>\n{block([F], '>   ')}\n\nc\n"),
    "comment": (f"f\n<!-- texgrad: {F} -->\ng\n", f"f\n<!-- texgrad: {F} -->\n\n{block([F])}\n\ng\n"),
    "two in a heading": (f"# {ASK} and {ASK}\n", f"# {ASK} and {ASK}\n\n{block([TWO])}\n"),
    "two in a formula": (BOTH, f"{BOTH}\n\n" + block([rf"{F} \\ \nabla g"])),
}


@pytest.mark.parametrize("name", CASES)
def test_where_the_answer_goes(name: str) -> None:
    text, expected = CASES[name]
    assert plain(build(text)) == expected
    assert clean(build(text), MARKDOWN).text == text


def test_crlf_is_kept() -> None:
    text = f"Find {ASK}\r\nnow.\r\n\r\nEnd\r\n"
    built = build(text)
    assert built.count("\n") == built.count("\r\n") == 13
    assert clean(built, MARKDOWN).text == text


def test_latex_stands_after_the_paragraph_and_before_the_next_item() -> None:
    text = "\\begin{itemize}\n  \\item Find " + ASK + "\n    now\n  \\item b\n\\end{itemize}\n"
    built = build(text, "latex")
    rows = built.split("\n")
    assert rows[3] == "" and re.fullmatch(r"  % texgrad:begin \w{10}", rows[4])
    assert rows[5] == r"  \begin{align*}" and rows[9:12] == ["  % texgrad:end", "", r"  \item b"]
    assert clean(built, LATEX).text == text


def test_requests_in_code_and_comments_are_none() -> None:
    text = f"---\ntitle: {ASK}\n---\n`{ASK}`\n\n```\n{ASK}\n```\n\n    {ASK}\n\n"
    text += f"<!-- {ASK} -->\n<pre>\n{ASK}\n</pre>\n\\{ASK}\n"
    assert build(text) == text
    text = f"\\verb|{ASK}|\n% {ASK}\n\\begin{{verbatim}}\n{ASK}\n\\end{{verbatim}}\n\\end{{document}}\n{ASK}"
    assert build(text, "latex") == text


def test_markers_in_code_are_no_markers() -> None:
    text = "```\n<!-- texgrad:begin 1234567890 -->\n```\n`<!-- texgrad:end -->`\n"
    assert weave(text, MARKDOWN, {}, solve).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n<!-- texgrad:begin 0 -->\nb\n",
        "a\n<!-- texgrad:end -->\n",
        "a <!-- texgrad:begin 0 -->\nb\n<!-- texgrad:end -->\n",
        "<!-- texgrad:begin 0 -->\n<!-- texgrad:begin 0 -->\n<!-- texgrad:end -->\n",
    ],
)
def test_unbalanced_markers_leave_the_text_alone(text: str) -> None:
    text += ASK
    woven = weave(text, MARKDOWN, {}, solve)
    assert woven.text == text == clean(text, MARKDOWN).text
    assert [d.code for d in woven.diagnostics] == ["markers"]
    span = woven.diagnostics[0].span
    assert span is not None and text[span.start :].startswith("<!-- texgrad:")


def test_a_block_edited_by_hand_is_kept_and_reported() -> None:
    built = build(f"{ASK}\n\nEnd\n")
    edited = built.replace("&=", "&= 2")
    woven = weave(edited, MARKDOWN, {}, solve)
    assert woven.text == edited == clean(edited, MARKDOWN).text
    assert [d.code for d in woven.diagnostics] == ["edited"]
    assert [d.code for d in clean(edited, MARKDOWN).diagnostics] == ["edited"]
    assert weave(edited, MARKDOWN, {}, solve, force=True).text == built
    orphan = edited.replace("= ?", "= 0")
    assert weave(orphan, MARKDOWN, {}, solve).text == orphan
    assert weave(orphan, MARKDOWN, {}, solve, force=True).text == f"{ASK}\n\nEnd\n".replace("= ?", "= 0")


def test_an_edit_that_says_the_same_changes_nothing() -> None:
    built = build(f"{ASK}\n")
    other = re.sub(r"begin \w{10}", "begin 0123456789", built)
    woven = weave(other, MARKDOWN, {}, solve)
    assert woven.text == other and not woven.diagnostics


def test_a_changed_request_refreshes_its_block_and_a_gone_one_takes_it_along() -> None:
    text = f"A\n\n{ASK}\nmore\n\nEnd {ASK}\n"
    built = build(text)
    changed = built.replace(ASK, ASK.replace("X", "Y"))
    assert build(changed) == build(text.replace(ASK, ASK.replace("X", "Y")))
    assert build(built.replace(f"{ASK}\nmore", "none\nmore")) == build(text.replace(f"{ASK}\nmore", "none\nmore"))


def test_a_request_without_answer_leaves_its_place_alone() -> None:
    def some(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
        if "Y" in group.requests[0].latex:
            raise fail("shape", "no")
        return Answer(("$$", "x", "$$"), (Diagnostic("unsupported", "hm", severity="warning"),))

    woven = weave(f"{ASK}\n\n{ASK.replace('X', 'Y')}\n", MARKDOWN, {}, some)
    assert [d.code for d in woven.diagnostics] == ["unsupported", "shape"]
    assert woven.text.endswith(f"-->\n\n{ASK.replace('X', 'Y')}\n") and woven.counts == (2, 1, 1)


def test_options_from_comments_front_matter_and_call() -> None:
    seen: list[Mapping[str, str]] = []

    def note(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
        seen.append(options)
        return Answer(("x",))

    front = "---\ntexgrad:\n  style: trace   # c\n  env: 'split'\n\nother: 1\n---\n"
    text = f'{front}\n<!-- texgrad style=component wrt="X Y" explain: {F} -->\n\n'
    text += f"<!-- texgrad detail=full: -->\n\n{ASK}\n"
    weave(text, MARKDOWN, {"style": "differential", "order": "1"}, note)
    shared = {"env": "split", "detail": "full", "order": "1"}
    assert seen == [shared | {"style": "component", "wrt": "X Y", "explain": "yes"}, shared | {"style": "trace"}]


def test_front_options_in_flow_form_and_faults() -> None:
    assert front_options('---\ntexgrad: {derive: all, env: "a, b"}\n---\n') == {"derive": "all", "env": "a, b"}
    assert front_options("---\ntitle: texgrad\n---\n") == {}
    for bad in ("texgrad: all", "texgrad: {a}", "texgrad:\n  - a\n"):
        with pytest.raises(TexgradError):
            front_options(f"---\n{bad}\n---\n")


def test_derive_all_takes_bare_derivatives_once_a_section() -> None:
    text = f"# Find ${F}$ and $\\nabla g$\n\nWe know ${F}$.\n\n# Next ${F}$\n\n${F} = 2X$, $\\nabla$, $-\\nabla f$\n"
    assert build(text) == text
    built = build(text, derive="all")
    assert built.count("texgrad:begin") == 2
    assert clean(built, MARKDOWN).text == text
    assert build(built, derive="all") == built
    assert build(built) == text


# fmt: off
PIECES = st.sampled_from(
    (
        "word ", "a.\n", "\n", "\n\n", "\r\n", "\r", "\t", "    ", "  ", "> ", "- ", "* ", "1. ", "# ", "## ",
        "===\n", "---\n", "+++\n", "```\n", "~~~\n", "`", "``", "$", "$$", "$$\n", "\n$$", "\\", "\\[", "\\]",
        "\\(", "\\)", "<!--", "-->", "%", "\\begin{align*}", "\\end{align*}", "\\begin{proof}\n",
        "\\end{proof}\n", "\\item ", "\\section{a}\n", "| a |", "<pre>", "</pre>", "\\verb|", "\ufeff",
        "\udc80", "\u2028", "\x0c", "\x00", "\u4e2d", "\\$5", "$5 ", "!!! note\n", "[^1]: ",
        "texgrad: {derive: all}\n", "\\newcommand{\\R}{\\mathbb R}", "\\begin{verbatim}", "\\end{verbatim}",
        "^2 ", "\\text{", f"{ASK}", f"{ASK}", f"{ASK}\n", f"$${F} =?$$", f"\n$${F} =?$$\n", f"$$\n{F} =?\n$$\n",
        f"\n\\begin{{align*}}\n{F} &= ?\\\\\n\\end{{align*}}\n", f"\n\\[{F} = ?\\]\n", f"${F}$",
        f"<!-- texgrad: {F} -->", f"\n<!-- texgrad a=1: {F} -->\n", f"% texgrad: {F}\n",
        "<!-- texgrad let: X -->\n", "<!-- texgrad b=2: -->\n", f"- {ASK}\n", f"> {ASK}\n", f"# {ASK}\n",
        f"{ASK}\n===\n", "{% raw %}", "{% highlight x %}", "{% endhighlight %}", "{{< x >}}", "{{ y }}", ":::\n",
        "::: {.a}\n",
        "```{note}\n", "```math\n", "```\n\n", f"```math\n{F} = ?\n```\n", f"```{{math}}\n:label: a\n{F} = ?\n```\n",
        "\\\\(", "\\\\)", "\\\\[", "\\\\]", f"\\\\[{F} = ?\\\\]", f"$`{F} = ?`$", "{math}`x`", "{/* a */}", "{", "}",
        f"{{/* texgrad: {F} */}}", "<div>\n", "</div>\n", "<b c='d'>", "](e)", "%%", "\\iffalse ", "\\fi ", ": ",
        "> [!note]\n",
        "export a\n", "\\_", "\\|", "\\\\\\\\", "| a | b |\n|---|---|\n",
    )
)
# fmt: on
TEXTS = st.lists(PIECES, max_size=24).map("".join)


@st.composite
def notebooks(draw: st.DrawFn) -> str:
    """Notebooks of Markdown and code cells, in the layouts that JSON may have."""
    cells = []
    for kind, text in draw(st.lists(st.tuples(st.sampled_from(("markdown", "markdown", "code")), TEXTS), max_size=4)):
        lines: str | list[str] = text.splitlines(keepends=True) if draw(st.booleans()) else text
        cells.append({"cell_type": kind, "metadata": {"source": ["$x = ?$"]}, "source": lines})
    book = {"metadata": {}, "cells": cells, "nbformat": 4}
    indent = draw(st.sampled_from((None, 0, 1, "\t")))
    text = json.dumps(book, indent=indent, ensure_ascii=draw(st.booleans()), sort_keys=draw(st.booleans()))
    return text.replace("\n", draw(st.sampled_from(("\n", "\r\n")))) + draw(st.sampled_from(("", "\n")))


DOCUMENTS = st.sampled_from(sorted(FORMATS)).flatmap(
    lambda name: st.tuples(notebooks() if FORMATS[name].cells else TEXTS, st.just(name))
)


@settings(max_examples=1000, deadline=None)
@given(DOCUMENTS, st.sampled_from([{}, {"derive": "all"}]))
def test_clean_undoes_build_and_build_twice_changes_nothing(post: tuple[str, str], options: dict[str, str]) -> None:
    text, name = post
    format = named(name)
    woven = weave(text, format, options, solve)
    again = weave(woven.text, format, options, solve)
    assert again.text == woven.text
    assert again.counts == woven.counts._replace(changed=0)
    cleaned = clean(woven.text, format)
    assert cleaned.text == text
    assert cleaned.diagnostics == ()
    if not format.cells:
        assert "".join(cut_blocks(woven.text, name)) == text
    assert weave(woven.text, format, {**options, "style": "trace"}, solve).text == (
        weave(text, format, {**options, "style": "trace"}, solve).text
    )


def cut_blocks(text: str, name: str) -> list[str]:
    """The text outside the blocks, cut out by the document's own word for where they are."""
    try:
        blocks = scan(text, named(name)).blocks
    except TexgradError:
        return [text]
    ends = [0, *(block.outer.end for block in blocks)]
    starts = [*(block.outer.start for block in blocks), len(text)]
    return [text[start:end] for start, end in zip(ends, starts, strict=True)]


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS, st.text("&=x 1", min_size=1, max_size=4))
def test_hand_edits_stay(post: tuple[str, str], edit: str) -> None:
    text, name = post
    format = named(name)
    first = weave(text, format, {}, solve)
    built = first.text
    edited = re.sub(r"&= (?=[0-9a-f]{6}\b)", f"&= {edit}z", built)
    if edited != built and (format.cells or cut_blocks(built, name) != [built]):
        woven = weave(edited, format, {}, solve)
        said = {d.code for d in first.diagnostics}  # of what stands in the text itself, such as a $ that nothing closes
        assert woven.text == edited and {d.code for d in woven.diagnostics} == {"edited"} | said
        assert clean(edited, format).text == edited


def test_the_digest_tells_the_trailing_blank_line_apart() -> None:
    for lines in (("a",), ("b", "c"), ()):
        assert has_trailing(digest(lines, True)) and not has_trailing(digest(lines, False))
    assert re.fullmatch("[0-9a-f]{10}", digest(("a\udc80",), False))
