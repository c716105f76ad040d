"""What a watch says, to people or as JSON, and the command that it runs when posts have changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from texgrad.project_reports import Report, record
from texgrad.terminal import counted, say

CHANGED = "TEXGRAD_CHANGED"
LONGEST = 100_000  # characters of the paths that a command is given


class Words:
    """Where a watch speaks: lines for people, or one JSON object each."""

    def __init__(self, quiet: bool = False, machine: bool = False) -> None:
        self.quiet, self.machine = quiet, machine

    def built(self, report: Report, seconds: float) -> None:
        """One line for a post, and a picture of every problem."""
        if self.machine:
            self.event("built", **record(report), seconds=round(seconds, 6))
            return
        done = [f"written ({counted(report.counts.answered, 'derivation')})" if report.changed else "unchanged"]
        done += [counted(len(report.findings), "problem")] if report.findings else []
        self.note(f"{report.target}: {', '.join(done)}, {milliseconds(seconds)}")
        for drawn in report.pictures:
            say(drawn, sys.stderr)

    def removed(self, path: Path) -> None:
        """A file of the built tree has gone with its post."""
        self.event("removed", path=str(path)) if self.machine else self.note(f"{path}: removed")

    def state(self, event: str, text: str) -> None:
        """How the watch itself is doing."""
        self.event(event, text=text) if self.machine else self.note(text)

    def trouble(self, text: str) -> None:
        """What a person should see in any case."""
        self.event("trouble", text=text) if self.machine else say(f"texgrad: {text}", sys.stderr)

    def note(self, text: str) -> None:
        """A line with the time before it, unless only problems are asked for."""
        if not self.quiet:
            say(f"{time.strftime('%H:%M:%S')} {text}", sys.stdout)

    def event(self, name: str, **fields: object) -> None:
        """A line of JSON."""
        say(json.dumps({"event": name, "time": time.time(), **fields}), sys.stdout)


class Command:
    """The author's own next step: one run at a time, with all that has changed since the one before began.

    The paths are the arguments of the shell command, and stand in the variable TEXGRAD_CHANGED, one a line.
    """

    def __init__(self, command: str | None, words: Words) -> None:
        self.command, self.words = command, words
        self.changed: dict[str, None] = {}
        self.running: subprocess.Popen[bytes] | None = None

    def add(self, path: Path) -> None:
        """Note a path that has changed."""
        if self.command is not None:
            self.changed[str(path)] = None

    def step(self, fallback: Sequence[Path]) -> bool:
        """Start the command if there is reason to; returns whether one is running. `fallback` is for too many paths."""
        if self.running is not None and (status := self.running.poll()) is not None:
            self.running = None
            if status:
                self.words.trouble(f"the command ended with status {status}")
        if self.running is None and self.changed and self.command is not None:
            paths = list(self.changed)
            if sum(map(len, paths)) + len(paths) > LONGEST:
                paths = [str(path) for path in fallback]
            self.changed.clear()
            environment = {**os.environ, CHANGED: "\n".join(paths)}
            shell = ["sh", "-c", self.command, "texgrad", *paths] if os.name == "posix" else self.command
            try:
                self.running = subprocess.Popen(shell, env=environment, shell=os.name != "posix")
            except OSError as error:
                self.words.trouble(f"the command cannot be run: {error.strerror or error}")
        return self.running is not None


def milliseconds(seconds: float) -> str:
    """A time as it is shown."""
    return f"{seconds * 1000:.0f} ms"
