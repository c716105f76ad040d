r"""Functions that authors define as everybody knows them: `\sigma(z) = \frac{1}{1+e^{-z}}` is the logistic function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from texgrad.reader.items import Items, canonical
from texgrad.reader.problem import Source
from texgrad.reader.said import Definition
from texgrad.reader.statements import read_formula

# what a letter stands for by itself, as people write it; # is the argument
FORMULAS: Mapping[str, tuple[str, ...]] = {
    r"\sigma": tuple(
        form.replace("E", exponential)
        for exponential in ("e^", r"\mathrm{e}^", r"\exp")
        for form in (
            r"\frac{1}{1+E{-#}}", r"\frac{1}{1+E(-#)}", r"1/(1+E{-#})", r"1/(1+E(-#))", r"(1+E{-#})^{-1}",
            r"(1+E(-#))^{-1}", r"\frac{E{#}}{1+E{#}}", r"\frac{E{#}}{E{#}+1}", r"\frac{E(#)}{1+E(#)}",
            r"\frac{E#}{1+E#}", r"\frac{1}{E{-#}+1}",
        )
    ),
}  # fmt: skip


@lru_cache(maxsize=256)
def _forms(name: str, parameter: str) -> frozenset[str]:
    texts = (text.replace("#", parameter) for text in FORMULAS.get(name, ()))
    return frozenset(canonical(read_formula(Source(text), {}).items) for text in texts)


def standard(name: str, parameters: tuple[str, ...], right: Items) -> bool:
    """Whether a definition says what the name means anyway."""
    return len(parameters) == 1 and name in FORMULAS and canonical(right) in _forms(name, parameters[0])


def called(definitions: Iterable[Definition]) -> set[str]:
    """The names that definitions make functions of, but for those that mean so without them."""
    last = {d.name.full: d for d in definitions if d.parameters}
    return {name for name, d in last.items() if not standard(name, d.parameters, d.right)}
