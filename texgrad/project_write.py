"""A file written in one step, so that whoever reads it, and whatever happens, finds the old or the new one."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from itertools import count
from pathlib import Path
from typing import BinaryIO

from texgrad.source import fail

ABANDONED = 60.0  # seconds after which an unfinished file, which takes milliseconds, will not be finished
_names = count()


def replace(path: Path, data: bytes, like: Path, expected: bytes | None = None) -> bool:
    """Write a file in one step; links stay links, and mode and owner are those of `like`.

    expected: what the file must still hold. False where somebody else has written it meanwhile, whose bytes then stand.
    A file with several hard links is written in place, for it would come apart otherwise. Raises OSError, and
    `config` for a post that is write-protected; what is built from one elsewhere may be built again.
    """
    path = path.resolve()
    if expected is None:  # else the folder of the file has gone, if it is not there
        path.parent.mkdir(parents=True, exist_ok=True)
    standing = path.stat() if path.exists() else None
    if standing and expected is not None and not standing.st_mode & 0o222:
        raise fail("config", "the file is write-protected", help=f"chmod u+w {path.name}, if it is to be built")
    if standing and standing.st_nlink > 1:
        if expected is not None and path.read_bytes() != expected:
            return False
        with path.open("r+b") as file:
            file.write(data)
            file.truncate()
        return True
    new = path.with_name(f".texgrad-new-{os.getpid()}-{next(_names)}~")
    try:
        _prepare(new, data, like)
        if expected is None:
            os.replace(new, path)
            return True
        with path.open("rb") as old:
            if path.read_bytes() != expected:
                return False
            os.replace(new, path)
            if old.read() == expected:
                return True
            late = _settled(old)
            if path.read_bytes() == data:
                _prepare(new, late, like)
                os.replace(new, path)
            return False
    finally:
        new.unlink(missing_ok=True)


def sweep(path: str) -> None:
    """Remove an unfinished file that a build left behind which was killed, a while ago."""
    with contextlib.suppress(OSError):
        if time.time() - os.stat(path).st_mtime > ABANDONED:
            os.unlink(path)


def _prepare(new: Path, data: bytes, like: Path) -> None:
    """A file with these bytes on the disk, with the mode and the owner of `like` as far as they may be given."""
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    model = like.stat()
    if hasattr(os, "chown") and (model.st_uid, model.st_gid) != (new.stat().st_uid, new.stat().st_gid):
        with contextlib.suppress(OSError):
            os.chown(new, model.st_uid, model.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(like):
                os.setxattr(new, name, os.getxattr(like, name))
    new.chmod(stat.S_IMODE(model.st_mode))


def _settled(file: BinaryIO) -> bytes:
    """What a file that has just been replaced holds: who had it open may have written into it, and may still do."""
    file.seek(0)
    content = file.read()
    for _ in range(100):
        if time.time() - os.fstat(file.fileno()).st_mtime > 0.02:
            break
        time.sleep(0.01)
        file.seek(0)
        content = file.read()
    return content
