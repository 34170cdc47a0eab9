"""What linkage takes and gives: settings, decisions, what is known of the whole, and the result."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from cakup.linkage.compare import Comparison
from cakup.linkage.competition import shared
from cakup.linkage.cuts import SCHEMA as CUTS
from cakup.linkage.parameters import Parameters
from cakup.linkage.rarities import WholeCounts
from cakup.linkage.vocabulary import Bools, Ints, Reals


@dataclass(frozen=True)
class Settings:
    """How linkage behaves; probabilities 0–1.

    Args:
        share_from: Rows surely enough one person to share what they know.
        person_from: Rows that become one person.
        link_from: Links made without asking.
        review_from: Pairs shown to people.
        rounds: Times that persons are joined and compared again.
        line: What answers of people make of log2 odds, see ``calibration``: bits added, factor.
    """

    share_from: float = 0.97
    person_from: float = 0.8
    link_from: float = 0.95
    review_from: float = 0.05
    rounds: int = 2
    line: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Decided:
    """What people decided, as row numbers in content order.

    Args:
        same: Pairs that are one person, shape (n, 2).
        different: Pairs that are not.
    """

    same: Ints
    different: Ints


NOTHING = Decided(np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2), dtype=np.int64))


def alone_odds(evidence: Reals, prior: Reals, line: tuple[float, float]) -> Reals:
    """Return the log2 odds of pairs before any other pair competes with them.

    Args:
        evidence: Bits of each pair.
        prior: Log2 prior odds of its kind.
        line: See ``Settings``.
    """
    shift, factor = line
    return shift + factor * (evidence + prior)


@dataclass(frozen=True)
class Whole:
    """What is known of everything of which the rows at hand are a part.

    Args:
        counts: How many persons have which words and values.
        parameters: Parameters, None while they are to be learnt.
        priors: Log2 prior odds per kind of pair of the whole, None while they are to be learnt.
    """

    counts: WholeCounts
    parameters: Parameters | None
    priors: Reals | None


@dataclass(frozen=True)
class Linked:
    """What came out.

    Args:
        frame: Cleaned rows, in content order.
        fields: Comparisons.
        parameters: Parameters, None if nothing needed scoring.
        exact: Person of each row after the exact pass and decisions alone.
        person: Person of each row, the smallest of its rows.
        doubt: Pairs with equal NIK and foreign names, columns ``l`` and ``r`` (rows).
        pairs: Scored pairs between rows' persons as they were compared last: ``l``, ``r`` (rows
            that stand for the variants), ``pattern``, ``bits_<i>``, ``keys`` and
            ``evidence`` (bits); hopeless ones are left out.
        priors: Log2 prior odds per kind of pair (both lists, mixed, both register).
        registered: Whether the person of a number has a row in the register.
        joins: The pairs by which persons were joined, in the order of the rounds, columns as
            ``pairs`` with ``round`` and ``log_odds``.
        yields: Per key: pairs, and links found.
        compared: Candidate pairs compared at first.
        line: See ``Settings``.
        cuts: Agreeing pairs that were kept apart, see ``cuts``.
    """

    frame: pl.DataFrame
    fields: tuple[Comparison, ...]
    parameters: Parameters | None
    exact: Ints
    person: Ints
    doubt: pl.DataFrame
    pairs: pl.DataFrame
    priors: Reals
    registered: Bools
    joins: pl.DataFrame
    yields: pl.DataFrame
    compared: int = 0
    line: tuple[float, float] = (0.0, 1.0)
    cuts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CUTS))

    def share_registered(self, listed: Bools) -> float:
        """Return the share of persons with listed rows who have a row in the register, 0–1.

        Args:
            listed: Rows that are of a list of workers.
        """
        n, register = len(self.person), self.frame["side"].to_numpy() == 1
        has_list, is_in = (np.bincount(self.person[r], minlength=n) > 0 for r in (listed, register))
        return float((has_list & is_in).sum() / max(int(has_list.sum()), 1))

    def log_odds(self) -> Reals:
        """Return the log2 odds of every scored pair."""
        kind = self.registered[self.pairs["le"].to_numpy()].astype(np.int64)
        kind += self.registered[self.pairs["re"].to_numpy()]
        alone = alone_odds(self.pairs["evidence"].to_numpy(), self.priors[kind], self.line)
        return shared(self.pairs["le"].to_numpy(), self.pairs["re"].to_numpy(), alone)
