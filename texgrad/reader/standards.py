r"""Functions that authors define as everybody knows them: `\sigma(z) = \frac{1}{1+e^{-z}}` is the logistic function."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.operators import SIGMOID
from texgrad.reader.entrywise import logistic
from texgrad.reader.grammar import parse
from texgrad.reader.said import Definition
from texgrad.reader.vocabulary import FUNCTION_LETTERS
from texgrad.source import TexgradError


def standard(found: Definition) -> bool:
    """Whether a definition says what the name means anyway."""
    if FUNCTION_LETTERS.get(found.name.full) is not SIGMOID or len(found.parameters) != 1:
        return False
    try:
        return logistic(parse(found.right), found.parameters[0])
    except TexgradError:
        return False


def names_called(definitions: Iterable[Definition]) -> set[str]:
    """The names that definitions make functions of, but for those that mean so without them."""
    last = {d.name.full: d for d in definitions if d.parameters}
    return {name for name, made in last.items() if not standard(made)}
