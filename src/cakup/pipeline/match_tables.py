"""Tables without NIK: their columns chosen, their rows linked, the answers as rows of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from cakup.kernel.errors import UsageError
from cakup.kernel.progress import Progress
from cakup.linkage import score
from cakup.linkage.answers import SCHEMA, SHOWN_FROM, TURNS
from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.generic import choose as ch
from cakup.linkage.generic import engine, values
from cakup.linkage.generic.fillers import without_fillers
from cakup.linkage.results import DIGITS

#: How well two rows agree by themselves where they were never compared.
UNSEEN = -1_000.0


@dataclass(frozen=True)
class Answered:
    """What came out of tables.

    Args:
        choice: What was compared and what was not.
        pairs: As ``answers.all_pairs`` has them; None for one table.
        cluster: Smallest row of each row's entity.
        compared: Candidate pairs compared.
    """

    choice: ch.Choice
    pairs: pl.DataFrame | None
    cluster: pl.Series
    compared: int


def answer(
    left: pl.DataFrame, right: pl.DataFrame | None, told: tuple[ch.Columns, ch.Columns],
    also: Sequence[tuple[str, str]], entity_from: float, progress: Progress,
    skipped: Sequence[str] = (),
) -> Answered:  # fmt: skip
    """Link the rows of one or two tables.

    Args:
        left: Table of texts.
        right: The other one, or None.
        told: Logical field → columns, per table.
        also: Further pairs of columns.
        entity_from: Probability from which rows become one entity.
        progress: Listener.
        skipped: Columns with another use.

    Raises:
        UsageError: ``match.no_field`` or ``match.different_fields``.
    """
    progress.step("pilih kolom")
    left = without_fillers(left)
    right = None if right is None else without_fillers(right)
    choice = ch.choose(left, right, told, also, skipped)
    height = left.height + (right.height if right is not None else 0)
    if height and not choice.fields:
        _nothing_to_compare(left, right)
    side = np.repeat([0, 1], [left.height, height - left.height])
    order = _content_order(_texts(left, right, choice), side)
    rows = (left, right, order, side[order])
    columns, found = _found(*rows, choice, entity_from, progress)
    while found.passing:
        choice = choice.without(found.passing, "passing", alone=right is None)
        columns, found = _found(*rows, choice, entity_from, progress)
    cluster = pl.DataFrame({"row": order, "e": found.entity}).select(
        "row", cluster=pl.col("row").min().over("e")
    )
    pairs = None if right is None else _pairs(found, columns, order, left.height)
    return Answered(choice, pairs, cluster.sort("row")["cluster"], found.compared)


def _found(
    left: pl.DataFrame, right: pl.DataFrame | None, order: np.ndarray, side: np.ndarray,
    choice: ch.Choice, entity_from: float, progress: Progress,
) -> tuple[list[values.Column], engine.Found]:  # fmt: skip
    """Return the columns of what was chosen, rows in order, and the entities that they show."""
    texts = [t.gather(order) for t in _texts(left, right, choice)]
    columns = _columns(texts, choice, pl.Series(side))
    twins = ch.twins(choice.fields)
    return columns, engine.find(columns, side, entity_from, progress, twins, choice.asked())


def _content_order(texts: Sequence[pl.Series], side: np.ndarray) -> np.ndarray:
    """Return the rows in an order of what they say, so that the order of arrival does nothing."""
    frame = pl.DataFrame([t.alias(f"c{at}") for at, t in enumerate(texts)])
    frame = frame.with_columns(side=pl.Series(side))
    key = frame.select(pl.struct(pl.all()).hash(7)).to_series().to_numpy()
    return np.argsort(key, kind="stable").astype(np.int64)


def _nothing_to_compare(left: pl.DataFrame, right: pl.DataFrame | None) -> None:
    """Refuse tables of which no column can be compared."""
    names = [", ".join(t.columns) for t in (left, right) if t is not None]
    if right is None or not left.width or not right.width:
        raise UsageError("match.no_field", known=names[0])
    raise UsageError("match.different_fields", left=names[0], right=names[1])


def _texts(left: pl.DataFrame, right: pl.DataFrame | None, choice: ch.Choice) -> list[pl.Series]:
    """Return the values of each field, the right table's below the left one's."""
    found = []
    for field in choice.fields:
        parts = [ch.joined(left, field.left)]
        parts += [ch.joined(right, field.right)] if right is not None else []
        found.append(pl.concat(parts))
    return found


def _columns(texts: Sequence[pl.Series], choice: ch.Choice, side: pl.Series) -> list[values.Column]:
    """Return the fields of all rows, ready for comparing; twins have one numbering."""
    made: dict[int, values.Column] = {}
    for twins in ch.twins(choice.fields):
        n = len(texts[twins[0]])
        both = values.column(
            "", values.NAME, pl.concat([texts[t] for t in twins]), pl.concat([side, side]),
            REFERENCE,
        )  # fmt: skip
        for at, field in enumerate(twins):
            made[field] = both.part(choice.fields[field].name, at * n, n)
    return [
        made[at] if at in made
        else values.column(f.name, f.kind, texts[at], side, REFERENCE)
        for at, f in enumerate(choice.fields)
    ]  # fmt: skip


def _pairs(
    found: engine.Found, columns: Sequence[values.Column], order: np.ndarray, height: int
) -> pl.DataFrame:
    """Return all pairs of a left and a right row that may be one entity."""
    rows = pl.DataFrame(
        {"row": np.arange(len(order)), "e": found.entity, "sure": found.sure, "n": order}
    )
    ours, theirs = rows.filter(pl.col("n") < height), rows.filter(pl.col("n") >= height)
    ours, theirs = ours.drop("n"), theirs.drop("n")
    inside = ours.join(theirs.rename({"row": "r", "sure": "other"}), on="e").select(
        l="row", r="r", p=pl.min_horizontal("sure", "other"), at=pl.lit(-1, pl.Int64)
    )
    direct = found.pairs.with_columns(p=pl.Series(score.probability(_odds(found.pairs))))
    direct = pl.concat([direct, direct.rename({"l": "r", "r": "l"}).select(direct.columns)])
    inside = inside.join(direct, on=["l", "r"], how="left").select(
        "l", "r", p=pl.max_horizontal("p", "p_right"), at=pl.coalesce("place", "at"),
        rank=pl.col("log_odds").fill_null(UNSEEN),
    )  # fmt: skip
    between = found.between.with_columns(p=pl.Series(score.probability(_odds(found.between))))
    parts = [inside]
    for a, b in (("le", "re"), ("re", "le")):
        some = between.join(ours.rename({"row": "l"}).select("l", "e"), left_on=a, right_on="e")
        some = some.join(theirs.rename({"row": "r"}).select("r", "e"), left_on=b, right_on="e")
        parts.append(some.select("l", "r", "p", at="place", rank="log_odds"))
    row = pl.Series(order)
    every = pl.concat(parts).filter(pl.col("p") >= SHOWN_FROM)
    every = every.with_columns(
        l=row.gather(every["l"]), r=row.gather(every["r"]), left_turn="l", right_turn="r"
    ).sort("l", "r")
    return pl.DataFrame(
        {"left_row": every["l"], "right_row": every["r"] - height,
         "probability": every["p"].round(DIGITS),
         "evidence": engine.evidence_texts(found, columns, every["at"].to_numpy()),
         "rank": every["rank"], "left_turn": every["left_turn"],
         "right_turn": every["right_turn"]},
        schema={**SCHEMA, **TURNS},
    )  # fmt: skip


def _odds(pairs: pl.DataFrame) -> np.ndarray:
    odds: np.ndarray = pairs["log_odds"].to_numpy()
    return odds


def spelled(choice: ch.Choice) -> dict[str, str]:
    """Return the columns of each field of the left table, joined with a plus."""
    found: dict[str, str] = {}
    for field in choice.fields:
        said = "+".join(field.left)
        found[field.of] = f"{found[field.of]}+{said}" if field.of in found else said
    return found
