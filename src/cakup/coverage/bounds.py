"""*Batas*: the lowest and highest number of covered persons that the links allow.

The numerator counts persons, so a wrong link moves it in three ways: two covered persons may be
one, one may be two, and a place (or a death) may belong to somebody else. ``lower`` keeps what is
certain (probability .95 or decided) and joins whatever may be one person; ``upper`` does the
opposite and adds what no link places at all: active persons whose place nobody states, and payments
that found no person. Between them stands the expected count: every doubt weighted by its
probability. It carries no interval; bounds are no interval either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import TYPE_CHECKING

from cakup.coverage.counts import Scope

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

CERTAIN = 0.95


@dataclass(frozen=True)
class Bounds:
    """Bounds of the effective count and what they are made of, all in persons.

    Args:
        counted: Persons counted.
        lower: Fewest persons.
        upper: Most persons.
        expected: Expected persons; doubts without a probability are left out.
        unsure_link: Counted persons who would not count here without a doubtful link.
        perhaps_same: Counted persons fewer if every open pair is one person.
        perhaps_dead: Counted persons who may be a person on a death list.
        perhaps_more: Participants more if doubtful rows belong to somebody else.
        place_unknown: Active persons whose place is unknown.
        perhaps_here: Active persons elsewhere who may be a worker of this place.
        unlinked: Payers in payment files who were found in no participant file.
    """

    counted: int
    lower: int
    upper: int
    expected: float
    unsure_link: int
    perhaps_same: int
    perhaps_dead: int
    perhaps_more: int
    place_unknown: int
    perhaps_here: int
    unlinked: int


def bounds(engine: SqlEngine, scope: Scope, payments_since: date, payments_to: date) -> Bounds:
    """Return the bounds of the effective count.

    Args:
        engine: Holds ``facts`` (``coverage.counts.facts_sql``), ``memberships, review, records,
            payments, payment_orphans``.
        scope: Whom the figure is about.
        payments_since: First month in which a payment without a person may still cover him.
        payments_to: Last such month.
    """
    counted = int(engine.value("SELECT count(*) FROM facts WHERE region = 'in' AND is_active"))
    engine.run(f"CREATE OR REPLACE TEMP TABLE footing AS {_footing_sql(scope)}")
    doubts = engine.frame(
        "SELECT person_id, is_sure, chance, n_more, expected_more FROM footing"
        " WHERE NOT is_sure OR n_more > 0 ORDER BY person_id"
    ).rows()
    unsure = {person: chance for person, is_sure, chance, *_ in doubts if not is_sure}
    n_more = sum(n for *_, n, _ in doubts)
    pairs = engine.frame(_PAIRS).rows()
    dead = dict(engine.frame(_PERHAPS_DEAD).rows())
    here = engine.frame(_PERHAPS_HERE).rows()
    unknown = int(engine.value("SELECT count(*) FROM facts WHERE region = 'unknown' AND is_active"))
    unlinked = int(engine.value(_unlinked_sql(payments_since, payments_to)))
    engine.drop("footing")
    gone = set(unsure) | set(dead)
    kept_pairs = [(a, b, c) for a, b, c in pairs if a not in gone and b not in gone]
    joined = _merges((a, b) for a, b, _ in kept_pairs)
    lower = counted - len(gone) - joined
    upper = counted + n_more + unknown + len(here) + unlinked
    expected = counted + fsum((
        *(chance - 1 for chance in unsure.values()), *(-chance for chance in dead.values()),
        -_expected_merges(pairs), *(more for *_, more in doubts), *(chance for _, chance in here),
    ))  # fmt: skip
    return Bounds(
        counted=counted, lower=lower, upper=upper,
        expected=round(min(max(expected, lower), upper), 6), unsure_link=len(unsure),
        perhaps_same=joined, perhaps_dead=len(set(dead) - set(unsure)), perhaps_more=n_more,
        place_unknown=unknown, perhaps_here=len(here), unlinked=unlinked,
    )  # fmt: skip


def _footing_sql(scope: Scope) -> str:
    """Return SQL for counted persons with a doubtful row: what remains without it.

    A person stands for sure if one part of his rows, the certain rows together or one doubtful
    participant row alone, shows both a participant and a place in the city.
    """
    kode = f"r.kode_wilayah_{scope.region}"
    here = f"({kode} = '{scope.place}' OR starts_with({kode}, '{scope.place}.'))"
    is_doubtful = f"m.probability < {CERTAIN}"
    return f"""
