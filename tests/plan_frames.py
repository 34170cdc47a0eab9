"""Candidates made by hand: a frame of fictitious people for the rules and the order."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cakup.planning.criteria.evaluate import COLUMNS

BORN = date(1985, 5, 17)
EXTRA: dict[str, Any] = {
    "in_region": pl.Boolean(), "in_region_domisili": pl.Boolean(), "nik": pl.String(),
}  # fmt: skip


def person(name: str, **facts: Any) -> dict[str, Any]:
    """Return one candidate who meets every common rule unless told otherwise."""
    held: dict[str, Any] = {
        "person_id": name, "kode": "12.75.01.1001", "kode_ktp": "12.75.01.1001",
        "kode_domisili": "12.75.01.1001", "tanggal_lahir": BORN, "jenis_kelamin": "L",
        "pekerjaan": "Penarik Becak", "desil": 2, "is_asn": False, "nkk": f"K-{name}",
        "bansos": "tidak", "has_nik": True, "cover": "none", "is_pu": False,
        "evidence_on": date(2026, 8, 1), "listed_on": date(2026, 8, 1), "n_lists": 1,
        "n_family": 0, "is_kept": False, "maybe_dead": False, "maybe_covered": False,
        "in_region": True, "in_region_domisili": True, "nik": f"N-{name}",
    }  # fmt: skip
    return held | facts


def frame(*people: dict[str, Any]) -> pl.DataFrame:
    """Return candidates as the rules see them."""
    schema = {**COLUMNS, **EXTRA}
    return pl.DataFrame([{k: p.get(k) for k in schema} for p in people], schema=schema)
