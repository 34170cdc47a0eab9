"""What an auditor asks of the ledger: the months at issue, why, and what was paid for them.

Every function returns SQL over ``ledger``, ``enrolments`` and ``persons``, in the grain of the
ledger: one row per person, month, programme, enrolment and payer that is at issue for one reason.
The same row may be at issue for several reasons; money is added up over rows, so it counts once.
Only months that a payment stands for are at issue: cover that nobody paid for cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cakup.kernel.schemas import AID_PAYERS
from cakup.ledger.rules import Rules

#: Reasons in the order of every table.
KINDS = (
    "two_aid", "aid_and_pu", "after_death", "over_age", "elsewhere", "paid_not_active",
    "not_on_decree",
)  # fmt: skip
#: What makes a month at issue one row of the ledger.
LINE = ("person_id", "bulan", "program", "kepesertaan_id", "payer")
#: Purses that are the city's own, or of a village in it: they pay for its residents.
CITY_PURSES = ("apbd_kabkota", "dbh_cht", "dbh_sawit", "apbdes")
PROVINCE_PURSES = ("apbd_provinsi",)


@dataclass(frozen=True)
class Period:
    """Which months are looked at.

    Args:
        first: First day of the first month; None = from the beginning.
        until: Last day looked at.
    """

    first: date | None
    until: date

    def where(self, column: str = "bulan") -> str:
        """Return SQL that holds for the months of the period."""
        begun = f" AND {column} >= DATE '{self.first.isoformat()}'" if self.first else ""
        return f"{column} <= DATE '{self.until.isoformat()}'{begun}"


@dataclass(frozen=True)
class Decree:
    """A list of names (SK) for which a purse may pay.

    Args:
        payer: The purse.
        imports: Files that hold the names.
        year: Calendar year for which it holds.
        name: What it is called.
    """

    payer: str
    imports: tuple[str, ...]
    year: int
    name: str


def lines_sql(period: Period, rules: Rules, place: str, decrees: Sequence[Decree] = ()) -> str:
    """Return SQL of all months at issue: ``kind``, the columns of ``LINE``, ``fact, fact_record``.

    Args:
        period: Months looked at.
        rules: Counting rules (age limit).
        place: Kemendagri code of the city.
        decrees: Lists of names against which the purses are held; none = not looked at.

    Returns:
        SQL; ``fact`` is the day or code on which the reason rests, as text, ``fact_record`` the
        row of a file that states it, where one does.
    """
    parts = [
        ("two_aid", _two_aid(period)), ("aid_and_pu", _aid_and_pu(period)),
        ("after_death", _after_death(period)), ("over_age", _over_age(period, rules)),
        ("elsewhere", _elsewhere(period, place)), ("paid_not_active", _paid_not_active(period)),
        *(("not_on_decree", _not_on_decree(period, decree)) for decree in decrees),
    ]  # fmt: skip
    line = ", ".join(LINE)
    return "\nUNION ALL\n".join(
        f"SELECT '{kind}' AS kind, {line}, fact, fact_record FROM ({sql})" for kind, sql in parts
    )


def _aid(alias: str = "") -> str:
    """Return SQL that holds for a month that aid paid for; cover alone is no payment."""
    return f"{alias}payer IN {AID_PAYERS!r} AND {alias}evidence = 'paid'"


def _line(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in LINE)


def _two_aid(period: Period) -> str:
    """Aid payers beyond the one who paid first: his payment is the one that stands."""
    return f"""
SELECT {_line("l")}, l.first_payer AS fact, NULL::VARCHAR AS fact_record FROM (
  SELECT a.*, first_value(payer) OVER (PARTITION BY person_id, bulan, program
    ORDER BY paid_on NULLS LAST, payer, kepesertaan_id) AS first_payer
  FROM ledger a SEMI JOIN (
    SELECT person_id, bulan, program FROM ledger WHERE {period.where()} AND {_aid()}
    GROUP BY ALL HAVING count(DISTINCT payer) >= 2
  ) d ON d.person_id = a.person_id AND d.bulan = a.bulan AND d.program = a.program
  WHERE {_aid("a.")}
) l WHERE l.payer <> l.first_payer"""


def _aid_and_pu(period: Period) -> str:
    """Aid paid for somebody who was enrolled as a wage earner in the same month."""
    return f"""
