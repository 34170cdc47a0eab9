"""All measurements in a small version, one after another: ``python -m bench`` (``make bench``).

Each one alone, and in its full size: ``python -m bench.NAME --help``.
"""

from __future__ import annotations

import subprocess
import sys

SMALL = {
    "synth": ("--workers", "20000"),
    "import": ("--rows", "100000"),
    "ledger": ("--persons", "50000"),
    "accuracy": ("--persons", "5000"),
}


def main() -> int:
    """Run every measurement; return the first exit code that is not 0."""
    for name, words in SMALL.items():
        print(f"== bench.{name} {' '.join(words)}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}", *words], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
