"""Measurements one after another: ``python -m bench [NAME…] [--full]`` (``make bench``).

Without ``--full`` each runs in a small version. Each one alone, with all its options:
``python -m bench.NAME --help``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

#: (Name, words in the small version, words in the full one).
BENCHES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("synth", ("--workers", "20000"), ("--workers", "132826", "--workers", "1000000")),
    ("import", ("--rows", "100000"), ("--rows", "1000000")),
    (
        "import",
        ("--rows", "100000", "--format", "xlsx"),
        ("--rows", "1000000", "--format", "xlsx"),
    ),
    ("import", ("--rows", "300000"), ("--rows", "10000000")),
    ("reading", ("--files", "2"), ("--files", "100")),
    ("demo", ("--workers", "20000"), ("--workers", "132826")),
    ("ledger", ("--persons", "50000"), ("--persons", "1000000")),
    ("plan", ("--kelurahan", "40"), ("--kelurahan", "200")),
    ("plan", ("--part", "candidates", "--candidates", "100000"), ("--part", "candidates")),
    ("plan", ("--part", "peers"), ("--part", "peers")),
    (
        "plan",
        ("--part", "forecast", "--candidates", "100000", "--runs", "20"),
        ("--part", "forecast"),
    ),
    ("monthly", ("--workers", "30000", "--lists", "1000"), ("--workers", "132826")),
    ("review", ("--persons", "5000"), ("--persons", "20000")),
    ("intervals", ("--cities", "20"), ("--cities", "1000")),
    ("accuracy", ("--persons", "5000"), ("--persons", "130000")),
    ("list_coverage", ("--workers", "3000"), ("--workers", "132826")),
    ("list_weights", ("--persons", "3000"), ("--persons", "20000")),
    ("families", ("--households", "300"), ()),
    ("generic", ("--entities", "300"), ("--full",)),
    (
        "partitions",
        ("--persons", "8000", "--city", "2000"),
        ("--persons", "1000000", "--partitions", "2", "--partitions", "4"),
    ),
)


def main() -> int:
    """Run the measurements asked for; return the first exit code that is not 0."""
    names = list(dict.fromkeys(name for name, _, _ in BENCHES))
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    arguments.add_argument("--full", action="store_true", help="the sizes of the documentation")
    given = arguments.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        arguments.error(f"no bench: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    for name, small, full in BENCHES:
        if given.names and name not in given.names:
            continue
        words = full if given.full else small
        print(f"== bench.{name} {' '.join(words)}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}", *words], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
