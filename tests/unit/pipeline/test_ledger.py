"""The ledger as a use case: imports on disk → tables, counts, lists, repeatable."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cakup.cli.main import main
from cakup.engines.files import make_folder
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.schemas import MEMBERSHIPS, PAYMENTS, PERSONS, RECORDS, Table
from cakup.ledger.activity import months_sql, status_sql
from cakup.pipeline import decisions, ledger, ledger_lists
from cakup.pipeline.decisions import Decision
from cakup.pipeline.workspace import Workspace

TYPES = {"VARCHAR": pl.String, "DATE": pl.Date, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean,
         "INTEGER": pl.Int32, "DOUBLE": pl.Float64}  # fmt: skip
AS_OF = date(2025, 10, 31)


def frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {c.name: TYPES[c.type] for c in table.columns}
    return pl.DataFrame([{n: r.get(n) for n in schema} for r in rows], schema=schema)


def put(
    ws: Workspace, import_id: str, kind: str, as_of: date, rows: list[dict[str, Any]],
    *, received_on: date | None = None, corrects: str | None = None, list_name: str = "utama",
) -> None:  # fmt: skip
    """Lay down an import as ``cakup import`` leaves it."""
    folder = make_folder(ws.root / "imports" / import_id)
    table = PAYMENTS if kind == "pembayaran" else RECORDS
    full = [
        {"record_id": f"{import_id}.1.{n}", "import_id": import_id, "kind": kind, "sheet": "1",
         "sheet_row": n, **row}
        for n, row in enumerate(rows, start=2)
    ]  # fmt: skip
    frame(table, full).write_parquet(folder / f"{table.name}.parquet")
    facts = {
        "id": import_id, "kind": kind, "sender": "cabang", "list_name": list_name,
        "as_of": as_of.isoformat(), "received_on": (received_on or as_of).isoformat(),
        "file_name": f"{import_id}.csv", "corrects": corrects,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(facts))


def link(ws: Workspace, people: list[dict[str, Any]], known: date | None = None) -> None:
    """Write persons, and memberships of every participant row by its KPJ's first letter."""
    files = list((ws.root / "imports").glob("*/records.parquet"))
    rows = pl.concat([pl.read_parquet(f) for f in files]) if files else frame(RECORDS, [])
    with ws.writing("test"), ws.engine() as engine:
        store = ws.store(known)
        engine.register("people", frame(PERSONS, people))
        members = rows.select(
            "record_id", "import_id", "sheet", "sheet_row", "kind",
            person_id=pl.col("kpj").str.head(1), probability=pl.lit(1.0), evidence=pl.lit("{}"),
        )  # fmt: skip
        engine.register("members", members)
        store.write(engine, PERSONS, "FROM people")
        store.write(engine, MEMBERSHIPS, "FROM members")
        store.commit()


def months(first: int, last: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"bulan": date(2025, m, 1), "paid_on": date(2025, m, 10), "program": p, "amount_rp": a,
         **more}
        for m in range(first, last + 1) for p, a in (("jkk", 10_000), ("jkm", 6_800))
    ]  # fmt: skip


PEOPLE: list[dict[str, Any]] = [
    {"person_id": "A", "nik": "1275910101900001", "nama": "ANI", "tanggal_lahir": date(1990, 1, 1)},
    {"person_id": "B", "nik": "1275910101900002", "nama": "BUDI",
     "tanggal_lahir": date(1960, 4, 15)},
    {"person_id": "C", "nik": "1275910101900003", "nama": "CITRA",
     "meninggal_on": date(2025, 6, 20)},
    {"person_id": "D", "nik": "1275910101900004", "nama": "DEDI", "meninggal_on": date(2025, 9, 3)},
]  # fmt: skip


