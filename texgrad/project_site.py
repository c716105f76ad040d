"""The site file: what holds for all posts below the folder in which it stands."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from texgrad.choices import check_choice, unknown
from texgrad.formats import FORMATS
from texgrad.jobs import USUAL, USUALLY
from texgrad.options import CHOICES, DERIVE
from texgrad.project_globs import Glob, globs
from texgrad.source import Span, TexgradError, fail

FILE, PROJECT = "texgrad.toml", "pyproject.toml"


class Site(NamedTuple):
    """The options of a site's posts, and patterns, as in `.gitignore`, for the files that are posts or none."""

    options: Mapping[str, str] = {}
    include: tuple[Glob, ...] = ()
    exclude: tuple[Glob, ...] = ()


def read(path: str, text: str) -> Site | None:
    """The site that a file describes; None for a `pyproject.toml` that says nothing of texgrad.

    Raises `config` with a span in `text` for what is no TOML, for a key that there is not and for a wrong value.
    """
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if os.path.basename(path) == PROJECT:
            return None
        raise _broken(text, str(error)) from None
    if os.path.basename(path) == PROJECT:
        table = table.get("tool", {})
        if not isinstance(table, dict) or "texgrad" not in table:
            return None
        table = table["texgrad"]
    options: dict[str, str] = {}
    patterns: dict[str, tuple[Glob, ...]] = {}
    for key, value in table.items():
        span = _place(text, key)
        if key not in KEYS:
            raise unknown(key, KEYS, span)
        option, worth = KEYS[key]
        try:
            found = worth(value)
            if isinstance(found, str):
                check_choice(option, found)
                options[option] = found
            else:
                patterns[option] = found
        except TexgradError as error:
            (diagnostic,) = error.diagnostics
            raise fail("config", diagnostic.message, span, diagnostic.help) from None
        except (TypeError, ValueError, AttributeError):
            raise fail("config", f"{key} cannot be {value!r}", span, f"write {EXAMPLES[option]}") from None
    return Site(options, **patterns)


def _broken(text: str, message: str) -> TexgradError:
    """The error for what is no TOML, at the line and column that its reader names."""
    found = re.search(r" \(at line (\d+), column (\d+)\)", message)
    starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
    at = starts[min(int(found[1]), len(starts)) - 1] + int(found[2]) - 1 if found else len(text)
    said = message[: found.start()] if found else message.removesuffix(" (at end of document)")
    help = r"between single quotes backslashes stand for themselves: '\R' = '\mathbb{R}'"
    help = help if "\\" in text[:at].rpartition("\n")[2] else 'write key = "value"'
    return fail("config", f"this is no TOML: {said}", Span(at, at + 1), help)


def _place(text: str, key: str) -> Span:
    """Where a key of the site's table stands in the file, as far as a look at the lines can tell."""
    start = text.find("texgrad]") if "tool.texgrad" in text else 0
    name = re.escape(key)
    for form in (rf"^[ \t]*[\"']?({name})[\"']?[ \t]*[=.]", rf"^[ \t]*\[+[^\]\n]*\b({name})\b", rf"({name})"):
        if found := re.compile(form, re.MULTILINE).search(text, max(start, 0)):
            return Span(*found.span(1))
    return Span(0, 0)


def _word(value: Any) -> str:
    """A plain string."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _derive(value: Any) -> str:
    """Whether bare derivatives are answered."""
    if value not in DERIVE:
        raise ValueError
    return _word(value)


def _dialect(value: Any) -> str:
    """The name of a format."""
    if value not in FORMATS:
        raise fail("config", f"there is no format `{value}`", help=f"write one of {', '.join(FORMATS)}")
    return _word(value)


def _flag(value: Any) -> str:
    """Yes or no."""
    if not isinstance(value, bool):
        raise TypeError
    return "yes" if value else "no"


def _sizes(value: Any) -> str:
    """Sizes by name, as the option `declare` has them."""
    return "; ".join(f"{name}: {_word(size)}" for name, size in value.items())


def _properties(value: Any) -> str:
    """Properties by name, one or several, as the option `assume` has them."""
    words = {name: [word] if isinstance(word, str) else word for name, word in value.items()}
    return "; ".join(f"{name}: {', '.join(map(_word, several))}" for name, several in words.items())


def macros(value: Any) -> str:
    r"""The definitions of a table as KaTeX and MathJax have it: `\R = "\mathbb{R}"`, `vx = ["\mathbf{#1}", 1]`."""
    out = []
    for name, meaning in value.items():
        body, *rest = [meaning] if isinstance(meaning, str) else meaning
        count = int(rest[0]) if rest else max(map(int, re.findall(r"#(\d)", _word(body))), default=0)
        default = f"[{_word(rest[1])}]" if len(rest) > 1 else ""
        arity = f"[{count}]" if count else ""
        bare = name.removeprefix("\\")
        out.append(rf"\newcommand{{\{bare}}}{arity}{default}{{{_word(body)}}}")
    return "\n".join(out)


def _globs(value: Any) -> tuple[Glob, ...]:
    """Patterns."""
    if not isinstance(value, list):
        raise TypeError
    return globs(map(_word, value))


# key of the site file -> the option, or the list of patterns, that it gives, and how its value is read
KEYS: Mapping[str, tuple[str, Callable[[Any], str | tuple[Glob, ...]]]] = {
    "dialect": ("dialect", _dialect),
    "derive": ("derive", _derive),
    **{name: (name, _word) for name in ("style", "env", "detail", "layout", "columns", "convention")},
    "environment": ("env", _word),
    "explain": ("explain", _flag),
    "declare": (USUAL, _sizes),
    "assume": (USUALLY, _properties),
    "macros": ("macros", macros),
    "include": ("include", _globs),
    "exclude": ("exclude", _globs),
}
EXAMPLES: Mapping[str, str] = {
    **{name: f'"{values[0]}"' for name, values in CHOICES.items()},
    "dialect": '"markdown"',
    "derive": '"all" or "asked"',
    "convention": '"symmetric-structured"',
    "explain": "true or false",
    USUAL: '{ X = "n x p", t = "scalar" }',
    USUALLY: '{ S = "symmetric" }',
    "macros": r"{ '\R' = '\mathbb{R}', vx = ['\mathbf{#1}', 1] }",
    "include": '["posts/"]',
    "exclude": '["drafts/", "*.draft.md"]',
}
