"""One city by DuckDB and by Spark: ``python -m bench.spark --workers 132826`` (``make spark``).

The city is made and imported once; link (in partitions), ledger and measure then run in a process
of their own per engine, on a copy of the workspace: ``duckdb``; ``spark``, which leaves statements
over few rows to the embedded engine; with ``--all`` also ``spark_all``, every statement on Spark.
Prints CPU seconds (all processes: Python, the JVM and Spark's Python workers), wall seconds and the
largest memory per step, and every difference: rows of each table that only one engine has, row by
row (the city is fictitious), and figures that are not the same.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.spent import machine
from cakup.engines.duckdb import DuckEngine
from cakup.pipeline import demo, ledger, link, measure, synth
from cakup.pipeline.workspace import Workspace

#: Engine → what ``cakup.toml`` says of it.
ENGINES = {
    "duckdb": "",
    "spark": 'engine = "spark"\n[spark]\nmemory_mb = {memory_mb}\n',
    "spark_all": 'engine = "spark"\n[spark]\nmemory_mb = {memory_mb}\nsmall_rows = 0\n',
}
COVERED = 43_526 / 132_826
AS_OF = date(2025, 10, 31)
BY = ("kecamatan", "segmen", "sektor", "jenis_kelamin", "umur")
TABLES = ("persons", "memberships", "links", "review", "person_ids", "list_coverage", "enrolments",
          "ledger", "payment_orphans")  # fmt: skip
#: Rows of a difference that are printed.
SHOWN = 200
#: One difference in so many rows is the most that is allowed.
ALLOWED = 100_000
LOOK_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")


def _family(root: int) -> list[int]:
    """Return a process and all below it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        parents.setdefault(int(rest[1]), []).append(int(stat.parent.name))
    found = [root]
    for one in found:
        found += parents.get(one, [])
    return found


class Meter:
    """CPU seconds and memory of this process and all that it starts, looked at again and again.

    Workers of Spark are not waited for by whoever started them, so what they spent is told by
    nobody once they are gone.
    """

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}
        self._memory: dict[int, float] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Note what every process of the family has spent itself by now."""
        with self._lock:
            for pid in _family(os.getpid()):
                try:
                    rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                self._ticks[pid] = sum(int(n) for n in rest[11:13])
                self._memory[pid] = next(
                    (int(line.split()[1]) / 1024 for line in status.splitlines()
                     if "VmHWM" in line), 0.0,
                )  # fmt: skip

    def spent(self) -> tuple[float, float]:
        """Return CPU seconds until now, and the sum of largest resident memory of all, MB."""
        self.look()
        with self._lock:
            return sum(self._ticks.values()) / TICKS, sum(self._memory.values())


def work(folder: Path, out: Path, partitions: int) -> None:
    """Run the three steps in one workspace and write what they cost and found."""
    workspace = Workspace.find(folder)
    steps: dict[str, Any] = {
        "link": lambda: link.run(link.Request(partitions=partitions), workspace).as_json(),
        "ledger": lambda: ledger.run(ledger.Request(), workspace).findings,
        "measure": lambda: measure.run(
            measure.Request(as_of=AS_OF, by=BY, since=date(2024, 12, 31)), workspace
        ).as_json(),
    }
    told: dict[str, Any] = {}
    meter = Meter()
    for name, step in steps.items():
        began, cpu = time.monotonic(), meter.spent()[0]
        found = step()
        cpu_now, memory = meter.spent()
        told[name] = {
            "wall": time.monotonic() - began, "cpu": cpu_now - cpu, "memory": memory,
            "found": found,
        }  # fmt: skip
    out.write_text(json.dumps(told, default=str), encoding="utf-8")


def differences(one: Workspace, other: Workspace) -> list[tuple[str, int, int, int]]:
    """Return per table its rows, and the rows that only one of the two workspaces has."""
    found = []
    with DuckEngine() as engine:
        for name in TABLES:
            engine.view("a", one.store().path(name))
            engine.view("b", other.store().path(name))
            rows = [engine.value("SELECT count(*) FROM a")]
            for left, right in (("a", "b"), ("b", "a")):
                sql = f"SELECT * FROM {left} EXCEPT ALL SELECT * FROM {right}"
                rows.append(engine.value(f"SELECT count(*) FROM ({sql})"))
                if rows[-1]:
                    print(f"  {name}: only in {left}")
                    for row in engine.frame(f"{sql} ORDER BY ALL LIMIT {SHOWN}").rows():
                        print("   ", *row)
            found.append((name, *(int(n) for n in rows)))
    return found


def made(folder: Path, workers: int, seed: int) -> Path:
    """Make a city and import its files; return the workspace."""
    files = folder / "berkas"
    synth.run(
        synth.Request(str(files), workers=workers, covered=round(workers * COVERED), seed=seed)
    )
    workspace = Workspace.create(folder / "city", "12.75", seed=seed)
    demo.import_all(files, workspace)
    return workspace.root


def _changed(one: dict[str, Any], other: dict[str, Any]) -> int:
    """Return how many figures of two measurements are not the same, and print each."""
    pairs = list(zip(one["figures"], other["figures"], strict=True))
    different = [(a, b) for a, b in pairs if a != b]
    for a, b in different[:20]:
        print("  figure:", a["numerator_definition"], a.get("by"), a["numerator"], b["numerator"])
    return len(different) + (one["targets"] != other["targets"])


def ran(engine: str, root: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Run one engine on a copy of the workspace; print and return what its steps cost and found."""
    folder = root.parent / f"on_{engine}"
    shutil.copytree(root, folder)
    config = folder / "cakup.toml"
    more = ENGINES[engine].format(memory_mb=given.memory_mb)
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    out = root.parent / f"{engine}.json"
    words = ["--work", str(folder), str(out), "--partitions", str(given.partitions)]
    subprocess.run(
        [sys.executable, "-m", "bench.spark", *words], check=True, stderr=subprocess.DEVNULL
    )
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    for step, cost in told.items():
        print(f"| {engine} | {step} | {cost['cpu']:.1f} | {cost['wall']:.1f} |"
              f" {cost['memory']:,.0f} |", flush=True)  # fmt: skip
    return told


