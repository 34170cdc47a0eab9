"""A process that can be told to die: ``fault_driver.py ROOT VERB [N|limit=B]``.

With ``N`` it kills itself with SIGKILL at its N-th rename: nothing is tidied up, as when the power
goes. Renames are where files appear, so every state that a crash can leave lies before one of them
or after the last. With ``limit=B`` no file may grow beyond B bytes: a full disk.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl

from cakup.kernel.errors import CakupError
from cakup.pipeline import (
    crosscheck_receive,
    crosscheck_send,
    decisions,
    erase,
    import_files,
    link,
)
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik

COLUMNS = "NIK;NAMA;TANGGAL LAHIR;JENIS KELAMIN;KELURAHAN;PEKERJAAN"
FIRST, LAST = 1, 90
DECIDED = 20
TESTS = Path(__file__).resolve().parent
#: Not compared: when something ran, and the empty file of the lock.
PASSING = ("runs", "lock", "scratch")


def office_file(folder: Path, rows: int = LAST) -> Path:
    """Write a list of fictitious workers as an office would; some rows are to be returned."""
    lines = [COLUMNS]
    for n in range(FIRST, rows + 1):
        nik = f"12759{1 + n % 5}{1 + n % 28:02d}0{1 + n % 9}8{n % 10}{n:04d}"
        name = "" if n % 17 == 0 else f"Orang {chr(65 + n % 26)}{chr(97 + n % 25)}ri"
        born = f"{1 + n % 28:02d}-0{1 + n % 9}-198{n % 10}"
        lines.append(f"{nik};{name};{born};L;Satria;pedagang")
    path = folder / "pasar.csv"
    if path.exists():  # a process with a full disk could not write it
        return path
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def state_of(workspace: Workspace) -> dict[str, str]:
    """Return every file that counts, with the hash of its content."""
    files = (p for p in sorted(workspace.root.rglob("*")) if p.is_file())
    named = ((p.relative_to(workspace.root), p) for p in files)
    return {
        str(name): hashlib.sha256(p.read_bytes()).hexdigest()
        for name, p in named
        if name.parts[0] not in PASSING
    }


def start(workspace: Workspace, verb: str, *how: str) -> subprocess.Popen:
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    words = [sys.executable, str(TESTS / "fault_driver.py"), str(workspace.root), verb, *how]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def work(workspace: Workspace, verb: str) -> None:
    """Do one use case."""
    if verb == "link":
        link.run(link.Request(), workspace)
    elif verb == "import":
        asked = import_files.Request(
            (str(office_file(workspace.root.parent)),), kind="daftar_pekerja", sender="Dinas Pasar",
            as_of="2025-10-31", received="2025-11-01",
        )  # fmt: skip
        import_files.run(asked, workspace)
    elif verb == "ask":
        out = workspace.root.parent / "padan.xlsx"
        asked_on = date(2025, 11, 1)
        asking = crosscheck_send.Request(
            "bpjs", str(out), date(2025, 10, 31), "PKS 1", sent_on=asked_on
        )  # fmt: skip
        crosscheck_send.run(asking, workspace)
    elif verb == "erase":
        persons = pl.read_parquet(workspace.store().path("persons"))
        going = erase.Request(
            persons.sort("nik", nulls_last=True)["person_id"][0], "Ani", "permohonan",
            on=date(2026, 1, 5), is_sure=True,
        )  # fmt: skip
        erase.run(going, workspace)
    elif verb == "answer":
        answered = crosscheck_receive.Request(
            str(workspace.root.parent / "jawab.csv"), date(2025, 10, 31), "Cabang Binjai",
            received_on=date(2025, 11, 10), is_applied=False,
        )  # fmt: skip
        crosscheck_receive.run(answered, workspace)
    else:
        body = {"left": "a", "right": "b", "persons": ["p", "q"], "records": ["r", "s"]}
        made = [
            decisions.Decision(
                f"d{n}", "same_person", body, "Ani", "KK", "2025-11-01", "2025-11-01"
            )
            for n in range(DECIDED)
        ]
        with workspace.writing("review import"):
            decisions.append(workspace, made)


def die_at(point: int) -> None:
    """Kill this process just before its ``point``-th rename."""
    seen = 0

    def watched(rename):
        def renaming(*args, **kwargs):
            nonlocal seen
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(*args, **kwargs)

        return renaming

    os.replace = watched(os.replace)
    os.rename = watched(os.rename)


def main() -> None:
    """Run as a process of its own."""
    root, verb, *how = sys.argv[1:]
    link._linkage = lambda: resolve_by_nik
    if how and how[0].startswith("limit="):
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(how[0][6:]),) * 2)
    elif how:
        die_at(int(how[0]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        work(Workspace.find(Path(root)), verb)
    except CakupError as err:
        sys.stdout.write(err.code)
        sys.exit(err.exit_code)


if __name__ == "__main__":
    main()
