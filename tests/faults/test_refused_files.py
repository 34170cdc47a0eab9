"""Bad input on the command line: one clear sentence in either language, exit code 3, nothing kept.

Every maker writes marked values of a person into the file; no message may hold them.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cakup.cli.main import main
from cakup.intake.reading import opening
from cakup.kernel.errors import InputError
from cakup.pipeline import import_files, imported_file
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace
from made_files import one_sheet, sheet_xml, workbook_parts, write_parts
from office_files import HEADER, crowd, csv, imported, nik, person, xls, xlsx

MARKED = "Zubaidah Bertanda"
MARKED_NIK = "1275914912790042"
SECRET = re.compile(rf"Zubaidah|Bertanda|{MARKED_NIK}|1275\d{{12}}")
NOBODY = 65534


def people() -> list[list[object]]:
    rows = crowd(12)
    rows[3][1:3] = [MARKED_NIK, MARKED]
    return rows


def _two_niks(folder: Path) -> Path:
    return xlsx(folder / "f.xlsx", [[*r[:3], r[1], *r[3:]] if n == 0 else
                                    [*r[:3], nik(n + 50), *r[3:]]
                                    for n, r in enumerate(people())])  # fmt: skip


def _wide(folder: Path) -> Path:
    return xlsx(folder / "f.xlsx", [[*r, *range(300)] for r in people()])


def _wide_csv(folder: Path) -> Path:
    return csv(folder / "f.csv", [[*r, *range(300)] for r in people()])


def _codes(folder: Path, *codes: str) -> Path:
    rows = people()
    head = [*HEADER, "Kode Kelurahan"]
    body = [[*r, codes[n % len(codes)]] for n, r in enumerate(rows[1:])]
    return csv(folder / "f.csv", [head, *body])


def _bytes(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def _truncated(folder: Path) -> Path:
    path = xlsx(folder / "f.xlsx", people())
    path.write_bytes(path.read_bytes()[:-700])
    return path


def _password(folder: Path) -> Path:
    path = xlsx(folder / "f.xlsx", people())
    raw = bytearray(path.read_bytes())
    at = -1
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        raw[at + 8] |= 1
    path.write_bytes(raw)
    return path


def _bomb(folder: Path) -> Path:
    blanks = sheet_xml("<row>" + " " * (64 << 20) + "</row>")
    return write_parts(folder / "f.xlsx", workbook_parts({"Data": blanks}))


def _huge_cell(folder: Path) -> Path:
    return _bytes(folder, "f.csv", b"NIK;Nama\n" + b"1;" + b"x" * (40 << 20))


def _entities(folder: Path) -> Path:
    path = xlsx(folder / "f.xlsx", people())
    with zipfile.ZipFile(path) as package:
        parts = {n: package.read(n) for n in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + parts[name]
    return write_parts(path, parts)


def _damaged(folder: Path) -> Path:
    row = '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    return one_sheet(folder / "f.xlsx", row)


def _mixed(folder: Path) -> Path:
    return _codes(folder, "1275011001", "1276040001")


REFUSED: dict[str, tuple[Callable[[Path], Path], str, tuple[str, ...]]] = {
    "a PDF": (lambda f: _bytes(f, "f.xlsx", b"%PDF-1.7 x"), "file.foreign", ()),
    "a web page": (lambda f: _bytes(f, "f.xls", b"<html><table>"), "file.foreign", ()),
    "a password": (_password, "file.password", ()),
    "a cut-off zip": (_truncated, "file.truncated", ()),
    "a zip bomb": (_bomb, "file.zip_bomb", ()),
    "entities": (_entities, "file.forbidden_xml", ()),
    "rows out of order": (_damaged, "file.damaged", ()),
    "no bytes": (lambda f: _bytes(f, "f.csv", b""), "file.empty", ()),
    "blanks only": (lambda f: _bytes(f, "f.csv", b"\n  \n;;\n"), "file.empty", ()),
    "blank sheets": (lambda f: xlsx(f / "f.xlsx", {"A": [], "B": []}), "file.empty", ()),
    "a header only": (lambda f: csv(f / "f.csv", [HEADER]), "intake.file.header_only", ()),
    "a header only, xlsx": (lambda f: xlsx(f / "f.xlsx", [["DAFTAR"], HEADER]),
                            "intake.file.header_only", ()),
    "no table": (lambda f: csv(f / "f.csv", [["a", "b"], [1, 2]]), "intake.file.no_table", ()),
    "no NIK, no name": (lambda f: csv(f / "f.csv", [["Kelurahan", "Pekerjaan"],
                                                    *[["Nangka", "Petani"]] * 6]),
                        "intake.mapping.required", ()),
    "300 columns": (_wide, "file.too_many_columns", ()),
    "300 columns, csv": (_wide_csv, "file.too_many_columns", ()),
    "two columns NIK": (_two_niks, "intake.mapping.two_columns", ()),
    "mixed codes": (_mixed, "intake.codes.mixed", ("--scheme", "kemendagri")),
    "an unstated scheme": (_mixed, "intake.codes.scheme_unstated", ()),
    "the wrong scheme": (lambda f: _codes(f, "12.75.04.1005"), "intake.codes.disagree", ()),
    "NUL bytes": (lambda f: _bytes(f, "f.csv", b"NIK,Nama\n1,Si\0ti\n"), "file.nul_bytes", ()),
    "a false mark": (lambda f: _bytes(f, "f.csv", b"\xef\xbb\xbfNIK;Nama\n1;Ren\xe9\n"),
                     "file.encoding", ()),
    "a huge cell": (_huge_cell, "file.cell_too_long", ()),
    "another kind": (lambda f: csv(f / "f.csv", [[*HEADER, "Tanggal Meninggal"],
                                                 *[[*r, "01-02-2024"] for r in people()[1:]]]),
                     "intake.kind.other", ()),
    "no such file": (lambda f: f / "f.csv", "file.missing", ()),
    "a folder": (lambda f: f, "file.not_regular", ()),
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def _kept(workspace: Workspace) -> list[Path]:
    held = [workspace.root / name for name in ("imports", "received", "scratch", "senders")]
    return [p for folder in held if folder.is_dir() for p in folder.iterdir()]


@pytest.mark.parametrize("case", REFUSED)
def test_one_sentence_and_exit_code_3(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    make, code, more = REFUSED[case]
    folder = tmp_path / "surat"
    folder.mkdir()
    path = make(folder)
    told = {}
    for lang in ("id", "en"):
        asked = ("import", path, "--kind", "daftar_pekerja", "--sender", "Uji", "--as-of",
                 "2025-10", "-w", workspace.root, "--lang", lang, "--quiet", *more)  # fmt: skip
        exit_code, out, err = run(capsys, *asked)
        assert (exit_code, out) == (3, "")
        told[lang] = " ".join(err.split())
        assert told[lang].startswith(path.name)
        assert told[lang].endswith(f"[{code}]")
        assert "Traceback" not in told[lang]
        assert not SECRET.search(told[lang])
    assert told["id"] != told["en"]
    assert _kept(workspace) == []


def test_json_says_the_same_in_parts(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _two_niks(tmp_path)
    exit_code, out, _ = run(
        capsys, "import", path, "--kind", "daftar_pekerja", "--sender", "Uji", "--as-of",
        "2025-10", "-w", workspace.root, "--json",
    )  # fmt: skip
    assert exit_code == 3
    import json

    error = json.loads(out)["error"]
    assert set(error) == {"code", "what", "where", "why", "do"}
    assert error["where"] == "f.xlsx, lembar Data"


def test_one_bad_file_of_three_does_not_stop_the_others(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [csv(tmp_path / f"{n}.csv", [HEADER, *map(person, range(n, n + 5))]) for n in (0, 20)]
    bad = _bytes(tmp_path, "buruk.xlsx", b"%PDF-1.7")
    exit_code, out, _ = run(
        capsys, "import", good[0], bad, good[1], "--kind", "daftar_pekerja", "--sender", "Uji",
        "--as-of", "2025-10", "-w", workspace.root,
    )  # fmt: skip
    assert exit_code == 3
    assert "[file.foreign]" in out
    assert len(all_imports(workspace)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and permissions are other on Windows")
def test_a_pipe_is_not_waited_for(workspace: Workspace, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.csv")
    with pytest.raises(InputError) as caught:
        imported(workspace, tmp_path / "f.csv")
    assert caught.value.code == "file.not_regular"


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A folder for somebody who is not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("only root can become another user here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_file_that_this_user_may_not_read(stranger: Path) -> None:
    """Run as another user, because root may read everything."""
    path = csv(stranger / "f.csv", people())
    path.chmod(0o600)
    workspace = Workspace.create(stranger / "ruang", "12.75", seed=7)
    for held in [workspace.root, *workspace.root.rglob("*")]:
        os.chown(held, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(InputError) as caught:
            imported(workspace, path)
    finally:
        os.seteuid(0)
    assert caught.value.code == "file.no_permission"
    assert caught.value.exit_code == 3


class _Appended:
    """A hash during which somebody appends to the file."""

    def __init__(self, path: Path) -> None:
        self._path, self._digest = path, hashlib.new("sha256")

    def update(self, block: bytes) -> None:
        with self._path.open("ab") as handle:
            handle.write(b"\n")
        self._digest.update(block)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_changes_while_it_is_read(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    path = (csv if ending == "csv" else xlsx)(tmp_path / f"f.{ending}", people())
    monkeypatch.setattr(opening.hashlib, "sha256", lambda: _Appended(path))
    with pytest.raises(InputError) as caught:
        imported(workspace, path)
    assert caught.value.code == "file.changed"
    monkeypatch.undo()
    assert _kept(workspace) == []


FAILS_AT = ("table", "returned", "received", "manifest")


@pytest.mark.parametrize("step", FAILS_AT)
def test_a_disk_that_becomes_full_at_any_step(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A writer that fails with the error of a full disk; a rerun finds nothing of it."""
    rows = people()
    rows[5][1] = rows[5][2] = None
    path = xlsx(tmp_path / "f.xlsx", rows)
    full = OSError(28, "No space left on device", "x")

    def fail(*_: object, **__: object) -> None:
        raise full

    broken = {
        "table": (imported_file.PartWriter, "_write"), "returned": (imported_file, "ReturnedRows"),
        "received": (imported_file, "put"), "manifest": (imported_file, "write_json"),
    }[step]  # fmt: skip
    if step == "returned":
        monkeypatch.setattr(imported_file.ReturnedRows, "write", fail)
    else:
        monkeypatch.setattr(*broken, fail)
    with pytest.raises(InputError) as caught:
        imported(workspace, path)
    assert caught.value.code == "intake.disk_full"
    assert caught.value.exit_code == 3
    assert all_imports(workspace) == []
    monkeypatch.undo()
    again = imported(workspace, path)
    assert again.status == "imported"
    fresh = Workspace.create(tmp_path / "lain", "12.75", seed=7)
    assert imported(fresh, path).counts == again.counts


