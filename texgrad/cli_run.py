"""`texgrad build` and `texgrad clean`: what is to be done, done, and said, on a terminal or to a machine."""

from __future__ import annotations

import os
import sys
import time

from texgrad.terminal import counted, put, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from texgrad.cli_plain import Arguments
    from texgrad.project import Post, Report, Settings
    from texgrad.project_pass import Folder, Left

USAGE = 2
INTERRUPTED = 130
REST = (0, 3, 4)  # of a post of such a status it may be noted that it is at rest
PROGRESS = 0.1  # seconds between two looks at how far a run has come


class Run:
    """One run: what it works on, and what it has said and counted so far."""

    def __init__(self, args: Arguments | Namespace, command: str, options: dict[str, str]) -> None:
        self.args, self.command, self.options = args, command, options
        self.status = self.posts = self.written = self.answered = self.problems = 0
        self.told: list[Report] = []
        self.began = time.perf_counter()
        self.shown = 0.0
        self.terminal = args.format == "text" and not args.quiet and sys.stderr.isatty()
        self.seen: dict[str, str] = {}

    def __call__(self) -> int:
        """The exit status of the run."""
        try:
            for path in self.args.paths:
                if os.path.isdir(path):
                    self.folder(path)
                else:
                    self.file(path)
        except KeyboardInterrupt:
            self.erase()
            say("texgrad: interrupted; every post is as it was or as it is to be")
            return INTERRUPTED
        self.finish()
        return self.status

    # --- what is to be done -------------------------------------------------------------------------------------------

    def folder(self, path: str) -> None:
        """Work on all posts of a folder that have changed."""
        from texgrad.project_pass import Folder

        args, building = self.args, self.command == "build"
        kept = self.options if building and args.cache else None
        output = str(args.output) if building and args.output else None
        folder = Folder(path, output, building and args.copy, kept)
        changed = folder.changed(args.force)
        self.posts += len(folder) - len(changed)
        if folder.state.told:
            from texgrad.project_tree import recalled

            for report in recalled(folder, changed):
                self.take(report, stands=True)
        if changed or folder.survey.left or folder.survey.faults:
            self.build(folder, changed)
        elif folder.renewed():
            folder.keep({}, bytes)

    def build(self, folder: Folder, changed: list[str]) -> None:
        """Build posts of a folder, and note how that leaves it."""
        from collections import deque

        from texgrad.project import content_digest, run
        from texgrad.project_tree import faults_of, posts_of, told_of
        from texgrad.project_write import sweep

        for left in folder.survey.left:
            sweep(left)
        begun: deque[str] = deque()

        def several() -> Iterator[Post]:
            for path, post in posts_of(folder, changed):
                if self.first(post):
                    begun.append(path)
                    yield post

        built: dict[str, Left] = dict.fromkeys(changed, (None, None, ()))
        try:
            for report in run(several(), self.settings()):
                self.take(report)
                rests = report.rests and report.status in REST
                built[begun.popleft()] = (report.left if rests else None, told_of(report), report.needs)
            for report in faults_of(folder):
                self.take(report)
        finally:
            folder.keep(built, content_digest)

    def file(self, path: str) -> None:
        """Work on one file."""
        from pathlib import Path

        from texgrad.project import run
        from texgrad.project_tree import single
        from texgrad.source import TexgradError

        try:
            output = Path(self.args.output) if self.command == "build" and self.args.output else None
            post = single(Path(path), output)
        except TexgradError as error:
            said = error.diagnostics[0]
            self.erase()
            say(f"texgrad: {said.message}; {said.help}")
            self.status = max(self.status, USAGE)
            return
        if self.first(post):
            for report in run([post], self.settings()):
                self.take(report)

    def first(self, post: Post) -> bool:
        """Whether this post is met for the first time; that of another with its target is a fault."""
        if len(self.args.paths) == 1:
            return True
        source, target = os.path.realpath(post.source), os.path.realpath(post.target)
        known = self.seen.setdefault(target, "")
        if not known:
            self.seen[target] = source
        elif known != source:
            from texgrad.project import fault
            from texgrad.source import fail

            error = fail("config", f"{post.target} is built from {known}", help="build them to different folders")
            self.take(fault(post.source, error, post.target))
        return not known

    def settings(self) -> Settings:
        """The settings of the run."""
        from pathlib import Path

        from texgrad.project import Settings

        args, building = self.args, self.command == "build"
        output = Path(args.output) if building and args.output else None
        return Settings(
            self.command, args.check, args.diff, args.force, building and args.copy, output, args.jobs, self.options,
            args.cache,
        )  # fmt: skip

    # --- what is said -------------------------------------------------------------------------------------------------

    def take(self, report: Report, stands: bool = False) -> None:
        """Count a report, and say what is to be said of it."""
        args = self.args
        self.posts += not stands
        self.written += report.changed and not (args.check or args.diff)
        self.answered += report.counts.answered * (not stands)
        self.problems += len(report.findings)
        self.status = max(self.status, report.status)
        if args.format == "json":
            if report.changed or report.findings:
                self.told.append(report)
            return
        if report.findings or report.diff or report.changed:
            self.erase()
        for line in self.lines(report):
            say(line)
        if report.diff:
            put(report.diff)
        elif report.changed and not args.quiet:
            say(f"{'out of date' if args.check else 'written'}: {report.target}")
        self.progress()

    def lines(self, report: Report) -> Iterator[str]:
        """The diagnostics of a report in the form that is wanted."""
        if report.findings:
            from texgrad.project_reports import FORMS

            yield from map(FORMS[self.args.format], report.findings)

    def progress(self) -> None:
        """How far the run has come, on a terminal, now and then."""
        now = time.perf_counter()
        if self.terminal and now > self.shown + PROGRESS:
            self.shown = now
            sys.stderr.write(f"\r\x1b[K{self.summary()}")
            sys.stderr.flush()

    def erase(self) -> None:
        """Take the progress line away."""
        if self.terminal and self.shown:
            sys.stderr.write("\r\x1b[K")
            self.shown = 0.0

    def summary(self) -> str:
        """What has been done so far."""
        parts = [counted(self.posts, "post"), f"{self.written} written", counted(self.answered, "answer")]
        parts += [counted(self.problems, "problem")] if self.problems else []
        return f"{', '.join(parts)}, {time.perf_counter() - self.began:.2f} s"

    def finish(self) -> None:
        """The last words: a line on a terminal, or wherever something was done, and the whole for machines."""
        self.erase()
        if self.args.format == "json":
            from texgrad.project_reports import as_json

            counts = {"posts": self.posts, "written": self.written, "answers": self.answered, "problems": self.problems}
            put(as_json(self.told, self.status, {"command": self.command, **counts}))
        elif self.terminal or (self.posts > 1 and (self.written or self.problems) and not self.args.quiet):
            say(self.summary())