@pytest.fixture
def city(workspace: Workspace) -> Workspace:
    """Ani: PU and city aid. Budi: BPU, 65 in April. Citra: paid after death. Dedi: claim."""
    put(workspace, "peserta1", "peserta", AS_OF, [
        {"kpj": "A1", "npp": "N1", "segmen": "pu", "mulai_on": date(2024, 3, 1),
         "status_kepesertaan": "aktif"},
        {"kpj": "A1", "kode_iuran": "G1", "segmen": "bpu", "payer": "apbd_kabkota"},
        {"kpj": "B1", "kode_iuran": "G1", "segmen": "bpu", "payer": "apbd_kabkota"},
        {"kpj": "C1", "segmen": "bpu", "mulai_on": date(2024, 11, 1)},
        {"kpj": "D1", "npp": "N1", "segmen": "pu", "mulai_on": date(2025, 8, 18)},
    ])  # fmt: skip
    put(workspace, "bayar1", "pembayaran", AS_OF, [
        *months(8, 10, kpj="A1", kode_iuran="G1", payer="apbd_kabkota"),
        *months(1, 10, kpj="B1", kode_iuran="G1", payer="apbd_kabkota"),
        *months(1, 8, kpj="C1", payer="mandiri"),
        *months(1, 1, kpj="Z9", payer="mandiri"),
        *months(1, 1, payer="mandiri"),
    ])  # fmt: skip
    link(workspace, PEOPLE)
    return workspace


def test_counts_and_lists(city: Workspace) -> None:
    made = ledger.run(ledger.Request(), city)
    assert made.as_of == AS_OF
    assert made.payments["lines"] == 2 * (3 + 10 + 8 + 1 + 1)
    assert made.payments["joined"]["kpj"] == 42
    assert made.payments["orphans"] == {"no_identity": 2, "unknown_kpj": 2}
    assert made.findings["double"] == {"persons": 1, "months": 3}
    assert made.findings["overage"] == {"persons": 1, "months": 6}
    assert made.findings["after-death"] == {"persons": 1, "months": 2}
    assert made.findings["claims"] == {"persons": 2, "full_jkm": 1, "open_jkm": 0}
    assert "counting.lapse_moment" in made.unconfirmed
    assert made.by_evidence["paid"].persons == 3
    assert made.by_segment["bpu"].person_months == 3 + 10 + 8
    assert made.by_segment["pu"].persons == 2


@pytest.mark.parametrize(
    ("name", "people"),
    [("double", "A"), ("overage", "B"), ("after-death", "C"), ("claims", "CD")],
)
def test_each_list_names_its_people(city: Workspace, name: str, people: str) -> None:
    ledger.run(ledger.Request(), city)
    rows = ledger_lists.run(ledger_lists.Request(name), city).rows
    assert "".join(sorted(rows["person_id"])) == people
    run = city.runs()[-1]
    assert run["purpose"]
    assert run["rows"] == len(people)


def test_died_while_covered_says_what_is_due(city: Workspace) -> None:
    ledger.run(ledger.Request(), city)
    rows = ledger_lists.run(ledger_lists.Request("claims"), city).rows
    facts = {r["person_id"]: r for r in rows.iter_rows(named=True)}
    assert facts["C"]["unbroken_months"] == 6
    assert facts["C"]["is_jkm_full"] is True
    assert facts["D"]["is_jkm_full"] is False, "died in the second month of the spell"


def test_unknown_list_is_refused(city: Workspace) -> None:
    with pytest.raises(UsageError, match=r"usage\.bad_choice"):
        ledger_lists.run(ledger_lists.Request("semua"), city)


def test_same_files_give_the_same_bytes(city: Workspace) -> None:
    first = ledger.run(ledger.Request(), city)
    for path in (city.root / "imports").iterdir():
        part = next(path.glob("*.parquet"))
        pl.read_parquet(part).reverse().write_parquet(part)
    again = ledger.run(ledger.Request(), city)
    assert again.tables["ledger"] == first.tables["ledger"]
    assert again.tables["enrolments"] == first.tables["enrolments"]
    assert again.tables["payment_orphans"] == first.tables["payment_orphans"]


