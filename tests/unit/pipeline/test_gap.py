"""The work-lists: who is on them, why, in which file, in which order; and that nobody leaks."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cakup.cli.main import main
from cakup.documents.visit_order import LAST, street_key, visit_sorted, ward_number
from cakup.intake.reading import read
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import gap, ledger, link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from small_city import BINJAI, DAY, NANGKA, build, nik, worker


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A dozen people, one for every reason and every exclusion; tests only read it."""
    return build(tmp_path_factory.mktemp("city") / "w")


def run(ws: Workspace, out: Path, **more: Any) -> gap.Result:
    return gap.run(gap.Request(as_of=DAY, out=str(out), **more), ws)


def names(path: str) -> list[str]:
    """Return the names in a work-list as another program reads them."""
    rows = list(read(Path(path)).sheets[0].frame.iter_rows())
    at = next(row.index("Nama") for row in rows if "Nama" in row)
    return [row[at] for row in rows if row[0] and row[0].isdigit() and row[at]]


def test_everybody_is_counted_once_and_for_one_reason(city: Workspace, tmp_path: Path) -> None:
    result = run(city, tmp_path / "gap.xlsx")
    assert result.reasons == {
        "mungkin_meninggal": 1, "perlu_ditinjau": 1, "terdaftar_lain": 1, "berhenti": 1,
        "nik_rusak": 1, "tidak_ditemukan": 4,
    }  # fmt: skip
    assert result.persons == sum(result.reasons.values()) == sum(f.persons for f in result.files)
    assert result.excluded == {
        "luar_kota": 1, "di_bawah_umur": 1, "tidak_bekerja": 1, "asn": 2, "lewat_umur": 1,
    }  # fmt: skip
    assert result.without_place == 1, "Hadi, of whom no list says where he lives"


def test_each_file_holds_only_its_own_people(city: Workspace, tmp_path: Path) -> None:
    result = run(city, tmp_path / "gap.xlsx")
    by_kode = {f.kode: f for f in result.files}
    assert len(result.files) == 38
    assert Path(by_kode[NANGKA].path).name == "gap-12.75.01.1003-nangka.xlsx"
    assert set(names(by_kode[BINJAI].path)) == {"=cmd|' /C calc'!A0", "Lina Kembar"}
    assert set(names(by_kode[None].path)) == {"Hadi Entah", "Ida Kecamatan"}
    assert names(by_kode["12.75.05.1001"].path) == []
    assert result.index == str(tmp_path / "gap.xlsx")
    text = _all_text(Path(result.index))
    assert "Budi" not in text
    assert nik(2) not in text


def test_people_stand_in_the_order_of_a_walk(city: Workspace, tmp_path: Path) -> None:
    result = run(city, tmp_path, kelurahan=("Nangka",))
    assert [f.kode for f in result.files] == [NANGKA]
    assert names(result.files[0].path) == [
        "Joko Almarhum", "Cici Takada", "Budi Berhenti", "Dodi Rusak", "Mira Peserta",
    ]  # fmt: skip


def test_nik_is_text_and_nothing_is_a_formula(city: Workspace, tmp_path: Path) -> None:
    result = run(city, tmp_path, combined=True)
    with zipfile.ZipFile(result.files[0].path) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert f"<t>{nik(3)}</t>" in xml or f"{nik(3)}</t>" in xml
    assert f"<v>{nik(3)}</v>" not in xml
    sheet = read(Path(result.files[0].path)).sheets[0]
    assert not sheet.formula_cells if hasattr(sheet, "formula_cells") else True


def test_reasons_stand_in_words_with_scope_and_day(city: Workspace, tmp_path: Path) -> None:
    text = _all_text(Path(run(city, tmp_path, combined=True).files[0].path))
    assert "berhenti aktif sejak 01/04/2025" in text
    assert "Dicari pada: data peserta BPJS Cabang Binjai per 31 Oktober 2025" in text
    assert "belum pernah terdaftar sejak" not in text
    assert "bukan seluruh kesenjangan" in text
    assert "Jumlah baris: 9" in text
    assert "9 orang: 1 mungkin meninggal" in text
    assert "Dikunjungi oleh" in text


def test_each_lingkungan_begins_a_new_page(city: Workspace, tmp_path: Path) -> None:
    """I (Joko) · II (Cici, Budi) · IX (Dodi) · not stated (Mira): three page breaks."""
    result = run(city, tmp_path, kelurahan=("Nangka",))
    with zipfile.ZipFile(result.files[0].path) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    head = int(re.findall(r'<row r="([0-9]+)"', xml)[5])
    breaks = [int(n) for n in re.findall(r'<brk id="([0-9]+)"', xml)]
    assert breaks == [head + 1, head + 3, head + 4]
    assert "fitToPage" not in xml, "Excel forgets the breaks of a sheet fitted to pages"
    assert "Rahasia: memuat data pribadi" in xml


