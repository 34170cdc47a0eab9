"""A workspace of forty fictitious workers without cover, for plans; and its ``plan.toml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cakup.pipeline import ledger, link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import

PLACES = ("12.75.01.1003", "12.75.02.1006")
WORK = ("Penarik Becak", "Petani", "Pedagang")
PLAN = """[plan]
year = 2026
as_of = "2025-10-31"
seed = 11
criteria = "uji.toml"
objectives = ["keep", "target", "poorest"]

[[purse]]
id = "apbd"
payer = "apbd_kabkota"
pagu_rp = 2016000
from = "2026-01"
to = "2026-12"
"""
CRITERIA = """[criteria]
id = "uji"
title = "Kriteria uji"
instrument = "Perwali 1/2026"
region = "12.75"
source = "uji"
status = "confirmed"

[[rule]]
id = "umur"
kind = "age"
min_years = 18
max_years = 64

[[rule]]
id = "pekerjaan"
kind = "occupation"
groups = ["becak", "petani"]
"""


def build(folder: Path) -> Workspace:
    """Return the workspace, linked and with its ledger, a plan and its criteria beside it."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    rows = [
        {"nik": f"127591{n % 28 + 1:02d}0190{n:04d}", "nama": f"Orang Ke{n:02d}",
         "tanggal_lahir": date(1960 + n, 1, n % 28 + 1), "jenis_kelamin": "L",
         "kode_wilayah_ktp": PLACES[n % 2], "pekerjaan": WORK[n % 3], "desil": n % 5 + 1}
        for n in range(1, 41)
    ]  # fmt: skip
    write_import(workspace, "a" * 16, "daftar_pekerja", rows, sender="Dinas Tenaga Kerja")
    active = {"segmen": "pu", "status_kepesertaan": "aktif", "mulai_on": date(2024, 1, 1),
              "program": "jkk,jkm", "npp": "N1", "kpj": "A1"}  # fmt: skip
    write_import(workspace, "b" * 16, "peserta", [rows[0] | {"pekerjaan": None, "desil": None}
                 | active], sender="BPJS Cabang Binjai")  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    (workspace.root / "plan.toml").write_text(PLAN, encoding="utf-8")
    (workspace.root / "uji.toml").write_text(CRITERIA, encoding="utf-8")
    return workspace
