"""``python -m tests.bench [NAME …]``: run all benchmarks, or those whose name holds one of the words given."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench as benches


def main(words: list[str]) -> None:
    """Run the chosen benchmarks one after the other and print their tables."""
    for module in sorted(found.name for found in pkgutil.iter_modules(benches.__path__)):
        if module.startswith("bench_") and (not words or any(word in module for word in words)):
            bench = importlib.import_module(f"tests.bench.{module}")
            print(f"\n## {bench.__doc__.splitlines()[0]}\n")
            bench.main()


main(sys.argv[1:])
