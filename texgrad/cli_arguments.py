"""The arguments of all commands, as argparse reads them and shows them in its help."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from texgrad import __version__
from texgrad.cli_plain import SWITCHES
from texgrad.options import DETAILS, ENVIRONMENTS, LAYOUTS, STYLES

try:
    WIDTH = int(os.environ.get("COLUMNS", "")) - 2
except ValueError:
    WIDTH = (os.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 80) - 2
FORMATS = ("text", "json", "github")


class _Layout(argparse.HelpFormatter):
    """Help as wide as the terminal; the usual class loads half of the library to learn how wide that is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH)


class _Parser(argparse.ArgumentParser):
    """A parser, as the parsers of its commands are."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Layout, **more)


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    found = _Parser(
        prog="texgrad", description="Write step-by-step matrix derivatives into Markdown and LaTeX posts."
    )
    found.add_argument("--version", action="version", version=f"texgrad {__version__}")
    commands = found.add_subparsers(metavar="COMMAND", dest="command", required=True, prog="texgrad")

    build = commands.add_parser("build", help="insert or refresh the derivations that posts ask for")
    _add_paths(build)
    build.add_argument("-o", dest="output", metavar="DIR", help="write the built tree to DIR instead")
    _add_run(build, "build")

    clean = commands.add_parser("clean", help="remove every generated block")
    _add_paths(clean)
    _add_run(clean, "clean")

    watch = commands.add_parser("watch", help="build, then rebuild each post when it is saved")
    _add_paths(watch)
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
    derive.add_argument("latex", metavar="LATEX", help="the expression or derivative; - reads standard input")
    derive.add_argument("--wrt", action="append", metavar="X", help="what to differentiate by (repeatable)")
    derive.add_argument(
        "--declare", action="append", default=[], type=_pair, metavar="'X: n x p'", help="a shape (repeatable)"
    )
    derive.add_argument(
        "--assume", action="append", default=[], type=_pair, metavar="'X: symmetric'", help="a property (repeatable)"
    )
    derive.add_argument("--order", type=int, choices=(1, 2), default=1, help="first or second derivatives")
    derive.add_argument("--style", choices=STYLES, default="differential", help="the way of deriving")
    derive.add_argument("--layout", choices=LAYOUTS, default="auto", help="the layout of gradients and Jacobians")
    derive.add_argument("--convention", metavar="NAME", help="how a structured or a complex variable is counted")
    derive.add_argument("--env", choices=ENVIRONMENTS, default="aligned", help="the environment of the lines")
    derive.add_argument("--detail", choices=DETAILS, default="normal", help="how many of the lines are shown")
    derive.add_argument("--explain", action="store_true", help="name the law behind each line")
    derive.add_argument(
        "--format", choices=("latex", "markdown", "json", "python"), default="latex", help="what is printed"
    )

    verify = commands.add_parser("verify", help="check the equations that posts hold")
    _add_paths(verify)
    verify.add_argument("--format", choices=("text", "json", "github"), default="text", help="how faults are shown")
    verify.add_argument("--fix", action="store_true", help="mend what a single slip explains, and show the difference")

    commands.add_parser("rules", help="print the table of rules and notations")
    return found


def _add_paths(command: argparse.ArgumentParser) -> None:
    """The paths of a command that works on posts."""
    command.add_argument("paths", nargs="+", metavar="PATH", help="a post, or a folder of posts")


def _add_run(command: argparse.ArgumentParser, name: str) -> None:
    """The arguments that `build` and `clean` share, and the switches of each."""
    command.add_argument(
        "-j", dest="jobs", type=_positive, metavar="N", help="worker processes (default: the cores, one for few posts)"
    )
    command.add_argument("--format", "--output-format", choices=FORMATS, default="text", help="how messages are shown")
    for word, switch in SWITCHES.items():
        if name in switch.commands:
            action = "store_true" if switch.value else "store_false"
            command.add_argument(word, dest=switch.field, action=action, help=switch.help)


def _positive(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    """`X: n x p` as name and worth."""
    name, colon, worth = text.partition(":")
    if not (colon and name.strip() and worth.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 'X: …'")
    return name.strip(), worth.strip()
