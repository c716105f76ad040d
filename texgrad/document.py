"""What a scan finds in a text — formulas, comments, paragraphs, generated blocks — and what is asked and answered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from texgrad.formats import Format
from texgrad.immutable import immutable
from texgrad.source import Diagnostic, Span

T = TypeVar("T")


@immutable
class Formula:
    """One formula; `latex` is as long as `span`, with what the page does not show (quote prefixes, comments) blanked.

    `latex` and `span` leave the delimiters out, but hold `\\begin` and `\\end` of a bare environment, which
    `environment` then names. `prose` and `after` are the words before and after, up to the next formula. `kind` names
    the delimiters, a key of the format's `maths`; `eaten` says that backslashes are blanked that the page does not get.
    """

    latex: str
    span: Span
    outer: Span
    display: bool
    environment: str
    prose: str
    after: str
    section: tuple[int, ...]
    in_heading: bool
    kind: str = ""
    eaten: bool = False


@immutable
class Comment:
    """A `texgrad` comment: `kind` is `derive`, `let`, `ignore`, or `set` where nothing follows the colon.

    `unread` is one that says something without a colon; `unclosed` is none, but a formula that is never closed.
    """

    kind: str
    options: Mapping[str, str]
    latex: str
    span: Span
    outer: Span
    section: tuple[int, ...]


@immutable
class Block:
    """A generated block: `span` runs from marker to marker, `outer` holds all that was inserted.

    `lines` is what stands between the markers without `prefix`; `edited` says that the digest does not fit them.
    `trailing` says that the blank line after the block was inserted with it.
    """

    digest: str
    lines: tuple[str, ...]
    prefix: str
    span: Span
    outer: Span
    edited: bool
    trailing: bool


class Paragraph(NamedTuple):
    """A paragraph, heading line, item or display: `span` holds whole lines, `prefix` is what its next line needs."""

    span: Span
    prefix: str


class Macro(NamedTuple):
    """One raw macro definition that stands outside math."""

    text: str
    span: Span


@immutable
class Document:
    """All that the scan finds in one text, in order; offsets are characters of `text`."""

    text: str
    format: Format
    formulas: tuple[Formula, ...]
    comments: tuple[Comment, ...]
    blocks: tuple[Block, ...]
    paragraphs: tuple[Paragraph, ...]
    macros: tuple[Macro, ...]
    front: str
    known: dict[Callable[[Document], Any], Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, work: Callable[[Document], T]) -> T:
        """What `work` makes of the document; every request in it asks again."""
        if work not in self.known:
            self.known[work] = work(self)
        found: T = self.known[work]
        return found


@immutable
class Request:
    """One derivative that the document asks for; `latex` starts at `offset`, `form` says in which way it asks."""

    latex: str
    offset: int
    source: Formula | Comment
    form: Literal["question", "comment", "all"]
    options: Mapping[str, str]
    section: tuple[int, ...]


@immutable
class Group:
    """The requests of one paragraph; the answer goes to `at`, where `existing` stands, `prefix` before each line."""

    requests: tuple[Request, ...]
    at: int
    prefix: str
    existing: Block | None


@immutable
class Answer:
    """The lines of a block, without markers, prefix and line ends, and what is to be said about them."""

    block: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Solver(Protocol):
    """Answers the requests of a group; raises TexgradError with spans in the document."""

    def __call__(self, document: Document, group: Group, options: Mapping[str, str], /) -> Answer:
        """The block that answers `group`."""


def digest(lines: Iterable[str], trailing: bool) -> str:
    """The word after `begin`: ten hexadecimal digits over the inserted lines.

    Its last digit is odd where the blank line after the block was inserted with it, which must be known of a block
    that was edited, too: else the lines below it would be read in another way.
    """
    found = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return found[:-1] + "0123456789abcdef"[int(found[-1], 16) & ~1 | trailing]


def has_trailing(word: str) -> bool:
    """What a digest says of the blank line after its block."""
    return word[-1:] in tuple("13579bdf")