SELECT {_line("a")}, min(p.kepesertaan_id) AS fact, NULL::VARCHAR AS fact_record
FROM ledger a JOIN ledger p ON p.person_id = a.person_id AND p.bulan = a.bulan
  AND p.program = a.program AND p.segment = 'pu' AND p.kepesertaan_id <> a.kepesertaan_id
WHERE {period.where("a.bulan")} AND {_aid("a.")} GROUP BY ALL"""


def _after_death(period: Period) -> str:
    """Months after the month of death that were paid."""
    return f"""
SELECT {_line("l")}, p.meninggal_on::VARCHAR AS fact, k.record_id AS fact_record
FROM ledger l JOIN persons p ON p.person_id = l.person_id
LEFT JOIN (SELECT person_id, min(record_id) AS record_id FROM memberships
  WHERE kind = 'kematian' GROUP BY person_id) k ON k.person_id = l.person_id
WHERE {period.where("l.bulan")} AND l.evidence = 'paid' AND l.bulan > p.meninggal_on"""


def _over_age(period: Period, rules: Rules) -> str:
    """Months from the age limit on, tested on the first day of each month."""
    segments = ", ".join(f"'{s}'" for s in rules.over_age_segments) or "''"
    limit = f"(p.tanggal_lahir + to_years({rules.over_age_from_years}))::DATE"
    return f"""
SELECT {_line("l")}, {limit}::VARCHAR AS fact, NULL::VARCHAR AS fact_record
FROM ledger l JOIN persons p ON p.person_id = l.person_id
WHERE {period.where("l.bulan")} AND l.evidence = 'paid' AND l.segment IN ({segments})
  AND {limit} <= l.bulan"""


def _elsewhere(period: Period, place: str) -> str:
    """Months paid by a purse for a holder of a KTP of another city (or province)."""
    province = place.partition(".")[0]

    def outside(kode: str) -> str:
        code = "p.kode_wilayah_ktp"
        return f"NOT ({code} = '{kode}' OR starts_with({code}, '{kode}.'))"

    return f"""
SELECT {_line("l")}, p.kode_wilayah_ktp AS fact, NULL::VARCHAR AS fact_record
FROM ledger l JOIN persons p ON p.person_id = l.person_id
WHERE {period.where("l.bulan")} AND l.evidence = 'paid' AND (
  (l.payer IN {CITY_PURSES!r} AND {outside(place)})
  OR (l.payer IN ('{"', '".join(PROVINCE_PURSES)}') AND {outside(province)}))"""


def _paid_not_active(period: Period) -> str:
    """The month of a participant file, paid by then, of an enrolment that it calls not active."""
    return f"""
SELECT {_line("l")}, e.as_of::VARCHAR AS fact, e.record_id AS fact_record
FROM ledger l JOIN (
  SELECT person_id, kepesertaan_id, as_of, min(record_id) AS record_id FROM enrolments
  GROUP BY person_id, kepesertaan_id, as_of HAVING bool_and(status_kepesertaan = 'nonaktif')
) e ON e.person_id = l.person_id AND e.kepesertaan_id = l.kepesertaan_id
  AND date_trunc('month', e.as_of)::DATE = l.bulan
JOIN persons p ON p.person_id = l.person_id
WHERE {period.where("l.bulan")} AND l.evidence = 'paid' AND coalesce(l.paid_on <= e.as_of, true)
  AND (p.meninggal_on IS NULL OR p.meninggal_on > e.as_of)"""


def _not_on_decree(period: Period, decree: Decree) -> str:
    """Months of a decree's year paid by its purse for somebody who is not on it."""
    ids = ", ".join(f"'{i}'" for i in decree.imports)
    named = decree.name.replace("'", "''")
    return f"""
SELECT {_line("l")}, '{named}' AS fact, NULL::VARCHAR AS fact_record
FROM ledger l ANTI JOIN (SELECT person_id FROM memberships WHERE import_id IN ({ids})) m
  ON m.person_id = l.person_id
WHERE {period.where("l.bulan")} AND l.evidence = 'paid' AND l.payer = '{decree.payer}'
  AND year(l.bulan) = {decree.year}"""
