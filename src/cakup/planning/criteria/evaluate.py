"""Every person against every rule: passed or not, and the one reason, as columns.

The frame of candidates has one row per person (``COLUMNS``). Nothing here looks at names or
numbers of persons; what is not known stays not known and falls to the rule's ``unknown``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from cakup.planning.criteria.occupations import groups_of
from cakup.planning.criteria.ruleset import Rule, RuleSet

#: Column → Polars type of the frame of candidates.
COLUMNS: dict[str, pl.DataType] = {
    "person_id": pl.String(), "kode": pl.String(), "kode_ktp": pl.String(),
    "kode_domisili": pl.String(), "tanggal_lahir": pl.Date(), "jenis_kelamin": pl.String(),
    "pekerjaan": pl.String(), "sektor": pl.String(), "desil": pl.Int32(), "is_asn": pl.Boolean(),
    "nkk": pl.String(), "bansos": pl.String(), "upah_rp_month": pl.Int64(), "has_nik": pl.Boolean(),
    "meninggal_on": pl.Date(), "maybe_dead": pl.Boolean(), "maybe_covered": pl.Boolean(),
    "cover": pl.String(), "aid_payer": pl.String(), "aid_until": pl.Date(), "is_pu": pl.Boolean(),
    "evidence_on": pl.Date(), "listed_on": pl.Date(), "senders": pl.String(),
    "n_lists": pl.Int64(), "n_family": pl.Int64(), "is_kept": pl.Boolean(),
    "aid_payers": pl.String(), "year_payers": pl.String(),
}  # fmt: skip
MONTHS = 12
#: Rules whose outcome for one person depends on others; they are applied after the order is known.
AFTERWARDS = ("one_per_family", "quota")
#: Rules by which persons are chosen. Once enrolled, a person stays to December: what the lists say
#: later of these takes nobody out. Death, age, domicile, an employer, NIK and another payer do.
CHOOSING = frozenset({"occupation", "desil", "aid", "income", "work_evidence", "listed_by",
                      "column"})  # fmt: skip
INDIVIDUAL_DEFAULT_DAY = "first_of_month"


@dataclass(frozen=True)
class Evaluated:
    """What the rules say of every person.

    Args:
        frame: The candidates in their order with ``is_in`` (all rules but those of
            ``AFTERWARDS``), ``to_check`` (a fact is unknown and must be verified), ``groups``
            (list of occupation groups), ``first_month``, ``last_start`` and ``last_month`` (0–11,
            months of the plan year that the age rules allow), ``is_fallback`` (only the fallback
            band of the decile), and per rule ``p:<id>`` (passed) and ``r:<id>`` (reason).
        rules: Rules applied, in order.
        year: Plan year.
    """

    frame: pl.DataFrame
    rules: tuple[Rule, ...]
    year: int


Outcome = tuple[pl.Expr, pl.Expr]


def evaluate(
    rules: RuleSet, frame: pl.DataFrame, year: int, as_of: date, payers: Sequence[str] = ()
) -> Evaluated:
    """Hold every person against every rule.

    Once the plan year has begun on the day of the data, whom a payer of the plan paid for in a
    month of that year is *enrolled*: stays by continuity whatever ``CHOOSING`` rules say now, and
    is kept first; nobody else is.

    Args:
        rules: The rule set.
        frame: Candidates, columns as in ``COLUMNS`` (more are kept).
        year: Plan year whose months are asked for.
        as_of: Day of the data; ages of evidence count from it.
        payers: Payers of the plan's purses.
    """
    groups = groups_of(frame.get_column("pekerjaan").unique(), rules.occupations)
    held = frame.with_columns(
        groups=pl.col("pekerjaan").replace_strict(
            groups, default=None, return_dtype=pl.List(pl.String)
        )
        if groups
        else pl.lit(None, dtype=pl.List(pl.String))
    )
    held = held.with_columns(**_months(rules, year), **_enrolled(year, as_of, payers))
    own = [r for r in rules.rules if r.kind not in AFTERWARDS]
    told: dict[str, pl.Expr] = {}
    for rule in own:
        passed, reason = _outcome(rule, held, year, as_of)
        if rule.kind == "no_double_payer":
            passed, reason = _other_payer(passed, reason, year, payers)
        elif rule.kind in CHOOSING:
            stays = pl.col("is_enrolled") & ~passed.fill_null(False)
            reason = pl.when(stays).then(pl.lit(f"{rule.kind}.enrolled")).otherwise(reason)
            passed = passed | stays
        told |= {f"p:{rule.id}": passed, f"r:{rule.id}": reason}
    held = held.with_columns(**told)
    passes = [pl.col(f"p:{r.id}") for r in own]
    checks = [pl.col(f"r:{r.id}").str.ends_with(".check") for r in own]
    held = held.with_columns(
        is_in=pl.all_horizontal(passes) if passes else pl.lit(True),
        to_check=pl.any_horizontal(checks) if checks else pl.lit(False),
        is_fallback=_fallback(rules),
    )
    return Evaluated(held, tuple(own), year)


def _enrolled(year: int, as_of: date, payers: Sequence[str]) -> dict[str, pl.Expr]:
    """Return who is enrolled, and once the year has begun that only they are kept first."""
    if as_of.year != year:
        return {"is_enrolled": pl.lit(False)}
    paid = pl.col("year_payers").str.split(",").list.eval(pl.element().is_in(list(payers)))
    enrolled = paid.list.any().fill_null(False)
    return {"is_enrolled": enrolled, "is_kept": enrolled}


def _other_payer(passed: pl.Expr, reason: pl.Expr, year: int, payers: Sequence[str]) -> Outcome:
    """Mark whom an aid payer outside the plan paid for in a month of the plan year."""
    last = pl.col("aid_payers").str.split(",")
    others = last.list.eval(~pl.element().is_in(list(payers))).list.any()
    paid = pl.col("aid_until") >= pl.lit(date(year, 1, 1))
    seen = (others & paid).fill_null(False) & passed if payers else pl.lit(False)
    return passed, pl.when(seen).then(pl.lit("no_double_payer.other.check")).otherwise(reason)


def _fallback(rules: RuleSet) -> pl.Expr:
    """Return whether a person is in by the fallback band of the decile only."""
    bands = [(r.get("max"), r.get("fallback_max")) for r in rules.of_kind("desil")]
    limits = [low for low, high in bands if high is not None]
    return (pl.col("desil") > min(limits)).fill_null(False) if limits else pl.lit(False)


def _months(rules: RuleSet, year: int) -> dict[str, pl.Expr]:
    """Return the months of the year that all age rules allow, 0 = January."""
    first, start, last = pl.lit(0), pl.lit(MONTHS - 1), pl.lit(MONTHS - 1)
    for rule in rules.of_kind("age"):
        age = _age_months(rule, year)
        youngest = rule.get("min_years", 0) * 12
        oldest = _oldest_months(rule)
        first = pl.max_horizontal(first, pl.lit(youngest) - age)
        until = pl.lit(oldest) - age
        start = pl.min_horizontal(start, until)
        if rule.get("when", "every_month") == "every_month":
            last = pl.min_horizontal(last, until)
    known = pl.col("tanggal_lahir").is_not_null()
    whole = {"first_month": (first, 0), "last_start": (start, MONTHS - 1),
             "last_month": (last, MONTHS - 1)}  # fmt: skip
    return {
        name: pl.when(known).then(expr).otherwise(default).cast(pl.Int32)
        for name, (expr, default) in whole.items()
    }


def _oldest_months(rule: Rule) -> int:
    """Return the highest age in completed months, far away if there is none."""
    if "max_years" not in rule.options:
        return 200 * 12
    return int(rule.get("max_years")) * 12 + int(rule.get("max_months", 11))


def _age_months(rule: Rule, year: int) -> pl.Expr:
    """Return the age in completed months on the deciding day of January."""
    born = pl.col("tanggal_lahir")
    months = (pl.lit(year) - born.dt.year()) * 12 - (born.dt.month().cast(pl.Int32) - 1)
    if rule.get("decides_on", INDIVIDUAL_DEFAULT_DAY) == "last_of_month":
        return months
    return months - (born.dt.day() > 1).cast(pl.Int32)


def _outcome(rule: Rule, frame: pl.DataFrame, year: int, as_of: date) -> Outcome:
    """Return whether each person passes and the id of the reason."""
    made = {
        "age": _age, "domicile": _domicile, "occupation": _occupation, "desil": _desil,
        "aid": _aid, "income": _income, "listed_by": _listed_by, "column": _column,
    }  # fmt: skip
    if rule.kind in made:
        return made[rule.kind](rule)
    if rule.kind == "work_evidence":
        return _evidence(rule, as_of)
    if rule.kind == "no_double_payer":
        return _double(rule, year)
    facts = {
        "alive": (pl.col("meninggal_on").is_null(), "dead"),
        "nik": (pl.col("has_nik").fill_null(False), "missing"),
        "not_pu": (~(pl.col("is_pu").fill_null(False) | _only("pegawai")), "employee"),
        "not_asn": (~(pl.col("is_asn").fill_null(False) | _only("asn")), "asn"),
    }
    passed, bad = facts[rule.kind]
    reason = pl.when(passed).then(pl.lit(f"{rule.kind}.ok")).otherwise(pl.lit(f"{rule.kind}.{bad}"))
    if rule.kind == "alive":
        doubt = passed & pl.col("maybe_dead").fill_null(False)
        return _told(rule, passed & ~doubt, doubt, reason)
    return passed, reason


def _only(group: str) -> pl.Expr:
    """Return whether every known occupation of a person belongs to one group."""
    held = pl.col("groups")
    return ((held.list.len() > 0) & held.list.eval(pl.element() == group).list.all()).fill_null(
        False
    )


def _told(rule: Rule, passed: pl.Expr, unknown: pl.Expr, reason: pl.Expr) -> Outcome:
    """Return an outcome in which the unknown fall to the rule's ``unknown``."""
    said = pl.lit(f"{rule.kind}.unknown_{rule.unknown}" if rule.unknown != "check"
                  else f"{rule.kind}.unknown.check")  # fmt: skip
    taken = pl.lit(rule.unknown != "out")
    return (
        pl.when(unknown).then(taken).otherwise(passed.fill_null(False)),
        pl.when(unknown).then(said).otherwise(reason),
    )


