"""`python -m tests.benchmarks [golds] [growth] [reading] [tree] [looking]`: SymPy, growth, reading, folders, texts."""

from __future__ import annotations

import sys

from tests.benchmarks.against_sympy import golds
from tests.benchmarks.growth import growth
from tests.benchmarks.looking import looking
from tests.benchmarks.reading import reading
from tests.benchmarks.tree import tree

PARTS = {"golds": golds, "growth": growth, "reading": reading, "tree": tree, "looking": looking}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
