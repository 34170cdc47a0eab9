"""The tutorial works: its commands run in order, and what it shows is what they print."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "delapan-daftar-satu-angka.md"
#: Workers of the city here: enough for every line that the page shows, and quick.
WORKERS = "1500"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


tutorial = _module("tutorial")


def _mend(folder: Path) -> None:
    """Fill in name and NIK of the returned row, as the page says."""
    path = folder / "perbaikan.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert "4;;;" in text
    path.write_text(text.replace("4;;;", "4;Sari Wahyuni;1275915111880003;"), encoding="utf-8")


def _review(folder: Path) -> None:
    """Decide the first pair of the review workbook, as the page says."""
    book = openpyxl.load_workbook(folder / "tinjauan.xlsx")
    sheet = book["Pasangan"]
    heads = [cell.value for cell in sheet[1]]
    for head, value in (
        ("Keputusan", "berbeda"), ("Oleh", "Ani"), ("Dasar", "kunjungan 1 November 2025"),
        ("Tanggal", "01-11-2025"),
    ):  # fmt: skip
        sheet.cell(2, heads.index(head) + 1).value = value
    book.save(folder / "tinjauan.xlsx")


def _plain(text: str) -> str:
    """Return the words of a text: a smaller city changes numbers and where lines break."""
    return " ".join(re.findall(r"[^\W\d]+", text))


def _shown(block: str) -> list[str]:
    """Return the lines that a page shows of an output, up to where it leaves something out."""
    lines = [_plain(line.split("…")[0]) for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.mark.slow
def test_every_command_of_the_tutorial_runs_and_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAKUP_WORKSPACE", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    printed: list[str] = []

    def told(command: str, code: int, out: str) -> None:
        assert code == 0, f"{command}\n{out}"
        printed.append(out)

    page = tmp_path / "page.md"
    text = PAGE.read_text(encoding="utf-8")
    assert "--workers 4000" in text
    page.write_text(text.replace("--workers 4000", f"--workers {WORKERS}"), encoding="utf-8")
    folder = tmp_path / "here"
    folder.mkdir()
    tutorial.follow(page, folder, {"perbaiki": _mend, "tinjau": _review}, told)
    everything = _plain(" ".join(printed))
    for part in tutorial.parts(PAGE):
        for line in _shown(part.body) if part.kind == "text" else ():
            assert line in everything, f"the tutorial shows a line that no command prints: {line}"


def test_commands_keep_long_lines_and_here_documents_together() -> None:
    block = "cakup a \\\n  --b c\ncat > x <<'END'\n1;2\n\nEND\ncakup d\n"
    assert tutorial.commands(block) == [
        "cakup a --b c", "cat > x <<'END'\n1;2\n\nEND", "cakup d",
    ]  # fmt: skip


@pytest.mark.slow
def test_every_command_of_the_plan_tutorial_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a small city; the page's numbers are those of a large one."""
    monkeypatch.delenv("CAKUP_WORKSPACE", raising=False)
    page = PAGE.with_name("rencana-untuk-binjai.md").read_text(encoding="utf-8")
    size = "--workers 132826 --covered 43526"
    assert size in page
    small = tmp_path / "page.md"
    small.write_text(page.replace(size, "--workers 1500 --covered 450"), encoding="utf-8")
    folder = tmp_path / "here"
    folder.mkdir()
    printed: list[str] = []

    def told(command: str, code: int, out: str) -> None:
        assert code == 0, f"{command}\n{out}"
        printed.append(out)

    tutorial.follow(small, folder, {}, told)
    pages = list(folder.glob("peragaan/workspace/plans/2027-nama-*/rencana.html"))
    assert len(pages) == 1
    assert "Pagu dan nama" in pages[0].read_text(encoding="utf-8")
    assert len(printed) >= 9