def compared(engine: str, root: Path, told: dict[str, Any]) -> bool:
    """Print how an engine differs from DuckDB; return whether it is more than is allowed."""
    print(f"\n| table | rows | only duckdb | only {engine} |\n|---|---:|---:|---:|")
    found = differences(*(Workspace.find(root.parent / f"on_{e}") for e in ("duckdb", engine)))
    for row in found:
        print("| {} | {:,} | {} | {} |".format(*row))
    figures = _changed(*(told[e]["measure"]["found"] for e in ("duckdb", engine)))
    total = len(told["duckdb"]["measure"]["found"]["figures"])
    print(f"\nfigures: {total}, different: {figures}")
    return bool(figures) or any((a + b) * ALLOWED > max(n, ALLOWED) for _, n, a, b in found)


def main() -> int:
    """Run the engines; return 1 if they differ in more than one row of a hundred thousand."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--workers", type=int, default=132_826)
    arguments.add_argument("--seed", type=int, default=31)
    arguments.add_argument("--memory-mb", type=int, default=4000)
    arguments.add_argument("--partitions", type=int, default=4, help="0 = all rows at once")
    arguments.add_argument("--all", action="store_true", help="also with every statement on Spark")
    arguments.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.work:
        work(Path(given.work[0]), Path(given.work[1]), given.partitions)
        return 0
    others = ("spark", "spark_all") if given.all else ("spark",)
    with tempfile.TemporaryDirectory() as name:
        root = made(Path(name), given.workers, given.seed)
        print("| engine | step | CPU s | wall s | memory MB |\n|---|---|---:|---:|---:|")
        told = {engine: ran(engine, root, given) for engine in ("duckdb", *others)}
        too_many = [engine for engine in others if compared(engine, root, told)]
    print(f"load {os.getloadavg()[0]:.1f}")
    print(machine("cakup", "duckdb", "polars", "pyspark", "sqlglot"))
    return int(bool(too_many))


if __name__ == "__main__":
    sys.exit(main())
