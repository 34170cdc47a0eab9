"""A city's figures without a name, for the province: what is counted, how, and the counts.

Two summaries may be added only if they mean the same: same day, region rule, segments, ASN rule,
counting rules, format. A percentage of the whole needs denominators of one kind and year.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cakup.kernel.errors import InputError, Where
from cakup.places.codes import is_kode, level_of

FORMAT = 1
#: What must be equal in two summaries that are added.
DEFINITION = ("format", "as_of", "region", "segments", "asn", "rules", "numerator_definition")
COUNTS = ("active", "registered", "workers", "listed", "active_without_place", "active_elsewhere")
_NUMERATOR_PLACE = "…"


@dataclass(frozen=True)
class Denominator:
    """A denominator: persons, kind, year, issuer and document, status."""

    persons: int
    kind: str
    year: int | None
    issuer: str
    document: str
    status: str


@dataclass(frozen=True)
class Summary:
    """One city's figures.

    Args:
        format: ``FORMAT``.
        place: Kemendagri code of the city.
        place_name: Its name.
        as_of: ISO day.
        known_on: ISO day of the last receipt, None without files.
        region: Region rule.
        segments: Segments, sorted.
        asn: ASN rule.
        rules: Counting rules: key → value.
        numerator_definition: What the numerator counts, without day, files and shares.
        counts: ``COUNTS`` → persons.
        by_segment: Segment → active persons, ``lebih_dari_satu`` among them; None = hidden.
        by_kecamatan: Code → active and listed workers; None = hidden.
        denominator: Denominator, None if the city has none.
        unconfirmed: Keys of rules that are not sure.
    """

    format: int
    place: str
    place_name: str
    as_of: str
    known_on: str | None
    region: str
    segments: tuple[str, ...]
    asn: str
    rules: dict[str, str]
    numerator_definition: str
    counts: dict[str, int]
    by_segment: dict[str, int | None]
    by_kecamatan: dict[str, tuple[int | None, int | None]]
    denominator: Denominator | None
    unconfirmed: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the summary as JSON with a seal: a changed file is seen."""
        body = asdict(self)
        return json.dumps({**body, "seal": _seal(body)}, ensure_ascii=False, indent=1) + "\n"


def _seal(body: Mapping[str, Any]) -> str:
    told = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def read_summary(text: str, name: str) -> Summary:
    """Return the summary of a file.

    Args:
        text: Its content.
        name: Name of the file, for the error.

    Raises:
        InputError: ``merge.not_a_summary``; ``merge.changed`` if the seal does not fit.
    """
    try:
        body = json.loads(text)
        seal = body.pop("seal")
        denominator = body["denominator"]
        held = Summary(
            **{
                **body, "segments": tuple(body["segments"]),
                "by_kecamatan": {k: tuple(v) for k, v in body["by_kecamatan"].items()},
                "denominator": Denominator(**denominator) if denominator else None,
                "unconfirmed": tuple(body["unconfirmed"]),
            }
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise InputError("merge.not_a_summary", where=Where(file=name)) from err
    if _seal(body) != seal:
        raise InputError("merge.changed", where=Where(file=name))
    if not is_kode(held.place) or level_of(held.place) != "kabkota":
        raise InputError("merge.not_a_summary", where=Where(file=name))
    return held


@dataclass(frozen=True)
class Merged:
    """A province's table.

    Args:
        summaries: The cities, by code.
        missing: Codes and names of cities that sent nothing.
        active: Active persons of all of them together.
        denominator: Sum of the denominators, None where kinds or years differ or one is missing.
        total: The province's own figure, None if not given.
    """

    summaries: tuple[Summary, ...]
    missing: tuple[tuple[str, str], ...]
    active: int
    denominator: int | None
    total: int | None = None

    @property
    def difference(self) -> int | None:
        """Sum of the cities less the province's own figure."""
        return None if self.total is None else self.active - self.total


def merged(
    held: Sequence[tuple[str, Summary]], expected: Sequence[tuple[str, str]],
    total: int | None = None,
) -> Merged:  # fmt: skip
    """Return the table of several cities.

    Args:
        held: File name and summary of each.
        expected: Code and name of every city that should be there.
        total: The province's own figure.

    Raises:
        InputError: ``merge.different`` naming what differs and in which file; ``merge.twice``;
            ``merge.other_province``.
    """
    first_name, first = held[0]
    for name, one in held[1:]:
        differing = [k for k in DEFINITION if getattr(one, k) != getattr(first, k)]
        if differing:
            raise InputError(
                "merge.different", where=Where(file=name), fields=", ".join(differing),
                other=first_name,
            )  # fmt: skip
        if one.place.partition(".")[0] != first.place.partition(".")[0]:
            raise InputError("merge.other_province", where=Where(file=name), place=one.place)
    places = [one.place for _, one in held]
    twice = sorted({p for p in places if places.count(p) > 1})
    if twice:
        raise InputError("merge.twice", place=", ".join(twice))
    summaries = tuple(sorted((one for _, one in held), key=lambda s: s.place))
    there = set(places)
    return Merged(
        summaries, tuple((k, n) for k, n in expected if k not in there),
        sum(s.counts["active"] for s in summaries), _denominator(summaries), total,
    )  # fmt: skip


def _denominator(summaries: Sequence[Summary]) -> int | None:
    """Return the sum of the denominators if they are of one kind and year."""
    found = [s.denominator for s in summaries if s.denominator is not None]
    if len(found) < len(summaries) or len({(d.kind, d.year) for d in found}) != 1:
        return None
    return sum(d.persons for d in found)
