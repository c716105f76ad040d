"""What the first save of a watch would have to wait for, loaded while the author still writes."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path


def load(posts: Iterable[Path]) -> None:
    """Load what derivations need, and SymPy where a post names a function whose slope it works out.

    Called in a thread of its own; where it fails, the first derivation will say so.
    """
    with contextlib.suppress(Exception):
        derive = import_module("texgrad.service").derive
        derive(r"\exp(a^\top x)", wrt="x").latex()
        names = _names()
        if any(_names_one(post, names) for post in posts):
            derive(r"\arctan(a^\top x)", wrt="x").latex()
        gc.collect()
        gc.freeze()  # what is loaded stays: to search it for what has gone would take the time of a save


def _names() -> re.Pattern[bytes]:
    """The names of these functions."""
    operators = import_module("texgrad.operators").TABLE
    spellings = (spelling for op in operators if op.elementwise and not op.slope for spelling in op.spellings)
    words = {word for spelling in spellings for word in re.findall(r"[a-z]+", spelling)} - {"operatorname"}
    return re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(words))})(?![a-z])".encode())


def _names_one(post: Path, names: re.Pattern[bytes]) -> bool:
    """Whether a post names one of them."""
    try:
        return names.search(post.read_bytes()) is not None
    except OSError:
        return False
