"""`python -m tests.benchmarks [golds] [growth] [reading]`: derivations beside SymPy, growth over the input, reading."""

from __future__ import annotations

import sys

from tests.benchmarks.against_sympy import golds
from tests.benchmarks.growth import growth
from tests.benchmarks.reading import reading

PARTS = {"golds": golds, "growth": growth, "reading": reading}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
