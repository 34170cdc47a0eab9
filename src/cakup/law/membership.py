"""Who is in which segment, who may join, and whether a BPU membership still lives."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cakup.kernel.errors import UsageError
from cakup.kernel.language import Text
from cakup.kernel.months import add_months, first_day, months_between
from cakup.law.contributions.jp import hari_usia_pensiun
from cakup.law.rules import rule
from cakup.law.terms import Terms

SIZES = ("besar_menengah", "kecil", "mikro", "jakon")
LAPSE = "umum.bpu.nonaktif_setelah_bulan"


@rule(
    "segment", "umum.pu.definisi", "umum.pu.asing_bulan_min", "umum.bpu.definisi", programme="umum",
    id="Segmen {result}",
    en="Segment {result}",
)  # fmt: skip
def segmen_pekerja(
    *, menerima_upah: bool, di_luar_negeri: bool = False, proyek_konstruksi: bool = False,
    asing_bulan: int | None = None, t: Terms,
) -> str | None:  # fmt: skip
    """Segment of a worker.

    Args:
        menerima_upah: Whether he works for a wage.
        di_luar_negeri: Whether he is a migrant worker.
        proyek_konstruksi: Whether he is a day, piece-rate or fixed-term worker on a project.
        asing_bulan: Months of work in Indonesia of a foreigner, None for a citizen.
        t: The law in force.

    Returns:
        ``pmi``, ``jakon``, ``pu``, ``bpu``, or None for a foreigner below the least time.

    Law: PP 44/2015 Pasal 5(2)-(3), 54-56; PP 49/2023 Pasal 5; Permenaker 4/2023.
    """
    if di_luar_negeri:
        return "pmi"
    if asing_bulan is not None and asing_bulan < t.count("umum.pu.asing_bulan_min"):
        return None
    if proyek_konstruksi:
        return "jakon"
    t.value("umum.pu.definisi" if menerima_upah else "umum.bpu.definisi")
    return "pu" if menerima_upah else "bpu"


@rule(
    "programmes", "umum.wajib.*", "jkp.program_wajib.*", programme="umum",
    id="Program wajib {result}",
    en="Mandatory programmes {result}",
)  # fmt: skip
def program_wajib(ukuran: str, *, t: Terms) -> tuple[str, ...]:
    """Programmes that an employer must join, by size of firm.

    Args:
        ukuran: ``besar_menengah``, ``kecil``, ``mikro`` or ``jakon``.
        t: The law in force.

    Returns:
        Programmes in lower case.

    Raises:
        UsageError: ``law.input.bad_value`` for another size.

    Law: Perpres 109/2013 Pasal 6; PP 44/2015 Pasal 54-56; PP 37/2021 Pasal 4(3).
    """
    if ukuran not in SIZES:
        raise UsageError("law.input.bad_value", name="ukuran", expected=", ".join(SIZES))
    return tuple(p.lower() for p in t.words(f"umum.wajib.{ukuran}"))


@dataclass(frozen=True)
class Admission:
    """Whether someone may join a programme.

    Args:
        allowed: True, False, or None where a birth date is missing and decides.
        reason: Why, in words.
        keys: Parameters on which it rests.
    """

    allowed: bool | None
    reason: Text
    keys: tuple[str, ...]


@rule(
    "may_join", "umum.bpu.usia_min_daftar", "umum.bpu.usia_maks_daftar", "jp.usia_pensiun",
    "jp.pendaftaran_batas", "jkp.usia_maks_daftar", "jkp.wni", programme="umum",
    id="Boleh mendaftar: {result}",
    en="May join: {result}",
)  # fmt: skip
def boleh_daftar(
    program: str, *, segmen: str, lahir: date | None, wni: bool = True, t: Terms
) -> Admission:
    """Whether someone may join a programme on a day.

    Args:
        program: ``jkk``, ``jkm``, ``jht``, ``jp`` or ``jkp``.
        segmen: Segment.
        lahir: Date of birth, None if unknown.
        wni: Indonesian citizen.
        t: The law in force on the day of registration.

    Returns:
        The decision with its reason; None where the age decides and is not known.

    Law: PP 45/2015 Pasal 15; PP 37/2021 Pasal 4(2); BPU ages by practice (no article found).
    """
    if program == "jkp":
        if segmen != "pu" or (t.flag("jkp.wni") and not wni):
            return Admission(False, _NOT_JKP, ("jkp.wni",))
        return _below(lahir, "jkp.usia_maks_daftar", t)
    if program == "jp":
        return _before_pension_age(lahir, t) if segmen != "bpu" else Admission(False, _NO_JP, ())
    if segmen == "bpu":
        return _within_ages(lahir, t)
    return Admission(True, Text("Tidak ada batas usia.", "There is no age limit."), ())


_NOT_JKP = Text("JKP hanya bagi warga negara yang menerima upah.",
                "JKP is for citizens who earn a wage.")  # fmt: skip
_NO_JP = Text("JP hanya bagi penerima upah.", "JP is for wage earners only.")
_NO_DATE = Text("Tanggal lahir tidak diketahui.", "The date of birth is not known.")
_YES = Text("Memenuhi syarat usia.", "The age fits.")
_NO = Text("Usia di luar batas.", "The age is outside the limit.")


def umur(lahir: date, hari: date) -> int:
    """Return completed years on a day."""
    return hari.year - lahir.year - ((hari.month, hari.day) < (lahir.month, lahir.day))


def _below(lahir: date | None, key: str, t: Terms) -> Admission:
    limit = t.count(key)
    if lahir is None:
        return Admission(None, _NO_DATE, (key,))
    fits = umur(lahir, t.day) < limit
    return Admission(fits, _YES if fits else _NO, (key,))


def _before_pension_age(lahir: date | None, t: Terms) -> Admission:
    keys = ("jp.usia_pensiun", "jp.pendaftaran_batas")
    for key in keys:
        t.value(key)
    if lahir is None:
        return Admission(None, _NO_DATE, keys)
    reached, _ = hari_usia_pensiun(lahir, t.catalogue)
    fits = first_day(t.day) < first_day(reached)
    return Admission(fits, _YES if fits else _NO, keys)


def _within_ages(lahir: date | None, t: Terms) -> Admission:
    keys = ("umum.bpu.usia_min_daftar", "umum.bpu.usia_maks_daftar")
    low, high = t.count(keys[0]), t.count(keys[1])
    if lahir is None:
        return Admission(None, _NO_DATE, keys)
    fits = low <= umur(lahir, t.day) < high
    return Admission(fits, _YES if fits else _NO, keys)


State = Literal["never", "active", "in_arrears", "lapsed"]


@dataclass(frozen=True)
class BpuStatus:
    """State of a BPU membership on a day.

    Args:
        state: ``never``, ``active`` (the month is paid), ``in_arrears`` or ``lapsed``.
        unpaid_months: Unpaid months in a row up to the month of the day.
        member_since: First month of the present membership (after a lapse it starts again).
        completed_months: Months of it that are over.
        revivals: How often it lapsed and came back.
    """

    state: State
    unpaid_months: int
    member_since: date | None
    completed_months: int
    revivals: int


@rule(
    "status", LAPSE, programme="bpu",
    id="Status BPU {result}",
    en="Status of the BPU {result}",
)  # fmt: skip
def status_bpu(dibayar: Iterable[date], *, t: Terms) -> BpuStatus:
    """State of a BPU membership from the months that were paid.

    After three unpaid months in a row it lapses with the start of the fourth; paying again, also
    for that fourth month, counts as a first registration, without old arrears. The ledger counts
    in the same way.

    Args:
        dibayar: Any day of each paid month.
        t: The law in force on the day asked for.

    Returns:
        The state in the month of that day.

    Law: PP 44/2015 Pasal 39, 42; the lapse is practice (press; no article found).
    """
    limit = t.count(LAPSE)
    month = first_day(t.day)
    paid = sorted({first_day(d) for d in dibayar if first_day(d) <= month})
    if not paid:
        return BpuStatus("never", 0, None, 0, 0)
    since, revivals = paid[0], 0
    for before, after in itertools.pairwise(paid):
        if months_between(before, after) - 1 >= limit:
            since, revivals = after, revivals + 1
    unpaid = months_between(paid[-1], month)
    if unpaid > limit:
        return BpuStatus("lapsed", unpaid, since, months_between(since, add_months(paid[-1], 1)),
                         revivals)  # fmt: skip
    state: State = "active" if unpaid == 0 else "in_arrears"
    return BpuStatus(state, unpaid, since, months_between(since, month), revivals)


@rule(
    "employers", "umum.pu.definisi", programme="umum",
    id="Dua pemberi kerja: masing-masing mendaftarkan",
    en="Two employers: each enrols the worker",
)  # fmt: skip
def beberapa_pemberi_kerja(iuran_rp: Iterable[int]) -> int:
    """Contributions of a worker with several employers: the sum of what each owes on its wage.

    Args:
        iuran_rp: Contribution of each employment, whole rupiah.

    Returns:
        Whole rupiah.

    Law: PP 44/2015 Pasal 15(3).
    """
    return sum(iuran_rp)
