"""Why a figure moved between two days: every person belongs to one term, and the terms add up.

Between the figure as it was told (day 0, with what was known then) and the figure now (day 1, with
what is known now) stand two steps in between: day 0 with today's files, and the same with the
counting rules of day 1. A change belongs to the first term that explains it, in this order:

restated (late, corrected or withdrawn files) · relinked · rule changed · died · aged out · moved
(place, segment, ASN) · lapsed · revived · entered.

The share splits into a person part ``(n₁ − n₀)/d₁`` and a denominator part ``n₀(1/d₁ − 1/d₀)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

TERMS: dict[str, Text] = {
    "restated": Text("berkas susulan, koreksi, atau ditarik", "late, corrected or withdrawn files"),
    "relinked": Text("penautan orang berubah", "persons linked differently"),
    "rule_changed": Text("aturan hitung berubah", "counting rule changed"),
    "died": Text("meninggal", "died"),
    "aged_out": Text("melewati batas usia", "aged out"),
    "moved": Text("pindah wilayah atau segmen", "moved place or segment"),
    "lapsed": Text("perlindungan terhenti", "cover lapsed"),
    "revived": Text("aktif kembali", "cover revived"),
    "entered": Text("peserta baru", "entered"),
}


@dataclass(frozen=True)
class Change:
    """A movement of the effective count, taken apart.

    Args:
        from_on: Day 0.
        from_known_on: Last day of receipt behind the figure of day 0, None = as of today.
        to_on: Day 1.
        persons_from: Persons counted on day 0.
        persons_to: Persons counted on day 1.
        denominator_from: Denominator of day 0, None if none is recorded.
        denominator_to: Denominator of day 1.
        terms: Persons by term, gains positive, losses negative, in the order of ``TERMS``.
    """

    from_on: date
    from_known_on: date | None
    to_on: date
    persons_from: int
    persons_to: int
    denominator_from: int | None
    denominator_to: int | None
    terms: dict[str, int]

    def __post_init__(self) -> None:
        if sum(self.terms.values()) != self.persons_to - self.persons_from:
            raise AssertionError("the terms of a change must add up")

    @property
    def person_part(self) -> Fraction | None:
        """Change of the share that persons made: ``(n₁ − n₀)/d₁``."""
        if self.denominator_to is None or self.denominator_from is None:
            return None
        return Fraction(self.persons_to - self.persons_from, self.denominator_to)

    @property
    def denominator_part(self) -> Fraction | None:
        """Change of the share that the denominator made: ``n₀(1/d₁ − 1/d₀)``."""
        if self.denominator_to is None or self.denominator_from is None:
            return None
        gain = Fraction(1, self.denominator_to) - Fraction(1, self.denominator_from)
        return self.persons_from * gain

    def as_json(self) -> dict[str, Any]:
        """Return the change as plain JSON values; shares are 0–1."""
        person, denominator = self.person_part, self.denominator_part
        return {
            "from": self.from_on.isoformat(),
            "from_known_on": self.from_known_on.isoformat() if self.from_known_on else None,
            "to": self.to_on.isoformat(),
            "persons_from": self.persons_from, "persons_to": self.persons_to,
            "denominator_from": self.denominator_from, "denominator_to": self.denominator_to,
            "terms": self.terms,
            "share_change": None if person is None or denominator is None
            else float(person + denominator),
            "person_part": None if person is None else float(person),
            "denominator_part": None if denominator is None else float(denominator),
        }  # fmt: skip


def terms(engine: SqlEngine, age_limit_years: int) -> dict[str, int]:
    """Return the persons of every term.

    Args:
        engine: Holds four tables of facts (``coverage.counts.facts_sql``): ``facts_told`` (day 0
            as told), ``facts_then`` (day 0, known now), ``facts_ruled`` (the same under the rules
            of day 1) and ``facts`` (day 1); ``same_person(told_id, person_id)`` for every person
            counted in ``facts_told``; ``touched(person_id)``: persons whose files of day 0 differ
            between then and now; ``regrouped(person_id)``: persons made of other rows than then.
        age_limit_years: Age in completed years from which a person is over the limit.
    """
    found = dict.fromkeys(TERMS, 0)
    for sql in (_looking_back_sql(), _over_time_sql(age_limit_years)):
        for term, n in engine.frame(sql).iter_rows():
            found[term] += n
    return found


_COUNTED = "region = 'in' AND is_active"


def _looking_back_sql() -> str:
    """Return SQL of the terms between day 0 as told and day 0 under the rules of day 1.

    Several persons told apart who are one now give one negative change of that one person.
    """
    return f"""
WITH told AS (
  SELECT s.person_id, count(*) AS n FROM facts_told f JOIN same_person s ON s.told_id = f.person_id
  WHERE {_COUNTED} GROUP BY s.person_id
), steps AS (
  SELECT coalesce(t.person_id, b.person_id, r.person_id) AS person_id, coalesce(t.n, 0) AS told,
    (b.person_id IS NOT NULL)::INTEGER AS now, (r.person_id IS NOT NULL)::INTEGER AS ruled
  FROM told t
  FULL JOIN (SELECT person_id FROM facts_then WHERE {_COUNTED}) b ON b.person_id = t.person_id
  FULL JOIN (SELECT person_id FROM facts_ruled WHERE {_COUNTED}) r
    ON r.person_id = coalesce(t.person_id, b.person_id)
)
SELECT CASE WHEN person_id IN (SELECT person_id FROM touched) THEN 'restated'
  WHEN person_id IN (SELECT person_id FROM regrouped) THEN 'relinked' ELSE 'rule_changed' END,
  sum(now - told)::BIGINT
FROM steps WHERE now <> told GROUP BY ALL
UNION ALL
SELECT 'rule_changed', coalesce(sum(ruled - now), 0)::BIGINT FROM steps"""


def _over_time_sql(age_limit_years: int) -> str:
    """Return SQL of the terms between day 0 and day 1, both as known now under one set of rules."""
    return f"""
WITH steps AS (
  SELECT person_id, was, coalesce(now, 0) AS now, was_covered, was_registered, was_here,
    a.region, a.is_covered, a.is_chosen, a.is_kept, was_age, a.age_years, dead
  FROM (
    SELECT p.person_id, p.meninggal_on IS NOT NULL AS dead,
      coalesce(b.region = 'in' AND b.is_active, false)::INTEGER AS was,
      coalesce(b.is_covered, false) AS was_covered,
      coalesce(b.is_ever, false) AS was_registered,
      coalesce(b.region = 'in' AND b.is_chosen AND b.is_kept, false) AS was_here,
      b.age_years AS was_age
    FROM persons p LEFT JOIN facts_ruled b USING (person_id)
  ) p LEFT JOIN (SELECT *, ({_COUNTED})::INTEGER AS now FROM facts) a USING (person_id)
)
SELECT CASE
  WHEN was = 1 AND region IS NULL AND dead THEN 'died'
  WHEN was = 1 AND NOT coalesce(is_covered, false)
    AND was_age < {age_limit_years} AND age_years >= {age_limit_years} THEN 'aged_out'
  WHEN was = 1 AND (region <> 'in' OR NOT is_kept OR (is_covered AND NOT is_chosen)) THEN 'moved'
  WHEN was = 1 THEN 'lapsed'
  WHEN was_covered AND NOT was_here THEN 'moved'
  WHEN was_registered THEN 'revived'
  ELSE 'entered' END,
  sum(now - was)::BIGINT
FROM steps WHERE now <> was GROUP BY ALL"""