def test_memory_stays_small_for_a_generated_cell_of_2_gb() -> None:
    """The command itself, with no more memory than a small office PC can spare for it."""
    program = (
        "import resource, sys, tracemalloc\n"
        "from cakup.intake.reading.dialect import probe\n"
        "from cakup.intake.reading import Limits\n"
        "from cakup.kernel.errors import LimitError, Where\n"
        "class Endless:\n"
        "    taken = 0\n"
        "    def read(self, size=-1):\n"
        "        self.taken += size\n"
        "        return b'NIK;' + b'x' * (size - 4) if self.taken == size else b'x' * size\n"
        "tracemalloc.start()\n"
        "stream = Endless()\n"
        "try:\n"
        "    probe(stream, Limits(), Where(file='f.csv'))\n"
        "except LimitError as err:\n"
        "    print(err.code, tracemalloc.get_traced_memory()[1] >> 20, stream.taken >> 20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    code, peak_mb, taken_mb = done.stdout.split()
    assert code == "file.cell_too_long"
    assert int(peak_mb) < 50
    assert int(taken_mb) < 50


def test_wrong_calls_are_exit_code_2(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path / "f.csv", people())
    base = ("import", path, "-w", workspace.root)
    for more, code in (
        ((), "intake.kind.missing"),
        (("--kind", "daftar_pekerja"), "intake.sender.missing"),
        (("--kind", "daftar_pekerja", "--sender", "Uji"), "intake.as_of.missing"),
        (("--kind", "apa", "--sender", "Uji", "--as-of", "2025-10"), "usage.bad_choice"),
        (("--kind", "daftar_pekerja", "--sender", "...", "--as-of", "2025-10"),
         "intake.sender.bad"),
    ):  # fmt: skip
        exit_code, _, err = run(capsys, *base, *more)
        assert exit_code == 2
        assert f"[{code}]" in " ".join(err.split())
    assert _kept(workspace) == []


def test_marked_values_stand_in_no_message_of_a_noted_file(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every fault at once, in a workbook, an old workbook and a CSV; text and JSON, both languages.

    The mapping shows header texts, never cells.
    """
    chance = random.Random(3)
    rows = people()
    for n in range(60):
        row = person(n + 20)
        row[2] = f"{MARKED} {chr(65 + n % 26)}"
        row[1 + chance.randrange(5)] = chance.choice([None, "x", "31/02/1980", MARKED_NIK, "=1+1"])
        rows.append(row)
    rows.append([99, None, None, "01-01-1980", "L", "Nangka"])
    made = [csv(tmp_path / "a.csv", rows), xlsx(tmp_path / "b.xlsx", rows),
            xls(tmp_path / "c.xls", {"Data": rows})]  # fmt: skip
    for number, path in enumerate(made):
        for words in (("--dry-run",), ("--dry-run", "--lang", "en", "--show-mapping"), ("--json",)):
            exit_code, out, err = run(
                capsys, "import", path, "--kind", "daftar_pekerja", "--sender", f"Uji {number}",
                "--as-of", "2025-10", "-w", workspace.root, *words,
            )  # fmt: skip
            assert exit_code == 0
            assert not SECRET.search(out + err)
    for manifest in workspace.root.rglob("manifest.json"):
        assert not SECRET.search(manifest.read_text(encoding="utf-8"))


def test_the_driver_is_the_library(workspace: Workspace, tmp_path: Path) -> None:
    """What the command refuses, the library raises with the same code."""
    request = import_files.Request(
        (str(_two_niks(tmp_path)),), kind="daftar_pekerja", sender="Uji", as_of="2025-10"
    )
    with pytest.raises(InputError) as caught:
        import_files.run(request, workspace)
    assert caught.value.code == "intake.mapping.two_columns"
