"""A text to the same text with its derivations written in, refreshed or taken out: the whole road, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from texgrad.ask import groups
from texgrad.ask_formulas import asks
from texgrad.choices import unknown
from texgrad.document import Block, Document, Group, Macro, Solver, digest
from texgrad.formats import FORMATS, Format
from texgrad.jobs_effort import Page, unanswered
from texgrad.notebook import Notebook
from texgrad.options import DERIVE, POST_OPTIONS
from texgrad.scan import scan
from texgrad.scan_view import NEWLINE
from texgrad.source import Diagnostic, Edit, Span, TexgradError, fail, splice
from texgrad.weave_dress import dressed

CLOSES = {r"\[": r"\]", r"\(": r"\)"}


class Counts(NamedTuple):
    """How many requests a text holds, how many of them were answered, and how many blocks differ from before."""

    asked: int = 0
    answered: int = 0
    changed: int = 0


class Woven(NamedTuple):
    """The new text, what is to be said about it, and what was changed; spans are offsets in the old text."""

    text: str
    diagnostics: tuple[Diagnostic, ...]
    counts: Counts
    edits: tuple[Edit, ...] = ()


def weave(text: str, format: Format, options: Mapping[str, str], solve: Solver, force: bool = False) -> Woven:
    """`text` with a block for every request that `solve` answers; `force` replaces blocks edited by hand.

    A request without an answer leaves its place as it is. Blocks whose request has gone are taken out.
    """

    def write(document: Document) -> _Work:
        return _answered(document, options, solve, force)

    return _woven(text, format, write)


def clean(text: str, format: Format, force: bool = False) -> Woven:
    """`text` without its generated blocks, which is the text before they were written, byte for byte.

    Blocks edited by hand stay, with the diagnostic `edited`, unless `force`.
    """

    def write(document: Document) -> _Work:
        work = _Work([], [])
        for block in document.blocks:
            _remove(block, force, work.edits, work.said)
        return work._replace(counts=Counts(changed=len(work.edits)))

    return _woven(text, format, write)


class _Work(NamedTuple):
    """What is to be done to a document, and said about it."""

    edits: list[Edit]
    said: list[Diagnostic]
    counts: Counts = Counts()


def _woven(text: str, format: Format, write: Callable[[Document], _Work]) -> Woven:
    """`text` with the edits that `write` makes of its document; those of a notebook are made of its cells."""
    try:
        notebook = Notebook(text) if format.cells else None
    except TexgradError as error:
        return Woven(text, error.diagnostics, Counts())
    try:
        document = scan(notebook.text, format, notebook.cells) if notebook else scan(text, format)
        work = write(document)
    except TexgradError as error:
        work = _Work([], list(error.diagnostics))
    if notebook:
        places = [diagnostic.span and notebook.span(diagnostic.span) for diagnostic in work.said]
        said = [replace(diagnostic, span=place) for diagnostic, place in zip(work.said, places, strict=True)]
        work = work._replace(edits=[notebook.edit(edit) for edit in work.edits], said=said)
    return Woven(splice(text, work.edits), tuple(work.said), work.counts, tuple(work.edits))


def _answered(document: Document, options: Mapping[str, str], solve: Solver, force: bool) -> _Work:
    """The blocks of a document, written, refreshed and taken out."""
    settings = {**options, **front_options(document.front), **_set_options(document)}
    document = with_macros(document, settings)
    found, orphans = groups(document, settings)
    edits: list[Edit] = []
    said: list[Diagnostic] = []
    answered = 0
    page = Page(document)
    left_out: tuple[Group, ...] = ()
    for k, group in enumerate(found):
        if not page.answers(group):
            left_out = found[k:]
            break
        asked = {key: value for request in group.requests for key, value in request.options.items()}
        try:
            answer = solve(document, group, {**settings, **asked})
        except TexgradError as error:
            page.refuses(group)
            said += (one if one.span else replace(one, span=_asked_at(group)) for one in error.diagnostics)
            continue
        answered += len(group.requests)
        said += (one for one in answer.diagnostics if one not in said)
        lines = tuple(part for line in dressed(document, group, answer.block) for part in NEWLINE.split(line))
        _place(document, group, lines, force, edits, said)
    said += _unread(document)
    if left_out:
        said.append(unanswered(left_out))
    for block in orphans:
        _remove(block, force, edits, said)
    counts = Counts(sum(len(group.requests) for group in found), answered, len(edits))
    return _Work(edits, said, counts)


def _unread(document: Document) -> Iterator[Diagnostic]:
    """What is said of comments that are meant to ask or to say something and do not, and of formulas without an end."""
    opening, closing = document.format.comment
    for comment in document.comments:
        if comment.kind == "unclosed" and asks(comment.latex):
            sign = document.text[comment.outer.start : comment.outer.end]
            help = f"close it before the next blank line: {CLOSES.get(sign, sign).replace('begin', 'end')}"
            message = f"this {sign} is never closed, and what stands behind it asks"
            yield Diagnostic("syntax", message, comment.outer, help)
        if comment.kind == "unread" or (comment.kind == "set" and not comment.options):
            what = "has no colon" if comment.kind == "unread" else "asks for nothing"
            help = rf"write {opening}texgrad: \nabla f(x){closing}, or {opening}texgrad let: A symmetric{closing}"
            yield Diagnostic("syntax", f"this comment {what}", comment.outer, help, "warning")


def _asked_at(group: Group) -> Span:
    """Where the first request of a group stands."""
    first = group.requests[0]
    return Span(first.offset, first.offset + len(first.latex))


def with_macros(document: Document, options: Mapping[str, str]) -> Document:
    """The document with the macros that the option `macros` defines, before its own."""
    if "macros" not in options:
        return document
    usual = scan(options["macros"], FORMATS["latex"]).macros
    return replace(document, macros=tuple(Macro(one.text, Span(0, 0)) for one in usual) + document.macros)


def _place(
    document: Document, group: Group, lines: tuple[str, ...], force: bool, edits: list[Edit], said: list[Diagnostic]
) -> None:
    """Write a block where there is none, or in place of the old one if it says something else."""
    block = group.existing
    if block is None:
        edits.append(Edit(Span(group.at, group.at), _insertion(document, group, lines)))
    elif block.lines == lines:
        return
    elif block.edited and not force:
        said.append(_edited(block))
    else:
        newline = NEWLINE.search(document.text, block.span.start)
        rows = _rows(document.format, lines, block.trailing, block.prefix)
        edits.append(Edit(block.span, (newline[0] if newline else "\n").join(rows)[len(block.prefix) :]))


def _remove(block: Block, force: bool, edits: list[Edit], said: list[Diagnostic]) -> None:
    """Take a block out with all that was inserted around it."""
    if block.edited and not force:
        said.append(_edited(block))
    else:
        edits.append(Edit(block.outer, ""))


def _edited(block: Block) -> Diagnostic:
    """The diagnostic for a block that is not as it was written."""
    return Diagnostic(
        "edited",
        "this derivation was edited by hand and was left alone",
        block.span,
        "to keep your text, delete the two marker lines and the question; to replace it, run again with --force",
    )


def _insertion(document: Document, group: Group, lines: tuple[str, ...]) -> str:
    """What is inserted for a new block: blank lines stand around it, and its digest tells which of them are new."""
    text, at, blank = document.text, group.at, group.prefix.rstrip()
    newlines = [found[0] for found in NEWLINE.finditer(text, _line_start(text, at), at)]
    open_end = not newlines
    newline = newlines[-1] if newlines else _last_newline(text)
    follows_blank = re.compile(r"[ \t>]*(?:[\r\n]|\Z)" if ">" in blank else r"[ \t]*(?:[\r\n]|\Z)").match(text, at)
    trailing = follows_blank is None
    body = newline.join([blank, *_rows(document.format, lines, trailing, group.prefix)])
    if open_end:
        return newline + body
    return body + newline + (blank + newline if trailing else "")


def _rows(format: Format, lines: tuple[str, ...], trailing: bool, prefix: str) -> Iterator[str]:
    """The lines of a block from marker to marker."""
    rows: Iterable[str] = (format.marker(f"begin {digest(lines, trailing)}"), *lines, format.marker("end"))
    return (prefix + row if row else prefix.rstrip() for row in rows)


def _line_start(text: str, at: int) -> int:
    """Where the line end before `at` begins, if there is one, else `at`."""
    return at - (2 if text.endswith("\r\n", 0, at) else 1 if text.endswith(("\n", "\r"), 0, at) else 0)


def _last_newline(text: str) -> str:
    """The last line end of a text."""
    start = max(text.rfind("\n"), text.rfind("\r"))
    return "\n" if start < 0 else text[_line_start(text, start + 1) : start + 1]


def _set_options(document: Document) -> dict[str, str]:
    """The options of comments without a formula, which hold for the whole document."""
    return {
        key: value for comment in document.comments if comment.kind == "set" for key, value in comment.options.items()
    }


_TEXGRAD = re.compile(r"^texgrad[ \t]*:[ \t]*(?P<flow>.*?)[ \t\r]*$", re.MULTILINE)
_ENTRY = re.compile(r"[ \t]+(?P<key>[\w.-]+)[ \t]*:[ \t]*(?P<value>[^\r\n]*)|[ \t]*(?:#[^\n]*)?")
_PAIR = re.compile(r"\s*(?P<key>[\w.-]+)\s*:\s*(?P<value>\"[^\"]*\"|'[^']*'|[^,}]*)\s*(?:,|\Z)")


def front_options(front: str) -> dict[str, str]:
    """The mapping below `texgrad:` in front matter, as block (`key: value` lines) or as flow (`{key: value}`).

    Raises `config` where the mapping has another form.
    """
    head = _TEXGRAD.search(front)
    if head is None:
        return {}
    flow = _value(head["flow"])
    if flow:
        found = re.fullmatch(r"\{(.*)\}", flow)
        pairs = list(_PAIR.finditer(found[1])) if found else []
        if not found or "".join(pair[0] for pair in pairs).strip() != found[1].strip():
            raise fail("config", "`texgrad` holds no mapping", Span(*head.span("flow")), "write {derive: all}")
        for pair in pairs:
            at = head.start("flow") + 1
            _known(pair["key"], at + pair.start("key"), _value(pair["value"]), at + pair.start("value"))
        return {pair["key"]: _value(pair["value"]) for pair in pairs}
    options: dict[str, str] = {}
    at, deeper = head.end() + 1, 0
    for line in front[at:].split("\n"):
        if deeper and len(line) - len(line.lstrip()) > deeper:  # the table of macros, which the scan reads
            at += len(line) + 1
            continue
        entry = _ENTRY.fullmatch(line.rstrip("\r"))
        if entry is None:
            if line[:1].isspace():
                raise fail("config", "this line is not `key: value`", Span(at, at + len(line)), "write `derive: all`")
            break
        if entry["key"]:
            _known(entry["key"], at + entry.start("key"), _value(entry["value"]), at + entry.start("value"))
            deeper = entry.start("key") if entry["key"] == "macros" and not _value(entry["value"]) else 0
            options |= {} if deeper else {entry["key"]: _value(entry["value"])}
        at += len(line) + 1
    return options


def _known(key: str, at: int, value: str, value_at: int) -> None:
    """Raises `config` for a key of front matter that is no option, and for `derive` with another value than it has."""
    if key not in POST_OPTIONS:
        raise unknown(key, POST_OPTIONS, Span(at, at + len(key)))
    if key == "derive" and value not in DERIVE:
        place = Span(value_at, value_at + len(value))
        raise fail("config", f"derive is {value!r}", place, f"write one of {', '.join(DERIVE)}")


def _value(text: str) -> str:
    """A plain or quoted YAML scalar without the comment after it."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1 : text.find(text[0], 1)] if text.find(text[0], 1) > 0 else text[1:]
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
