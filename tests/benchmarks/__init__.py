"""How fast derivations are: `python -m tests.benchmarks` prints tables; nothing here is collected by pytest."""
