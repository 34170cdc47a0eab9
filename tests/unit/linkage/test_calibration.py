"""Answers of people: what they say about odds, and that the most valuable come first."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bench.noisy_city import make
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.calibration import (
    IDENTITY,
    LEAST_ANSWERS,
    calibrated,
    expected,
    usable_answers,
)
from cakup.linkage.cleaning import clean
from cakup.linkage.competition import shared
from cakup.linkage.linking import Linked, Settings, link
from cakup.linkage.score import probability
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields

PERSON_FROM = 2.0


def _pairs(seed: int, shift: float = 0.0, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return log2 odds as told, and the truth, which follows other odds."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(-1.0, 4.0, 4000)
    return raw, rng.random(4000) < probability(shift + factor * raw)


def _answers(truth: np.ndarray, seed: int, mistakes: float) -> np.ndarray:
    return truth ^ (np.random.default_rng(seed).random(len(truth)) < mistakes)


def _by_value(raw: np.ndarray) -> np.ndarray:
    return np.argsort(np.abs(raw), kind="stable")


@pytest.mark.parametrize("mistakes", [0.0, 0.02])
def test_odds_that_are_too_high_are_found_so(mistakes: float) -> None:
    raw, truth = _pairs(1, shift=-2.0, factor=0.8)
    asked = _by_value(raw)[:600]
    told = calibrated(raw[asked], _answers(truth, 2, mistakes)[asked])
    assert told.shift == pytest.approx(-2.0, abs=3 * told.spread[0][0] ** 0.5)
    assert told.spread[0][0] < IDENTITY.spread[0][0] / 10
    # The line is better than none on pairs that nobody was asked about.
    rest = np.setdiff1d(np.arange(len(raw)), asked)
    loss = [
        float(((probability(odds) - truth[rest]) ** 2).sum())
        for odds in (told.odds(raw[rest]), raw[rest])
    ]
    assert loss[0] < loss[1]
    assert told.raw(told.odds(raw)) == pytest.approx(raw)


def test_right_odds_stay_about_as_they_are() -> None:
    raw, truth = _pairs(3)
    asked = _by_value(raw)[:300]
    told = calibrated(raw[asked], _answers(truth, 4, 0.02)[asked])
    assert abs(told.shift) < 0.6
    assert calibrated(raw[:0], truth[:0]) == IDENTITY


@pytest.mark.slow
def test_the_interval_holds_the_errors_and_narrows() -> None:
    held, widths = 0, []
    for seed in range(20):
        raw, truth = _pairs(100 + seed, shift=-1.0)
        joined = raw > PERSON_FROM
        asked = _by_value(raw)[:200]
        rest = np.setdiff1d(np.arange(len(raw)), asked)
        told = calibrated(raw[asked], _answers(truth, seed, 0.02)[asked])
        before = expected(raw, joined, IDENTITY)
        after = expected(raw[rest], joined[rest], told)
        wrong = int((joined & ~truth)[rest].sum())
        held += after.false_interval[0] <= wrong <= after.false_interval[1]
        widths.append(np.ptp(after.false_interval) < np.ptp(before.false_interval))
    assert held >= 17
    assert all(widths)


def test_the_most_uncertain_first_leaves_fewer_errors_than_any_order() -> None:
    raw, truth = _pairs(5)
    joined = raw > PERSON_FROM
    answers = _answers(truth, 6, 0.02)
    random = np.random.default_rng(7).permutation(len(raw))

    def after(order: np.ndarray, k: int) -> tuple[float, int]:
        asked, rest = order[:k], order[k:]
        told = calibrated(raw[asked], answers[asked])
        left = expected(raw[rest], joined[rest], told)
        now = joined.copy()
        now[asked] = answers[asked]
        return left.false_links + left.missed_links, int((now != truth).sum())

    start = int((joined != truth).sum())
    for k in (100, 400, 1000):
        valued, blind = after(_by_value(raw), k), after(random, k)
        assert valued[0] < blind[0]
        # Two answers in a hundred are wrong, and still every hundred makes it better.
        assert valued[1] < blind[1] <= start
        start = valued[1]


def test_probabilities_move_now_and_then_only() -> None:
    used = [usable_answers(n) for n in range(200)]
    assert used[LEAST_ANSWERS - 1] == 0
    assert used[LEAST_ANSWERS] == LEAST_ANSWERS
    assert used == sorted(used)
    assert len(set(used)) < 14


def _city(line: tuple[float, float]) -> Linked:
    city = make(400, 4102, correlated=True)
    tables = (city.workers.drop("person"), city.register.drop("person"))
    rows = [
        logical_rows(t, table_fields(t.columns, asked), side)
        for side, (t, asked) in enumerate(
            zip(tables, (Asked({}, (), "list"), Asked({})), strict=True)
        )
    ]
    with DuckEngine(threads=1) as engine:
        return link(
            engine, clean(in_one_form(pl.concat(rows, how="diagonal"))), Settings(line=line)
        )


def test_every_pair_is_weighed_by_the_line_before_it_competes() -> None:
    plain, strict = _city((0.0, 1.0)), _city((-6.0, 0.6))
    for linked, (shift, factor) in ((plain, (0.0, 1.0)), (strict, (-6.0, 0.6))):
        le, re = linked.pairs["le"].to_numpy(), linked.pairs["re"].to_numpy()
        kind = linked.registered[le].astype(int) + linked.registered[re]
        alone = shift + factor * (linked.pairs["evidence"].to_numpy() + linked.priors[kind])
        assert linked.log_odds() == pytest.approx(shared(le, re, alone))
    # Weights and priors are learnt before; what joins is decided by the line.
    assert (strict.priors == plain.priors).all()
    assert len(np.unique(strict.person)) > len(np.unique(plain.person))
    assert strict.joins["log_odds"].max() < plain.joins["log_odds"].max()
