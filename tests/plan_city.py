"""A workspace for plans: fictitious traders, becak drivers and ojek drivers in two kelurahan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cakup.pipeline import ledger, link, plan, plan_start
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once
from small_city import BINJAI, NANGKA

YEAR = 2027
#: Persons by group; each group differs in one thing.
TRADERS, OJOL, OLD, KEPT, LONE = 24, 6, 3, 5, 1
EMPLOYED = 4
FIRST_NAMES = ("Ahmad", "Siti", "Budi", "Dewi", "Eko", "Fitri", "Gunawan", "Hasan")
LAST_NAMES = ("Lubis", "Siregar", "Nasution", "Ginting", "Saragih")


def nik(n: int, born: date = date(1985, 3, 14)) -> str:
    """Return a fictitious NIK."""
    return f"127591{born:%d%m%y}{n:04d}"


def name(n: int) -> str:
    return f"{FIRST_NAMES[n % 8]} {LAST_NAMES[n % 5]} {'Abcdefghijklmnopqrstuvwxyz'[n % 26]}"


def _worker(
    n: int, place: str, job: str, born: date = date(1985, 3, 14), **more: Any
) -> dict[str, Any]:
    row = {
        "nik": nik(n, born), "nama": name(n), "tanggal_lahir": born, "jenis_kelamin": "L",
        "kode_wilayah_ktp": place, "pekerjaan": job, "tempat_lahir": "Binjai",
        "alamat": f"Jl. Mangga No. {n}", "lingkungan": "Lingkungan II", "telepon": f"0812{n:08d}",
    }  # fmt: skip
    return row | more


def people() -> list[dict[str, Any]]:
    """Return the workers: traders, ojol drivers, some who age out, one alone in her kelurahan."""
    rows = [_worker(n, NANGKA if n % 3 else BINJAI, "Pedagang pasar") for n in range(TRADERS)]
    rows += [_worker(100 + n, NANGKA, "Ojek online") for n in range(OJOL)]
    rows += [_worker(200 + n, NANGKA, "Pedagang pasar", date(1962, 4 + n, 10)) for n in range(OLD)]
    rows += [_worker(300 + n, BINJAI, "Penarik becak") for n in range(KEPT)]
    rows += [_worker(400, "12.75.03.1001", "Pedagang pasar", jenis_kelamin="P")]
    rows += [_worker(500 + n, NANGKA, "Pedagang pasar", nama_pemberi_kerja="PT Rekaan", npp="N77",
                     upah_rp_month=3_100_000 if n else None) for n in range(EMPLOYED)]  # fmt: skip
    return rows


@once
def build(folder: Path) -> Workspace:
    """Return the workspace, linked and with its ledger."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    rows = people()
    write_import(workspace, "a" * 16, "daftar_pekerja", rows[:30], sender="Dinas Perdagangan")
    write_import(workspace, "b" * 16, "daftar_pekerja", rows[20:], sender="Kelurahan Nangka")
    poor = [
        {k: v for k, v in row.items() if k in {"nik", "nama", "tanggal_lahir", "kode_wilayah_ktp",
         "jenis_kelamin"}} | {"desil": 1 + n % 4, "is_pekerja": True}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    write_import(workspace, "d" * 16, "dtsen", poor, sender="Dinas Sosial")
    write_import(
        workspace, "e" * 16, "peserta",
        [
            {k: v for k, v in row.items() if k in {"nik", "nama", "tanggal_lahir", "jenis_kelamin",
             "kode_wilayah_ktp"}}
            | {"kpj": f"K{n:05}", "segmen": "bpu", "status_kepesertaan": "aktif",
               "mulai_on": date(2025, 1, 1), "program": "jkk,jkm", "payer": "apbd_kabkota"}
            for n, row in enumerate(rows) if row["pekerjaan"] == "Penarik becak"
        ],
        sender="BPJS Cabang Binjai",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return workspace


CRITERIA = """
[criteria]
id = "uji"
title = "Kriteria uji"
instrument = "Peraturan Wali Kota uji"
region = "12.75"
source = "https://example.invalid/uji"
status = "unconfirmed"

[[rule]]
id = "umur"
kind = "age"
min_years = 18
max_years = 64
max_months = 11
decides_on = "first_of_month"
when = "every_month"
after_limit = "until"
"""
PLAN = """
[plan]
year = 2027
as_of = "2025-10-31"
seed = 2027
criteria = "uji.toml"
objectives = ["keep", "target", "poorest"]

[[purse]]
id = "apbd-kota"
payer = "apbd_kabkota"
pagu_rp = 4000000
certainty = "pasti"

[[purse]]
id = "apbd-perubahan"
payer = "apbd_kabkota"
pagu_rp = 600000
from = "2027-09"
certainty = "mungkin"

[[purse]]
id = "baznas"
payer = "baznas"
pagu_rp = 700000
eligible = { desil_max = 2 }
certainty = "janji lisan"
"""


def write_plan(workspace: Workspace) -> None:
    """Write criteria, plan and documents settings into the workspace."""
    plan_start.start(workspace)
    (workspace.root / "uji.toml").write_text(CRITERIA, encoding="utf-8")
    (workspace.root / "plan.toml").write_text(PLAN, encoding="utf-8")


def planned(folder: Path, stage: str = "nama") -> Workspace:
    """Return a workspace with a computed plan."""
    workspace = build(folder)
    write_plan(workspace)
    plan.run(plan.Request(stage=stage), workspace)
    return workspace