def _age(rule: Rule) -> Outcome:
    """Age at the first and at every month."""
    unknown = pl.col("tanggal_lahir").is_null()
    young = pl.col("first_month") > MONTHS - 1
    old = pl.col("last_start") < 0
    late = (pl.col("first_month") > 0) & ~young
    leaves = (pl.col("last_month") < MONTHS - 1) & ~old
    none = pl.col("first_month") > pl.col("last_start")
    excluded = leaves if rule.get("after_limit", "until") == "exclude" else pl.lit(False)
    reason = (
        pl.when(young).then(pl.lit("age.too_young")).when(old).then(pl.lit("age.too_old"))
        .when(excluded).then(pl.lit("age.leaves_out")).when(leaves).then(pl.lit("age.leaves"))
        .when(late).then(pl.lit("age.enters")).otherwise(pl.lit("age.ok"))
    )  # fmt: skip
    return _told(rule, ~young & ~old & ~none & ~excluded, unknown, reason)


def _domicile(rule: Rule) -> Outcome:
    """Place of the KTP, or of residence, inside the region or the places named."""
    column = pl.col("kode_ktp" if rule.get("by", "ktp") == "ktp" else "kode_domisili")
    places = rule.get("places") or ["@region"]
    inside = pl.any_horizontal(
        [pl.col("in_region") if p == "@region" and rule.get("by", "ktp") == "ktp"
         else _inside(column, p) for p in places]
    )  # fmt: skip
    reason = pl.when(inside).then(pl.lit("domicile.ok")).otherwise(pl.lit("domicile.elsewhere"))
    return _told(rule, inside, column.is_null(), reason)