WITH doubted AS (
  SELECT DISTINCT m.person_id FROM memberships m JOIN facts f USING (person_id)
  WHERE {is_doubtful} AND f.region = 'in' AND f.is_active
), parts AS (
  SELECT m.person_id, r.kind = 'peserta' AS is_participant, {is_doubtful} AS is_doubtful,
    coalesce({here}, false) AS is_here, {kode} IS NULL OR {here} AS may_be_here, m.probability
  FROM memberships m SEMI JOIN doubted d ON d.person_id = m.person_id
  JOIN records r ON r.record_id = m.record_id
), summed AS (
  SELECT d.person_id,
    coalesce(bool_or(is_participant AND NOT is_doubtful), false) AS core_participant,
    coalesce(bool_or(is_here AND NOT is_doubtful), false) AS core_here,
    coalesce(bool_or(is_participant), false) AS any_participant,
    coalesce(bool_or(is_here), false) AS any_here,
    coalesce(bool_or(is_participant AND is_doubtful AND is_here), false) AS alone_here,
    coalesce(max(probability) FILTER (is_participant), 1) AS chance_participant,
    coalesce(max(probability) FILTER (is_here), 1) AS chance_here,
    count(*) FILTER (is_participant AND is_doubtful AND may_be_here) AS n_doubtful,
    coalesce(sum(1 - probability) FILTER (is_participant AND is_doubtful AND may_be_here), 0)
      AS expected_doubtful,
    coalesce(min(1 - probability) FILTER (is_participant AND is_doubtful AND may_be_here), 0)
      AS least_doubt
  FROM doubted d LEFT JOIN parts p ON p.person_id = d.person_id GROUP BY d.person_id
)
SELECT person_id,
  (core_participant OR NOT any_participant) AND (core_here OR NOT any_here) OR alone_here
    AS is_sure,
  least(chance_participant, chance_here) AS chance,
  greatest(n_doubtful - (NOT core_participant)::INTEGER, 0) AS n_more,
  expected_doubtful - CASE WHEN core_participant THEN 0 ELSE least_doubt END AS expected_more
FROM summed"""


#: Open pairs of two counted persons.
_PAIRS = """
SELECT least(a.person_id, b.person_id) AS one, greatest(a.person_id, b.person_id) AS other,
  max(coalesce(r.probability, 0.5)) AS chance
FROM review r JOIN memberships a ON a.record_id = r.left_record_id
JOIN memberships b ON b.record_id = r.right_record_id
SEMI JOIN (SELECT person_id FROM facts WHERE region = 'in' AND is_active) c
  ON c.person_id = a.person_id
SEMI JOIN (SELECT person_id FROM facts WHERE region = 'in' AND is_active) d
  ON d.person_id = b.person_id
WHERE a.person_id <> b.person_id
GROUP BY one, other ORDER BY one, other"""

_OPEN = """
  SELECT left_record_id AS mine, right_record_id AS theirs, probability FROM review
  UNION ALL SELECT right_record_id, left_record_id, probability FROM review"""

#: Counted persons with an open pair to a row of a death list.
_PERHAPS_DEAD = f"""
SELECT m.person_id, max(coalesce(o.probability, 0.5)) AS chance
FROM ({_OPEN}) o JOIN memberships m ON m.record_id = o.mine
JOIN memberships t ON t.record_id = o.theirs AND t.kind = 'kematian'
JOIN facts f ON f.person_id = m.person_id AND f.region = 'in' AND f.is_active
WHERE t.person_id <> m.person_id
GROUP BY m.person_id ORDER BY m.person_id"""

#: Active persons elsewhere with an open pair to a worker of the city who is not counted.
_PERHAPS_HERE = f"""
SELECT m.person_id, max(coalesce(o.probability, 0.5)) AS chance
FROM ({_OPEN}) o JOIN memberships m ON m.record_id = o.mine
JOIN memberships t ON t.record_id = o.theirs
JOIN facts f ON f.person_id = m.person_id AND f.region = 'out' AND f.is_active
JOIN facts g ON g.person_id = t.person_id AND g.region = 'in' AND NOT g.is_active
GROUP BY m.person_id ORDER BY m.person_id"""


def _unlinked_sql(since: date, until: date) -> str:
    """Return SQL for the number of payers who were found in no participant file."""
    return f"""
SELECT count(DISTINCT coalesce(p.kpj, p.nik, p.kode_iuran, o.record_id))
FROM payment_orphans o LEFT JOIN payments p ON p.record_id = o.record_id
WHERE o.bulan BETWEEN DATE '{since.isoformat()}' AND DATE '{until.isoformat()}'"""


def _merges(pairs: Iterable[tuple[str, str]]) -> int:
    """Return how many persons fewer there are if every pair is one person."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    joined = 0
    for one, other in pairs:
        a, b = root(one), root(other)
        if a != b:
            parent[max(a, b)] = min(a, b)
            joined += 1
    return joined


def _expected_merges(pairs: Iterable[tuple[str, str, float]]) -> float:
    """Return the expected number of merges: the likeliest tree of each group of open pairs."""
    likeliest_first = sorted(pairs, key=lambda p: (-p[2], p[0], p[1]))
    parent: dict[str, str] = defaultdict(str)

    def root(name: str) -> str:
        while parent[name]:
            name = parent[name]
        return name

    total = 0.0
    for one, other, chance in likeliest_first:
        a, b = root(one), root(other)
        if a != b:
            parent[max(a, b)] = min(a, b)
            total += chance
    return total
