"""A workspace of ten listed workers and nine participants for the tests of ``measure``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import cakup
from cakup.pipeline import ledger, link
from cakup.pipeline.measure import Measurement
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from made_once import once

OCTOBER = date(2025, 10, 31)
HERE, THERE, MEDAN = "12.75.01.1001", "12.75.02.1002", "12.71.01.1001"


def person(n: int, kode: str | None = HERE, **more: Any) -> dict[str, Any]:
    """A fictitious person; the kecamatan digits 91 belong to no area."""
    day = n % 28 + 1
    return {
        "nik": f"127591{day:02d}0180{n:04d}", "nama": f"Orang {n}",
        "tanggal_lahir": date(1980, 1, day), "jenis_kelamin": "L" if n % 2 else "P",
        "kode_wilayah_ktp": kode, **more,
    }  # fmt: skip


def participant(n: int, kode: str | None = HERE, **more: Any) -> dict[str, Any]:
    """An own-account participant since June 2024."""
    return person(n, kode) | {
        "kpj": f"{n:011d}", "segmen": "bpu", "status_kepesertaan": "aktif",
        "mulai_on": date(2024, 6, 1), "program": "jkk,jkm", "payer": "mandiri",
    } | more  # fmt: skip


def paid(n: int, first: date, months: int, **more: Any) -> list[dict[str, Any]]:
    """Months paid in a row, JKK and JKM."""
    return [
        {"kpj": f"{n:011d}", "segmen": "bpu", "program": program, "payer": "mandiri",
         "bulan": date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1),
         "paid_on": date(2025, 1, 10), "amount_rp": 8_400, **more}
        for k in range(months) for program in ("jkk", "jkm")
    ]  # fmt: skip


def rebuild(workspace: Workspace) -> None:
    """Make persons and ledger anew."""
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)


@once
def build(folder: Path) -> Workspace:
    """Return the workspace, linked and with its ledger; each line says what it is there for."""
    workspace = Workspace.create(folder, "12.75", seed=7)
    write_import(workspace, "a", "daftar_pekerja", [
        *(person(n, sektor="perdagangan") for n in range(1, 5)),
        *(person(n, THERE, sektor="pertanian") for n in range(5, 9)),
        person(9, None),                      # a worker without a place
        person(10, is_asn=True),              # a civil servant
    ], sender="dinas")  # fmt: skip
    write_import(workspace, "d", "dtsen", [
        person(1, desil=2), person(11, desil=3, is_pekerja=True), person(12, desil=1),
    ], sender="dinsos")  # fmt: skip
    write_import(workspace, "p", "peserta", [
        participant(1), participant(2),       # paid to October
        participant(3, status_kepesertaan="nonaktif"),  # lapsed in May
        participant(5, THERE, segmen="pu", npp="N1", payer="pemberi_kerja"),
        participant(6, THERE, segmen="pu", npp="N1", payer="pemberi_kerja"),
        {**participant(6, THERE), "kpj": "00000009006"},  # the same person, own-account too
        participant(10),                      # the civil servant
        participant(20),                      # on no list
        participant(21, MEDAN),               # of another city
        participant(22, None),                # nobody says where
        participant(23, segmen="pmi"),        # a migrant
    ], sender="cabang")  # fmt: skip
    write_import(workspace, "m", "pembayaran", [
        line for n in (1, 2, 10, 20, 21, 22) for line in paid(n, date(2024, 11, 1), 12)
    ] + paid(3, date(2024, 11, 1), 3) + paid(9006, date(2025, 8, 1), 3)
      + paid(777, date(2025, 9, 1), 2), sender="cabang")  # fmt: skip
    write_import(workspace, "k", "kematian", [
        person(8, THERE, meninggal_on=date(2025, 3, 1)),
    ], sender="dukcapil")  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        rebuild(workspace)
    return workspace


def figure(held: Measurement, name: str, **by: str) -> cakup.Figure:
    """Return the figure of a name and a group."""
    return next(f for f in held.figures if f.name == name and f.by == by)
