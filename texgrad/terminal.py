"""Lines on a terminal, in a pipe or in a file, whatever its encoding; nothing is loaded for it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def put(text: str) -> None:
    """Standard output, bytes that are no UTF-8 as they came."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def say(text: str, stream: TextIO | None = None) -> None:
    """A line on a stream, standard error where none is given, at once; what it cannot show is replaced."""
    stream = stream or sys.stderr
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
