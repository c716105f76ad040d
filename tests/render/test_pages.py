"""What the pandoc filter writes, laid out by a browser: every answer stands whole below what asks for it.

Where there is no Chromium, no pandoc, or a renderer is missing, the tests skip.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.render.test_render import MODULES
from tests.test_pandoc import FILTER, environment

SAMPLES = Path(__file__).parent.parent.parent / "samples"
# post -> how many answers it asks for, and how many of these with a question mark that the page shows
POSTS = {
    "gaussian-likelihood.md": (2, 2), "softmax-hessian.md": (2, 2), "three-ways-to-one-gradient.md": (3, 2),
    "two-layer-network.md": (1, 1), "ridge-notebook.md": (3, 3), "kronecker-jacobian.tex": (1, 1),
    "distance-not-squared.tex": (2, 2), "pandoc/whitening.md": (2, 1),
}  # fmt: skip
# way to set math -> what pandoc is told, the package it takes, what it makes of a display
WAYS = {
    "katex": ("--katex={}/katex/dist/", "katex", ".katex-html"),
    "mathjax": ("--mathjax={}/mathjax3/es5/tex-chtml-full.js", "mathjax3", "mjx-container"),
    "mathml": ("--mathml", "", "math"),
}
SCRIPT = r"""<script>
addEventListener("load", () => setTimeout(() => {
  const box = e => e && e.localName != "script" && e.getBoundingClientRect();
  const answers = [...document.querySelectorAll("div.texgrad")].filter(d => d.attributes.length == 1);
  document.title = "LAYOUT" + JSON.stringify({
    errors: document.querySelectorAll(".katex-error, merror, mjx-merror").length,
    red: [...document.querySelectorAll("[style*='cc0000']")].length,
    answers: answers.map(d => ({
      above: (box(d.previousElementSibling) || {bottom: 0}).bottom,
      below: (box(d.nextElementSibling) || {top: 1e9}).top,
      drawn: [...d.querySelectorAll("WHAT")].map(e => [box(e).top, box(e).bottom, box(e).width]),
      asked: (d.previousElementSibling || d).textContent.includes("?"),
    })),
  });
}, 4000));
</script>
"""
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--disable-quic", "--allow-file-access-from-files",
    "--virtual-time-budget=9000", "--window-size=1000,1400",
)  # fmt: skip


def browser() -> str:
    """A Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), "")


@pytest.mark.skipif(not (browser() and shutil.which("pandoc")), reason="there is no Chromium or no pandoc")
@pytest.mark.parametrize("way", WAYS)
def test_answers_stand_whole_below_their_questions(way: str, tmp_path: Path) -> None:
    option, package, drawn = WAYS[way]
    if package and not (MODULES / package).is_dir():
        pytest.skip(f"the npm package {package} is not installed")
    texgrad = [sys.executable, "-m", "texgrad", "clean", "--quiet"]
    (tmp_path / "after.html").write_text(SCRIPT.replace("WHAT", drawn))
    for name, (count, asked) in list(POSTS.items())[:: 1 if way == "katex" else 3]:
        post = tmp_path / Path(name).name
        shutil.copy(SAMPLES / name, post)
        subprocess.run([*texgrad, str(post)], env=environment(), check=True)
        page = post.with_suffix(".html")
        pandoc = ["pandoc", "-s", "-F", FILTER, "-A", str(tmp_path / "after.html"), option.format(MODULES.as_uri())]
        subprocess.run([*pandoc, "-M", "title=x", "-o", str(page), str(post)], env=environment(), check=True)
        found = laid_out(page, tmp_path / "profile")
        assert (found["errors"], found["red"], len(found["answers"])) == (0, 0, count), name
        assert sum(answer["asked"] for answer in found["answers"]) == asked, name
        for answer in found["answers"]:
            top, bottom = min(box[0] for box in answer["drawn"]), max(box[1] for box in answer["drawn"])
            assert bottom - top > 50 and min(box[2] for box in answer["drawn"]) > 50, name
            assert answer["above"] <= top + 1 and bottom <= answer["below"] + 1, (name, answer)


def laid_out(page: Path, profile: Path) -> dict[str, Any]:
    """Where the parts of a page stand, in pixels."""
    command = [browser(), *QUIET, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True).stdout
    said = re.search(r"<title>LAYOUT(.*?)</title>", shown, re.DOTALL)
    assert said is not None, shown[:2000]
    found: dict[str, Any] = json.loads(html.unescape(said[1]))
    return found
