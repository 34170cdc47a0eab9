"""How wrong each list is: rates per list, after ``linkage.md`` section 4."""

from __future__ import annotations

from dataclasses import dataclass, fields

LIMIT = 0.95


@dataclass(frozen=True)
class Noise:
    """Shares (0–1) of rows that carry a fault.

    Args:
        nik_missing: No NIK, or a filler such as ``0000…``, ``-`` (one in eight of them).
        nik_excel: The number went through Excel: last digit 0, or ``1,27503E+15``.
        nik_format: Apostrophe, blanks, dots, ``.0``, letter O: readable after cleaning.
        nik_lost: One digit lost; half of them padded with 0 on the left.
        nik_typo: One digit replaced, two swapped, one added.
        nik_relative: The NIK of another person of the household.
        name_title: Title or degree added (H., Hj., S.Pd, …).
        name_short: Word abbreviated to an initial, Muhammad to Muh./M., Siti to St.
        name_spelling: Old spelling or sound-alike (oe, dj, v/f, z/s, sy/s, final h).
        name_words: Word dropped, words swapped or joined.
        name_bin: bin/binti with a father's name added.
        name_typo: A letter left out, doubled or exchanged.
        date_missing: No birth date.
        date_default: 1 January of the right year.
        date_swapped: Day and month exchanged where both can be months.
        date_typo: Another day, month or year.
        sex_missing: No sex.
        sex_wrong: The other sex.
        area_missing: No desa/kelurahan.
        area_wrong: Another area: moved, or the clerk's own.
        area_spelling: Name of the area abbreviated or written together.
        mother_missing: No mother's name.
        phone_missing: No telephone.
        duplicate: The same person once more on the same list.
    """

    nik_missing: float = 0.05
    nik_excel: float = 0.02
    nik_format: float = 0.02
    nik_lost: float = 0.01
    nik_typo: float = 0.015
    nik_relative: float = 0.02
    name_title: float = 0.03
    name_short: float = 0.05
    name_spelling: float = 0.06
    name_words: float = 0.06
    name_bin: float = 0.01
    name_typo: float = 0.04
    date_missing: float = 0.05
    date_default: float = 0.02
    date_swapped: float = 0.01
    date_typo: float = 0.015
    sex_missing: float = 0.02
    sex_wrong: float = 0.01
    area_missing: float = 0.03
    area_wrong: float = 0.05
    area_spelling: float = 0.06
    mother_missing: float = 1.0
    phone_missing: float = 0.4
    duplicate: float = 0.015

    def scaled(self, factor: float) -> Noise:
        """Return the rates times ``factor``; what an office never writes down stays missing."""
        return Noise(
            **{
                f.name: rate if rate == 1 else min(LIMIT, rate * factor)
                for f in fields(self)
                for rate in (getattr(self, f.name),)
            }
        )


CLEAN = Noise(
    nik_missing=0.003, nik_excel=0, nik_format=0.002, nik_lost=0.0005, nik_typo=0.002,
    nik_relative=0.001, name_title=0.01, name_short=0.01, name_spelling=0.01, name_words=0.005,
    name_bin=0.002, name_typo=0.006, date_missing=0.001, date_default=0.004, date_swapped=0.001,
    date_typo=0.003, sex_missing=0.0, sex_wrong=0.001, area_missing=0.0, area_wrong=0.02,
    area_spelling=0.005, mother_missing=0.02, phone_missing=1.0, duplicate=0.001,
)  # fmt: skip

#: Rates per list (key of ``lists.PLANS``).
NOISE: dict[str, Noise] = {
    "dukcapil": CLEAN,
    "non_asn": CLEAN.scaled(1.6),
    "kepling": Noise(
        nik_missing=0.12, nik_excel=0.03, nik_typo=0.02, name_short=0.07, date_missing=0.12,
        date_default=0.03, mother_missing=1.0, area_missing=0.0, area_wrong=0.02, duplicate=0.02,
    ),
    "pasar": Noise(
        nik_missing=0.45, nik_excel=0.04, nik_lost=0.02, nik_typo=0.03, name_title=0.05,
        name_short=0.09, name_spelling=0.10, name_words=0.12, name_bin=0.02, name_typo=0.06,
        date_missing=0.45, date_default=0.06, date_swapped=0.02, date_typo=0.03, sex_missing=0.10,
        sex_wrong=0.02, area_missing=0.18, area_wrong=0.10, area_spelling=0.12, duplicate=0.03,
    ),
    "tani": Noise(
        nik_missing=0.08, nik_excel=0.05, nik_typo=0.02, name_bin=0.03, name_spelling=0.09,
        date_missing=0.06, date_default=0.05, mother_missing=0.35,
    ),
    "dishub": Noise(
        nik_missing=0.10, nik_excel=0.10, nik_typo=0.02, date_missing=0.15, area_missing=0.08,
        name_short=0.07,
    ),
    "umkm": Noise(nik_missing=0.06, nik_excel=0.05, nik_format=0.03, name_title=0.07),
    "kesra": Noise(
        nik_missing=0.15, nik_lost=0.02, name_title=0.18, name_bin=0.05, name_spelling=0.10,
        date_default=0.05, sex_missing=0.3,
    ),
    "tagana": Noise(nik_missing=0.02, nik_excel=0.0, duplicate=0.0, mother_missing=0.3),
    "ojol": Noise(
        nik_missing=0.04, nik_excel=0.0, nik_format=0.01, name_words=0.10, name_spelling=0.07,
        date_missing=0.35, sex_missing=0.5, area_missing=0.35, phone_missing=0.02, duplicate=0.02,
    ),
    "bpu": Noise(
        nik_missing=0.0, nik_excel=0.01, nik_format=0.02, nik_typo=0.015, date_missing=0.0,
        date_default=0.01, sex_missing=1.0, area_missing=1.0, phone_missing=0.1, duplicate=0.01,
    ),
    "lurah": Noise(nik_missing=0.06, nik_excel=0.08, area_wrong=0.01, mother_missing=0.5),
    "dtsen": CLEAN.scaled(3.0),
    "kematian": Noise(nik_missing=0.10, nik_excel=0.0, name_title=0.08, phone_missing=1.0),
    "peserta": Noise(
        nik_missing=0.03, nik_excel=0.002, nik_format=0.003, nik_lost=0.002, nik_typo=0.008,
        nik_relative=0.006, name_title=0.01, name_short=0.02, name_spelling=0.03, name_words=0.02,
        name_bin=0.002, name_typo=0.015, date_missing=0.002, date_default=0.008, date_swapped=0.004,
        date_typo=0.008, sex_missing=0.01, sex_wrong=0.004, area_missing=0.20, area_wrong=0.06,
        area_spelling=0.03, mother_missing=0.30, phone_missing=0.3, duplicate=0.0,
    ),
}  # fmt: skip
#: Construction workers are enrolled by project; a third of them without a NIK.
JAKON_NIK_MISSING = 0.35
