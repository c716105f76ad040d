"""The filter on documents that ask for nothing, beside the identity in bare `json`, pandocfilters and panflute."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable

import pypandoc

from tests.benchmarks.timing import interleaved

PROSE = "# Part {0}\n\nWords with $x_{0}$ and *more* words, [a link](x.html), and\n\n$$y = Ax + b$$\n\n- one\n- two\n\n"
FILTERS = {
    "bare json": "import json, sys; sys.stdout.buffer.write(json.dumps(json.loads(sys.stdin.buffer.read()),"
    " separators=(',', ':'), ensure_ascii=False).encode())",
    "texgrad-pandoc": "import sys; from texgrad.pandoc import main; sys.exit(main())",
    "pandocfilters": "from pandocfilters import toJSONFilter; toJSONFilter(lambda *_: None)",
    "panflute": "import panflute; panflute.run_filter(lambda *_: None)",
}


def filter() -> None:
    """Print the table."""
    present = {
        name: code for name, code in FILTERS.items()
        if name not in ("pandocfilters", "panflute") or importlib.util.find_spec(name)
    }  # fmt: skip
    print("one run of a filter on a document without requests, median in ms and beside bare json")
    for size in (10_000, 100_000, 1_000_000):
        text = "".join(PROSE.format(k) for k in range(size // len(PROSE) + 1))
        data = pypandoc.convert_text(text, "json", format="markdown").encode()

        def run(code: str, data: bytes = data) -> Callable[[], object]:
            command = [sys.executable, "-c", code]
            return lambda: subprocess.run(command, input=data, stdout=subprocess.DEVNULL, check=True)

        times = interleaved({name: run(code) for name, code in present.items()}, 9)
        for name, seconds in times.items():
            print(f"{size // 1000:>5} KB  {name:<16}{seconds * 1000:8.0f}{seconds / times['bare json']:8.2f}")
