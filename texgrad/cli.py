"""The command line: arguments to calls, reports to text and an exit status."""

from __future__ import annotations

import os
import sys

from texgrad.cli_plain import Arguments, plainly
from texgrad.cli_run import INTERRUPTED, Run
from texgrad.terminal import put, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence


UNHEARD = 141  # as a shell counts the signal that ends other programs then


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status, the gravest of all that was found."""
    words = sys.argv[1:] if argv is None else argv
    args: Arguments | Namespace | None = plainly(words)
    if args is None:
        from texgrad.cli_arguments import parser

        args = parser().parse_args(words)
    try:
        return COMMANDS[args.command](args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # nobody reads what is said; Python would complain once more at its end
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return UNHEARD


def _options(args: Arguments | Namespace) -> dict[str, str]:
    """The options of requests that the command line gives."""
    return {"derive": "all"} if args.all else {}


def _build(args: Arguments | Namespace) -> int:
    """`texgrad build`."""
    return Run(args, "build", _options(args))()


def _clean(args: Arguments | Namespace) -> int:
    """`texgrad clean`."""
    return Run(args, "clean", {})()


def _verify(args: Arguments | Namespace) -> int:
    """`texgrad verify`."""
    from pathlib import Path

    from texgrad.review import as_json, reviews, shown, summary

    found = []
    for review in reviews([Path(path) for path in args.paths], args.fix):
        found.append(review)
        for text in shown(review, args.format) if args.format != "json" else ():
            put(text + "\n")
        if review.diff:
            put(review.diff)
    if args.format == "json":
        put(as_json(found))
    say(summary(found))
    return max((review.status for review in found), default=0)


def _watch(args: Arguments | Namespace) -> int:
    """`texgrad watch`; the interrupt key is its regular end."""
    try:
        from pathlib import Path

        from texgrad.project import Settings
        from texgrad.watch import Manner, run
        from texgrad.watch_words import Words

        output = Path(args.output) if args.output else None
        settings = Settings(
            force=args.force, copy=args.copy, output=output, options=_options(args), cache=args.cache
        )
        manner = Manner(args.poll, args.once, Words(args.quiet, args.json), args.on_change, args.verify)
        return run([Path(path) for path in args.paths], settings, manner)
    except KeyboardInterrupt:
        return 0


def _derive(args: Arguments | Namespace) -> int:
    """`texgrad derive`."""
    from texgrad.project import UNANSWERED
    from texgrad.service import derive
    from texgrad.source import TexgradError, picture

    expression = sys.stdin.read().strip() if args.latex == "-" else args.latex
    assume: dict[str, list[str]] = {}
    for name, worth in args.assume:
        assume.setdefault(name, []).append(worth)
    try:
        derivation = derive(
            expression, wrt=args.wrt, declare=dict(args.declare), assume=assume, order=args.order, style=args.style,
            convention=args.convention, layout=args.layout,
        )  # fmt: skip
        forms: Mapping[str, Callable[[], str]] = {
            "latex": lambda: derivation.latex(env=args.env, detail=args.detail, explain=args.explain),
            "markdown": lambda: derivation.markdown(args.env, args.detail, args.explain),
            "json": derivation.to_json,
            "python": derivation.python,
        }
        text = forms[args.format]()
    except TexgradError as error:
        for diagnostic in error.diagnostics:
            say(picture(diagnostic, expression, "<expression>"))
        return UNANSWERED
    put(text if text.endswith("\n") else text + "\n")
    return 0


def _rules(_: Arguments | Namespace) -> int:
    """`texgrad rules`."""
    from texgrad.writer.rules import table

    put(table().rstrip("\n") + "\n")
    return 0


COMMANDS: Mapping[str, Callable[[Arguments | Namespace], int]] = {
    "build": _build, "clean": _clean, "watch": _watch, "derive": _derive, "verify": _verify, "rules": _rules,
}  # fmt: skip
