"""A folder of mixed files through the whole main job, at the three levels, on a small city."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cakup.kernel.errors import InputError
from cakup.pipeline import crosscheck_send, measure, run_folder, synth, withdraw
from cakup.pipeline.workspace import Workspace
from returned_rows import answer

DAY = date(2025, 10, 31)
KINDS = {"16_peserta.csv": "peserta", "17_pembayaran.csv": "pembayaran"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "kota"
    synth.run(
        synth.Request(str(folder), workers=300, covered=100, as_of=DAY.isoformat(), seed=11)
    )  # fmt: skip
    return folder


@pytest.fixture
def lists(city: Path, tmp_path: Path) -> Path:
    """The city's lists without the insurer's files, and what else lies in such a folder."""
    folder = tmp_path / "masuk"
    folder.mkdir()
    for one in _files(city):
        if one["file"] not in KINDS:
            shutil.copy(city / one["file"], folder)
    shutil.copy(city / "03_pasar.xlsx", folder / "03_pasar (1).xlsx")
    (folder / "surat.pdf").write_bytes(b"%PDF-1.4\n%surat\n")
    (folder / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
    (folder / "~$03_pasar.xlsx").write_bytes(b"x")
    (folder / "kosong.csv").write_bytes(b"")
    return folder


def _files(city: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((city / "daftar-berkas.json").read_text())["files"]
    return found


def go(workspace: Workspace, folder: Path, **more: Any) -> run_folder.Result:
    request = run_folder.Request(str(folder), **({"yes": True, "as_of": DAY} | more))
    return run_folder.run(request, workspace)


@pytest.mark.slow
def test_kinds_are_told_by_content(city: Path, lists: Path, workspace: Workspace) -> None:
    for name in KINDS:
        shutil.copy(city / name, lists)
    result = go(workspace, lists, yes=False)
    assert result.is_waiting
    told = {f.file: f for f in result.files}
    assert {n: told[n].kind for n in (f["file"] for f in _files(city))} == {
        f["file"]: f["kind"] for f in _files(city)
    }
    assert told["03_pasar (1).xlsx"].kind is None, "the copy is left out, not the original"
    for name in ("surat.pdf", "foto.jpg", "~$03_pasar.xlsx", "kosong.csv"):
        assert told[name].state == "refused"
        assert told[name].say.id.endswith(".")
    assert "PDF" in told["surat.pdf"].say.id
    assert workspace.runs() == [], "nothing is imported while it waits"


@pytest.mark.slow
def test_it_waits_for_corrections_and_obeys_them(lists: Path, workspace: Workspace) -> None:
    waiting = go(workspace, lists, yes=False)
    path = Path(waiting.list_file)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    head = next(row[0].row for row in page.iter_rows() if row[0].value == "Berkas")
    at = {c.value: c.column for c in page[head]}
    for number in range(head + 1, page.max_row + 1):
        if page.cell(number, 1).value == "02_kepling.xlsx":
            page.cell(number, at["Pengirim"]).value = "Kepala Lingkungan"
            page.cell(number, at["Data per"]).value = "31-08-2025"
        elif page.cell(number, at["Pakai"]).value == "ya":
            page.cell(number, at["Pakai"]).value = "tidak"
    book.save(path)
    done = go(workspace, lists, yes=False)
    assert not done.is_waiting
    taken = [f.file for f in done.files if f.state == "imported"]
    assert taken == ["02_kepling.xlsx"]
    from cakup.pipeline.imports import all_imports

    (one,) = all_imports(workspace)
    assert (one.sender, one.as_of) == ("Kepala Lingkungan", date(2025, 8, 31))
    page.cell(head + 1, at["Jenis"]).value = "entah"
    page.cell(head + 1, at["Pakai"]).value = "ya"
    book.save(path)
    with pytest.raises(InputError) as err:
        go(workspace, lists, yes=False)
    assert err.value.code == "run.bad_list"


@pytest.mark.slow
def test_three_levels_say_which_figures_they_allow(
    city: Path, lists: Path, workspace: Workspace, tmp_path: Path
) -> None:
    listed = go(workspace, lists)
    out = lists / "hasil"
    assert (listed.level, listed.covered, listed.share) == ("daftar", None, None)
    assert listed.says is not None
    assert "tidak diketahui siapa yang terlindungi" in listed.says[2].id
    assert listed.persons > 200
    assert not (out / "belum terlindungi").exists()
    text = re.sub(r"<(script|style).*?</\1>", "", (out / "laporan.html").read_text(), flags=re.S)
    assert "tidak ada persentase cakupan yang boleh disebut" in text
    tables = workspace.store().versions
    again = go(workspace, lists)
    assert workspace.store().versions == tables, "doing the same again changes nothing"
    assert {f.state for f in again.files} == {"unchanged", "left_out"}

    crosscheck_send.run(
        crosscheck_send.Request("bpjs", str(tmp_path / "padan.xlsx"), DAY, "PKS 1",
                                sent_on=date(2025, 11, 1)), workspace,
    )  # fmt: skip
    n = iter(range(1000))
    answer(
        tmp_path / "padan.xlsx", lists / "jawaban.xlsx",
        lambda _: {"Hasil": "aktif" if next(n) < 20 else "tidak ditemukan"},
        {"Keadaan data": "31-10-2025", "Data yang dicari": "Cabang Binjai"},
    )  # fmt: skip
    answered = go(workspace, lists)
    assert (answered.level, answered.covered) == ("jawaban", 20)
    assert answered.share is not None
    assert answered.says is not None
    assert "batas bawah" in answered.says[1].id
    told_of = measure.run(measure.Request(as_of=DAY), workspace)
    names = {f.name for f in told_of.figures if not f.by}
    assert names == {"aktif", "terdaftar", "kelengkapan"}, "no figure that rests on months"
    assert told_of.figures[0].bounds is None
    text = (out / "laporan.html").read_text(encoding="utf-8")
    assert "Sekurangnya" in text
    assert "[Cabang Binjai per 31 Oktober 2025]" in text
    assert "[Cabang Binjai per 31 Oktober 2025]" in told_of.figures[0].numerator_definition
    assert (out / "belum terlindungi" / "gap.xlsx").exists()
    (told,) = [f for f in answered.files if f.file == "jawaban.xlsx"]
    assert told.kind == run_folder.ANSWER

    for name in KINDS:
        shutil.copy(city / name, lists)
    full = go(workspace, lists)
    assert (full.level, full.says) == ("peserta", full.says)
    assert full.covered is not None
    assert full.covered > 20
    assert "semua angka" in full.says[1].id  # type: ignore[index]

    received = next(i for i in workspace.runs() if i["verb"] == "crosscheck_receive")
    withdraw.run(withdraw.Request(received["imports"][0], "uji"), workspace)
    without = measure.run(measure.Request(as_of=DAY), workspace)
    assert without.is_behind, "figures say that something waits to be counted"


def test_a_folder_without_a_usable_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()
    with pytest.raises(InputError) as err:
        go(workspace, tmp_path / "kosong")
    assert err.value.code == "run.nothing"
