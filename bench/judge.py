"""How right links are when the truth is known: precision, recall, F1 with intervals.

One decision per row of the lists. Linked to the right person: true positive. Linked to another, or
linked though the person is in no register: false positive. A person of the register who is not
linked to himself: false negative; a row linked to the wrong person counts in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

#: Standard normal quantile of a 95 % interval.
Z = 1.959964


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval.

    Args:
        value: 0–1.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    def spelled(self) -> str:
        """Return ``0,9876 (0,9866–0,9885)`` in the Indonesian way."""
        return f"{self.value:.4f} ({self.low:.4f}–{self.high:.4f})".replace(".", ",")


@dataclass(frozen=True)
class Judged:
    """What came out at one threshold.

    Args:
        rows: Rows judged.
        precision: Right among linked.
        recall: Right among those whose person is in the register.
        f1: Harmonic mean of both.
    """

    rows: int
    precision: Share
    recall: Share
    f1: Share


def answered(lists: pl.DataFrame, register: pl.Series, answers: pl.DataFrame) -> pl.DataFrame:
    """Return one row per row of the lists, ready to be judged.

    Args:
        lists: ``list``, ``person`` of every row of the left table.
        register: Person of every row of the right table.
        answers: ``left_row``, ``right_row``, ``probability``.

    Returns:
        The columns of both, with ``is_right`` and ``is_covered``.
    """
    numbered = lists.with_row_index("left_row").with_columns(pl.col("left_row").cast(pl.Int64))
    rows = numbered.join(answers, on="left_row", how="left", maintain_order="left")
    found = register.gather(rows["right_row"].fill_null(0))
    return rows.with_columns(
        probability=pl.col("probability").fill_null(0.0),
        is_right=(found == rows["person"]) & rows["right_row"].is_not_null(),
        is_covered=pl.col("person").is_in(register.unique().implode()),
    )


def judge(rows: pl.DataFrame, threshold: float) -> Judged:
    """Judge rows at a threshold.

    Intervals are Wilson's with the number of *persons* as sample size, because rows of one person
    are right or wrong together; that of F1 treats it as the share of true positives among true
    positives and half of the errors.

    Args:
        rows: ``person`` (true), ``probability`` (0 where not linked), ``is_right`` (linked to the
            true person), ``is_covered`` (the person is in the register).
        threshold: Probability from which a link counts.
    """
    linked = (rows["probability"] >= threshold).to_numpy()
    right = rows["is_right"].to_numpy() & linked
    covered, person = rows["is_covered"].to_numpy(), rows["person"].to_numpy()
    wrong, missed = linked & ~right, covered & ~right
    tp, fp, fn = (float(x.sum()) for x in (right, wrong, missed))
    return Judged(
        rows.height,
        _share(tp, tp + fp, person[linked]),
        _share(tp, tp + fn, person[right | missed]),
        _share(tp, tp + (fp + fn) / 2, person[right | wrong | missed]),
    )


def _share(part: float, whole: float, persons: np.ndarray) -> Share:
    """Return a share with Wilson's interval over persons."""
    n = float(len(np.unique(persons)))
    if not n:
        return Share(float("nan"), 0.0, 1.0)
    p = part / whole
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Share(p, float(middle - half), float(middle + half))


def best(rows: pl.DataFrame) -> tuple[float, float]:
    """Return the best F1 over all thresholds, and the threshold; known only with the truth."""
    p, right = rows["probability"].to_numpy(), rows["is_right"].to_numpy()
    order = np.argsort(-p)
    tp, n = np.cumsum(right[order]), np.arange(1, len(p) + 1)
    f1 = np.where(p[order] > 0, 2 * tp / (n + rows["is_covered"].sum()), 0.0)
    at = int(np.argmax(f1))
    return float(f1[at]), float(p[order][at])


def pairs_judged(cluster: Sequence[int], person: Sequence[int]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over all pairs of rows put into one cluster.

    Args:
        cluster: Cluster of each row.
        person: True person of each row.
    """
    frame = pl.DataFrame({"c": cluster, "p": person})

    def pairs(*columns: str) -> float:
        n = frame.group_by(columns).len()["len"].cast(pl.Float64)
        return float((n * (n - 1) / 2).sum())

    both, found, there = pairs("c", "p"), pairs("c"), pairs("p")
    return both / max(found, 1.0), both / max(there, 1.0), 2 * both / max(found + there, 1.0)
