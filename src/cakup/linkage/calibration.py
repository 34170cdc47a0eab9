"""What answers of people say about probabilities, and how many errors are to be expected.

A pair that was answered had log2 odds when it was asked about. If of the pairs at odds of one to
one only a third are the same, the odds are too high; a straight line over the odds, drawn towards
the one that changes nothing, says how they should have been. Pairs are chosen for answers by their
odds (the most uncertain first), which does not bend the line: it is about the answers *given* the
odds. A reviewer is wrong now and then, so no single answer counts as certain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cakup.linkage.score import probability
from cakup.linkage.vocabulary import Bools, Ints, Reals

#: Share of answers that are wrong, as is assumed: two in a hundred.
MISTAKES = 0.02
#: How far the line may be from what changes nothing, before any answer (standard deviations): bits
#: up or down, and the factor.
SHIFT_SD, FACTOR_SD = 1.5, 0.25
#: Fewer answers change nothing; then the line is drawn anew when there are so many times as many.
LEAST_ANSWERS, MORE_BY = 20, 1.25
FACTOR_RANGE = (0.4, 2.0)
DRAWS, SEED = 2_000, 20_251
#: Odds that are drawn at once: enough that little time goes into Python, little memory too.
BLOCK_ODDS = 100_000
ROUNDS = 60


@dataclass(frozen=True)
class Calibration:
    """A line over log2 odds: ``shift + factor × odds``.

    Args:
        shift: Bits.
        factor: Factor.
        spread: Covariance of both, shape (2, 2).
        answers: Answers from which it was drawn.
    """

    shift: float = 0.0
    factor: float = 1.0
    spread: tuple[tuple[float, float], tuple[float, float]] = (
        (SHIFT_SD**2, 0.0),
        (0.0, FACTOR_SD**2),
    )
    answers: int = 0

    @property
    def coefficients(self) -> tuple[float, float]:
        """Shift and factor, as ``Settings.line`` takes them."""
        return self.shift, self.factor

    def odds(self, raw: Reals) -> Reals:
        """Return log2 odds as answers say they are."""
        return self.shift + self.factor * raw

    def raw(self, odds: Reals) -> Reals:
        """Return the log2 odds of which ``odds`` were made."""
        return (odds - self.shift) / self.factor


IDENTITY = Calibration()


@dataclass(frozen=True)
class Expected:
    """Errors to be expected among pairs, with the middle 95 % of what is likely.

    Args:
        false_links: Pairs joined that are two persons.
        missed_links: Pairs left apart that are one.
        false_interval: Low and high.
        missed_interval: Low and high.
    """

    false_links: float
    missed_links: float
    false_interval: tuple[float, float]
    missed_interval: tuple[float, float]


def usable_answers(n: int) -> int:
    """Return how many of ``n`` answers, the first ones, draw the line.

    Not every single answer moves all probabilities: it moves them at 20 answers, and then whenever
    there are a quarter more.
    """
    if n < LEAST_ANSWERS:
        return 0
    used = LEAST_ANSWERS
    while (more := int(np.ceil(used * MORE_BY))) <= n:
        used = more
    return used


def calibrated(raw: Reals, same: Bools) -> Calibration:
    """Draw the line from answers.

    Args:
        raw: Log2 odds of each answered pair before any calibration.
        same: Whether the answer was that both are one person.
    """
    if not len(raw):
        return IDENTITY
    line = np.array([0.0, 1.0])
    weight = np.diag([1 / SHIFT_SD**2, 1 / FACTOR_SD**2])
    columns = np.stack([np.ones(len(raw)), np.clip(raw, -20.0, 20.0)], axis=1)
    for _ in range(ROUNDS):
        slope, bend = _slopes(columns, line, same)
        gradient = slope - weight @ (line - np.array([0.0, 1.0]))
        step = np.linalg.solve(bend + weight, gradient)
        line = line + np.clip(step, -0.5, 0.5)
        line[1] = float(np.clip(line[1], *FACTOR_RANGE))
        if np.abs(step).max() < 1e-9:
            break
    _, bend = _slopes(columns, line, same)
    spread = np.linalg.inv(bend + weight)
    told = ((float(spread[0, 0]), float(spread[0, 1])), (float(spread[1, 0]), float(spread[1, 1])))
    return Calibration(round(float(line[0]), 6), round(float(line[1]), 6), told, len(raw))


def _slopes(columns: Reals, line: Reals, same: Bools) -> tuple[Reals, Reals]:
    """Return the gradient of the log-likelihood and its expected bend (Fisher information)."""
    p = probability(columns @ line)
    said = MISTAKES + (1 - 2 * MISTAKES) * p
    by_bit = (1 - 2 * MISTAKES) * p * (1 - p) * np.log(2.0)
    rest = (same.astype(float) - said) / (said * (1 - said)) * by_bit
    bend = (columns.T * (by_bit**2 / (said * (1 - said)))) @ columns
    return columns.T @ rest, bend


def expected(raw: Reals, joined: Bools, told: Calibration, count: Ints | None = None) -> Expected:
    """Return the errors to be expected among pairs that nobody answered.

    Args:
        raw: Log2 odds before any calibration.
        joined: Whether the pair is one person now.
        told: Line; how sure it is makes the interval, with the chance of each pair.
        count: Pairs with these odds, None = one each.
    """
    n = np.ones(len(raw)) if count is None else count.astype(float)
    rng = np.random.default_rng(SEED)
    lines = rng.multivariate_normal([told.shift, told.factor], np.array(told.spread), DRAWS)
    chance = rng.normal(size=(DRAWS, 2))
    wrongs = np.zeros((DRAWS, 2))
    block = max(1, BLOCK_ODDS // max(len(raw), 1))
    for at in (slice(k, k + block) for k in range(0, DRAWS, block)):
        p = probability(lines[at, :1] + np.maximum(lines[at, 1:], FACTOR_RANGE[0]) * raw)
        for k, wrong in enumerate(((1 - p) * joined, p * ~joined)):
            mean, noise = (n * wrong).sum(axis=1), (n * wrong * (1 - wrong)).sum(axis=1)
            wrongs[at, k] = np.maximum(mean + chance[at, k] * np.sqrt(noise), 0.0)
    p = probability(told.odds(raw))
    middle = [tuple(float(x) for x in np.quantile(o, (0.025, 0.975))) for o in wrongs.T]
    return Expected(
        float((n * (1 - p))[joined].sum()), float((n * p)[~joined].sum()),
        (middle[0][0], middle[0][1]), (middle[1][0], middle[1][1]),
    )  # fmt: skip
