"""The year goes on: what was really paid is imported, the pagu changed, and the plan made again.

The whole route is walked small: a plan of 2027, half a year in which the planned people are paid,
never registered, paid twice, die, find an employer, pay for themselves or are paid ahead by a
sponsor; then the second plan of the same year. Every number of it is held against the payments as
they were written into the files, and against ``measure`` asked month by month.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import openpyxl
import polars as pl
import pytest

from cakup.kernel.months import last_day
from cakup.pipeline import ledger, link, measure, plan, plan_documents
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from plan_city import CRITERIA, PLAN, planned

#: A year walked through costs as much as a hundred other tests.
pytestmark = pytest.mark.slow

DAY = date(2027, 6, 30)
RUPIAH = {"jkk": 10_000, "jkm": 6_800}
#: The first of the January starters meet these fates, one each; all others were paid to June.
FATES = ("dead", "employed", "own", "sponsored", "double", "never", "stopped", "idle", "twice")
EVIDENCE = '\n[[rule]]\nid = "bukti"\nkind = "work_evidence"\nmax_age_months = 12\n'
AGAIN = (
    (
        PLAN.replace('as_of = "2025-10-31"', f'as_of = "{DAY}"')
        .replace("pagu_rp = 4000000", "pagu_rp = 2200000")
        .replace("pagu_rp = 700000", "pagu_rp = 350000")
    )
    + """
[[scenario]]
id = "mulai-april"
changes = { "plan.start" = "2027-04" }

[[scenario]]
id = "potong-juli"
changes = { "plan.changed_from" = "2027-07", "purse.apbd-kota.pagu_rp" = "-30%" }

[[scenario]]
id = "potong-oktober"
changes = { "plan.changed_from" = "2027-10", "purse.apbd-kota.pagu_rp" = "-30%" }
"""
)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str], list[Any]]:
    """Return the workspace after the second plan, the fates by person, and the payments."""
    workspace = planned(tmp_path_factory.mktemp("year") / "workspace")
    (workspace.root / "uji.toml").write_text(CRITERIA + EVIDENCE, encoding="utf-8")
    plan.run(plan.Request(), workspace)
    first = _persons(workspace)
    with workspace.engine() as engine:
        workspace.store().view(engine, "persons")
        told = engine.frame("SELECT person_id, nik, nama, tanggal_lahir, jenis_kelamin, "
                            "kode_wilayah_ktp FROM persons").rows(named=True)  # fmt: skip
    people = {row.pop("person_id"): row for row in told}
    begun = first.filter(pl.col("bulan") == date(2027, 1, 1)).sort("rank")
    payer = {"apbd-kota": "apbd_kabkota", "baznas": "baznas"}
    chosen = [(p, payer[purse]) for p, purse in begun.select("person_id", "purse").iter_rows()]
    fates = {p: FATES[n] if n < len(FATES) else "paid" for n, (p, _) in enumerate(chosen)}
    payments = _life(workspace, chosen, fates, people)
    (workspace.root / "plan.toml").write_text(AGAIN, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    plan.run(plan.Request(), workspace)
    return workspace, fates, payments


def _life(
    workspace: Workspace, chosen: list[tuple[str, str]], fates: dict[str, str],
    people: dict[str, dict[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Import what the insurer and the registry would send until June 2027."""
    participants, payments, dead = [], [], []
    for n, (person, payer) in enumerate(chosen):
        fate, card = fates[person], people[person]
        spell = {"kpj": f"L{n:05}", "segmen": "bpu", "status_kepesertaan": "aktif",
                 "mulai_on": date(2027, 1, 1), "program": "jkk,jkm", "payer": payer}  # fmt: skip
        if fate == "never":
            continue
        if fate == "employed":
            participants.append(card | spell | {
                "kpj": "P00001", "segmen": "pu", "npp": "N1", "payer": "pemberi_kerja",
                "mulai_on": date(2027, 5, 1)})  # fmt: skip
        if fate != "employed":
            participants.append(card | spell)
        if fate == "dead":
            dead.append({k: card[k] for k in ("nik", "nama", "tanggal_lahir")}
                        | {"meninggal_on": date(2027, 4, 20)})  # fmt: skip
        until = {"dead": 4, "employed": 4, "stopped": 3, "idle": 0}.get(fate, 6)
        others = {"own": ("mandiri", 6), "double": ("apbd_provinsi", 6), "sponsored": ("csr", 12)}
        for who, last in ((payer, until), others.get(fate, ("", 0))):
            payments += [
                {"kpj": spell["kpj"] if fate != "employed" else None, "nik": card["nik"],
                 "program": program, "bulan": date(2027, m, 1), "amount_rp": rp,
                 "paid_on": date(2027, min(m, 6), 10), "payer": who, "segmen": "bpu"}
                for m in range(1, last + 1) for program, rp in RUPIAH.items()
            ]  # fmt: skip
        if fate == "twice":  # February once more, eleven days later
            second = [p for p in payments if p["nik"] == card["nik"] and p["bulan"].month == 2]
            payments += [p | {"paid_on": date(2027, 2, 21)} for p in second]
    facts: dict[str, Any] = {"as_of": DAY, "received_on": date(2027, 7, 2)}
    write_import(workspace, "f" * 16, "peserta", participants, sender="BPJS Cabang Binjai", **facts)
    write_import(workspace, "1" * 16, "pembayaran", payments, sender="BPJS Cabang Binjai", **facts)
    mine = [p | {"paid_on": None} for p in payments if p["payer"] == "apbd_kabkota"]
    write_import(workspace, "3" * 16, "pembayaran", mine, sender="BPKAD", **facts)
    write_import(workspace, "2" * 16, "kematian", dead, sender="Disdukcapil", **facts)
    return payments


