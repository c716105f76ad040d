"""The names that items are."""

from __future__ import annotations

from texgrad.reader.items import Items, canonical
from texgrad.reader.tree import Name


def read_name(items: Items) -> Name | None:
    """The name that items consist of, or None."""
    if len(items) == 1 and items[0].kind == "group":
        return read_name(items[0].body[0])
    if not items or items[0].kind != "name" or len(items) > 3:
        return None
    name = Name(items[0].text)
    for script in items[1:]:
        if script.kind == "_" and not name.sub:
            name = Name(name.base, script.body[0], name.label)
        elif script.kind == "^" and script.body[0] and script.body[0][0].text in ("(", "["):
            name = Name(name.base, name.sub, canonical(script.body[0]))
        else:
            return None
    return name
