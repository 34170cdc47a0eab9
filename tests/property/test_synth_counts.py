"""Whatever is asked for, the counts of a fictitious city are exact."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cakup.synth import city
from cakup.synth.spec import Spec
from rounds import examples


@settings(max_examples=examples(25), deadline=None)
@given(
    workers=st.integers(60, 700),
    share=st.floats(0, 1),
    listed=st.floats(0, 1),
    seed=st.integers(0, 2**40),
    days=st.integers(0, 2_000),
    noise=st.floats(0, 3),
)
def test_counts_are_exact(
    workers: int, share: float, listed: float, seed: int, days: int, noise: float
) -> None:
    covered = int(share * workers)
    as_of = date(2022, 1, 1) + timedelta(days=days)
    made = city(
        workers=workers, covered=covered, listed=listed, as_of=as_of, seed=seed, noise=noise
    )
    counts = made.summary()
    assert counts["workers"] == workers
    assert counts["covered"] == covered
    assert counts["listed"] == made.spec.n_listed
    now = made.person_months.filter((pl.col("bulan") == made.spec.months[-1]) & pl.col("is_active"))
    assert set(now["true_person"]) == set(made.persons.filter("is_active")["true_person"])
    assert made.peserta.filter(pl.col("mulai_on") > as_of).is_empty()
    assert made.peserta.filter(pl.col("selesai_on") < pl.col("mulai_on")).is_empty()


@given(workers=st.integers(60, 50_000_000), share=st.floats(0, 1), listed=st.floats(0, 1))
def test_parts_share_the_counts_out(workers: int, share: float, listed: float) -> None:
    spec = Spec.of(workers=workers, covered=share, listed=listed)
    parts = [spec.part(i) for i in range(spec.n_parts)]
    assert sum(p.workers for p in parts) == workers
    assert sum(p.covered for p in parts) == spec.covered
    assert sum(p.n_listed for p in parts) == spec.n_listed
    assert all(0 <= p.covered <= p.workers and p.n_listed <= p.workers for p in parts)
