"""The definitions of macros found in a text: every command that defines, and tables as KaTeX and MathJax have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from texgrad.reader.macros import (
    GROUP,
    NAME,
    NO_VALUE,
    STAR,
    Macro,
    Macros,
    Parameter,
    Reader,
    Token,
    commands_in,
    tokens,
)
from texgrad.reader.vocabulary import CUSTOMARY, PHYSICS
from texgrad.remembered import remembered

DEFINERS = re.compile(
    r"\\(?:[gex]?def|(?:re)?newcommand|providecommand|DeclareRobustCommand|(?:New|Renew|Provide|Declare)DocumentCommand"
    r"|DeclareMathOperator|DeclarePairedDelimiterX?|let)(?![A-Za-z])"
)
PREFIXES = frozenset((r"\long", r"\global", r"\protected", r"\outer"))  # what may stand before a definition


def _texts(found: Iterable[Token] | None) -> tuple[str, ...] | None:
    return None if found is None else tuple(t.text for t in found)


# --- the commands that define: the name that was read, and the macro that follows -------------------------------------


def _let(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\let\\x=\\y`: what the other means now."""
    reader.skip_space()
    if reader.peek() == "=":
        reader.pop()
    target = _texts(reader.argument())
    if target is None:
        return None
    meaning = known.get("".join(target))
    if meaning is None or name in meaning.body:
        meaning = Macro((), target, frozen=True)
    return meaning