def test_repeated_and_taken_back_payments(city: Workspace) -> None:
    before = ledger.run(ledger.Request(), city)
    put(city, "bayar2", "pembayaran", AS_OF, [
        *months(1, 10, kpj="B1", kode_iuran="G1", payer="apbd_kabkota"),
        *[{**m, "amount_rp": -m["amount_rp"], "paid_on": date(2025, 10, 20)}
          for m in months(10, 10, kpj="B1", kode_iuran="G1", payer="apbd_kabkota")],
    ])  # fmt: skip
    after = ledger.run(ledger.Request(), city)
    assert after.payments["repeated"] == 20
    assert after.payments["taken_back_months"] == 2
    assert before.by_segment["bpu"].person_months - after.by_segment["bpu"].person_months == 1


def _active(ws: Workspace, day: date) -> set[str]:
    with ws.engine() as engine:
        ledger.view_basis(engine, ws.store())
        rows = engine.frame(status_sql(day, ledger.counting_rules(ws, day)))
        return set(rows.filter(pl.col("is_active"))["person_id"])


def test_a_later_snapshot_supersedes_from_its_date_on(city: Workspace) -> None:
    put(city, "peserta0", "peserta", date(2025, 5, 31), [
        {"kpj": "D1", "npp": "N1", "segmen": "pu", "mulai_on": date(2020, 1, 1)},
    ])  # fmt: skip
    link(city, [p | {"meninggal_on": None} for p in PEOPLE])
    ledger.run(ledger.Request(), city)
    assert _active(city, date(2025, 4, 30)) == {"B", "C", "D"}, "the older one answers older dates"
    assert "D" in _active(city, date(2025, 10, 30)), "and every date before the next"
    assert "A" not in _active(city, date(2025, 7, 31)), "Ani's firm is on the later file only"
    assert _active(city, AS_OF) == {"A", "B", "C", "D"}


def test_a_correction_belongs_to_the_file_it_corrects(city: Workspace) -> None:
    put(city, "peserta2", "peserta", date(2025, 11, 5), [
        {"kpj": "E1", "npp": "N2", "segmen": "pu", "mulai_on": date(2025, 1, 1)},
    ], corrects="peserta1")  # fmt: skip
    link(city, [*PEOPLE, {"person_id": "E"}])
    ledger.run(ledger.Request(), city)
    assert {"A", "E"} <= _active(city, AS_OF)
    with city.writing("test"):
        decisions.append(city, [Decision("d1", "withdraw_import", {"import_id": "peserta1",
            "reason": "salah"}, "Ani", "surat", "2025-11-06", "2025-11-06")])  # fmt: skip
    made = ledger.run(ledger.Request(), city)
    assert _active(city, AS_OF) == set()
    assert sum(made.payments["orphans"].values()) == made.payments["lines"], "kept, not lost"


def test_known_counts_only_what_had_been_received(city: Workspace) -> None:
    put(city, "bayar3", "pembayaran", AS_OF, months(9, 10, kpj="C1", payer="csr"),
        received_on=date(2025, 12, 1))  # fmt: skip
    link(city, PEOPLE, known=date(2025, 11, 15))
    old = ledger.run(ledger.Request(known=date(2025, 11, 15)), city)
    new = ledger.run(ledger.Request(), city)
    assert new.by_payer["csr"].rows == 4
    assert "csr" not in old.by_payer
    assert city.store(date(2025, 11, 15)).versions["ledger"] == old.tables["ledger"]
    assert city.store().versions["ledger"] == new.tables["ledger"]


def test_links_behind_the_files_are_refused(city: Workspace) -> None:
    put(city, "peserta3", "peserta", date(2025, 11, 30), [{"kpj": "A1", "segmen": "bpu"}])
    with pytest.raises(InputError, match=r"ledger\.links_behind"):
        ledger.run(ledger.Request(), city)


def test_without_any_file_the_ledger_is_empty(workspace: Workspace) -> None:
    link(workspace, [])
    made = ledger.run(ledger.Request(), workspace)
    assert made.total == ledger.Part(0, 0, 0)
    assert made.as_of is None
    with pytest.raises(InputError, match=r"ledger\.no_date"):
        ledger_lists.run(ledger_lists.Request("double"), workspace)


