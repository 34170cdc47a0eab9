"""Small problems of plans for properties: few persons, two purses, ceilings of areas."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings

from bench.plan import PRICE
from cakup.planning.optimise.build import Limit, Pot, Stratum
from rounds import examples

PLACES = ("12.75.01.1001", "12.75.01.1002", "12.75.02.1001")
SMALL = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


@st.composite
def towns(
    draw: st.DrawFn, *, first: int, later: int, persons: int, months: int, most: int
) -> tuple[list[Stratum], list[Pot], list[Limit]]:
    """Strata in three kelurahan, two purses of which one begins later, ceilings or none.

    Args:
        draw: Hypothesis.
        first: First month of the persons and of the first purse.
        later: First month of the second purse.
        persons: Persons of a stratum at most.
        months: Months of everybody that a purse can pay at most.
        most: Highest ceiling of an area.
    """
    strata = [
        Stratum(draw(st.sampled_from(PLACES)), draw(st.integers(1, 5)), "other",
                draw(st.booleans()), False, first, 11, draw(st.sampled_from([11, 11, 10])),
                draw(st.sampled_from([(0,), (1,), (0, 1)])), draw(st.integers(1, persons)))
        for _ in range(draw(st.integers(2, 8)))
    ]  # fmt: skip
    money = st.integers(0, months * sum(s.persons for s in strata)).map(lambda n: n * PRICE)
    pots = [Pot("a", draw(money), first, 11, True, {"other": [PRICE] * 12}),
            Pot("b", draw(money), later, 11, False, {"other": [PRICE] * 12})]  # fmt: skip
    tops = [Limit(kode, 0, draw(st.integers(0, most)), kode) for kode in ("12.75.01", PLACES[2])]
    return strata, pots, draw(st.sampled_from([[], tops]))