def _inside(column: pl.Expr, place: str) -> pl.Expr:
    if place == "@region":
        return pl.col("in_region_domisili")
    return (column == place) | column.str.starts_with(f"{place}.")


def _occupation(rule: Rule) -> Outcome:
    """One of the groups named; those named as *without* exclude a person who has no other."""
    wanted, without = list(rule.get("groups", ())), list(rule.get("without", ()))
    held = pl.col("groups")
    unknown = pl.col("pekerjaan").is_null()
    chosen = held.list.eval(pl.element().is_in(wanted)).list.any() if wanted else pl.lit(True)
    # A person with two occupations is kept by the one that fits.
    only = held.list.eval(pl.element().is_in(without)).list.all() if without else pl.lit(False)
    passed = (chosen & ~only).fill_null(False)
    reason = (
        pl.when(only.fill_null(False)).then(pl.lit("occupation.excluded"))
        .when(passed).then(pl.lit("occupation.ok")).otherwise(pl.lit("occupation.other"))
    )  # fmt: skip
    return _told(rule, passed, unknown, reason)


def _desil(rule: Rule) -> Outcome:
    """Decile inside the band, or inside the fallback band."""
    first, most = rule.get("max", 10), rule.get("fallback_max") or rule.get("max", 10)
    desil = pl.col("desil")
    reason = (
        pl.when(desil <= first).then(pl.lit("desil.ok"))
        .when(desil <= most).then(pl.lit("desil.fallback")).otherwise(pl.lit("desil.above"))
    )  # fmt: skip
    return _told(rule, desil <= most, desil.is_null(), reason)


