"""Where the CPU seconds of ``cakup link`` go, step by step.

    python -m bench.link_parts --workers 132826 --runs 3

A fictitious city of messy lists is imported once; each run links a fresh copy of the workspace in a
process of its own. A step lasts until the next is announced on the screen. Linking proper (rows to
persons to links) stands apart from what the command does besides: row fingerprints, hide and
relink, ids, best values, tables.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from bench.spent import Spent, machine, run
from cakup.pipeline import synth
from cakup.pipeline.demo import import_all
from cakup.pipeline.workspace import Workspace

PLACE, COVERED, SEED = "12.75", 43_526 / 132_826, 8_421
#: Run in the child: notes the CPU seconds at which each step begins.
PROGRAM = """
import json, os, sys, time
from pathlib import Path
from cakup.cli import main
from cakup.kernel.cores import half
os.environ.setdefault("POLARS_MAX_THREADS", str(half()))  # as the command does
from cakup.pipeline import link
from cakup.pipeline.workspace import Workspace
class Clock:
    told = []
    def step(self, what, done=0, total=None):
        if not self.told or self.told[-1][0] != what:
            self.told.append((what, time.process_time()))
    def note(self, text):
        pass
clock = Clock()
clock.step("menyalakan")
workspace = Workspace.find(Path(sys.argv[1]))
clock.told[0] = ("menyalakan", 0.0)
clock.step("sidik baris")
link.run(link.Request(), workspace, clock)
clock.step("selesai")
print(json.dumps({"steps": clock.told}))
"""
#: Steps of linking proper: from rows to persons and from persons to participants.
PROPER = (
    "bersihkan baris", "padankan NIK sama", "bobot tiap kolom", "calon pasangan", "bandingkan",
    "susun hasil",
)  # fmt: skip


def parts(steps: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the CPU seconds of each step.

    Args:
        steps: Name of each step and CPU seconds at which it began; the last one is the end.
    """
    found: dict[str, float] = {}
    for (name, began), (_, ended) in pairwise(steps):
        found[name] = found.get(name, 0.0) + ended - began
    return found


def table(runs: Sequence[tuple[Spent, dict[str, float]]]) -> str:
    """Return the steps as a Markdown table, the least and the most of all runs.

    Args:
        runs: Cost of each run, and its steps.
    """

    def spread(values: Sequence[float]) -> str:
        low, high = (f"{x:.1f}".replace(".", ",") for x in (min(values), max(values)))
        return low if low == high else f"{low}–{high}"

    out = ["| langkah | detik CPU |", "|---|---:|"]
    for name in runs[0][1]:
        out.append(f"| {name} | {spread([told.get(name, 0.0) for _, told in runs])} |")
    proper = [sum(told.get(name, 0.0) for name in PROPER) for _, told in runs]
    out.append(f"| *dari baris ke orang ke tautan* | {spread(proper)} |")
    out.append(f"| **seluruh perintah** | {spread([spent.cpu_s for spent, _ in runs])} |")
    memory = max(spent.memory_mb for spent, _ in runs)
    wall = spread([spent.wall_s for spent, _ in runs])
    return "\n".join([*out, "", f"{wall} detik jam, memori puncak {memory:,.0f} MB", ""])


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--workers", type=int, default=132_826)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=SEED)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, n = Path(name), given.workers
        asked = synth.Request(
            str(folder / "kota"), PLACE, n, round(n * COVERED), seed=given.seed, as_of="2025-10-31"
        )
        synth.run(asked)
        import_all(folder / "kota", Workspace.create(folder / "ruang", PLACE, seed=1))
        runs = []
        for _ in range(given.runs):
            shutil.copytree(folder / "ruang", folder / "salinan")
            spent, told = run(["-c", PROGRAM, str(folder / "salinan")])
            runs.append((spent, parts(told["steps"])))
            shutil.rmtree(folder / "salinan")
    print(table(runs))
    print(machine("polars", "numpy", "duckdb"))


if __name__ == "__main__":
    main()
