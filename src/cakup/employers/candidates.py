"""Which employers should be asked: not registered, or only in part; and how strong the evidence is.

Words of the insurer: PWBD (obliged, not registered), PDS-TK (only some workers), PDS-Upah (wages
reported too low), PDS-Program (not all programmes). A candidate is a question to the employer; the
strength says how much the question rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cakup.employers.compare import STRONG_SHARE
from cakup.kernel.language import Text

Strength = Literal["strong", "medium", "weak"]
KINDS = ("pwbd", "pds_tk", "pds_upah", "pds_program")
#: Least number of people without doubt that make a strong question.
ENOUGH = 3
#: Least surplus of the workers whom an employer reported to the city over those to the insurer.
SURPLUS, SURPLUS_SHARE = 5, 0.1


@dataclass(frozen=True)
class Candidate:
    """One question to one employer.

    Args:
        firm: Key of the employer.
        kind: One of ``KINDS``.
        strength: How strong the evidence is.
        ground: On what it rests, in words.
        n: People concerned without doubt, None where no number may be said.
    """

    firm: str
    kind: str
    strength: Strength
    ground: Text
    n: int | None


def may_count(row: Mapping[str, Any]) -> bool:
    """Return whether numbers may be said of an employer: enough of its list is beyond doubt.

    Args:
        row: Row of ``compare.sums_sql``.
    """
    listed: int = row["n_listed"]
    strong: int = row["n_strong"]
    return listed == 0 or strong >= STRONG_SHARE * listed


def candidates(row: Mapping[str, Any]) -> list[Candidate]:
    """Return the questions to one employer.

    Args:
        row: Row of ``compare.sums_sql``.
    """
    found = [_unregistered(row)] if row["n_active"] == 0 else [
        _some_workers(row), _low_wages(row), _some_programmes(row),
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _unregistered(row: Mapping[str, Any]) -> Candidate | None:
    """PWBD: nobody is reported. The city's register and a list of workers say that it works."""
    if row["is_registered"] and not row["n_listed"]:
        return None
    n = row["n_not_found"] if may_count(row) and row["n_listed"] else None
    if row["is_registered"] is False and row["n_listed"]:
        return Candidate(row["firm"], "pwbd", "strong", Text(
            "tercatat belum terdaftar pada daftar pemberi kerja, dan mempunyai daftar pekerja",
            "not registered according to the list of employers, and has a list of workers",
        ), n)  # fmt: skip
    if row["is_registered"] is False:
        return Candidate(row["firm"], "pwbd", "medium", Text(
            "tercatat belum terdaftar pada daftar pemberi kerja",
            "not registered according to the list of employers",
        ), None)  # fmt: skip
    if row["n_listed"]:
        return Candidate(row["firm"], "pwbd", "weak", Text(
            "mempunyai daftar pekerja; tidak ada peserta aktif dengan nama atau NPP itu",
            "has a list of workers; no active participant under that name or NPP",
        ), n)  # fmt: skip
    return None


def _some_workers(row: Mapping[str, Any]) -> Candidate | None:
    """PDS-TK: people on its own list are not reported, or it told the city of more workers."""
    missing: int = row["n_not_found"]
    if missing and may_count(row):
        return Candidate(
            row["firm"], "pds_tk", "strong" if missing >= ENOUGH else "medium",
            Text(f"{missing} orang pada daftarnya sendiri tidak ditemukan",
                 f"{missing} persons on its own list were not found"), missing,
        )  # fmt: skip
    if missing:
        return Candidate(row["firm"], "pds_tk", "weak", Text(
            "ada orang pada daftarnya yang tidak ditemukan; terlalu banyak NIK daftarnya rusak",
            "some on its list were not found; too many NIKs of the list are damaged",
        ), None)  # fmt: skip
    surplus = (row["n_reported"] or 0) - row["n_active"]
    if surplus >= SURPLUS and surplus >= SURPLUS_SHARE * row["n_active"]:
        return Candidate(row["firm"], "pds_tk", "weak", Text(
            f"melaporkan {row['n_reported']} pekerja kepada kota, {row['n_active']} aktif",
            f"told the city of {row['n_reported']} workers, {row['n_active']} are active",
        ), None)  # fmt: skip
    return None


def _low_wages(row: Mapping[str, Any]) -> Candidate | None:
    """PDS-Upah: the wage told to the insurer is lower than that of the list, or below the UMK."""
    if row["n_under_reported"]:
        n: int = row["n_under_reported"]
        return Candidate(
            row["firm"], "pds_upah", "strong" if n >= ENOUGH else "medium",
            Text(f"upah {n} orang dilaporkan lebih rendah daripada pada daftarnya",
                 f"wages of {n} persons were reported lower than on its list"), n,
        )  # fmt: skip
    if row["n_below_umk"]:
        n = row["n_below_umk"]
        return Candidate(
            row["firm"], "pds_upah", "weak",
            Text(f"upah {n} orang di bawah UMK; dapat pula upah paruh waktu",
                 f"wages of {n} persons are below the UMK; may be part-time"), n,
        )  # fmt: skip
    return None


def _some_programmes(row: Mapping[str, Any]) -> Candidate | None:
    """PDS-Program: which programmes are compulsory depends on the size of the business."""
    for key, strength, ground in (
        ("n_without_jkk_jkm", "strong", Text("tanpa JKK atau JKM", "without JKK or JKM")),
        ("n_without_jht", "medium", Text(
            "tanpa JHT; sah bagi usaha mikro (Perpres 109/2013, belum dikonfirmasi)",
            "without JHT; lawful for a micro business (Perpres 109/2013, not confirmed)")),
        ("n_without_jp", "weak", Text(
            "tanpa JP; sah bagi usaha kecil dan mikro (Perpres 109/2013, belum dikonfirmasi)",
            "without JP; lawful for small and micro businesses (Perpres 109/2013, not confirmed)")),
    ):  # fmt: skip
        n: int = row[key]
        if n:
            told = Text(f"{n} peserta {ground.id}", f"{n} participants {ground.en}")
            strong: Strength = strength  # type: ignore[assignment]
            return Candidate(row["firm"], "pds_program", strong, told, n)
    return None
