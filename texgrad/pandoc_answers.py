"""The requests of a pandoc document answered: a Div of class texgrad right after each block that asks."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from texgrad.ask import groups
from texgrad.choices import unknown
from texgrad.document import Group
from texgrad.options import POST_OPTIONS
from texgrad.pandoc_blocks import CLASS, WIDTH, Node, words
from texgrad.pandoc_tree import Place, Tree, read
from texgrad.project_answers import keep, recall
from texgrad.source import Diagnostic, Span, TexgradError, fail, picture

# environments that may not stand within a display, or not in all of pandoc's formats -> what takes their place
WITHIN = dict.fromkeys(("auto", "align*", "eqnarray*", "eqalign"), "aligned")
PREFIXES = (f"{CLASS}-", f"{CLASS}.")


def answered(data: bytes, format: str) -> tuple[bytes, tuple[str, ...], int]:
    """The document with its answers, what is to be said, and 1 if that must stop pandoc; without answers, `data`.

    format: what pandoc will write.
    """
    strict = False
    said: list[str] = []
    try:
        document = json.loads(data)
        options = dict(_options(document["meta"], said))
        strict = options.pop("strict", "") == "true"
        for name in options:
            if name not in POST_OPTIONS:
                raise unknown(name, {*POST_OPTIONS, "strict"})
        if _answer(document, options, format, said):
            data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    except TexgradError as error:
        said += (picture(diagnostic, "", "the document") for diagnostic in error.diagnostics)
    except RecursionError:
        said.append("error[too-large]: the document nests too deep; it was left as it is")
    except Exception as error:
        said.append(_internal(error))
    return data, tuple(said), int(strict and bool(said))


def _internal(error: Exception) -> str:
    """What is said of a fault of this program."""
    message = f"{type(error).__name__}: {error}".replace("\n", " ")
    return f"error[internal]: {message}\n   = help: please report this; the request was left as it is"


def _answer(document: Node, options: Mapping[str, str], format: str, said: list[str]) -> bool:
    """Write the answers into a document; returns whether there are any."""
    tree = read(document)
    answers: list[tuple[Place, Node]] = []
    for group in groups(tree.document, options)[0]:
        place = tree.places[group.at]
        if place.answered:
            continue
        own = {key: value for request in group.requests for key, value in request.options.items()}
        chosen = {**options, **place.options, **own}
        chosen["env"] = WITHIN.get(chosen.get("env", "auto"), chosen.get("env", "auto"))
        asking = replace(group, requests=tuple(replace(request, options={}) for request in group.requests))
        try:
            found = recall(tree.document, asking, chosen)
        except TexgradError as error:
            said += (_drawn(diagnostic, tree, group) for diagnostic in error.diagnostics)
        except Exception as error:
            said.append(_internal(error))
        else:
            said += (_drawn(diagnostic, tree, group) for diagnostic in found.diagnostics)
            answers.append((place, _div(found.block, WIDTH if format == "typst" else ())))
    for place, node in reversed(answers):
        place.write(node)
    keep()
    return bool(answers)


def _div(block: tuple[str, ...], attributes: Iterable[list[str]]) -> Node:
    r"""An answer as a block, a paragraph for each display, without the delimiters; pandoc's converters know no \cr."""
    lines = [re.sub(r"\\cr\Z", r"\\\\", line) for line in block]
    cuts = [-1, *(k for k, line in enumerate(lines) if not line), len(lines)]
    displays = ("\n".join(lines[start + 2 : end - 1]) for start, end in pairwise(cuts))
    math = [{"t": "Math", "c": [{"t": "DisplayMath"}, latex]} for latex in displays]
    return {"t": "Div", "c": [["", [CLASS], list(attributes)], [{"t": "Para", "c": [one]} for one in math]]}


def _drawn(diagnostic: Diagnostic, tree: Tree, group: Group) -> str:
    """The picture of a diagnostic: its formula, by the number that it has among those of the document."""
    request = group.requests[0]
    span = diagnostic.span or Span(request.offset, request.offset + len(request.latex))
    at = bisect_right(tree.pieces, span.start, key=lambda piece: piece.start) - 1
    piece = tree.pieces[max(at, 0)]
    return picture(replace(diagnostic, span=span.shifted(-piece.start), also=()), piece.latex, piece.name)


def _options(meta: Mapping[str, Node], said: list[str]) -> Iterator[tuple[str, str]]:
    """The options of a document: the mapping `texgrad`, and keys such as `texgrad-strict` and `texgrad.style`."""
    for name, node in meta.items():
        if name == CLASS and node["t"] == "MetaMap":
            yield from ((key, _value(value)) for key, value in node["c"].items())
        elif name == CLASS:
            error = fail("config", "`texgrad` holds no mapping", help="write {derive: all}")
            said += (picture(diagnostic, "", "the metadata") for diagnostic in error.diagnostics)
        elif name.startswith(PREFIXES):
            yield name[len(CLASS) + 1 :], _value(node)


def _value(node: Node) -> str:
    """A value of the metadata as the text of an option."""
    kind, content = node["t"], node["c"]
    if kind == "MetaBool":
        return str(content).lower()
    if kind == "MetaMap":
        return "; ".join(f"{key}: {_size(value)}" for key, value in content.items())
    return "; ".join(map(words, content)) if kind == "MetaList" else words(node)


def _size(node: Node) -> str:
    """A value in a mapping such as `declare: {a: n}`, where YAML takes n for false and y for true."""
    return "ny"[node["c"]] if node["t"] == "MetaBool" else words(node)
