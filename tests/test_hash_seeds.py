"""Requests as people write them get the same text, code and refusals under every hash seed."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEEDS = ("1", "77", "2026")
DERIVING = """
import json
import texgrad
from tests import wild
from pathlib import Path

def shown(name, *arguments, **options):
    try:
        solution = texgrad.derive(*arguments, **options)
        print(name, solution.latex(), solution.to_json())
    except texgrad.TexgradError as refused:
        print(name, refused.diagnostics)

for case in wild.cases():
    shown(case["id"], case["expression"], case["wrt"], case["declare"], case["assume"], case["definitions"],
          case["macros"])
for line in Path("tests/data/readability.jsonl").read_text(encoding="utf-8").splitlines():
    case = json.loads(line)
    shown(case["id"], case["request"], declare=case["declare"], assume=case["assume"], order=case["order"])
"""


def test_the_same_text_whatever_the_hash_seed() -> None:
    runs = []
    for seed in SEEDS:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", DERIVING]
        made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        runs.append(made.stdout.splitlines())
    assert len(runs[0]) > 150
    for other in runs[1:]:
        assert not list(difflib.unified_diff(runs[0], other, lineterm="", n=0))
