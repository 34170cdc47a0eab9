"""The round trips on the command line, in both languages, by their Indonesian words too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cakup.cli.main import _run, in_english
from cakup.pipeline import link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from returned_rows import answer
from small_city import NANGKA, worker

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

NAMES = ("Aman Abadi", "Budi Bakti", "Cici Cantik")


@pytest.fixture
def listed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)
    monkeypatch.setenv("CAKUP_WORKSPACE", str(workspace.root))
    rows = [worker(n, name, kode_wilayah_ktp=NANGKA) for n, name in enumerate(NAMES, start=1)]
    write_import(workspace, "a" * 16, "daftar_pekerja", rows, sender="Dinas Koperasi")
    link.run(link.Request(), workspace)
    return workspace


def say(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert _run(in_english(list(words))) == code, capsys.readouterr().err
    return " ".join(capsys.readouterr().out.split())


def test_indonesian_words_stand_for_commands() -> None:
    assert in_english(["padan", "kirim", "--to", "bpjs"]) == ["crosscheck", "send", "--to", "bpjs"]
    assert in_english(["lapangan", "terima", "a.xlsx"]) == ["field", "receive", "a.xlsx"]
    assert in_english(["olah", "folder"]) == ["run", "folder"]
    assert in_english(["padan"]) == ["crosscheck"]
    assert in_english(["link"]) == ["link"]


def test_crosscheck_out_and_back(
    listed: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "p.xlsx")
    sent = say(capsys, "padan", "kirim", "--to", "bpjs", "--as-of", "2025-10-31", "--basis",
               "PKS 1", "--out", out, "--on", "2025-11-01", "--quiet")  # fmt: skip
    assert "Permintaan P0001: 3 orang" in sent
    assert "P0001" in say(capsys, "crosscheck", "list")
    told = {NAMES[0]: "aktif", NAMES[1]: "tidak ditemukan", NAMES[2]: "entah"}
    file = str(answer(
        tmp_path / "p.xlsx", tmp_path / "j.xlsx", lambda r: {"Hasil": told[r["Nama"]]},
        {"Keadaan data": "31-10-2025", "Data yang dicari": "Cabang Binjai"},
    ))  # fmt: skip
    taken = say(capsys, "padan", "terima", file, "--received", "2025-11-09", "--quiet")
    assert "tidak ditemukan [Cabang Binjai, 31 Oktober 2025] 1" in taken
    assert "jawaban tidak ada pada daftar pilihan (1: baris" in taken
    assert "di antaranya terlindungi 0 1 +1" in taken
    again = say(capsys, "crosscheck", "receive", file, "--received", "2025-11-09", "--quiet",
                "--lang", "en")  # fmt: skip
    assert "These answers are here already" in again
    assert "No person and no figure changed" in again
    assert not [n for n in NAMES if n in sent + taken + again], "no name on the screen"
    told_json: dict[str, Any] = json.loads(_json(capsys, "crosscheck", "receive", file,
                                                 "--received", "2025-11-09", "--json"))  # fmt: skip
    assert told_json["effect"]["changed"] == {}


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert _run(list(words)) == 0
    return capsys.readouterr().out


def test_appeals_are_listed_and_settled(
    listed: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    person = pl.read_parquet(listed.store().path("persons"))["person_id"][0]
    lodged = say(capsys, "crosscheck", "appeal", person, "--by", "Ani", "--basis", "surat 1",
                 "--on", "2025-11-02")  # fmt: skip
    appeal = lodged.split()[1].rstrip(":")
    link.run(link.Request(), listed)
    assert "diajukan, menunggu" in say(capsys, "padan", "appeals")
    say(capsys, "crosscheck", "settle", appeal, "--outcome", "ditolak", "--by", "BPJS", "--basis",
        "surat 2")  # fmt: skip
    link.run(link.Request(), listed)
    assert "ditolak" in say(capsys, "crosscheck", "appeals")
    say(capsys, "crosscheck", "settle", appeal, "--outcome", "diterima", "--by", "B", "--basis",
        "s", code=2)  # fmt: skip


def test_field_out_and_back(
    listed: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "l"
    sent = say(capsys, "lapangan", "kirim", "--as-of", "2025-10-31", "--basis", "ST 1", "--out",
               str(folder), "--on", "2025-11-01", "--quiet")  # fmt: skip
    assert "Pemeriksaan L0001: 3 orang pada 1 berkas" in sent
    (path,) = folder.iterdir()
    above = {"Nama petugas": "Kepling Satu", "Tanggal kunjungan": "20-11-2025"}
    one = answer(path, tmp_path / "a.xlsx", lambda _: {"Ditemui": "ya", "Masih bekerja": "ya"},
                 above)  # fmt: skip
    two = answer(path, tmp_path / "b.xlsx", lambda _: {"Ditemui": "ya", "Masih bekerja": "tidak"},
                 above | {"Nama petugas": "Kepling Dua"})  # fmt: skip
    taken = say(capsys, "lapangan", "terima", str(one), str(two), "--received", "2025-12-01",
                "--quiet")  # fmt: skip
    assert "3 kunjungan bertentangan" in taken
    assert "masih bekerja" in taken
    assert "pekerja diketahui di kota ini 3 0 −3" in taken
    assert "3 visits disagree" in say(capsys, "field", "list", "--lang", "en")


def test_erasing_asks_first(listed: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    person = pl.read_parquet(listed.store().path("persons"))["person_id"][0]
    assert "1 baris akan dihapus; belum ada yang diubah" in say(capsys, "erase", person)
    done = say(capsys, "erase", person, "--yes", "--by", "Ani", "--basis", "surat", "--on",
               "2026-01-05", "--quiet")  # fmt: skip
    assert "1 baris dihapus dari semua versi" in done
    assert "penghapusan" in say(capsys, "exchanges")
    say(capsys, "erase", code=2)


def test_a_folder_waits_then_runs(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)
    monkeypatch.delenv("CAKUP_WORKSPACE", raising=False)
    folder = tmp_path / "masuk"
    folder.mkdir()
    (folder / "pasar oktober 2025.csv").write_text(
        "NIK;NAMA;KELURAHAN\n1275911001900001;Aman Abadi;Nangka\n", encoding="utf-8"
    )
    waiting = say(capsys, "olah", str(folder), "--place", "12.75", "--quiet")
    assert "tanggal ditebak dari nama berkas" in waiting
    done = say(capsys, "olah", str(folder), "--yes", "--quiet")
    assert "Tingkat: daftar saja, keadaan 31 Oktober 2025." in done
    assert "persentase cakupan tidak dicetak" in done
    assert "%" not in done