def _def(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\def\\x(#1,#2){…}`: what stands between the parameters delimits them."""
    taken: list[str] = []
    while reader and reader.peek() != "{":
        taken.append(reader.pop().text)
    head, *delimiters = re.split(r"#\d", "".join(taken).strip())
    body = _texts(reader.argument() if reader else None)
    parameters = tuple(Parameter("until", (d,)) if d else GROUP for d in delimiters)
    return None if body is None else Macro(parameters, body, head)


def _newcommand(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\newcommand{\\x}[2][default]{…}`."""
    count = "".join(_texts(reader.optional()) or ("0",)).strip()
    default = _texts(reader.optional())
    body = _texts(reader.argument())
    parameters = (GROUP,) * (int(count) if re.fullmatch("[0-9]", count) else 0)
    if default is not None:
        parameters = (Parameter("optional", default), *parameters[1:])
    return None if body is None else Macro(parameters, body)


def _document_command(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\NewDocumentCommand{\\x}{s O{default} o m}{…}`; other kinds of parameters are not read."""
    kinds = Reader(reader.argument() or ())
    body = _texts(reader.argument())
    parameters: list[Parameter] = []
    while kinds:
        kind = kinds.pop().text
        if kind == "m":
            parameters.append(GROUP)
        elif kind == "s":
            parameters.append(STAR)
        elif kind in ("o", "O"):
            worth = (NO_VALUE,) if kind == "o" else _texts(kinds.argument())
            parameters.append(Parameter("optional", worth or ()))
        elif kind == "g":
            parameters.append(Parameter("braced", (NO_VALUE,)))
        elif not kind.isspace() and kind not in ("+", "!"):
            return None
    return None if body is None else Macro(tuple(parameters), body)


def _operator(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\DeclareMathOperator{\\x}{word}`."""
    word = _texts(reader.argument())
    return None if word is None else Macro((), (r"\operatorname", "{", *word, "}"))


def _paired(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\DeclarePairedDelimiter{\\x}{left}{right}`, called with a star or a size or neither."""
    return _between(reader, 1, False)


def _paired_with_body(name: str, reader: Reader, known: Macros) -> Macro | None:
    """`\\DeclarePairedDelimiterX{\\x}[2]{left}{right}{…}`."""
    count = "".join(_texts(reader.optional()) or ("1",)).strip()
    return _between(reader, int(count), True) if re.fullmatch("[0-9]", count) else None


def _between(reader: Reader, count: int, written: bool) -> Macro | None:
    opening, closing = _texts(reader.argument()), _texts(reader.argument())
    body = _texts(reader.argument()) if written else ("#1",)
    if opening is None or closing is None or body is None:
        return None
    shifted = [f"#{int(t[1]) + 2}" if re.fullmatch("#[1-7]", t) else t for t in body if t != r"\delimsize"]
    return Macro((STAR, Parameter("optional"), *(GROUP,) * count), (*opening, *shifted, *closing))


Definer = Callable[[str, Reader, Macros], Macro | None]
RULES: Mapping[str, Definer] = {
    r"\let": _let, **dict.fromkeys((r"\def", r"\gdef", r"\edef", r"\xdef"), _def), r"\DeclareMathOperator": _operator,
    **dict.fromkeys((r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand"), _newcommand),
    **{rf"\{word}DocumentCommand": _document_command for word in ("New", "Renew", "Provide", "Declare")},
    r"\DeclarePairedDelimiter": _paired, r"\DeclarePairedDelimiterX": _paired_with_body,
}  # fmt: skip
PROVIDING = frozenset((r"\providecommand", r"\ProvideDocumentCommand"))


def _define(definer: str, reader: Reader, known: Macros) -> None:
    """Read the definition that follows `definer`; where it is none, nothing is noted."""
    reader.starred()
    name = "".join(_texts(reader.argument()) or ()).strip()
    if not NAME.fullmatch(name):
        return
    made = RULES[definer](name, reader, known)
    if made is not None and len(made.parameters) < 10 and not (definer in PROVIDING and name in known):
        known[name] = made


def strip_definitions(source: list[Token], known: Macros) -> list[Token]:
    """The tokens that are no definitions; the definitions among them are added to `known`."""
    out: list[Token] = []
    reader = Reader(source)
    while reader:
        token = reader.pop()
        if token.text in RULES:
            _define(token.text, reader, known)
        elif token.text not in PREFIXES:
            out.append(token)
    return out


def _called(name: str, text: str) -> bool:
    """Whether a text gives a macro its arguments in braces."""
    return re.search(re.escape(name) + r"\*?\s*(?:\[[^\]]*\]\s*)?\{", text) is not None


@remembered(64)
def _with_those_in(texts: tuple[str, ...], before: tuple[tuple[str, Macro], ...]) -> tuple[tuple[str, Macro], ...]:
    """The macros that texts define, after others; those of a page are the same for all who ask."""
    known = dict(before)
    for text in texts:
        strip_definitions(tokens(text, None), known)
    return tuple(known.items())


def collect(texts: Iterable[str], table: Mapping[str, str | Sequence[object]] | None = None) -> Macros:
    """The macros that `texts` define, after those of a table as KaTeX and MathJax have it."""
    texts = list(texts)
    before: Macros = {}
    _tabulated(table or {}, before)
    used = frozenset().union(*map(commands_in, texts))
    defining = tuple(t for t in texts if not RULES.keys().isdisjoint(commands_in(t))) if used & RULES.keys() else ()
    known = dict(_with_those_in(defining, tuple(before.items())))
    _tabulated({n: meaning for n, meaning in CUSTOMARY.items() if n in used and n not in known}, known)
    for name in PHYSICS:
        if name in used and name not in known and any(_called(name, text) for text in texts):
            strip_definitions(tokens(rf"\NewDocumentCommand{{{name}}}{PHYSICS[name]}", None), known)
    return known


def _tabulated(table: Mapping[str, str | Sequence[object]], known: Macros) -> None:
    """Add the macros of a table to `known`: `"…"`, `["…", 1]` or `["…", 1, "default"]`."""
    for name, meaning in table.items():
        parts = [meaning] if isinstance(meaning, str) else list(meaning)
        if not parts or not isinstance(parts[0], str):
            continue
        body = tuple(t.text for t in tokens(parts[0], None))
        count = int(str(parts[1])) if len(parts) > 1 and re.fullmatch("[0-9]", str(parts[1])) else 0
        if len(parts) == 1:
            count = max((int(t[1:]) for t in body if re.fullmatch(r"#\d", t)), default=0)
        parameters = (GROUP,) * count
        if count and len(parts) > 2 and isinstance(parts[2], str):
            parameters = (Parameter("optional", tuple(t.text for t in tokens(parts[2], None))), *parameters[1:])
        known["\\" + name.strip().lstrip("\\")] = Macro(parameters, body)
