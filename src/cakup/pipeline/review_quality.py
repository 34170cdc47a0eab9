"""What the answers of people say: how far probabilities were off, what errors are to be expected.

A decision keeps the log2 odds that its pair had in the tables of the day on which it was recorded,
if it was waiting there. The line that they draw (``linkage.calibration``) is a function of the log
alone, so a repeated run finds it again; the next ``cakup link`` weighs every pair by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from cakup.pipeline.judgements import standing_pairs

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.linkage.calibration import Calibration, Expected
    from cakup.pipeline.decisions import Decision
    from cakup.pipeline.workspace import Workspace

#: Under this name a decision keeps the odds, and the manifest of ``link`` the line in force.
ODDS, LINE = "log_odds", "line"
#: Pattern of the pairs that linkage puts to people without having weighed them.
UNWEIGHED = "nik_sama_nama_lain"
#: Columns of the pairs that wait.
PAIRS = {"raw": pl.Float64, "left": pl.String, "right": pl.String, "joined": pl.Boolean}


def _told() -> Any:
    return import_module("cakup.linkage.calibration")


def drawn(log: Sequence[Decision], *, every: bool = False) -> Calibration:
    """Return the line that the answers in a log draw.

    Args:
        log: Decisions in the order of the log.
        every: Whether the latest answers count at once, instead of a few dozen at a time.
    """
    told = _told()
    answers = [d for d in standing_pairs(log) if ODDS in d.body]
    used = answers if every else answers[: told.usable_answers(len(answers))]
    raw = np.array([float(d.body[ODDS]) for d in used])
    line: Calibration = told.calibrated(raw, np.array([d.kind == "same_person" for d in used]))
    return line


def in_force(workspace: Workspace) -> Calibration:
    """Return the line by which the current tables were weighed."""
    line: Calibration = _told().IDENTITY
    for run in reversed(workspace.runs()):
        if run["verb"] == "link" and not run["request"].get("known"):
            shift, factor = run.get(LINE) or line.coefficients
            return replace(line, shift=float(shift), factor=float(factor))
    return line


def open_pairs(store: Store, line: Calibration) -> pl.DataFrame:
    """Return the pairs that wait: ``left``, ``right`` (records), ``raw`` odds, ``joined``.

    Pairs with one NIK and foreign names are left out: their chance is a convention, not weighed.

    Args:
        store: Tables of the workspace.
        line: The line by which they were weighed.
    """
    review = pl.read_parquet(store.path("review")).filter(
        pl.col("probability").is_not_null() & (pl.col("pattern") != UNWEIGHED)
    )
    ends = sorted({*review["left_record_id"], *review["right_record_id"]})
    members = pl.read_parquet(store.path("memberships"), columns=["record_id", "person_id"])
    person = members.filter(pl.col("record_id").is_in(ends))
    for side in ("left", "right"):
        named = person.rename({"record_id": f"{side}_record_id", "person_id": side})
        review = review.join(named, on=f"{side}_record_id", how="left", maintain_order="left")
    p = np.clip(review["probability"].to_numpy(), 1e-6, 1 - 1e-6)
    raw = line.raw(np.log2(p / (1 - p)))
    return review.select(
        pl.Series("raw", np.round(raw, 6), dtype=pl.Float64),
        left="left_record_id", right="right_record_id", joined=pl.col("left") == pl.col("right"),
    )  # fmt: skip


def expected(pairs: pl.DataFrame, line: Calibration) -> Expected:
    """Return the errors to be expected among pairs that wait."""
    # Pairs with about the same odds are counted together: a city may have a hundred thousand.
    alike = (
        pairs.group_by(pl.col("raw").round(2), pl.col("joined").fill_null(False))
        .agg(n=pl.len().cast(pl.Int64))
        .sort("raw", "joined")
    )
    found: Expected = _told().expected(*(alike[c].to_numpy() for c in ("raw", "joined")), line,
                                       alike["n"].to_numpy())  # fmt: skip
    return found


def without(pairs: pl.DataFrame, answered: Sequence[Decision]) -> pl.DataFrame:
    """Return the pairs that are not among those answered."""
    done = {frozenset(d.body["records"]) for d in answered if d.body.get("records")}
    left = [frozenset(p) not in done for p in pairs.select("left", "right").iter_rows()]
    return pairs.filter(pl.Series(left, dtype=pl.Boolean))


def with_odds(answers: Sequence[Decision], pairs: pl.DataFrame) -> list[Decision]:
    """Return decisions that keep the odds of their pair as they were when it was asked about."""
    odds = {
        frozenset((left, right)): raw
        for left, right, raw in pairs.select("left", "right", "raw").iter_rows()
    }
    return [
        replace(d, body={**d.body, ODDS: odds[pair]})
        if (pair := frozenset(d.body["records"])) in odds
        else d
        for d in answers
    ]
