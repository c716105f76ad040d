r"""Cases that authors set by hand: `f(x) = \left\{\begin{array}{ll} … & x > 0 \\ … \end{array}\right.`."""

from __future__ import annotations

from texgrad.reader.items import Item, Items

DEEPEST = 8  # how deep braces are looked for
ARRAYS = frozenset(("array", "aligned", "matrix", "gathered", "split"))
_BEFORE = frozenset(("=", ":=", "&", r"\equiv"))


def may_hold_cases(latex: str) -> bool:
    """Whether an array behind a brace can stand in a text."""
    return r"\{" in latex and any(f"{{{kind}}}" in latex for kind in ARRAYS)


def with_cases(items: Items, depth: int = 0) -> Items:
    """The items with cases for what stands behind an equality sign and an open brace; systems of equations lose it."""
    out: list[Item] = []
    for k, item in enumerate(items):
        after = items[k + 1].text if k + 1 < len(items) else ""
        brace = item.kind == "env" and item.text in ARRAYS and k and items[k - 1][:2] == ("fence", "{") and after != "}"
        if brace and k > 1 and items[k - 2].text in _BEFORE:
            body = item.body[0]
            spec = item.text == "array" and body[:1] != () and body[0].kind == "group"  # {ll}
            out[-1] = item._replace(text="cases", start=out[-1].start, body=(body[spec:], *item.body[1:]))
        elif brace and any(i.text == "=" for part in item.body for i in part):  # a system of equations
            out[-1] = item
        elif item.body and depth < DEEPEST:
            out.append(item._replace(body=tuple(with_cases(part, depth + 1) for part in item.body)))
        else:
            out.append(item)
    return tuple(out)
