"""Who of the people on lists is a worker of today, and who of the uncovered could be enrolled.

A name on a list is not yet a worker without cover: he may be below the working age, may no longer
work, may be a civil servant whose cover is not the insurer's, or too old to be enrolled. Each of
these is told apart and counted; nobody is left out silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cakup.coverage.register import Entry
from cakup.kernel.language import Text

#: BPS counts workers from this age on (labour force: 15 years and over).
WORKING_AGE_YEARS = 15
#: Why somebody on a list is no worker of the day.
NO_WORKER: dict[str, Text] = {
    "di_bawah_umur": Text("di bawah 15 tahun", "below 15 years"),
    "tidak_bekerja": Text("tidak bekerja lagi menurut DTSEN", "no longer working, says DTSEN"),
    "berhenti_bekerja": Text("tidak bekerja lagi menurut kunjungan", "no longer working, by visit"),
}
#: Parts of a denominator, in the order in which they are told.
PARTS: dict[str, Text] = {
    "covered": Text("terlindungi", "covered"),
    "to_visit": Text("diketahui belum terlindungi (daftar kerja: cakup gap)",
                     "known to be without cover (work-lists: cakup gap)"),
    "over_age": Text("melewati batas umur pendaftaran", "over the age limit of enrolment"),
    "other_segment": Text("aktif pada segmen yang tidak dihitung",
                          "active in a segment that is not counted"),
    "asn": Text("ASN, TNI, atau Polri pada daftar", "civil servants, army and police on lists"),
    "unlisted": Text("tidak ada pada daftar mana pun", "on no list at all"),
}  # fmt: skip
#: Kinds of denominators that hold civil servants, military and police too (survey populations).
WITH_ASN = ("angkatan_kerja", "penduduk_bekerja")
#: Occupations of civil servants (PNS and PPPK), military and police, and words that undo them.
_ASN_JOB = (
    r"\b(asn|pns|cpns|pppk|tni|polri|polisi|kepolisian|tentara|pegawai negeri|aparatur sipil)\b"
)
_NO_ASN_JOB = r"\b(non|bukan|honor\w*|thl|phl|pensiun\w*|purna\w*|mantan|eks|istri|suami|anak)\b"


def asn_job_sql(column: str) -> str:
    """Return SQL that is true if an occupation names a civil servant, a soldier or a policeman.

    Args:
        column: SQL of the occupation as written.
    """
    plain = f"replace(lower({column}), '-', ' ')"
    return (
        f"coalesce(regexp_matches({plain}, '{_ASN_JOB}')"
        f" AND NOT regexp_matches({plain}, '{_NO_ASN_JOB}'), false)"
    )


def no_worker_sql() -> str:
    """Return SQL of the key of ``NO_WORKER`` (``tidak_tercatat`` for people on no list), else NULL.

    Whoever is active is a worker. A participant whose cover has ended is one too, unless no list
    of workers has him and DTSEN says, no earlier than that end, that he does not work. A visit no
    earlier than the newest list says the same of everybody.

    Returns:
        SQL over ``w`` (``is_listed, is_participant, idle_on, stopped_on, working_on``), ``s``
        (``is_active, lapsed_on``) and ``age_years``.
    """
    return f"""CASE WHEN s.is_active THEN NULL
    WHEN NOT coalesce(w.is_listed OR w.is_participant, false) THEN 'tidak_tercatat'
    WHEN age_years < {WORKING_AGE_YEARS} THEN 'di_bawah_umur'
    WHEN w.stopped_on >= coalesce(w.working_on, w.stopped_on) THEN 'berhenti_bekerja'
    WHEN NOT w.is_listed AND w.idle_on IS NOT NULL AND w.idle_on >= coalesce(s.lapsed_on, w.idle_on)
      THEN 'tidak_bekerja' END"""


def holds_asn(denominator: Entry) -> bool:
    """Return whether a denominator counts civil servants, military and police."""
    return denominator.kind in WITH_ASN


def on_lists(sums: Mapping[str, int], denominator: Entry) -> int:
    """Return how many persons of a denominator are on any list.

    Civil servants who are left out of the coverage are on a list all the same: where the
    denominator holds them, they are no part of the unlisted.

    Args:
        sums: Sums of ``coverage.counts.SUMS``.
        denominator: The denominator.
    """
    return sums["n_workers"] + (sums["n_asn"] if holds_asn(denominator) else 0)


@dataclass(frozen=True)
class Division:
    """A denominator taken apart: every person of it is in one part, and the parts add up.

    Args:
        covered: Persons covered: the headline.
        to_visit: Known workers without cover who could be enrolled: those of the work-lists.
        over_age: Known workers without cover who are over the age limit of enrolment.
        other_segment: Known workers who are covered in a segment that is not counted.
        asn: Civil servants, military and police on lists, where the denominator holds them but the
            coverage leaves them out.
        unlisted: The rest: on no list at all, or on one without a place.
    """

    covered: int
    to_visit: int
    over_age: int
    other_segment: int
    asn: int
    unlisted: int

    def named(self) -> tuple[tuple[str, int], ...]:
        """Return the parts with their keys of ``PARTS``, those without anybody left out."""
        return tuple((key, n) for key in PARTS if (n := getattr(self, key)))


def divided(sums: Mapping[str, int], denominator: Entry) -> Division | None:
    """Return the parts of a denominator, None where more persons are on lists than it holds.

    Args:
        sums: Sums of ``coverage.counts.SUMS``.
        denominator: The denominator.
    """
    unlisted = int(denominator.value) - on_lists(sums, denominator)
    if unlisted < 0:
        return None
    outside = sums["n_over_age"] + sums["n_other_segment"]
    return Division(
        covered=sums["n_active"], to_visit=sums["n_workers"] - sums["n_active"] - outside,
        over_age=sums["n_over_age"], other_segment=sums["n_other_segment"],
        asn=sums["n_asn"] if holds_asn(denominator) else 0, unlisted=unlisted,
    )  # fmt: skip
