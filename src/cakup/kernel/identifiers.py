"""NIK, KK, KPJ and NPP for one value at a time; whole columns are in ``cakup.identifiers``.

A NIK is ``PPKKCC DDMMYY SSSS``: Kemendagri province, kabupaten/kota and kecamatan of first issue,
birth date with the day + 40 for women, a serial. It has no check digit. Fictitious people carry
kecamatan digits 91–99, which no area has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

NIK_PATTERN = re.compile(r"[0-9]{16}")
FICTITIOUS_KECAMATAN = range(91, 100)
FILLER_NIK = frozenset({d * 16 for d in "0123456789"} | {"1234567890123456", "0123456789012345"})


@dataclass(frozen=True)
class NikFacts:
    """What a NIK says of its bearer.

    Args:
        kode_kecamatan: Place of first issue with dots, e.g. ``12.75.01``; not the residence.
        birth_day: Day of birth, 1–31.
        birth_month: Month of birth, 1–12.
        birth_yy: Last two digits of the year of birth, 0–99.
        jenis_kelamin: ``L`` or ``P``.
    """

    kode_kecamatan: str
    birth_day: int
    birth_month: int
    birth_yy: int
    jenis_kelamin: str

    def birth_date(self, reference: date) -> date | None:
        """Return the latest possible birth date not after ``reference``, None if impossible."""
        for century in (reference.year // 100 * 100, reference.year // 100 * 100 - 100):
            try:
                born = date(century + self.birth_yy, self.birth_month, self.birth_day)
            except ValueError:
                continue
            if born <= reference:
                return born
        return None


def nik_facts(nik: str) -> NikFacts | None:
    """Return what a NIK says, None if it has not 16 digits or an impossible date.

    Args:
        nik: 16 digits.
    """
    if not NIK_PATTERN.fullmatch(nik) or nik in FILLER_NIK:
        return None
    day, month, yy = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = "P" if day > 40 else "L"
    day -= 40 if day > 40 else 0
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or not 1 <= day <= longest[month - 1]:
        return None
    if (day, month) == (29, 2) and yy % 4:
        return None  # no century has that day
    return NikFacts(f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}", day, month, yy, sex)


def is_fictitious_nik(nik: str) -> bool:
    """Return whether a NIK's kecamatan digits are 91–99, so that it cannot be a real person's."""
    return bool(NIK_PATTERN.fullmatch(nik)) and int(nik[4:6]) in FICTITIOUS_KECAMATAN


def mask_nik(nik: str | None) -> str:
    """Return a NIK as it may stand on screens: ``1275…0042``; empty if there is none."""
    return f"{nik[:4]}…{nik[-4:]}" if nik and len(nik) >= 8 else ("…" if nik else "")