def _summary(workspace: Workspace) -> dict[str, Any]:
    held = json.loads((workspace.root / "plans" / "current.json").read_text(encoding="utf-8"))
    path = workspace.root / "plans" / held["nama"] / "summary.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _persons(workspace: Workspace) -> pl.DataFrame:
    return pl.read_parquet(workspace.root / "plans" / _summary(workspace)["id"] / "persons.parquet")


def test_nothing_is_planned_for_months_that_are_over(walked: Any) -> None:
    assert _persons(walked[0]).get_column("bulan").min() == date(2027, 7, 1)


def test_who_was_paid_stays_to_december_although_the_lists_grew_old(walked: Any) -> None:
    workspace, fates, _ = walked
    last = _persons(workspace).group_by("person_id").agg(pl.col("bulan").max(), pl.len())
    held = {person: (until, months) for person, until, months in last.iter_rows()}
    for person, fate in fates.items():
        if fate in ("paid", "double", "stopped", "twice"):
            assert held[person] == (date(2027, 12, 1), 6), fate


def test_who_died_or_is_paid_by_somebody_else_has_no_place(walked: Any) -> None:
    workspace, fates, _ = walked
    held = set(_persons(workspace).get_column("person_id"))
    gone = {p for p, fate in fates.items() if fate in ("dead", "employed", "own", "sponsored")}
    assert len(gone) == 4
    assert not gone & held


def test_nobody_is_paid_twice_for_a_month(walked: Any) -> None:
    workspace, _, _ = walked
    persons = _persons(workspace)
    assert persons.select("person_id", "bulan").is_unique().all()
    with workspace.engine() as engine:
        workspace.store().view(engine, "ledger")
        paid = engine.frame("SELECT person_id, bulan FROM ledger")
    assert persons.join(paid, on=["person_id", "bulan"], how="semi").is_empty()


