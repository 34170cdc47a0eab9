"""What a plan writes: ``summary.json``, ``persons.parquet``, ``reasons.parquet``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.language import LANGS, Text
from cakup.pipeline.plan_inputs import PlanInputs, target_key
from cakup.places.registry import Places
from cakup.planning.compute import EXACT, MONTHS, Outcome, binding
from cakup.planning.criteria.reasons import says, words
from cakup.planning.people import MAY_BEGIN
from cakup.planning.purses import spoken
from cakup.planning.settings import Scenario

#: Words of objectives in results.
OBJECTIVE_WORDS = {
    "keep": Text("peserta tahun lalu didahulukan (orang-bulan)", "last year's people first"),
    "target": Text("target tercapai (kekurangan orang)", "target (persons short)"),
    "poorest": Text("termiskin lebih dahulu (bobot desil × bulan)", "poorest first"),
    "first_band": Text("pita desil utama lebih dahulu (orang-bulan)", "main decile band first"),
    "jkm_months": Text("bulan dengan JKM penuh", "months of full JKM"),
    "fairness": Text("bagian terkecil antarkelurahan, desil 1–4", "least share of a kelurahan"),
    "least_apbd": Text("APBD paling sedikit (rupiah)", "least APBD"),
    "least_rp": Text("uang paling sedikit (rupiah)", "least money"),
    "months": Text("orang-bulan", "person-months"),
}


GIVEN = Text(
    "{title}: dari tujuan “{name}” ({value}) dilepas {given} demi tujuan sesudahnya; nilai "
    "tertingginya memang tidak terbukti, selisihnya tercetak.",
    "{title}: {given} of objective “{name}” ({value}) went to a later one; its best value is not "
    "proven, the gap is printed.",
)


def _given(title: str, reached: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return a sentence for every objective of which a later one took something."""
    return {
        lang: [
            GIVEN.format(lang, title=title, name=OBJECTIVE_WORDS[r["name"]](lang),
                         given=spelling.decimal(r["given"], 2, lang),
                         value=spelling.decimal(r["value"], 2, lang))
            for r in reached if r["given"]
        ]
        for lang in LANGS
    }  # fmt: skip


def scenario_summary(scenario: Scenario, outcome: Outcome, inputs: PlanInputs) -> dict[str, Any]:
    """Return the summary of one scenario.

    Args:
        scenario: The scenario.
        outcome: What was computed.
        inputs: What the plan stands on.
    """
    if not outcome.solution.is_feasible:
        return {"id": scenario.id, "title": scenario.title, "changes": _plain(scenario.changes),
                "feasible": False, **infeasible(outcome, inputs.places)}  # fmt: skip
    money, months = outcome.money(), outcome.by_month()
    base = outcome.base.months
    total = [int(b) + int(m) for b, m in zip(base, months, strict=True)]
    denominator = outcome.base.denominator
    reached: list[dict[str, Any]] = [
        {
            "name": r.name, "value": round(r.value, 6) + 0.0, "bound": round(r.bound, 6) + 0.0,
            "gap": r.gap, "exact": r.gap <= EXACT, "seconds": round(r.seconds, 2),
            "given": round(r.given, 6),
        }
        for r in outcome.solution.reached
    ]  # fmt: skip
    first = reached[0] if reached else {"value": None, "bound": None}
    names = ["jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"]
    year = outcome.settings.year
    aimed = inputs.aimed_at(outcome.settings.target)
    by_purse = {
        pot.id: {f"{year}-{m + 1:02}": int(v) for m, v in enumerate(money[at]) if v}
        for at, pot in enumerate(outcome.pots)
    }
    assert len(names) == MONTHS
    return {
        "id": scenario.id, "title": scenario.title, "changes": _plain(scenario.changes),
        "feasible": True, "persons": outcome.persons, "person_months": outcome.person_months,
        "rupiah": by_purse, "rupiah_total": int(money.sum()),
        "rupiah_public": int(sum(money[at].sum() for at, p in enumerate(outcome.pots)
                                 if p.is_public)),
        "persons_by_month": [int(m) for m in months], "base_by_month": [int(b) for b in base],
        "ucj_dec31": total[-1] / denominator, "ucj_avg12": sum(total) / MONTHS / denominator,
        "covered_dec31": total[-1], "covered_avg12": sum(total) / MONTHS,
        "targets": _targets(inputs, total), "target_persons": outcome.target_persons,
        "target": target_key(aimed) if aimed else None,
        "value": first["value"], "bound": first["bound"],
        "gap": max((r["gap"] for r in reached), default=0.0),
        "exact": all(r["exact"] for r in reached), "objectives": reached,
        "given": _given(scenario.title or scenario.id, reached),
        "binding": [{**b, "text": b["text"].id, "text_en": b["text"].en} for b in binding(outcome)],
        "waiting": max(0, outcome.ranked.frame.filter(MAY_BEGIN).height - outcome.persons),
        "waiting_needed": _reserve(outcome), "drawn": outcome.ranked.n_drawn,
        "purses": _purses(outcome, money), "to_keep_rp_year": _to_keep(outcome),
        "full_jkm_months": _full(outcome), "late_starters": _late(outcome),
    }  # fmt: skip


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float | str | list | dict) else str(v)
            for k, v in changes.items()}  # fmt: skip


