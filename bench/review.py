"""What answers are worth: the most valuable pairs first against any order, reviewers who err.

    python -m bench.review --persons 20000

A noisy city is linked; its uncertain pairs are answered in two orders by reviewers who are right,
and by reviewers who are wrong twice in a hundred. After every hundred answers: errors that are to
be expected among the pairs that wait, with the interval, and the errors there really are.
"""

from __future__ import annotations

import argparse

import numpy as np
import polars as pl

from bench.noisy_city import make
from bench.spent import machine
from cakup.engines.duckdb import DuckEngine
from cakup.linkage import results
from cakup.linkage.calibration import IDENTITY, calibrated, expected, usable_answers
from cakup.linkage.cleaning import clean
from cakup.linkage.linking import NOTHING, Settings, link
from cakup.linkage.reviewing import review_pairs
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.pipeline.review_quality import UNWEIGHED

SEED = 8421
STEPS = (0, 20, 50, 100, 200, 400)


def open_pairs(persons: int) -> pl.DataFrame:
    """Return the uncertain pairs of a city: ``raw`` odds, ``value``, ``joined``, ``same``."""
    city = make(persons, SEED, correlated=True)
    tables = (city.workers.drop("person"), city.register.drop("person"))
    asked = (Asked({}, (), "list"), Asked({}))
    rows = [
        logical_rows(t, table_fields(t.columns, a), side)
        for side, (t, a) in enumerate(zip(tables, asked, strict=True))
    ]
    every = in_one_form(pl.concat(rows, how="diagonal")).with_columns(
        row=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    truth = pl.concat([city.workers["person"], city.register["person"]]).to_numpy()
    with DuckEngine() as engine:
        cleaned = clean(every)
        linked = link(engine, cleaned)
    told = results.members(linked)
    places = pl.Series(np.arange(len(linked.person)))
    found = review_pairs(linked, told, places, NOTHING, Settings())
    found = found.filter(pl.col("pattern") != UNWEIGHED)
    left, right = found["left_record_id"].to_numpy(), found["right_record_id"].to_numpy()
    person = truth[cleaned.frame["row"].to_numpy()]
    p = np.clip(found["probability"].to_numpy(), 1e-6, 1 - 1e-6)
    return found.select(
        raw=pl.Series(np.log2(p / (1 - p))),
        joined=pl.Series(linked.person[left] == linked.person[right]),
        same=pl.Series(person[left] == person[right]), value="value_of_information",
    )  # fmt: skip


def rows_of(pairs: pl.DataFrame, order: np.ndarray, mistakes: float) -> list[tuple[object, ...]]:
    """Return after how many answers what is to be expected, and what is."""
    raw, joined, same = (pairs[c].to_numpy() for c in ("raw", "joined", "same"))
    wrong = np.random.default_rng(SEED).random(len(same)) < mistakes
    answers = same ^ wrong
    out: list[tuple[object, ...]] = []
    for k in (s for s in STEPS if s <= len(order)):
        done, rest = order[:k], order[k:]
        used = done[: usable_answers(k)]
        line = calibrated(raw[used], answers[used]) if len(used) else IDENTITY
        told = expected(raw[rest], joined[rest], line)
        now = joined.copy()
        now[done] = answers[done]
        out.append(
            (k, told.false_links, told.false_interval, int((joined & ~same)[rest].sum()),
             told.missed_links, told.missed_interval, int((~joined & same)[rest].sum()),
             int((now != same).sum()))
        )  # fmt: skip
    return out


def main() -> None:
    """Print a table per order and reviewer."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=20_000)
    pairs = open_pairs(arguments.parse_args().persons)
    valued = np.argsort(-pairs["value"].to_numpy(), kind="stable")
    orders = {
        "paling berharga dahulu": valued,
        "acak": np.random.default_rng(SEED).permutation(len(valued)),
    }
    print(f"{pairs.height} pasangan ragu\n")
    for name, order in orders.items():
        for mistakes in (0.0, 0.02):
            print(f"{name}, {mistakes:.0%} jawaban keliru\n")
            print("| jawaban | salah satu: perkiraan | sebenarnya | terlewat: perkiraan "
                  "| sebenarnya | semua salah |\n|---:|---:|---:|---:|---:|---:|")  # fmt: skip
            for k, false, low_high, is_false, missed, m_low_high, is_missed, wrong in rows_of(
                pairs, order, mistakes
            ):
                spans = [f"{x:.0f} ({s[0]:.0f}–{s[1]:.0f})"  # type: ignore[index, str-format]
                         for x, s in ((false, low_high), (missed, m_low_high))]  # fmt: skip
                print(f"| {k} | {spans[0]} | {is_false} | {spans[1]} | {is_missed} | {wrong} |")
            print()
    print(machine("polars", "numpy", "duckdb"))


if __name__ == "__main__":
    main()
