"""A bridge from the office's count to another's: named terms that add up to the last person.

Each term is what changes when one choice of ours is exchanged for the other's, in a fixed order;
the last one is what nobody can explain. Terms are whole numbers of persons, so the sum is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cakup.kernel.language import Text

REGIONS = ("ktp", "domisili", "kerja", "semua")
COUNTED = ("persons", "enrolments")
#: Term → words, in the order in which choices are exchanged.
TERMS: dict[str, Text] = {
    "date": Text("tanggal lain", "another date"),
    "region": Text("aturan wilayah lain", "another region rule"),
    "pmi": Text("pekerja migran (PMI)", "migrant workers (PMI)"),
    "segments": Text("segmen lain", "other segments"),
    "status": Text("status menurut BPJS, bukan menurut bulan", "the insurer's status, not months"),
    "dead": Text("meninggal, masih aktif pada data peserta", "dead, still active in the data"),
    "no_place": Text("wilayah tidak diketahui", "place not known"),
    "duplicates": Text("nomor kedua dan kepesertaan ganda", "second numbers and enrolments"),
    "jakon": Text("jakon tanpa nama (jumlah orang per proyek)", "jakon without names (heads)"),
    "returned": Text("baris peserta yang dikembalikan, belum tertaut", "rows returned, not linked"),
    "unexplained": Text("tidak dapat diterangkan", "not explained"),
}


@dataclass(frozen=True)
class Official:
    """A count that somebody else published.

    Args:
        issuer: Who.
        document: Where it stands.
        as_of: Day for which it holds.
        covered: The count.
        region: One of ``REGIONS``; ``semua`` = whoever is in the issuer's data.
        segments: Segments that it counts.
        count_of: ``persons``, or ``enrolments`` (numbers, so that somebody may count twice).
        has_project_heads: Whether jakon enters as heads per project.
        base: Its denominator, if stated.
    """

    issuer: str
    document: str
    as_of: date
    covered: int
    region: str
    segments: tuple[str, ...]
    count_of: str
    has_project_heads: bool
    base: int | None = None


@dataclass(frozen=True)
class Bridge:
    """From ours to theirs.

    Args:
        ours: Our administrative count.
        estimate: Our count corrected for links that were missed or wrong (*perkiraan*), if known.
        official: Theirs.
        terms: Term → persons; zero terms included, in the order of ``TERMS``.
        doubtful: Terms that could not be worked out for want of data, and stand as zero.
    """

    ours: int
    estimate: int | None
    official: Official
    terms: dict[str, int]
    doubtful: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.ours + sum(self.terms.values()) != self.official.covered:
            raise AssertionError("a bridge must add up")

    def as_json(self) -> dict[str, Any]:
        """Return the bridge as plain values."""
        return {
            "ours": self.ours, "estimate": self.estimate, "terms": self.terms,
            "doubtful": list(self.doubtful), "official": self.official.covered,
            "as_of": self.official.as_of.isoformat(), "issuer": self.official.issuer,
            "document": self.official.document, "region": self.official.region,
            "segments": list(self.official.segments), "count_of": self.official.count_of,
        }  # fmt: skip


def bridge(
    ours: int, estimate: int | None, official: Official, steps: dict[str, int],
    doubtful: tuple[str, ...] = (),
) -> Bridge:  # fmt: skip
    """Return the bridge: what the steps leave over is *not explained*.

    Args:
        ours: Our administrative count.
        estimate: Our corrected count, None if not known.
        official: Their count.
        steps: Term → persons, without ``unexplained``.
        doubtful: Terms that could not be worked out.
    """
    terms = {name: steps.get(name, 0) for name in TERMS if name != "unexplained"}
    terms["unexplained"] = official.covered - ours - sum(terms.values())
    return Bridge(ours, estimate, official, terms, doubtful)
