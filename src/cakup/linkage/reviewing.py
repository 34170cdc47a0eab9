"""The pairs that people should look at, the most valuable first."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.linkage import results, score
from cakup.linkage.cuts import AGAINST, FORGOTTEN, NOTHING_ALIKE
from cakup.linkage.linked import Decided, Linked, Settings
from cakup.linkage.results import DIGITS, Members


def review_pairs(
    linked: Linked, told: Members, names: pl.Series, decided: Decided, settings: Settings
) -> pl.DataFrame:
    """Return the pairs that people should look at, the most valuable first.

    The value of an answer is its uncertainty (bits of entropy) times the rows that it moves; a
    pair that decides about cover counts twice.
    """
    frames = [_doubts(linked)]
    if linked.pairs.height:
        p = score.probability(linked.log_odds())
        le, re = linked.pairs["le"].to_numpy(), linked.pairs["re"].to_numpy()
        open_ = (p >= settings.review_from) & (linked.person[le] != linked.person[re])
        chosen = linked.pairs.filter(pl.Series(open_))
        frames.append(
            _valued(linked, chosen, p[open_], linked.registered[le] != linked.registered[re], open_)
        )
    if linked.joins.height:
        p = score.probability(linked.joins["log_odds"].to_numpy())
        weak = linked.joins.filter(pl.Series(p < settings.link_from))
        both = linked.registered[weak["le"].to_numpy()] != linked.registered[weak["re"].to_numpy()]
        frames.append(_valued(linked, weak, p[p < settings.link_from], both, None))
    # A frame without rows does not know that its texts are texts.
    found = pl.concat(frames, how="vertical_relaxed").unique(
        ["l", "r"], keep="first", maintain_order=True
    )
    apart = {(int(min(a, b)), int(max(a, b))) for a, b in decided.different.tolist()}
    found = found.filter(
        [(min(a, b), max(a, b)) not in apart for a, b in found.select("l", "r").iter_rows()]
    )
    return found.select(
        left_record_id=names.gather(found["l"]), right_record_id=names.gather(found["r"]),
        probability=pl.col("probability").round(DIGITS), pattern="pattern",
        value_of_information=pl.col("value").round(DIGITS),
    ).sort(
        "value_of_information", "left_record_id", "right_record_id",
        descending=[True, False, False],
    )  # fmt: skip


def _valued(
    linked: Linked, pairs: pl.DataFrame, p: np.ndarray, both: np.ndarray, chosen: np.ndarray | None
) -> pl.DataFrame:
    """Return pairs with the value of an answer."""
    decides_cover = both[chosen] if chosen is not None else both
    size = np.bincount(linked.person, minlength=len(linked.person))
    rows = np.minimum(size[pairs["le"].to_numpy()], size[pairs["re"].to_numpy()])
    q = np.clip(p, 1e-6, 1 - 1e-6)
    entropy = -(q * np.log2(q) + (1 - q) * np.log2(1 - q))
    value = entropy * np.maximum(rows, 1) * np.where(decides_cover, 2.0, 1.0)
    return pl.DataFrame(
        {"l": pairs["l"].cast(pl.Int64), "r": pairs["r"].cast(pl.Int64), "probability": p,
         "pattern": _patterns(linked, pairs), "value": value},
        # Where no pair is left its type would be lost, and the other frames could not follow it.
        schema_overrides={"pattern": pl.String},
    )  # fmt: skip


def _patterns(linked: Linked, pairs: pl.DataFrame) -> list[str]:
    """Return the pattern of pairs, and after ``AGAINST`` that of what kept them apart."""
    words = results.pattern_words(linked, pairs)
    person = linked.person
    cut = linked.cuts.select(
        a=pl.Series(person[linked.cuts["l"].to_numpy()]),
        b=pl.Series(person[linked.cuts["r"].to_numpy()]), pattern="against",
    ).filter(pl.col("a") != pl.col("b"))  # fmt: skip
    if not cut.height:
        return words
    told = [
        NOTHING_ALIKE if p == FORGOTTEN else w
        for p, w in zip(cut["pattern"], results.pattern_words(linked, cut), strict=True)
    ]
    kept = {(min(a, b), max(a, b)): w for (a, b, _), w in zip(cut.iter_rows(), told, strict=True)}
    ends = [person[pairs[c].to_numpy()].tolist() for c in ("le", "re")]
    against = [kept.get((min(a, b), max(a, b))) for a, b in zip(*ends, strict=True)]
    return [f"{w}{AGAINST}{x}" if x else w for w, x in zip(words, against, strict=True)]


def _doubts(linked: Linked) -> pl.DataFrame:
    """Return pairs of two persons with equal NIK and foreign names: a relative's number."""
    person = linked.person
    left, right = linked.doubt["l"].to_numpy(), linked.doubt["r"].to_numpy()
    apart = person[left] != person[right]
    n = int(apart.sum())
    return pl.DataFrame(
        {"l": left[apart].astype(np.int64), "r": right[apart].astype(np.int64),
         "probability": np.full(n, 0.05), "pattern": ["nik_sama_nama_lain"] * n,
         "value": np.full(n, 0.3)},
        schema_overrides={"pattern": pl.String},
    )  # fmt: skip