def test_status_alone_leaves_months_unknown(workspace: Workspace) -> None:
    put(workspace, "p1", "peserta", AS_OF, [
        {"kpj": "A1", "segmen": "bpu", "status_kepesertaan": "aktif"},
        {"kpj": "B1", "segmen": "bpu", "status_kepesertaan": "nonaktif"},
    ])  # fmt: skip
    link(workspace, PEOPLE[:2])
    ledger.run(ledger.Request(), workspace)
    with workspace.engine() as engine:
        ledger.view_basis(engine, workspace.store())
        rules = ledger.counting_rules(workspace, AS_OF)
        rows = {r["person_id"]: r for r in engine.frame(status_sql(AS_OF, rules)).to_dicts()}
        later = engine.frame(status_sql(date(2025, 11, 30), rules))
        strip = engine.frame(months_sql(AS_OF, AS_OF))
    assert rows["A"]["is_active"]
    assert rows["A"]["evidence"] == "status"
    assert rows["A"]["unbroken_months"] is None
    assert rows["A"]["is_jkm_full"] is None
    assert rows["B"]["is_registered"]
    assert not rows["B"]["is_active"]
    assert not later["is_active"].any(), "a status holds for its month only"
    assert strip["programs"].to_list() == ["jkk,jkm"]


def test_a_local_answer_changes_the_count_from_its_date(city: Workspace) -> None:
    folder = make_folder(city.root / "parameters" / "counting")
    built_in = Path(ledger.__file__).parents[1] / "ledger/parameters/counting"
    text = (built_in / "lapse_after_unpaid_months.yaml").read_text()
    answer = text.replace("2015-07-01", "2025-10-01").replace("value: 3", "value: 1").replace(
        "status: disputed",
        'status: confirmed\n    confirmed_by: "Kepala Cabang"\n    confirmed_on: 2025-11-20\n'
        '    document: "B/123/112025"',
    )  # fmt: skip
    (folder / "lapse_after_unpaid_months.yaml").write_text(answer)
    assert ledger.counting_rules(city, date(2025, 9, 30)).lapse_after_unpaid_months == 3
    rules = ledger.counting_rules(city, AS_OF)
    assert rules.lapse_after_unpaid_months == 1
    assert "counting.lapse_after_unpaid_months" not in rules.marks("active")
    before = ledger.counting_rules(city, AS_OF, known=date(2025, 11, 1))
    assert before.lapse_after_unpaid_months == 3, "the answer was not known then"


def _cakup(ws: Workspace, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as left:
        main(["ledger", "-w", str(ws.root), "--quiet", *words])
    assert (left.value.code or 0) == code
    return capsys.readouterr().out


def test_command_prints_counts_and_what_to_do(
    city: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    text = _cakup(city, capsys)
    assert "Okt 2025" in text
    assert "46 baris = 42 menemukan orangnya + 4 belum" in text
    assert "--list claims; JKM penuh 1, belum pasti 0" in text
    assert max(map(len, text.splitlines())) <= 100
    english = _cakup(city, capsys, "--lang", "en")
    assert "46 lines = 42 found their person + 4 did not" in english
    made = json.loads(_cakup(city, capsys, "--json"))
    assert made["findings"]["double"] == {"persons": 1, "months": 3}
    assert made["as_of"] == "2025-10-31"


def test_lists_show_names_in_the_saved_file_only(
    city: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _cakup(city, capsys)
    for name in ("double", "overage", "after-death", "claims"):
        for words in ((), ("--json",)):
            shown = _cakup(city, capsys, "--list", name, *words)
            assert not any(p["nama"] in shown or p["nik"] in shown for p in PEOPLE)
    out = tmp_path / "klaim.xlsx"
    _cakup(city, capsys, "--list", "claims", "--out", str(out))
    rows = pl.read_excel(out, read_options={"header_row": 2})
    assert {"CITRA", "DEDI"} <= set(rows["Nama"].to_list())
    assert out.stat().st_mode & 0o777 == 0o600
    _cakup(city, capsys, "--list", "claims", "--out", str(tmp_path / "klaim.csv"))
    _cakup(city, capsys, "--out", str(out), code=2)
    _cakup(city, capsys, "--list", "claims", "--out", str(tmp_path / "klaim.docx"), code=2)
