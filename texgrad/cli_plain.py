"""The switches of `build` and `clean`, and plain command lines that hold nothing else, which need no argparse.

An unchanged tree is looked at in less time than it takes to load that.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Switch:
    """What a switch sets, in which commands, and its help."""

    def __init__(self, field: str, help: str, commands: str = "build clean", value: bool = True) -> None:
        self.field, self.help, self.commands, self.value = field, help, commands.split(), value


SWITCHES = {
    "--check": Switch("check", "write nothing; exit 1 when a post is out of date"),
    "--diff": Switch("diff", "print what changes; alone: write nothing"),
    "--force": Switch("force", "replace derivations that were edited by hand"),
    "--quiet": Switch("quiet", "print problems only"),
    "--no-cache": Switch("cache", "remember nothing, recall nothing", value=False),
    "--copy": Switch("copy", "with -o: copy the other files too", "build"),
    "--all": Switch("all", "derive every bare derivative too", "build"),
}


class Arguments:
    """What a command line says, by name; `argparse.Namespace` is another of this kind."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def plainly(words: Sequence[str]) -> Arguments | None:
    """What a command line says that consists of `build` or `clean`, switches and paths in a row; None for any other."""
    command = words[0] if words else ""
    switches = {word: switch for word, switch in SWITCHES.items() if command in switch.commands}
    found = Arguments(command=command, paths=[], jobs=None, format="text")
    vars(found).update({switch.field: not switch.value for switch in switches.values()})
    if command == "build":
        vars(found)["output"] = None
    for number, word in enumerate(words[1:]):
        if word in switches:
            setattr(found, switches[word].field, switches[word].value)
        elif word.startswith("-") or (found.paths and words[number] in switches):
            return None
        else:
            found.paths.append(word)
    return found if switches and found.paths else None
