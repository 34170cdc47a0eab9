"""The line that a log of answers draws, and the pairs that it is told of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cakup.linkage.calibration import IDENTITY, Calibration, calibrated
from cakup.linkage.calibration import expected as one_by_one
from cakup.pipeline.decisions import Decision
from cakup.pipeline.review_quality import PAIRS, drawn, expected, with_odds, without


def _answer(n: int, kind: str = "different_person", **body: object) -> Decision:
    told = {"left": f"l{n}", "right": f"r{n}", "records": [f"a{n}", f"b{n}"], **body}
    return Decision(f"d{n}", kind, told, "Ani", "BA-1", "2025-11-02", "2025-11-02")


def _log(n: int) -> list[Decision]:
    kinds = ("different_person", "different_person", "same_person")
    return [_answer(at, kinds[at % 3], log_odds=float(at % 7 - 3)) for at in range(n)]


def test_twenty_answers_draw_the_line_and_a_quarter_more_draws_it_anew() -> None:
    lines = [drawn(_log(n)) for n in range(32)]
    assert lines[:20] == [IDENTITY] * 20
    assert lines[20] != IDENTITY
    assert lines[20:25] == [lines[20]] * 5
    assert lines[25] != lines[20]
    assert drawn(_log(3), every=True).answers == 3


def test_the_line_is_that_of_the_standing_answers() -> None:
    log = _log(21)
    changed_mind = replace(_answer(0, "same_person", log_odds=-3.0), decision_id="later")
    silent = [_answer(100 + n) for n in range(9)]
    told = drawn([*silent, *log, changed_mind], every=True)
    raw = np.array([d.body["log_odds"] for d in [*log[1:], changed_mind]])
    same = np.array([d.kind == "same_person" for d in [*log[1:], changed_mind]])
    assert told == calibrated(raw, same)


def _waiting(n: int) -> pl.DataFrame:
    rng = np.random.default_rng(n)
    rows = [(float(rng.normal(0, 3)), f"a{i}", f"b{i}", bool(rng.random() < 0.5)) for i in range(n)]
    return pl.DataFrame(rows, PAIRS, orient="row")


def test_answered_pairs_do_not_wait_and_answers_keep_what_they_were_asked() -> None:
    pairs = _waiting(4)
    turned = _answer(2, records=["b2", "a2"])
    assert without(pairs, [turned, _answer(9)])["left"].to_list() == ["a0", "a1", "a3"]
    kept = with_odds([turned, _answer(9)], pairs)
    assert kept[0].body["log_odds"] == pairs["raw"][2]
    assert kept[1] == _answer(9)


@pytest.mark.parametrize("n", [0, 1, 400])
def test_pairs_counted_together_are_as_good_as_one_by_one(n: int) -> None:
    pairs, line = _waiting(n), Calibration(-1.0, 0.8, ((0.1, 0.0), (0.0, 0.01)), 50)
    told = expected(pairs, line)
    slow = one_by_one(pairs["raw"].to_numpy(), pairs["joined"].to_numpy(), line)
    assert told.false_links == pytest.approx(slow.false_links, abs=0.01 * n)
    assert told.missed_interval == pytest.approx(slow.missed_interval, abs=0.01 * n)
