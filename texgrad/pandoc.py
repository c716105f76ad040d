"""The pandoc filter: a document that asks for nothing goes back as it came, and nothing else is loaded for it."""

from __future__ import annotations

import sys

from texgrad.patterns import compiled

OLDEST = (1, 22)
USAGE = "usage: pandoc -F texgrad-pandoc post.md -o post.html (a filter: pandoc runs it)"
_VERSION = compiled(rb'"pandoc-api-version"\s*:\s*\[([\d,\s]*)\]')
# what may be a request: a question mark in a formula or in raw TeX, a comment, a class, metadata that ask for all
_QUESTIONS = (
    compiled(rb'Math"\s*\}\s*,\s*"(?:[^"\\?]|\\.)*+\?'),
    compiled(rb'tex"\s*,\s*"(?:[^"\\?]|\\.)*+\?'),
)
_REQUESTS = (
    compiled(rb'html[45]?"\s*,\s*"(?:[^"\\t]|\\.|t(?!exgrad))*+t'),
    compiled(rb'tex"\s*,\s*"(?:[^"\\t]|\\.|t(?!exgrad))*+t'),
    compiled(rb'"texgrad"(?<!\],"texgrad")\s*[,\]]'),
    compiled(rb'"texgrad(?:[-.]derive)?"\s*:'),
)


def main() -> int:
    """Standard input to standard output, problems to standard error; 1 where the document must not be used."""
    if sys.argv[1:2] in (["-h"], ["--help"]) or sys.stdin.isatty():
        print(USAGE)
        return 2
    data, messages, status = filtered(sys.stdin.buffer.read(), "".join(sys.argv[1:2]))
    for message in messages:
        sys.stderr.buffer.write(f"{message}\n".encode("utf-8", "backslashreplace"))
    sys.stderr.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return status


def filtered(data: bytes, format: str = "") -> tuple[bytes, tuple[str, ...], int]:
    """A document in pandoc's JSON with its requests answered, what is to be said about them, and the exit status.

    format: what pandoc will write, of which it tells its filters.
    """
    found = _VERSION.search(data)
    if found is None:
        return data, (f"texgrad: this is no document in pandoc's JSON; {USAGE}",), 1
    version = tuple(int(part) for part in found[1].split(b",") if part.strip())
    if version < OLDEST:
        name, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        said = f"texgrad: pandoc's API version {name} is not supported; use a pandoc of API version {oldest} or later"
        return data, (said,), 1
    patterns = _QUESTIONS + _REQUESTS * (b"texgrad" in data)
    if not any(pattern.search(data) for pattern in patterns):
        return data, (), 0
    from texgrad.pandoc_answers import answered

    return answered(data, format)