def test_the_year_so_far_is_what_the_files_say(walked: Any) -> None:
    workspace, fates, payments = walked
    told = _summary(workspace)["running"]
    for payer in ("apbd_kabkota", "baznas"):
        mine = [p for p in payments if p["payer"] == payer]
        one = next(o for o in told["paid"] if o["payer"] == payer)
        assert one["rupiah"] == sum(p["amount_rp"] for p in mine)
        assert one["persons"] == len({p["nik"] for p in mine})
        assert [(m["bulan"], m["persons"], m["rupiah"]) for m in one["months"]] == [
            (f"2027-{n:02}", len({p["nik"] for p in here}), sum(p["amount_rp"] for p in here))
            for n in range(1, 7) if (here := [p for p in mine if p["bulan"].month == n])
        ]  # fmt: skip
        assert one["person_months"] == len({(p["nik"], p["bulan"]) for p in mine})
    again = {one["payer"]: one["again_rp"] for one in told["paid"] if one["again_rp"]}
    assert list(again.values()) == [16_800], "February of one person, both programmes"
    assert any("Rp16.800" in line and "iuran kedua" in line for line in told["told"]["id"])
    count = Counter(fates.values())
    assert told["enrolled"] == len(fates) - 2, "nor who was never registered, nor who was not paid"
    assert told["unpaid"] == 1, "active by the insurer, but nothing was paid"
    assert any("tidak dihitung terdaftar" in line for line in told["told"]["id"])
    assert told["fates"] == {
        "tetap": count["paid"] + 3, "meninggal": 1, "kerja_formal": 1, "mandiri": 1,
        "pembayar_lain": 1,
    }  # fmt: skip
    assert told["double"] == 1
    assert any("juga dibayar bantuan lain" in line for line in told["told"]["id"])


def test_months_that_are_over_are_counted_not_expected(walked: Any) -> None:
    workspace, _, _ = walked
    base = _summary(workspace)["scenarios"][0]["base_by_month"]
    for month in (3, 6):
        asked = measure.run(measure.Request(as_of=last_day(date(2027, month, 1))), workspace)
        assert base[month - 1] == asked.sums["n_active"], month


def test_scenarios_of_months_that_are_over_are_left_out_and_told(walked: Any) -> None:
    told = _summary(walked[0])
    assert [one["id"] for one in told["scenarios"] if one["changes"]] == ["potong-oktober"]
    [notice] = [n["text"] for n in told["notices"] if n["id"] == "lewat"]
    assert "(Jul 2027) tidak dihitung: mulai-april, potong-juli." in notice


def test_an_increase_counts_from_the_december_before(walked: Any) -> None:
    workspace, _, _ = walked
    rises = [t for t in _summary(workspace)["scenarios"][0]["targets"] if t["baseline_on"]]
    asked = measure.run(measure.Request(as_of=date(2026, 12, 31)), workspace)
    assert {t["baseline_on"] for t in rises} == {"2026-12-31"}
    assert {t["baseline_persons"] for t in rises} == {asked.sums["n_active"]}


def test_january_is_over_and_the_next_payment_is_told(walked: Any) -> None:
    told = _summary(walked[0])
    assert told["january"]["months"] == "Juli–September"
    assert told["january"]["last_safe_payment_on"] == "2027-09-30"
    assert not [mark for mark in told["unconfirmed"] if mark.startswith("januari.")]


def test_the_papers_agree_with_the_plan(walked: Any) -> None:
    workspace, _, _ = walked
    persons = _persons(workspace)
    result = plan_documents.run(
        plan_documents.Request(only=("sekda", "rka", "realisasi", "telaahan", "kak")), workspace
    )
    assert result.totals["rupiah"] == persons.get_column("rupiah").sum()
    held = openpyxl.load_workbook(result.folder / "realisasi-bulanan.xlsx", read_only=True)
    book = {sheet.title: list(sheet.values) for sheet in held}
    assert {row[0] for row in book["Realisasi"] if row[0]} >= {"Juli 2027", "Desember 2027"}
    assert not [row for row in book["Realisasi"] if row[0] == "Juni 2027"]
    assert [row for row in book["Sudah dibayar"] if row[:2] == ("Juni 2027", "APBD kota")]
    assert result.totals["persons"] == persons.get_column("person_id").n_unique()
    assert result.totals["person_months"] == persons.height
