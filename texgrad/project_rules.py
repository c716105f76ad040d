"""What the site files and ignore files over a file say of it: whether it is a post, and under which options."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from texgrad.formats import FORMATS
from texgrad.formats_sites import of_site
from texgrad.project_globs import Glob, globs, verdict, within
from texgrad.project_reports import Report, finding
from texgrad.project_site import FILE, PROJECT, Site, read
from texgrad.project_walk import EXCLUDED, above
from texgrad.source import Diagnostic, TexgradError

USAGE = 2
UNANSWERED = 3
ENDINGS = tuple(dict.fromkeys(ending for row in FORMATS.values() for ending in row.endings))
IGNORE = ".gitignore"


class Rules:
    """The site files and ignore files that concern a folder, each read when the first file asks for it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.sites: dict[str, tuple[str, Site | None]] = {}
        self.chains: dict[str, list[tuple[str, tuple[Glob, ...]]]] = {}
        self.kinds: dict[str, str] = {}
        self.faults: dict[str, Report] = {}
        self.top = ""
        for path in above(self.root):
            if path.endswith(EXCLUDED) and os.path.exists(os.path.join(path.removesuffix(EXCLUDED), ".git")):
                self.top = path.removesuffix(EXCLUDED).rstrip(os.sep) or os.sep

    def skips(self, path: str, folder: bool) -> bool:
        """Whether a path below the root is ignored, or left out by the site file over it."""
        real = os.path.join(self.root, path.rstrip("/"))
        over = os.path.dirname(real)
        for here, patterns in self.ignoring(over):
            said = verdict(patterns, _below(real, here), folder)
            if said:
                return True
            if said is False:
                break
        here, site = self.site(over)
        if site is None or not (site.include or site.exclude):
            return False
        below = _below(real, here)
        if within(site.exclude, below, folder):
            return True
        return bool(site.include) and not folder and not within(site.include, below)

    def options(self, folder: str) -> Mapping[str, str] | None:
        """The options of the site that the posts of a real folder belong to; None where its site file is at fault."""
        site = self.site(folder)[1]
        return None if site is None else site.options

    def kind(self, folder: str) -> str:
        """The dialect of the nearest site generator whose files stand at or above a real folder."""
        if folder not in self.kinds:
            try:
                found = of_site(os.listdir(folder))
            except OSError:
                found = ""
            parent = os.path.dirname(folder)
            last = parent == folder or folder == self.top
            self.kinds[folder] = found or ("" if last else self.kind(parent))
        return self.kinds[folder]

    def ignoring(self, folder: str) -> list[tuple[str, tuple[Glob, ...]]]:
        """The folders in which patterns hold for what is in `folder`, with these, from there up to the repository's, or
        the root."""
        if folder not in self.chains:
            last = self.top or self.root
            own = [(folder, patterns)] if (patterns := self.ignored(folder)) else []
            above = [] if folder == last or len(folder) < len(last) else self.ignoring(os.path.dirname(folder))
            self.chains[folder] = own + above
        return self.chains[folder]

    def ignored(self, folder: str) -> tuple[Glob, ...]:
        """What the ignore files of one folder say."""
        lines: list[str] = []
        for name in (EXCLUDED, IGNORE):
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    lines += file.read().split("\n")
            except OSError:
                continue
        return globs(lines)

    def site(self, folder: str) -> tuple[str, Site | None]:
        """The nearest site file at or above a folder, not above its repository: the folder of it, and what it says."""
        if folder not in self.sites:
            self.sites[folder] = self._site(folder)
        return self.sites[folder]

    def _site(self, folder: str) -> tuple[str, Site | None]:
        """The site that a folder belongs to."""
        for name in (FILE, PROJECT):
            path = os.path.join(folder, name)
            site = self.site_in(path)
            if site is not None or path in self.faults:
                return folder, site
        parent = os.path.dirname(folder)
        return (folder, Site()) if parent == folder or folder == self.top else self.site(parent)

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
    said = Diagnostic("config", f"it cannot be read: {error.strerror or error}", help="see to its permissions")
    return Report(Path(path), Path(path), UNANSWERED, findings=(finding(said, "", path),))