def test_never_registered_only_where_the_insurer_says_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    write_import(workspace, "a" * 16, "daftar_pekerja", [worker(1, "Satu"), worker(2, "Dua")])
    write_import(
        workspace, "b" * 16, "peserta", [worker(1, "Satu", status_kepesertaan="belum_terdaftar")]
    )
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    assert run(workspace, tmp_path).reasons == {"belum_pernah": 1, "tidak_ditemukan": 1}


def test_other_segments_can_be_left_out(city: Workspace, tmp_path: Path) -> None:
    result = run(city, tmp_path, segments=("bpu",))
    assert result.reasons["segmen_lain"] == 1
    assert "aktif pada segmen lain: pu" in _all_text(Path(_file(result, NANGKA)))


def test_without_participant_data_there_is_no_list(workspace: Workspace, tmp_path: Path) -> None:
    write_import(workspace, "a" * 16, "daftar_pekerja", [worker(1, "Satu")])
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    with pytest.raises(InputError) as caught:
        run(workspace, tmp_path / "out")
    assert caught.value.code == "gap.no_participants"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"region": "lahir"}, UsageError),
        ({"segments": ("pns",)}, UsageError),
        ({"kelurahan": ("Tidak Ada",)}, InputError),
    ],
)
def test_wrong_choices_are_told(
    city: Workspace, tmp_path: Path, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(city, tmp_path, **more)


def test_the_export_is_recorded_and_readable_by_its_owner_only(
    city: Workspace, tmp_path: Path
) -> None:
    result = run(city, tmp_path / "keluar", purpose="uji")
    held = city.runs()[-1]
    assert (held["verb"], held["purpose"], held["rows"]) == ("gap", "uji", 9)
    assert "Budi" not in json.dumps(held)
    mode = Path(result.files[0].path).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_same_workspace_gives_the_same_bytes(city: Workspace, tmp_path: Path) -> None:
    first, second = run(city, tmp_path / "1"), run(city, tmp_path / "2")
    for a, b in zip(first.files, second.files, strict=True):
        assert Path(a.path).read_bytes() == Path(b.path).read_bytes()


def test_the_command_prints_counts_and_no_names(
    city: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["gap", "-w", str(city.root), "--as-of", "2025-10", "--out", str(tmp_path / "g")]
    with pytest.raises(SystemExit) as left:
        main([*words, "--json"])
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["persons"] == 9
    assert len(told["files"]) == 38
    for lang in ("id", "en"):
        with pytest.raises(SystemExit):
            main([*words, "--lang", lang])
        printed = capsys.readouterr()
        assert "Budi" not in printed.out + printed.err
        assert ("bukan seluruh" in printed.out) == (lang == "id")


def _file(result: gap.Result, kode: str) -> str:
    return next(f.path for f in result.files if f.kode == kode)


def _all_text(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return " ".join(
            book.read(n).decode() for n in book.namelist() if n.endswith(".xml")
        )  # fmt: skip


# Order of a walk -------------------------------------------------------------------------------


def test_numbers_in_wards_are_read_as_numbers() -> None:
    spoken = ["Lingkungan IX", "LK. IV", "003", "Lk 12", "lingkungan xl", None, "Mawar"]
    assert [ward_number(x) for x in spoken] == [9, 4, 3, 12, 40, LAST, LAST - 1]


def test_streets_sort_by_name_then_number() -> None:
    written = ["Jl. Mawar Gg. 10 No 3", "Jalan Mawar gang 9 no.12", "JLN MELATI 2A", "", None]
    keys = pl.DataFrame({"a": written}, schema={"a": pl.String}).select(street_key(pl.col("a")))
    first, second, third, *rest = keys.to_series().to_list()
    assert second < first < third
    assert rest == [None, None]


def test_ties_do_not_depend_on_the_order_of_rows() -> None:
    rows = [
        {"kode": k, "lingkungan": None, "rw": None, "rt": None, "alamat": None, "nama": "X",
         "person_id": p}
        for k, p in (("b", "1"), ("a", "3"), ("a", "2"), (None, "0"))
    ]  # fmt: skip
    for held in (rows, rows[::-1]):
        ordered = visit_sorted(pl.DataFrame(held, schema_overrides={"lingkungan": pl.String,
                               "rw": pl.String, "rt": pl.String, "alamat": pl.String}))  # fmt: skip
        assert ordered.get_column("person_id").to_list() == ["2", "3", "1", "0"]
