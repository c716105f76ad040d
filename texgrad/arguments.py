"""The arguments of the API, of the types that they are meant to have: others are refused by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from texgrad.problem import Problem, Source
from texgrad.source import TexgradError, fail

# what to write instead of a value of another type
WANTED: Mapping[str, str] = {
    "expression": r"write LaTeX, such as r'\frac12\|XA^T\|_F^2'",
    "wrt": "write a variable, such as 'X', or a list of them",
    "declare": "write names with their shapes, such as {'X': 'n x p'}",
    "assume": "write names with their properties, such as {'S': ['symmetric']}",
    "definitions": "write equations, such as ['M = XA^T']",
    "macros": r"write macros with what they stand for, such as {r'\R': r'\mathbb{R}', r'\vx': [r'\mathbf{#1}', 1]}",
    "lines": "write equations, such as ['f = x^TAx', 'df = 2x^TAdx']",
}


# characters that a Python string without an r before it has where a command began, and how they were written
_ESCAPES: Mapping[str, str] = {
    "\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v", "\t": r"\t", "\n": r"\n", "\r": r"\r",
}  # fmt: skip
# those that nobody types, and those that may stand between letters, before what is left of \theta, \nabla and the like
_LOST = re.compile(
    "[\a\b\f\v][a-zA-Z]*|\t(?:ext|heta|imes|anh|ilde|frac|riangle)[a-zA-Z]*|(?<=[{^])\top(?![a-zA-Z])"
    "|\nabla|\r(?:ho|ight|angle|ightarrow)(?![a-zA-Z])"
)


def _refused(name: str, value: object) -> TexgradError:
    return fail("config", f"{name} is {value!r}", help=WANTED[name])


def text(name: str, value: object) -> str:
    r"""The value, which must be a text; `"\frac"` without an r before it has lost its backslash."""
    if not isinstance(value, str):
        raise _refused(name, value)
    if lost := _LOST.search(value):
        escape = _ESCAPES[lost[0][0]]
        message = f"{name} holds the character {lost[0][0]!r}, which is what Python makes of {escape}"
        raise fail("config", message, help=f"write r'{escape}{lost[0][1:]}…', with an r before the quote")
    return value


def texts(name: str, value: object) -> tuple[str, ...]:
    """The value, which must be one text or several; None is no text."""
    if isinstance(value, str):
        return (text(name, value),)
    if not isinstance(value, Iterable | None) or isinstance(value, bytes | Mapping):
        raise _refused(name, value)
    found = tuple(value or ())
    if not all(isinstance(one, str) for one in found):
        raise _refused(name, value)
    return tuple(text(name, one) for one in found)


def _named(name: str, value: object) -> Mapping[str, object]:
    """The value, which must lead from names to something; None leads nowhere."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _refused(name, value)
    return value


def posed(
    requests: Sequence[str],
    wrt: object = None,
    declare: object = None,
    assume: object = None,
    definitions: object = (),
    macros: object = None,
    order: int = 1,
) -> Problem:
    """The problem that requests pose, with what is given beside them as `derive` has it.

    TexgradError with the code `config` where an argument is of another type.
    """
    stand_for: dict[str, str | Sequence[object]] = {}
    for key, body in _named("macros", macros).items():
        if not isinstance(body, str | list | tuple):
            raise _refused("macros", macros)
        stand_for[key] = body
    return Problem(
        tuple(Source(text("expression", one)) for one in requests),
        wrt=texts("wrt", wrt),
        declare={key: text("declare", shape) for key, shape in _named("declare", declare).items()},
        assume={key: texts("assume", words) for key, words in _named("assume", assume).items()},
        definitions=texts("definitions", definitions),
        macros=stand_for,
        order=order,
        by_wrt=True,
    )