def _targets(inputs: PlanInputs, total: Sequence[int]) -> list[dict[str, Any]]:
    """Return every target with what the plan reaches of it, at the year's end and on average."""
    average = sum(total) / MONTHS
    return [
        {
            "id": target_key(d), "place": d.entry.place, "issuer": d.entry.issuer,
            "document": d.entry.document, "year": d.entry.year, "reading": d.entry.reading,
            "status": d.entry.status,
            "reading_words": {lang: d.reading_words(lang) for lang in LANGS},
            "target_persons": d.target_persons, "target_share": float(d.target_share),
            "reached_dec31": total[-1] >= d.target_persons,
            "reached_avg12": average >= d.target_persons,
            "short_dec31": max(0, d.target_persons - total[-1]),
            "short_avg12": max(0, -int(-(d.target_persons - average) // 1)),
            "baseline_persons": d.baseline_persons, "baseline_on": d.baseline_on or None,
        }
        for d in inputs.distances(total[-1])
    ]  # fmt: skip


def _reserve(outcome: Outcome) -> int:
    """Return the names that must wait so that failures at verification are replaced."""
    share = outcome.settings.yield_share
    return int(-(-outcome.persons * (1 - share) // share)) if share < 1 else 0


def _purses(outcome: Outcome, money: Any) -> list[dict[str, Any]]:
    heads = outcome.heads()
    return [
        {
            "id": pot.id, "payer": purse.payer, "pagu_rp": pot.pagu_rp,
            "spent_rp": int(money[at].sum()), "left_rp": pot.pagu_rp - int(money[at].sum()),
            "person_months": int(heads[at].sum()), "certainty": purse.certainty, "sk": purse.sk,
            "eligible": spoken(purse).id, "is_public": pot.is_public,
            "price_rp_month": sorted({p for s in pot.prices.values() for p in s}),
        }
        for at, (pot, purse) in enumerate(zip(outcome.pots, outcome.settings.purses, strict=True))
    ]  # fmt: skip


def _to_keep(outcome: Outcome) -> int:
    """Return what the people of December cost for twelve months at December's public price."""
    december = int(outcome.by_month()[-1])
    prices = [p.prices["other"][-1] for p in outcome.pots if p.is_public] or [
        p.prices["other"][-1] for p in outcome.pots
    ]
    return december * max(prices) * MONTHS


def _full(outcome: Outcome) -> int:
    """Return the months of full death cover that the plan buys."""
    wait = outcome.base.waiting_months
    total = 0
    for n, way, s in outcome._used():
        stays = outcome.strata[s].is_waiting_over and way.start == outcome.strata[s].first
        total += n * max(0, way.months - (0 if stays else wait))
    return total


def _late(outcome: Outcome) -> int:
    """Return persons whose cover is too short to reach full death cover."""
    wait = outcome.base.waiting_months
    return sum(n for n, way, _ in outcome._used() if way.months <= wait)


def infeasible(outcome: Outcome, places: Places) -> dict[str, Any]:
    """Return which rules clash and the least changes that make the plan possible.

    Args:
        outcome: A scenario in which not all rules can be met.
        places: Areas, for the names of quotas.

    Returns:
        ``clash``: the rules that together cannot be met; ``least_change``: one entry per way out,
        each the smallest of its kind.
    """
    rows = {row: name for name, row in outcome.built.rows.items()}
    told = [_rule_words(rows[row], places) for row in outcome.solution.clash]
    ways = [_way_out(outcome, rows, way, places) for way in outcome.solution.ways_out]
    return {"clash": sorted({t for t in told if t}), "least_change": ways}


def _rule_words(row: str, places: Places) -> str:
    """Return what a row asks for, in words; empty for rows that no rule of the plan made."""
    kind, _, name = row.partition(":")
    words = {"purse": f"pagu {name}", "quota": f"kuota {_area(name, places)}",
             "stratum": "banyaknya calon"}  # fmt: skip
    return words.get(kind, "")


def _area(name: str, places: Places) -> str:
    """Return how a quota's area is called, with its code; a quota of a rule keeps its name."""
    found = places.get(name) if "." in name else None
    return f"{found.nama} ({name})" if found else name


def _way_out(outcome: Outcome, rows: dict[int, str], way: dict[int, float], places: Places) -> str:
    """Return one way out in words; amounts round up to whole persons and person-months."""
    parts = []
    candidates = 0
    for row, amount in sorted(way.items(), key=lambda x: rows[x[0]]):
        kind, _, name = rows[row].partition(":")
        whole = int(-(-(abs(amount) - 1e-6) // 1))
        if kind == "purse":
            at = [pot.id for pot in outcome.pots].index(name)
            rp = whole * outcome.built.units[at]
            parts.append(f"pagu {name} ditambah sedikitnya {spelling.rupiah(rp)}")
        elif kind == "quota":
            what = ("min", "diturunkan") if amount > 0 else ("max", "dinaikkan")
            area = _area(name, places)
            parts.append(f"{what[0]} kuota {area} {what[1]} {spelling.count(whole)} orang")
        else:
            candidates += whole
    if candidates:
        parts.append(f"calon yang boleh dibayar ditambah {spelling.count(candidates)} orang")
    return " dan ".join(parts)


def waterfall(inputs: PlanInputs) -> list[dict[str, Any]]:
    """Return the counts per rule in order: how many came, why how many left, how many stay.

    Changes by hand are the last step: who was taken out although every rule was met, who came in
    although one was not.
    """
    left = inputs.told.frame
    steps: list[dict[str, Any]] = []
    for rule in inputs.told.rules:
        counted = dict(left.get_column(f"r:{rule.id}").value_counts().iter_rows())
        passed = left.filter(pl.col(f"p:{rule.id}"))
        outs = left.filter(~pl.col(f"p:{rule.id}")).get_column(f"r:{rule.id}")
        gone = dict(outs.value_counts().sort(f"r:{rule.id}").iter_rows())
        checks = sum(n for reason, n in counted.items() if reason.endswith(".check"))
        steps.append(
            {
                "rule": rule.id, "kind": rule.kind, "article": rule.article,
                "asks": says(rule).id, "before": left.height, "after": passed.height,
                "to_check": int(checks),
                "out": [{"reason": r, "text": words(r, rule).id, "persons": int(n)}
                        for r, n in gone.items()],
            }
        )  # fmt: skip
        left = passed
    return [*steps, *_by_hand(inputs.told.frame, left)]


def _by_hand(everybody: pl.DataFrame, left: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the step of changes by hand, none if nobody was changed."""
    if "hand" not in everybody.columns or not everybody.get_column("hand").count():
        return []
    marked = everybody.get_column("hand").drop_nulls()
    added = int((marked == "add").sum()) - int((left.get_column("hand") == "add").sum())
    removed = int((left.get_column("hand") == "remove").sum())
    return [
        {
            "rule": "tangan", "kind": "hand", "article": "",
            "asks": f"dengan tangan: {spelling.count(int((marked == 'add').sum()))} dimasukkan, "
                    f"{spelling.count(int((marked == 'remove').sum()))} dikeluarkan",
            "before": left.height, "after": left.height + added - removed, "to_check": 0,
            "out": [{"reason": "hand.removed", "text": words("hand.removed", None).id,
                     "persons": removed}],
        }
    ]  # fmt: skip


def reasons_frame(inputs: PlanInputs, outcome: Outcome | None) -> pl.DataFrame:
    """Return ``reasons.parquet``: every candidate and every rule, then money and hand.

    Args:
        inputs: What the plan stands on.
        outcome: The solved base scenario, None if there is none.

    Returns:
        ``person_id, rule, passed, reason_id`` in the order of persons and rules.
    """
    frame = inputs.told.frame
    parts = [
        frame.select(
            "person_id", rule=pl.lit(rule.id), order=pl.lit(n, dtype=pl.Int32),
            passed=pl.col(f"p:{rule.id}"), reason_id=pl.col(f"r:{rule.id}"),
        )
        for n, rule in enumerate(inputs.told.rules)
    ]  # fmt: skip
    last = len(parts)
    if "hand" in frame.columns:
        by_hand = frame.filter(pl.col("hand").is_not_null())
        parts.append(
            by_hand.select(
                "person_id", rule=pl.lit("tangan"), order=pl.lit(last, dtype=pl.Int32),
                passed=pl.col("hand") == "add",
                reason_id=pl.when(pl.col("hand") == "add").then(pl.lit("hand.added"))
                .otherwise(pl.lit("hand.removed")),
            )
        )  # fmt: skip
    if outcome is not None:
        parts += _money_reasons(outcome, last)
    return pl.concat(parts).sort("person_id", "order").drop("order")


def _money_reasons(outcome: Outcome, last: int) -> list[pl.DataFrame]:
    """Return the reasons that come after the rules of the person."""
    chosen = set(outcome.names.get_column("person_id")) if outcome.names.height else set()
    held = outcome.ranked.frame.select(
        "person_id", _in=pl.col("person_id").is_in(list(chosen)), _may=MAY_BEGIN
    )
    money = held.select(
        "person_id", rule=pl.lit("pagu"), order=pl.lit(last + 2, dtype=pl.Int32), passed="_in",
        reason_id=pl.when(pl.col("_in")).then(pl.lit("money.ok"))
        .when(~pl.col("_may")).then(pl.lit("money.too_late"))
        .otherwise(pl.lit("money.waiting")),
    )  # fmt: skip
    lost = outcome.ranked.not_first.to_frame("person_id").select(
        "person_id", rule=pl.lit("satu-tempat"), order=pl.lit(last + 1, dtype=pl.Int32),
        passed=pl.lit(False), reason_id=pl.lit("one_per_family.other"),
    )  # fmt: skip
    return [lost, money]
