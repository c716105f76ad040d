"""One path that is watched: which files below it are posts, what has changed since they were last looked at."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from texgrad.changes import Root
from texgrad.project import Report, Settings, content_digest, run
from texgrad.project_pass import Folder
from texgrad.project_rules import ENDINGS, Rules
from texgrad.project_tree import Post, faults_of, posts_of, recalled, single, told_of
from texgrad.project_walk import Survey, above, look, survey
from texgrad.source import TexgradError

if TYPE_CHECKING:
    from texgrad.project_pass import Left
    from texgrad.project_walk import Look

NOT_NOTED = (1, 2, 5)  # the exit statuses of posts that are not at rest


class News(NamedTuple):
    """What a look at a tree has found: the real paths of posts that look otherwise than before, those that are gone,
    and whether a file has changed that may concern all of them."""

    changed: Mapping[Path, Look]
    gone: tuple[Post, ...]
    all: bool


class Tree:
    """A folder or a file that is watched, as it was when it was last looked at."""

    def __init__(self, given: Path, settings: Settings) -> None:
        self.root = Root(given, given.resolve(), given.is_dir())
        self.settings = settings
        self.endings = () if settings.copy and settings.output else ENDINGS
        self.rules = Rules(str(self.root.watched))
        self.looks: dict[str, Look] = {}
        self.needs: dict[str, dict[str, Look | None]] = {}
        self.seen = Survey()
        self.outer = self.above()

    @property
    def output(self) -> Path | None:
        """The folder for the built tree."""
        return self.settings.output

    # --- the first build ----------------------------------------------------------------------------------------------

    def build(self) -> Iterator[Report]:
        """Build all that is not at rest; raises `config` for a file that is no post."""
        if not self.root.folder:
            for report in run([single(self.root.given, self.output)], self.settings):
                self.needing("", report.needs)
                yield report
            return
        options = dict(self.settings.options) if self.settings.cache else None
        output = str(self.output) if self.output else None
        folder = Folder(str(self.root.given), output, not self.endings, options)
        changed = folder.changed(self.settings.force)
        for path in folder.state.targets.keys() - set(folder.posts()):
            self.remove(self.post_at(path))
        yield from recalled(folder, changed)
        several = list(posts_of(folder, changed))
        yield from faults_of(folder)
        built: dict[str, Left] = dict.fromkeys(changed, (None, None, ()))
        for path, needs in folder.state.needs.items():
            self.needing(path, needs)
        try:
            for (path, _), report in zip(several, run([post for _, post in several], self.settings), strict=True):
                rests = report.rests and report.status not in NOT_NOTED
                built[path] = (report.left if rests else None, told_of(report), report.needs)
                self.needing(path, report.needs)
                yield report
        finally:
            folder.keep(built, content_digest)
        self.seen = folder.survey
        self.looks = self.listed(folder.survey)

    @staticmethod
    def listed(seen: Survey) -> dict[str, Look]:
        """How each post of a survey looks."""
        return {
            folder + name: looks
            for folder, listing in seen.folders.items()
            for name, looks in zip(listing.names, listing.looks, strict=True)
        }

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def named(self, path: Path) -> bool:
        """Whether a file is called as posts are."""
        return self.endings == () or path.name.lower().endswith(self.endings)

    def meant(self, path: Path) -> Path:
        """The file that a link stands for, where this is a post by itself or in no folder that is watched."""
        if not path.is_symlink():
            return path
        target = path.resolve()
        inner = self.root.folder and target.is_relative_to(self.root.real)
        return path if inner and not (self.named(target) and self.root.shown(target)) else target

    def post(self, real: Path) -> Post | None:
        """The post that stands at a real path, if it is one of this tree; raises `config` for a faulty site file."""
        shown = self.root.shown(real)
        if shown is None or not self.named(real):
            return None
        if not self.root.folder:
            return single(shown, self.output)
        path = real.relative_to(self.root.real).as_posix()
        if path not in self.looks:
            parts = path.split("/")
            outer = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
            if any(self.rules.skips(folder, True) for folder in outer) or self.rules.skips(path, False):
                return None
            if self.output and real.is_relative_to(self.output.resolve()):
                return None
        return self.post_at(path)

    def post_at(self, path: str) -> Post:
        """The post at a path below the tree."""
        source = self.root.given / path if path else self.root.given
        here = os.path.dirname(os.path.join(self.root.real, path)) if path else str(self.root.watched)
        options = self.rules.options(here)
        if options is None:
            raise next(_error(report) for report in self.rules.faults.values())
        target = self.output / path if self.output else source
        return Post(source, target, options, self.output, self.rules.kind(here))

    def remove(self, post: Post) -> bool:
        """Take away what was written from a post that is gone, and the folders that it leaves empty."""
        if self.output is None or not post.target.resolve().is_relative_to(self.output.resolve()):
            return False
        try:
            post.target.unlink()
        except OSError:
            return False
        with contextlib.suppress(OSError):
            for folder in post.target.parents:
                if folder == self.output:
                    break
                folder.rmdir()
        return True

    def noted(self, real: Path) -> None:
        """Note how a post looks that is about to be read."""
        if (now := look(str(real))) and self.root.folder and real.is_relative_to(self.root.real):
            self.looks[self.below(real)] = now

    def below(self, real: Path) -> str:
        """How a real path is called below the tree; a file that is watched by itself has no name there."""
        return real.relative_to(self.root.real).as_posix() if self.root.folder else ""

    def needing(self, path: str, files: Iterable[str]) -> None:
        """Note the other files on which it depends what is written into the post at a path below the tree."""
        self.needs.pop(path, None)
        if found := {file: look(file) for file in files}:
            self.needs[path] = found

    def touched(self, file: str) -> bool:
        """Note that a file has changed; returns whether a post needs it."""
        needing = [needs for needs in self.needs.values() if file in needs]
        for needs in needing:
            needs[file] = []
        return bool(needing)

    def stale(self) -> list[Path]:
        """The real paths of posts that need a file which has changed, each told once."""
        found = [path for path, needs in self.needs.items() if any(look(file) != was for file, was in needs.items())]
        for path in found:
            self.needing(path, self.needs[path])
        return [self.root.real / path if path else self.root.real for path in found]

    def news(self) -> News:
        """Look at the whole tree."""
        if not self.root.folder:
            now, before = look(str(self.root.real)), self.looks.get("")
            self.looks = {"": now} if now else {}
            return News({self.root.real: now} if now and now != before else {}, (), self.renewed())
        if self.renewed():
            self.seen = Survey()
        seen = self._survey()
        if seen.configs != self.seen.configs and self.seen.folders:
            self.rules, self.seen = Rules(str(self.root.real)), Survey()
            seen = self._survey()
        everything = not self.seen.folders
        found = self.listed(seen)
        fresh = found if everything else {path: now for path, now in found.items() if self.looks.get(path) != now}
        changed = {self.root.real / path: now for path, now in fresh.items()}
        gone = []
        for path in self.looks.keys() - found.keys():
            with contextlib.suppress(TexgradError):
                gone.append(self.post_at(path))
        self.seen, self.looks = seen, found
        return News(changed, tuple(gone), everything)

    def _survey(self) -> Survey:
        """A look at the folder; all is gone of one that is not there."""
        output = os.path.realpath(self.output) if self.output else None
        return survey(
            str(self.root.real), self.endings, self.seen.folders, self.seen.configs, self.seen.skipped,
            self.rules.skips, output,
        )  # fmt: skip

    def above(self) -> dict[str, Look]:
        """The files above the tree, or beside a single post, that tell how posts are read."""
        return {path: found for path in above(str(self.root.watched)) if (found := look(path))}

    def renewed(self) -> bool:
        """Whether a file above the tree has changed that tells how posts are read; if so, the rules are read again."""
        outer = self.above()
        if outer == self.outer:
            return False
        self.outer, self.rules = outer, Rules(str(self.root.watched))
        return True


def _error(report: Report) -> TexgradError:
    """The fault of a site file as an error."""
    from texgrad.source import Diagnostic

    said = report.findings[0]
    return TexgradError(Diagnostic(said.code, f"{said.message} ({said.path}:{said.line})", help=said.help))
