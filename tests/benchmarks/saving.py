"""From a save to the finished file: `texgrad watch` beside what live-reloading tools need for a rebuilt page."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

SAVES, OTHERS, IDLE = 200, 8, 10.0
QUESTIONS = (
    r"f_{0}(X) = {1}\|XA^T\|_F^2, \qquad \frac{{\partial f_{0}}}{{\partial X}} = ?",
    r"g_{0}(x) = {1} x^\top B x, \qquad \frac{{\partial g_{0}}}{{\partial x}} = ?",
    r"h_{0}(X) = {1}\operatorname{{tr}}(CX), \qquad \frac{{\partial h_{0}}}{{\partial X}} = ?",
    r"u_{0}(w) = {1}\|Zw-y\|_2^2, \qquad \frac{{\partial u_{0}}}{{\partial w}} = ?",
    r"v_{0}(S) = {1}\log\det S, \qquad \frac{{\partial v_{0}}}{{\partial S}} = ?",
)


def post(number: int) -> str:
    """A post with five derivations in as many sections; the question in the middle depends on `number`."""
    rows = (question.format(k, number + 2 if k == len(QUESTIONS) // 2 else 2) for k, question in enumerate(QUESTIONS))
    parts = (f"## Part {k}\n\n$$\n{row}\n$$\n" for k, row in enumerate(rows))
    return f"# Post\n\nSave {number}.\n\n" + "\n\n".join(parts)


def _replaced(file: Path, inode: int) -> bool:
    """Whether another file of this name stands where the one with the inode stood."""
    return file.stat().st_ino != inode


def _newer(file: Path, saved: int) -> bool:
    """Whether the file is there and was not saved at the time `saved`, in nanoseconds."""
    return file.exists() and file.stat().st_mtime_ns != saved


def waited(condition: Callable[[], bool], limit: float = 30) -> float:
    """Seconds until something is so."""
    began = time.perf_counter()
    while not condition():
        if time.perf_counter() - began > limit:
            return float("inf")
        time.sleep(0.0005)
    return time.perf_counter() - began


def used(process: int) -> float:
    """Seconds of processor time that a process has used."""
    words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def shown(name: str, times: list[float]) -> None:
    """One row of the table."""
    times.sort()
    late = times[int(0.95 * len(times))]
    print(f"{name:<36}{median(times) * 1000:8.0f}{late * 1000:8.0f}   ({len(times)} saves)")


def texgrad(work: Path) -> None:
    """Saves by writing a file and moving it into place, each finished when the new derivation stands in the post."""
    file = work / "posts/a.md"
    file.parent.mkdir()
    file.write_text(post(0))
    command = [sys.executable, "-m", "texgrad", "watch", "--quiet", str(file.parent)]
    with subprocess.Popen(command) as process:
        waited(lambda: file.read_text().count("texgrad:end") == 5)
        time.sleep(3)
        times, sizes = [], []
        before_saves = used(process.pid)
        for number in range(1, SAVES + 1):
            built, new = file.read_text(), work / "new"
            before = post(number - 1).split("\n")
            lines = iter(post(number).split("\n"))
            swapped = {old: line for old, line in zip(before, lines, strict=True) if old != line}
            new.write_text("\n".join(swapped.get(line, line) for line in built.split("\n")))
            new.replace(file)
            saved = file.stat().st_ino
            times.append(waited(partial(_replaced, file, saved)))
            sizes.append(int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4 // 1024)
            time.sleep(0.15)
        shown("texgrad watch, 1 of 5 derivations", times)
        print(f"processor time of a rebuild: {(used(process.pid) - before_saves) / SAVES * 1000:.0f} ms")
        before_idle = used(process.pid)
        time.sleep(IDLE)
        share = 100 * (used(process.pid) - before_idle) / IDLE
        print(f"idle: {share:.2f} % of a core; memory {sizes[9]} to {sizes[-1]} MB")
        process.send_signal(signal.SIGINT)


def latexmk(work: Path) -> None:
    """A new PDF from `latexmk -pvc`."""
    file = work / "a.tex"
    page = "\\documentclass{{article}}\\begin{{document}}Save {0}. $x^2$\\end{{document}}\n"
    file.write_text(page.format(0))
    command = ["latexmk", "-pvc", "-pdf", "-view=none", "-interaction=nonstopmode", "a.tex"]
    with subprocess.Popen(command, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        pdf = work / "a.pdf"
        waited(pdf.exists)
        time.sleep(3)
        times = []
        for number in range(OTHERS):
            old = pdf.stat().st_mtime_ns
            file.write_text(page.format(number))
            times.append(waited(partial(_newer, pdf, old)))
            time.sleep(2.3)
        process.kill()
    shown("latexmk -pvc, a new PDF", times)


def mkdocs(work: Path) -> None:
    """A new page from `mkdocs serve`."""
    (work / "docs").mkdir()
    (work / "mkdocs.yml").write_text("site_name: x\n")
    file = work / "docs/index.md"
    file.write_text("Save 0.\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"]

    def serves(text: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                return text in page.read().decode()
        except OSError:
            return False

    with subprocess.Popen(command, cwd=work, stderr=subprocess.DEVNULL) as process:
        waited(lambda: serves("Save 0"))
        times = []
        for number in range(1, OTHERS + 1):
            file.write_text(f"Save {number}.\n")
            times.append(waited(partial(serves, f"Save {number}.")))
            time.sleep(1)
        process.kill()
    shown("mkdocs serve, a new page", times)


def saving() -> None:
    """Print the table."""
    work = Path(tempfile.mkdtemp())
    os.environ["TEXGRAD_CACHE_DIR"] = str(work / "cache")
    print("from the save to the result: median and 95th percentile in ms")
    try:
        texgrad(work)
        if shutil.which("latexmk"):
            latexmk(work)
        if importlib.util.find_spec("mkdocs"):
            mkdocs(work)
    finally:
        shutil.rmtree(work)
