"""`python -m tests.benchmarks [NAME…]`: SymPy, growth, reading, folders, texts, pandoc, the watch, verify."""

from __future__ import annotations

import sys

from tests.benchmarks.against_sympy import golds
from tests.benchmarks.cases import cases
from tests.benchmarks.filter import filter
from tests.benchmarks.growth import growth
from tests.benchmarks.looking import looking
from tests.benchmarks.reading import reading
from tests.benchmarks.saving import saving
from tests.benchmarks.tree import tree
from tests.benchmarks.verifying import verifying

PARTS = {
    "golds": golds, "cases": cases, "growth": growth, "reading": reading, "tree": tree, "looking": looking,
    "filter": filter, "saving": saving, "verifying": verifying,
}  # fmt: skip

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
