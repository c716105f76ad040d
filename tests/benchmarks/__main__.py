"""`python -m tests.benchmarks [golds] [growth]`: derivations beside SymPy's bare diff, and growth over the input."""

from __future__ import annotations

import sys

from tests.benchmarks.against_sympy import golds
from tests.benchmarks.growth import growth

PARTS = {"golds": golds, "growth": growth}

for name in sys.argv[1:] or PARTS:
    PARTS[name]()
