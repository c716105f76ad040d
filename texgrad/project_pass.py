"""A pass over a folder: its files beside the state in which the last build left them, so that only others are built."""

from __future__ import annotations

import os
import time

from texgrad.project_state import Kept, State, fingerprint, load, save, state_file
from texgrad.project_walk import FRESH, Listing, look, survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from texgrad.project_rules import Rules

    Digest = Callable[[bytes], bytes]
    # what a build says of a post: the digest of its content where it is at rest, what there is to say, what it needs
    Left = tuple[bytes | None, list[Any] | None, Iterable[str]]
    from texgrad.project_walk import Look, Survey


NONE = [-1, -1, -1]  # the look of a post that is not at rest


class Folder:
    """A folder as it stands, built in place or to `output`, with all its files if `others`.

    options: those of the command line, where a state is kept; it holds for them only.
    """

    def __init__(
        self, path: str, output: str | None = None, others: bool = False, options: Mapping[str, str] | None = None
    ) -> None:
        self.path, self.output, self.others = path, output, others
        self.file, self.mark, self.state = "", "", State()
        if options is not None:
            real = os.path.realpath(path)
            self.file = state_file(real, output and os.path.realpath(output), others, sorted(options.items()))
            self.mark = fingerprint()
            self.state = load(self.file, self.mark)
        self._rules: Rules | None = None
        self.survey = self._look()
        if self.state.folders and self.survey.configs != self.state.configs:
            self.state = State()
            self.survey = self._look()

    @property
    def rules(self) -> Rules:
        """The rules of the folder, which are loaded when a file asks for them that is not known."""
        if self._rules is None:
            from texgrad.project_rules import Rules

            self._rules = Rules(self.path)
        return self._rules

    def _look(self) -> Survey:
        """What the folder holds."""
        state = self.state
        if state.endings is None:
            from texgrad.project_rules import ENDINGS

            state.endings = [] if self.others else list(ENDINGS)
        output = os.path.realpath(self.output) if self.output else None
        self.looked = time.time_ns()
        endings = tuple(state.endings)
        return survey(self.path, endings, state.folders, state.configs, state.skipped, self._skips, output)

    def _skips(self, path: str, folder: bool) -> bool:
        """Whether something that is not known is no part of the folder."""
        return self.rules.skips(path, folder)

    def posts(self) -> list[str]:
        """All posts, sorted."""
        return sorted(folder + name for folder, listing in self.survey.folders.items() for name in listing.names)

    def __len__(self) -> int:
        return sum(len(listing.names) for listing in self.survey.folders.values())

    def changed(self, force: bool = False) -> list[str]:
        """The posts that are not at rest, sorted; with `force`, those of which there is something to say are none."""
        found: set[str] = set()
        for folder, listing in self.survey.folders.items():
            known = self.state.folders.get(folder)
            if known is None or known.mark != listing.mark or known.names != listing.names:
                before = dict(zip(known.names, known.looks, strict=True)) if known else {}
                pairs = zip(listing.names, listing.looks, strict=True)
                found.update(folder + name for name, looks in pairs if before.get(name) != looks)
        if self.output is not None:
            targets = self.state.targets
            found.update(path for path in self.posts() if look(self._target(path)) != targets.get(path, []))
        if force:
            found.update(self.state.told)
        seen = {file: look(file) or [] for needs in self.state.needs.values() for file in needs}
        found.update(path for path, needs in self.state.needs.items() if any(seen[f] != needs[f] for f in needs))
        return sorted(found.intersection(self.posts())) if found else []

    def renewed(self) -> bool:
        """Whether names have come or gone since the last build, or a folder was not at rest then."""
        known = {path: listing.look for path, listing in self.state.folders.items()}
        return known != {path: listing.look for path, listing in self.survey.folders.items()}

    def _target(self, path: str) -> str:
        """The file that is written from a post."""
        return os.path.join(self.output or self.path, path)

    def told(self, built: Iterable[str]) -> dict[str, list[Any]]:
        """What there is to say of the posts that are not among those `built`."""
        gone = {*self.state.told}.difference(self.posts()).union(built)
        return {path: said for path, said in sorted(self.state.told.items()) if path not in gone}

    def keep(self, built: Mapping[str, Left], digest: Digest) -> None:
        """Note how the folder is left."""
        if not self.file:
            return
        old, new, seen = self.state, State(), self.survey
        new.configs, new.endings, new.skipped, new.told = seen.configs, old.endings, seen.skipped, self.told(built)
        files = {file: self._needed(file) for _, _, needs in built.values() for file in needs}
        for folder, listing in seen.folders.items():
            numbers: list[int] = []
            for name, looked in zip(listing.names, listing.looks, strict=True):
                left, said, needs = built.get(folder + name, (b"", None, ()))
                now = looked if left == b"" else left and self._rested(folder + name, looked, left, digest)
                numbers += now or NONE
                if now and said:
                    new.told[folder + name] = said
                if left == b"" and folder + name in old.needs:
                    new.needs[folder + name] = old.needs[folder + name]
                elif now and needs:
                    new.needs[folder + name] = {file: files[file] for file in needs}
                if now and self.output is not None:
                    new.targets[folder + name] = look(self._target(folder + name)) or []
            new.folders[folder] = Kept.of(Listing(listing.look, listing.names, numbers))
        if new.fields() != old.fields():
            save(self.file, self.mark, new)

    def _needed(self, file: str) -> Look:
        """How a file looks that was read meanwhile, or as none does where it may have changed since."""
        now = look(file) or []
        return now if not now or max(now[1:]) < self.looked - FRESH else NONE

    def _rested(self, path: str, looks: Look, left: bytes, digest: Callable[[bytes], bytes]) -> Look | None:
        """How a post looks that holds what a build left, so that it will look otherwise when it has changed."""
        real = os.path.join(self.path, path)
        now = look(real)
        if now is None or (now == looks and now[1] < self.looked - FRESH):
            return now
        time.sleep(max(0, min(FRESH, now[1] + FRESH - time.time_ns())) / 1e9)
        try:
            with open(real, "rb") as file:
                return now if digest(file.read()) == left and look(real) == now else None
        except OSError:
            return None
