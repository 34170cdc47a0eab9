"""What hidden rows became, kept for runs that link only what is new.

Hiding rows and linking them again needs all rows. How often a row of each kind is missed changes
little from month to month, so it is kept from the last run over all rows; how many rows of each
kind there are, and what they joined, is counted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from cakup.linkage.probes import Doubt, Probes
from cakup.linkage.recalls import Odd, Recall
from cakup.linkage.relink import LISTED, REGISTERED
from cakup.linkage.vocabulary import Bools, Ints

SCHEMA = {
    "what": pl.String, "import_id": pl.String, "is_covered": pl.Boolean, "is_only": pl.Boolean,
    "share": pl.Float64, "state": pl.Int64, "weight": pl.Float64, "kind": pl.Int64,
    "is_found": pl.Boolean,
}  # fmt: skip
SCALARS = ("persons", "covered", "scored", "register_odd")


@dataclass(frozen=True)
class KeptProbes:
    """Probes in a form that can be written.

    Args:
        rows: Hidden rows, rows given a wrong NIK, rows seen with one; columns ``SCHEMA``.
        facts: The numbers of ``Probes`` as plain JSON values.
    """

    rows: pl.DataFrame
    facts: dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Rows of lists as they stand now, one per row.

    Args:
        source: Number of its list.
        is_numbered: Whether it has a NIK.
        beside: Other rows of lists that its person has.
        is_registered: Whether its person is in the register.
        persons: Persons with a row that has a NIK.
        covered: Those of them in the register.
    """

    source: Ints
    is_numbered: Bools
    beside: Ints
    is_registered: Bools
    persons: int
    covered: int


def keep(probes: Probes, sources: Sequence[str]) -> KeptProbes:
    """Return probes in a form that can be written.

    Args:
        probes: What became of hidden rows.
        sources: Import of each number of a list.
    """
    names = np.array([*sources, ""])

    def rows(what: str, source: Ints, **columns: Any) -> pl.DataFrame:
        told = {"what": [what] * len(source), "import_id": names[source].tolist(), **columns}
        frame = pl.DataFrame(told, schema_overrides={k: SCHEMA[k] for k in told})
        return frame.select(
            frame[k] if k in told else pl.lit(None, SCHEMA[k]).alias(k) for k in SCHEMA
        )

    odd = probes.odd
    frame = pl.concat([
        rows("hidden", probes.source, is_covered=probes.is_covered, is_only=probes.is_only,
             share=probes.share, state=probes.state, weight=probes.weight),
        rows("odd", odd.source, kind=odd.kind, is_found=odd.is_found),
        rows("seen", odd.seen_source, kind=odd.seen_kind),
    ])  # fmt: skip
    recalls = {"bare": probes.register_bare, "wrong": probes.register_wrong}
    doubt = [probes.doubt.listed, probes.doubt.covered, probes.doubt.shift]
    return KeptProbes(
        frame,
        {**{k: int(getattr(probes, k)) for k in SCALARS}, "doubt": doubt,
         **{k: [r.probes, r.found] for k, r in recalls.items()}},
    )  # fmt: skip


def again(kept: KeptProbes, number: Mapping[str, int], seen: Seen) -> Probes:
    """Return probes with the rows that there are now.

    Persons and register rows that stand apart are as frequent as they were.

    Args:
        kept: What the last run over all rows kept.
        number: Number of the list that each import of then is of; others are left out.
        seen: The rows of lists now.
    """
    rows = kept.rows.filter(pl.col("import_id").is_in(list(number))).with_columns(
        n=pl.col("import_id").replace_strict(dict(number), return_dtype=pl.Int64, default=None)
    )
    hidden, odd, met = (rows.filter(what=w) for w in ("hidden", "odd", "seen"))
    facts, poor = kept.facts, ~seen.is_numbered
    part = seen.covered / max(facts["covered"], 1)
    doubt = Doubt(*facts["doubt"])
    doubt = replace(
        doubt, listed=doubt.listed * seen.persons / max(facts["persons"], 1),
        covered=doubt.covered * part,
    )  # fmt: skip
    state = np.where(seen.beside > 0, LISTED, 0) + np.where(seen.is_registered, REGISTERED, 0)
    return Probes(
        hidden["n"].to_numpy(), hidden["is_covered"].to_numpy(), hidden["is_only"].to_numpy(),
        hidden["share"].to_numpy(), hidden["state"].to_numpy(), hidden["weight"].to_numpy(),
        seen.source[poor], state[poor], seen.source[~poor], seen.is_registered[~poor],
        seen.persons, seen.covered, round(facts["scored"] * part),
        round(facts["register_odd"] * part),
        Odd(odd["n"].to_numpy(), odd["kind"].to_numpy(), odd["is_found"].to_numpy(),
            met["n"].to_numpy(), met["kind"].to_numpy()),
        doubt, Recall(*facts["bare"]), Recall(*facts["wrong"]),
    )  # fmt: skip
