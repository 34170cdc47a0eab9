"""Names of events, as files and commands write them."""

from __future__ import annotations

from difflib import get_close_matches

from cakup.kernel.errors import UsageError

#: Event → other spellings.
EVENTS: dict[str, tuple[str, ...]] = {
    "death": (
        "meninggal", "kematian", "meninggal_dunia", "work_death", "work_accident_death",
        "accident_death", "death_by_accident", "meninggal_kecelakaan_kerja", "natural_death",
        "death_natural", "meninggal_wajar",
    ),
    "permanent_total_disability": (
        "cacat_total_tetap", "total_disability", "cacat_total", "total_permanent_disability",
    ),
    "partial_disability": (
        "cacat_sebagian", "permanent_partial_disability", "partial_function", "cacat_fungsi",
    ),
    "stmb": ("temporary_disability", "temporary_incapacity", "sementara_tidak_mampu_bekerja"),
    "transport": ("pengangkutan", "angkutan"),
    "homecare": ("perawatan_di_rumah",),
    "gigi_tiruan": ("dentures",),
    "alat_bantu_dengar": ("hearing_aid",),
    "kacamata": ("glasses",),
    "pengobatan": ("care", "perawatan"),
    "alat_bantu": ("prosthesis", "orthosis", "prothese", "orthese"),
    "gagal_berangkat": ("failed_departure",),
    "dismissal": ("phk", "job_loss", "layoff", "kehilangan_pekerjaan"),
    "old_age": (
        "retirement", "pension", "pensiun", "usia_pensiun", "hari_tua", "age_56", "usia_56",
        "full", "penuh", "jht_full", "pension_age", "age_pension", "reaches_56",
    ),
    "resignation": ("mengundurkan_diri", "berhenti_kerja", "resign"),
    "leaving_indonesia": ("meninggalkan_indonesia",),
    "housing": ("perumahan", "partial_housing", "jht_housing", "jht_30", "sebagian_perumahan",
                "partial_30", "jht_partial_30", "partial_withdrawal_30"),
    "partial_withdrawal": (
        "sebagian", "partial", "partial_other", "jht_partial", "jht_10", "sebagian_lain",
        "partial_10", "jht_partial_10", "partial_withdrawal_10",
    ),
}  # fmt: skip
#: Spellings of death that say by what.
_ACCIDENT = frozenset(
    {"work_death", "work_accident_death", "accident_death", "death_by_accident",
     "meninggal_kecelakaan_kerja"}
)  # fmt: skip
_NATURAL = frozenset({"natural_death", "death_natural", "meninggal_wajar"})
_BY_NAME = {name: event for event, names in EVENTS.items() for name in (event, *names)}


def event_of(name: str) -> str:
    """Return the event that a name stands for.

    Raises:
        UsageError: ``law.event.unknown`` with the nearest names.
    """
    if name not in _BY_NAME:
        near = get_close_matches(name, _BY_NAME, n=2, cutoff=0.6)
        known = dict.fromkeys((*(_BY_NAME[n] for n in near), *EVENTS))
        raise UsageError("law.event.unknown", name=name, known=", ".join(known))
    return _BY_NAME[name]


def cause_of(name: str) -> str | None:
    """Return the cause of death that the name of an event itself states, None if it does not."""
    return "accident" if name in _ACCIDENT else "natural" if name in _NATURAL else None
