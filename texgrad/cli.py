"""The command line: arguments to calls, reports to text and an exit status."""

from __future__ import annotations

import argparse
import os
import sys

from texgrad import __version__
from texgrad.cli_run import Run
from texgrad.options import DETAILS, ENVIRONMENTS, LAYOUTS, STYLES
from texgrad.terminal import put, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


try:
    WIDTH = int(os.environ.get("COLUMNS", "")) - 2
except ValueError:
    WIDTH = (os.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 80) - 2
FORMATS = ("text", "json", "github")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status (design A1)."""
    args = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = args.run
    return command(args)


class _Layout(argparse.HelpFormatter):
    """Help as wide as the terminal; the usual class loads half of the library to learn how wide that is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH)


class _Parser(argparse.ArgumentParser):
    """A parser, as the parsers of its commands are."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Layout, **more)


def _parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    parser = _Parser(
        prog="texgrad", description="Write step-by-step matrix derivatives into Markdown and LaTeX posts."
    )
    parser.add_argument("--version", action="version", version=f"texgrad {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="texgrad")

    build = commands.add_parser("build", help="insert or refresh the derivations that posts ask for")
    _add_paths(build, _build)
    build.add_argument("-o", dest="output", metavar="DIR", help="write the built tree to DIR instead")
    build.add_argument("--copy", action="store_true", help="with -o: copy the other files too")
    _add_run(build)
    build.add_argument("--all", action="store_true", help="derive every bare derivative too")

    clean = commands.add_parser("clean", help="remove every generated block")
    _add_paths(clean, _clean)
    _add_run(clean)

    watch = commands.add_parser("watch", help="build, then rebuild each post when it is saved")
    _add_paths(watch, _watch)
    watch.add_argument("-o", dest="output", metavar="DIR", help="keep a built copy of the tree in DIR instead")
    watch.add_argument("--copy", action="store_true", help="with -o: keep copies of the other files too")
    watch.add_argument("--on-change", metavar="CMD", help="run this shell command, with the paths that have changed")
    watch.add_argument("--json", action="store_true", help="print one JSON object for each thing that happens")
    watch.add_argument("--no-cache", dest="cache", action="store_false", help="remember nothing, recall nothing")
    watch.add_argument("--all", action="store_true", help="derive every bare derivative too")
    watch.add_argument("--force", action="store_true", help="replace derivations that were edited by hand")
    watch.add_argument("--poll", action="store_true", help="look at the files again and again; ask for no events")
    watch.add_argument("--verify", action="store_true", help="check the equations of each post, too")
    watch.add_argument("--once", action="store_true", help="end after the first build")
    watch.add_argument("--quiet", action="store_true", help="print problems only")

    derive = commands.add_parser("derive", help="print one derivation")
    derive.set_defaults(run=_derive)
    derive.add_argument("latex", metavar="LATEX", help="the expression or derivative; - reads standard input")
    derive.add_argument("--wrt", action="append", metavar="X", help="the variable (repeatable)")
    derive.add_argument("--declare", action="append", default=[], type=_pair, metavar="'X: n x p'", help="repeatable")
    derive.add_argument(
        "--assume", action="append", default=[], type=_pair, metavar="'X: symmetric'", help="repeatable"
    )
    derive.add_argument("--order", type=int, choices=(1, 2), default=1)
    derive.add_argument("--style", choices=STYLES, default="differential")
    derive.add_argument("--layout", choices=LAYOUTS, default="auto", help="of gradients and Jacobians")
    derive.add_argument("--convention", metavar="NAME", help="how a structured or a complex variable is counted")
    derive.add_argument("--env", choices=ENVIRONMENTS, default="aligned")
    derive.add_argument("--detail", choices=DETAILS, default="normal")
    derive.add_argument("--explain", action="store_true", help="name the law behind each line")
    derive.add_argument("--format", choices=("latex", "markdown", "json", "python"), default="latex")

    verify = commands.add_parser("verify", help="check the equations that posts hold")
    _add_paths(verify, _verify)
    verify.add_argument("--format", choices=("text", "json", "github"), default="text", help="how faults are shown")
    verify.add_argument("--fix", action="store_true", help="mend what a single slip explains, and show the difference")

    rules = commands.add_parser("rules", help="print the table of rules and notations")
    rules.set_defaults(run=_rules)
    return parser


def _add_paths(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    """The paths of a command that works on posts."""
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.set_defaults(run=run)


def _add_run(parser: argparse.ArgumentParser) -> None:
    """The arguments that `build` and `clean` share."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a post is out of date")
    parser.add_argument("--diff", action="store_true", help="print what changes; alone: write nothing")
    parser.add_argument("-j", dest="jobs", type=_positive, metavar="N", help="worker processes")
    parser.add_argument("--force", action="store_true", help="replace derivations that were edited by hand")
    parser.add_argument("--format", "--output-format", choices=FORMATS, default="text", help="of what is said")
    parser.add_argument("--quiet", action="store_true", help="print problems only")
    parser.add_argument("--no-cache", dest="cache", action="store_false", help="remember nothing, recall nothing")


def _positive(text: str) -> int:
    """A number of processes."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _pair(text: str) -> tuple[str, str]:
    """`X: n x p` as name and worth."""
    name, colon, worth = text.partition(":")
    if not (colon and name.strip() and worth.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 'X: …'")
    return name.strip(), worth.strip()


def _options(args: argparse.Namespace) -> dict[str, str]:
    """The options of requests that the command line gives."""
    return {"derive": "all"} if args.all else {}


def _build(args: argparse.Namespace) -> int:
    """`texgrad build`."""
    return Run(args, "build", _options(args))()


def _clean(args: argparse.Namespace) -> int:
    """`texgrad clean`."""
    return Run(args, "clean", {})()


def _verify(args: argparse.Namespace) -> int:
    """`texgrad verify`."""
    from pathlib import Path

    from texgrad.project import USAGE, posts
    from texgrad.review import as_json, review, shown, summary
    from texgrad.source import TexgradError

    try:
        found = posts([Path(path) for path in args.paths])
    except TexgradError as error:
        say(f"texgrad: {error.diagnostics[0].message}; {error.diagnostics[0].help}")
        return USAGE
    reviews = []
    for post in found:
        reviews.append(review(post, post.options, args.fix))
        for text in shown(reviews[-1], args.format) if args.format != "json" else ():
            put(text + "\n")
        if reviews[-1].diff:
            put(reviews[-1].diff)
    if args.format == "json":
        put(as_json(reviews))
    say(summary(reviews))
    return max((r.status for r in reviews), default=0)


def _watch(args: argparse.Namespace) -> int:
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


def _derive(args: argparse.Namespace) -> int:
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


def _rules(_: argparse.Namespace) -> int:
    """`texgrad rules`."""
    from texgrad.writer.rules import table

    put(table().rstrip("\n") + "\n")
    return 0
