"""Paths to posts: which files of a folder are posts, under which options, and where each is written."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from texgrad.formats import Format, of_path
from texgrad.formats_sites import chosen
from texgrad.immutable import immutable
from texgrad.project_pass import Folder
from texgrad.project_reports import Finding, Report, finding
from texgrad.project_rules import ENDINGS, USAGE, Rules, unreadable
from texgrad.source import Diagnostic, TexgradError, fail
from texgrad.weave import Counts, front_options

_FRONT = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(?:(?!---[ \t]*\r?$)[^\n]*\n){0,400}?(?=---|\.\.\.)")

Taker = Callable[[Report], object]


@immutable
class Post:
    """One file to read, and the one to write, which are the same unless the tree is built elsewhere.

    `options` are those of its site file, `kind` is the dialect of the generator whose files are found over it, and
    `within` is the folder that nothing is written out of.
    """

    source: Path
    target: Path
    options: Mapping[str, str] = field(default_factory=dict)
    within: Path | None = None
    kind: str = ""

    def format(self, data: bytes) -> Format | None:
        """The format of a post that holds `data`; raises `config` for a dialect that there is not."""
        front = _front(data)
        try:
            said = front_options(front).get("dialect", "") if "dialect" in front else ""
        except TexgradError:  # the build will say so, with its place
            said = ""
        return chosen(self.source, said or self.options.get("dialect", ""), self.kind, front)


def _front(data: bytes) -> str:
    """The front matter of a post, as far as a glance at its head can tell."""
    found = _FRONT.match(data)
    return found[0].decode("utf-8", "replace") if found else ""


def posts_of(folder: Folder, paths: Iterable[str]) -> Iterator[tuple[str, Post]]:
    """The posts of a folder that have these paths below it; those under a faulty site file are none."""
    base, output = Path(folder.path), None if folder.output is None else Path(folder.output)
    for path in paths:
        here = os.path.join(folder.rules.root, os.path.dirname(path)).rstrip(os.sep)
        options = folder.rules.options(here)
        if options is not None:
            source = base / path
            target = output / path if output else source
            yield path, Post(source, target, options, output, folder.rules.kind(here))


def faults_of(folder: Folder) -> Iterator[Report]:
    """What stood in the way of reading a folder."""
    yield from folder.rules.faults.values()
    for path, message in sorted(folder.survey.faults.items()):
        yield unreadable(str(Path(folder.path, path)), OSError(0, message))


def posts(
    paths: Iterable[Path], output: Path | None = None, others: bool = False, take: Taker | None = None
) -> list[Post]:
    """The posts among `paths` and in the folders among them, sorted, without hidden and ignored files, links out of a
    folder and what stands in `output` already.

    With `others`, files of no known format come along. `take` is given a report of whatever stands in the way of other
    posts: a path that is not there or no post, a site file that is at fault, a folder that cannot be read. Without it
    raises `config` for such a path.
    """
    found: dict[Path, Post] = {}
    for path in paths:
        several: Iterable[Post] = ()
        if path.is_dir():
            folder = Folder(str(path), str(output) if output else None, others)
            several = [post for _, post in posts_of(folder, folder.posts())]
            if take is not None:
                for report in faults_of(folder):
                    take(report)
        else:
            try:
                several = [single(path, output)]
            except TexgradError as error:
                if take is None:
                    raise
                take(Report(path, path, USAGE, findings=(finding(error.diagnostics[0], "", str(path)),)))
        for post in several:
            found.setdefault(post.target.resolve() if output else post.source.resolve(), post)
    return sorted(found.values(), key=lambda post: post.source)


def single(path: Path, output: Path | None = None) -> Post:
    """The post of a path that is no folder; raises `config`."""
    if not path.exists():
        raise fail("config", f"there is no file or folder {path}", help="check the spelling of the path")
    if not path.is_file():
        raise fail("config", f"{path} is no regular file", help="name a file or a folder")
    if of_path(path) is None:
        raise fail("config", f"{path} is in no format that texgrad reads", help=f"it reads {', '.join(ENDINGS)}")
    rules = Rules(str(path.parent))
    options = rules.options(rules.root)
    if options is None:
        (report, *_) = rules.faults.values()
        (said, *_) = report.findings
        raise TexgradError(Diagnostic(said.code, f"{said.message} ({said.path}:{said.line})", help=said.help))
    return Post(path, output / path.name if output else path, options, output, rules.kind(rules.root))


def told_of(report: Report) -> list[Any] | None:
    """What is kept of a report beside the look of its post, if there is anything."""
    if not report.findings:
        return None
    return [report.status, report.counts.asked, report.counts.answered, [list(one) for one in report.findings]]


def recalled(folder: Folder, built: Iterable[str]) -> Iterator[Report]:
    """The reports of posts that are at rest and of which there is something to say."""
    for path, (status, asked, answered, said) in folder.told(built).items():
        source = Path(folder.path, path)
        findings = tuple(Finding(*one) for one in said)
        target = Path(folder.output, path) if folder.output else source
        yield Report(source, target, status, False, Counts(asked, answered), findings, rests=True)