def _aid(rule: Rule) -> Outcome:
    """Social assistance: required, or not allowed."""
    named = [p.lower() for p in rule.get("programmes", ("pkh",))]
    held = pl.col("bansos").str.split(",")
    has = held.list.eval(pl.element().is_in(named)).list.any()
    wants = bool(rule.get("require", False))
    reason = pl.when(has).then(pl.lit("aid.receives")).otherwise(pl.lit("aid.receives_not"))
    return _told(rule, has if wants else ~has, pl.col("bansos").is_null(), reason)


def _income(rule: Rule) -> Outcome:
    """Income below a limit per month, or per day of a month of 30 days."""
    limit = rule.get("max_rp_month")
    if limit is None:
        limit = int(rule.get("max_rp_day", 0)) * 30
    wage = pl.col("upah_rp_month")
    reason = pl.when(wage <= limit).then(pl.lit("income.ok")).otherwise(pl.lit("income.above"))
    return _told(rule, wage <= limit, wage.is_null(), reason)


def _evidence(rule: Rule, as_of: date) -> Outcome:
    """A list that states work, not older than the months allowed."""
    months = rule.get("max_age_months")
    shown = pl.col("evidence_on")
    fresh = pl.lit(True) if months is None else shown >= pl.lit(as_of).dt.offset_by(f"-{months}mo")
    enough = pl.col("n_lists") >= rule.get("lists", 1)
    passed = (shown.is_not_null() & fresh & enough).fill_null(False)
    reason = (
        pl.when(shown.is_null()).then(pl.lit("work_evidence.none"))
        .when(~fresh).then(pl.lit("work_evidence.old"))
        .when(~enough).then(pl.lit("work_evidence.few")).otherwise(pl.lit("work_evidence.ok"))
    )  # fmt: skip
    return passed, reason


def _double(rule: Rule, year: int) -> Outcome:
    """Aid that another payer has paid into the plan year already."""
    payers = rule.get("payers")
    paid = pl.col("aid_until") >= pl.lit(date(year, 12, 1))
    of_others = pl.lit(True) if payers is None else pl.col("aid_payer").is_in(list(payers))
    now_paid = (pl.col("cover") == "aid") & pl.col("aid_payer").is_in(list(payers or ()))
    doubled = (paid & of_others).fill_null(False) | now_paid.fill_null(False)
    review = pl.col("maybe_covered").fill_null(False) & ~doubled
    reason = (
        pl.when(doubled).then(pl.lit("no_double_payer.paid"))
        .when(review).then(pl.lit("no_double_payer.maybe.check"))
        .otherwise(pl.lit("no_double_payer.ok"))
    )  # fmt: skip
    return ~doubled, reason


def _listed_by(rule: Rule) -> Outcome:
    """On a list of one of the senders named."""
    names: Sequence[str] = rule.get("senders", ())
    held = pl.col("senders").str.split("; ")
    passed = held.list.eval(pl.element().is_in(list(names))).list.any().fill_null(False)
    reason = pl.when(passed).then(pl.lit("listed_by.ok")).otherwise(pl.lit("listed_by.other"))
    return passed, reason


def _column(rule: Rule) -> Outcome:
    """Any column of the lists: one of some values, or between bounds."""
    column = pl.col(rule.get("name"))
    passed = pl.lit(True)
    if "values" in rule.options:
        passed = column.cast(pl.String).is_in([str(v) for v in rule.get("values")])
    if "min" in rule.options:
        passed = passed & (column.cast(pl.Float64, strict=False) >= rule.get("min"))
    if "max" in rule.options:
        passed = passed & (column.cast(pl.Float64, strict=False) <= rule.get("max"))
    reason = pl.when(passed).then(pl.lit("column.ok")).otherwise(pl.lit("column.other"))
    return _told(rule, passed, column.is_null(), reason)
