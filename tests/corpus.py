"""`python -m tests.corpus PATH…`: posts built, built again and cleaned, also with requests put into them.

Nothing is written. Of every post it is asked that: without requests not one byte changes; with requests at random
places where its dialect takes one, only marked blocks are added, a second build changes nothing, and `clean` gives the
post back. The answers are dummies: what they say is not what is looked at here.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from texgrad.document import Answer, Document, Group
from texgrad.formats import Format
from texgrad.notebook import Notebook
from texgrad.project_tree import posts
from texgrad.scan import scan
from texgrad.source import Edit, Span, splice
from texgrad.weave import clean, weave

QUESTION = r"\nabla_x f(x) = ?"
# a line that ends in words, one with anything that may take a request in, LaTeX that is not typeset
_WORDS = re.compile(r"[a-z] [a-z]+[.:]?\Z")
_ODD = re.compile(r"[$`<>\\{}|%\[\]]")
_CODE = re.compile(r"::[ \t]*$|^[ \t]*(?:\.\.|:[\w -]+:)", re.MULTILINE)
_VERBATIM = re.compile(r"\\iffalse|\\begin\{(?:verbatim|Verbatim|lstlisting|minted|comment|alltt)")
_BEGIN = re.compile(r"texgrad:begin")
# what the posts of a tree may be made into: line ends, marks and bytes as they come in the wild
CHANGES = {
    "as it is": lambda data: data,
    "CRLF": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "mixed": lambda data: re.sub(rb"\r?\n", lambda found: (b"\n", b"\r\n")[found.start() % 2], data),
    "BOM": lambda data: b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"),
    "invalid UTF-8": lambda data: data.replace(b" ", b" \xff\xc3 ", 3),
    "open end": lambda data: data.rstrip(b"\r\n"),
    "tabs": lambda data: data.replace(b"    ", b"\t"),
}


def dummy(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """An answer that names its requests and nothing else."""
    asked = r" \\ ".join(" ".join(request.latex.split()) for request in group.requests)
    body = (rf"\begin{{{document.format.environment}}}", f"{asked} &= 0", rf"\end{{{document.format.environment}}}")
    return Answer(body if document.format.family == "latex" else ("$$", *body, "$$"))


def faults(data: bytes, format: Format, seed: int = 0) -> Iterator[str]:
    """What is wrong with how a post is built and cleaned."""
    text = data.decode("utf-8", "surrogateescape")
    if text.encode("utf-8", "surrogateescape") != data:
        yield "its bytes do not come back"
    woven = weave(text, format, {}, dummy)
    if woven.counts.asked == 0 and woven.text != text:
        yield "it asks nothing and is changed"
    yield from _laws(text, format)
    asking = _asking(text, format, random.Random(seed))
    if asking != text and not any(fault.severity == "error" for fault in woven.diagnostics):
        if weave(asking, format, {}, dummy).counts.asked <= woven.counts.asked:
            yield "a request in it is not seen"
        yield from _laws(asking, format)


def _laws(text: str, format: Format) -> Iterator[str]:
    woven = weave(text, format, {}, dummy)
    if weave(woven.text, format, {}, dummy).text != woven.text:
        yield "a second build changes it"
    if len(_BEGIN.findall(woven.text)) - len(_BEGIN.findall(text)) != woven.counts.changed:
        yield "the blocks are not those that were answered"
    if woven.counts.changed and not _without_blocks(woven.text, text):
        yield "something outside the blocks is changed"
    if "texgrad:begin" not in text and clean(woven.text, format).text != text:
        yield "clean does not give it back"


def _without_blocks(built: str, text: str) -> bool:
    """Whether a text is left when characters are taken out of the built one."""
    rest = iter(built)
    return all(char in rest for char in text)


def _asking(text: str, format: Format, chance: random.Random) -> str:
    """The post with requests at the ends of some of its paragraphs."""
    try:
        notebook = Notebook(text) if format.cells else None
        document = scan(notebook.text, format, notebook.cells) if notebook else scan(text, format)
    except Exception:
        return text
    edits: list[Edit] = []
    last = document.text.find(r"\end{document}") if format.family == "latex" else len(text)
    if format.family == "latex" and _VERBATIM.search(text):
        return text
    for start, end in (paragraph.span for paragraph in document.paragraphs):
        line = document.text[start:end].rstrip("\r\n")
        if start > last or chance.random() > 0.3:
            continue
        if format.indented and _CODE.search(line):
            continue
        if _WORDS.search(line) and not _ODD.search(line):
            at = start + len(line)
            edits.append(Edit(Span(at, at), f" Find :math:`{QUESTION}`" if format.indented else f" Find ${QUESTION}$"))
    return splice(text, [notebook.edit(edit) for edit in edits] if notebook else edits)


def main(*paths: str) -> int:
    """Print the faults of all posts below the paths."""
    found = posts(map(Path, paths))
    count = wrong = 0
    for number, post in enumerate(found):
        file, data = post.source, post.source.read_bytes()
        format = post.format(data)
        if format is None:
            continue
        count += 1
        name = tuple(CHANGES)[number % len(CHANGES)]
        for fault in faults(CHANGES[name](data), format, number):
            wrong += 1
            print(f"{file} ({format.name}, {name}): {fault}", flush=True)
    print(f"{count} posts, {wrong} faults")
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)
