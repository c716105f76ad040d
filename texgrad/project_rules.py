"""What the site files and ignore files over a file say of it: whether it is a post, and under which options."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from texgrad.formats import FORMATS
from texgrad.project_globs import Glob, globs, verdict, within
from texgrad.project_reports import Report, finding
from texgrad.project_site import FILE, PROJECT, Site, read
from texgrad.project_walk import EXCLUDED, above
from texgrad.source import Diagnostic, TexgradError

USAGE = 2
UNANSWERED = 3
ENDINGS = tuple(ending for row in FORMATS.values() for ending in row.endings)
IGNORE = ".gitignore"


class Rules:
    """The site files and ignore files that concern a folder, each read when the first file asks for it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.sites: dict[str, Site | None] = {}
        self.ignores: dict[str, tuple[Glob, ...]] = {}
        self.faults: dict[str, Report] = {}
        self.top = ""
        for path in above(self.root):
            if path.endswith(EXCLUDED) and os.path.exists(os.path.join(path.removesuffix(EXCLUDED), ".git")):
                self.top = path.removesuffix(EXCLUDED).rstrip(os.sep) or os.sep

    def skips(self, path: str, folder: bool) -> bool:
        """Whether a path below the root is ignored, or left out by the site file over it."""
        real = os.path.join(self.root, path.rstrip("/"))
        for here in self.upward(os.path.dirname(real)):
            said = verdict(self.ignored(here), _below(real, here), folder)
            if said:
                return True
            if said is False:
                break
        here, site = self.site(os.path.dirname(real))
        if site is None:
            return False
        below = _below(real, here)
        if within(site.exclude, below, folder):
            return True
        return bool(site.include) and not folder and not within(site.include, below)

    def options(self, source: Path) -> Mapping[str, str] | None:
        """The options of the site that a post belongs to; None where its site file is at fault."""
        site = self.site(os.path.dirname(os.path.realpath(source)))[1]
        return None if site is None else site.options

    def upward(self, folder: str) -> Iterator[str]:
        """The folders in which ignore files hold for `folder`, from there up to the repository's, or the root."""
        last = self.top or self.root
        while True:
            yield folder
            if folder == last or len(folder) < len(last):
                return
            folder = os.path.dirname(folder)

    def ignored(self, folder: str) -> tuple[Glob, ...]:
        """What the ignore files of one folder say."""
        if folder not in self.ignores:
            lines: list[str] = []
            for name in (EXCLUDED, IGNORE):
                try:
                    with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                        lines += file.read().split("\n")
                except OSError:
                    continue
            self.ignores[folder] = globs(lines)
        return self.ignores[folder]

    def site(self, folder: str) -> tuple[str, Site | None]:
        """The nearest site file at or above a folder, not above its repository: the folder of it, and what it says."""
        here = folder
        while True:
            for name in (FILE, PROJECT):
                path = os.path.join(here, name)
                if path not in self.sites:
                    self.sites[path] = self.site_in(path)
                if path in self.faults:
                    return here, None
                if (site := self.sites[path]) is not None:
                    return here, site
            parent = os.path.dirname(here)
            if parent == here or here == self.top:
                return folder, Site()
            here = parent

    def site_in(self, path: str) -> Site | None:
        """What a site file says, if it is there; its faults are noted."""
        try:
            text = Path(path).read_bytes().decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.faults[path] = unreadable(path, error)
            return None
        try:
            return read(path, text)
        except TexgradError as error:
            shown = os.path.relpath(path)
            findings = tuple(finding(one, text, shown) for one in error.diagnostics)
            self.faults[path] = Report(Path(path), Path(path), USAGE, findings=findings)
            return None


def _below(path: str, folder: str) -> str:
    """A path as it is called from a folder above it."""
    return path[len(folder) :].lstrip(os.sep).replace(os.sep, "/")


def unreadable(path: str, error: OSError) -> Report:
    """The report of something that cannot be read."""
    said = finding(Diagnostic("config", f"it cannot be read: {error.strerror or error}"), "", path)
    return Report(Path(path), Path(path), UNANSWERED, findings=(said,))
