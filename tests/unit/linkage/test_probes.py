"""Hide and relink: what is hidden, what comes back, and the share that follows from it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from bench.noisy_city import City, make
from cakup.coverage import corrected, corrected_lists
from cakup.coverage.corrected import KINDS, STATES, persons
from cakup.engines.duckdb import DuckEngine
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.hiding import OF_NIK, as_they_came, bare, misnumbered, patterns
from cakup.linkage.linking import Linked, link
from cakup.linkage.probes import Hiding, Probes, _Hidden
from cakup.linkage.recalls import odd_rows
from cakup.linkage.relink import Joined
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.linkage.wrong_niks import WrongNiks


def _linked(engine: DuckEngine, city: City) -> tuple[Cleaned, Linked]:
    tables = (city.workers.drop("person"), city.register.drop("person"))
    asked = (Asked({}, (), "list"), Asked({}))
    fields = [table_fields(t.columns, a) for t, a in zip(tables, asked, strict=True)]
    rows = [logical_rows(t, f, i) for i, (t, f) in enumerate(zip(tables, fields, strict=True))]
    cleaned = clean(in_one_form(pl.concat(rows, how="diagonal")))
    return cleaned, link(engine, cleaned)


@pytest.fixture(scope="module")
def city() -> City:
    return make(900, 77, covered=0.4)


@pytest.fixture(scope="module")
def run(city: City) -> tuple[Cleaned, Linked]:
    with DuckEngine(threads=1) as engine:
        return _linked(engine, city)


@pytest.fixture(scope="module")
def linked(run: tuple[Cleaned, Linked]) -> Linked:
    return run[1]


@pytest.fixture(scope="module")
def wrong(linked: Linked) -> WrongNiks:
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    return WrongNiks.of(linked, numbered, odd_rows(linked, numbered, np.random.default_rng(1)))


@pytest.fixture(scope="module")
def probes(run: tuple[Cleaned, Linked]) -> Probes:
    cleaned, done = run
    with DuckEngine(threads=1) as engine:
        return Hiding(engine, done, cleaned, done.frame["side"].to_numpy() == 0).probe(1)


def test_how_many_probes_there_can_be(run: tuple[Cleaned, Linked], probes: Probes) -> None:
    cleaned, done = run
    listed, numbered = (
        done.frame["side"].to_numpy() == 0,
        done.frame["nik"].is_not_null().to_numpy(),
    )
    with DuckEngine(threads=1) as engine:
        assert len(probes.source) <= Hiding(engine, done, cleaned, listed).at_most()
        whole = Hiding(engine, done, cleaned, listed & numbered)
        assert whole.at_most() == len(whole.probe(1).source) == 0


@pytest.mark.slow
def test_a_row_does_not_find_itself_in_last_month_s_file() -> None:
    """An earlier file repeats every row; a hidden row with a wrong NIK finds no more for it."""
    city = make(600, 79, covered=0.4)
    before = city.workers.with_columns(list=pl.lit("lama ") + pl.col("list"))
    found = {}
    with DuckEngine(threads=1) as engine:
        alone = _linked(engine, city)
        both = _linked(engine, City(pl.concat([city.workers, before]), city.register))
        for name, (cleaned, done), is_aside in (
            ("alone", alone, False), ("both", both, False), ("aside", both, True),
        ):  # fmt: skip
            old = [at for at, one in enumerate(cleaned.sources) if one.startswith("lama ")]
            earlier = np.isin(done.frame["source"].to_numpy(), old)
            listed = (done.frame["side"].to_numpy() == 0) & ~earlier
            aside = earlier if is_aside else None
            hiding = Hiding(engine, done, cleaned, listed, aside=aside)
            found[name] = np.mean([hiding.probe(seed).odd.is_found.mean() for seed in (1, 2)])
    assert found["both"] > found["aside"] + 0.02
    assert found["aside"] < found["alone"] + 0.02


def test_a_hidden_row_has_no_more_than_its_donor(linked: Linked) -> None:
    frame, rng = linked.frame, np.random.default_rng(5)
    numbered = frame["nik"].is_not_null().to_numpy()
    listed, source = frame["side"].to_numpy() == 0, frame["source"].to_numpy().astype(np.int64)
    at = as_they_came(rng, listed & numbered, listed & ~numbered, source, linked.person)
    donors, weight = patterns(rng, frame, at, listed & ~numbered, source)
    assert (source[donors] == source[at]).all()
    assert not numbered[donors].any()
    hidden = bare(frame, at, donors, rng)
    assert hidden["nik"].is_null().all()
    for key in ("d0", "mplain", "desa_t"):
        assert key not in OF_NIK
        had = hidden[key].is_not_null()
        assert not (had & (frame[at][key].is_null() | frame[donors][key].is_null())).any()
    for one in np.unique(source[at]):
        assert weight[source[at] == one].mean() == pytest.approx(1.0)


def test_fields_are_as_frequent_as_among_rows_that_came_poor() -> None:
    with DuckEngine(threads=1) as engine:
        done = _linked(engine, make(6000, 78))[1]
    frame, rng = done.frame, np.random.default_rng(6)
    numbered = frame["nik"].is_not_null().to_numpy()
    listed, source = frame["side"].to_numpy() == 0, frame["source"].to_numpy().astype(np.int64)
    good, poor = listed & numbered, listed & ~numbered
    at = as_they_came(rng, good, poor, source, done.person)
    donors, weight = patterns(rng, frame, at, poor, source)
    hidden = bare(frame, at, donors, rng)
    one = np.bincount(source[poor]).argmax()  # the list of which most rows came poor
    mine = source[at] == one
    got = np.average(hidden["d0"].is_not_null().to_numpy()[mine], weights=weight[mine])
    wanted = frame["d0"].is_not_null().to_numpy()[poor & (source == one)].mean()
    assert got == pytest.approx(wanted, abs=0.06)


def test_a_wrong_nik_is_another_and_holds_a_day(linked: Linked, wrong: WrongNiks) -> None:
    numbered = np.flatnonzero(linked.frame["nik"].is_not_null().to_numpy())
    told = misnumbered(linked.frame, numbered, wrong, np.random.default_rng(2))["nik"].to_list()
    was = linked.frame[numbered]["nik"].to_list()
    assert sum(a != b for a, b in zip(told, was, strict=True)) > 0.95 * len(was)
    for nik in told:
        assert len(nik) == 16
        assert 1 <= int(nik[6:8]) % 40 <= 31
        assert 1 <= int(nik[8:10]) <= 12


def test_a_large_city_is_asked_in_one_pass_with_about_the_same_answer(
    city: City, run: tuple[Cleaned, Linked], probes: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned, done = run
    listed = done.frame["side"].to_numpy() == 0
    monkeypatch.setattr("cakup.linkage.probes.LARGE", 0)
    with DuckEngine(threads=1) as engine:
        at_once = Hiding(engine, done, cleaned, listed).probe(1)
    assert 0 < len(at_once.odd.source) < len(probes.odd.source)
    assert at_once.odd.is_found.mean() == pytest.approx(probes.odd.is_found.mean(), abs=0.05)
    for name in ("register_bare", "register_wrong"):
        one, all_ = getattr(at_once, name), getattr(probes, name)
        assert one.found / one.probes == pytest.approx(all_.found / all_.probes, abs=0.1)
    assert at_once.odd.seen_source.tolist() == probes.odd.seen_source.tolist()
    share = done.share_registered(listed)
    assert persons(at_once, share).value == pytest.approx(persons(probes, share).value, abs=0.012)


def test_a_row_that_finds_another_person_counts_by_the_chance_that_it_is_not_that_one() -> None:
    """Else persons who are on lists twice, unseen, look like links that are false."""
    n, state, odds = 6, [1, 2, 0, 1, 2, 2], [2.0, 3.0, -60.0, 3.0, 3.0, 9.0]
    joined = Joined(np.array(state), np.array(odds), np.array([0, 0, 0, 1, 0, 0], dtype=bool))
    covered = np.array([0, 0, 0, 0, 1, 0], dtype=bool)
    only = np.array([1, 1, 1, 1, 1, 0], dtype=bool)
    row = np.arange(n)
    hidden = _Hidden(row, row, covered, only, np.ones(n), joined, np.ones(n))
    assert _Hidden.all([hidden]).weight == pytest.approx([1 / 5, 1 / 9, 1, 1, 1, 1])


def test_what_is_known_of_the_city_adds_up(city: City, linked: Linked, probes: Probes) -> None:
    listed = set(city.workers["person"].to_list())
    assert probes.covered <= probes.persons <= 1.2 * len(listed)
    assert len(probes.poor_state) + len(probes.good_source) == city.workers.height
    several = ~probes.is_only
    assert (probes.state[several] > 0).mean() > 0.7, "rows with company are mostly found again"
    assert (probes.state[probes.is_only & ~probes.is_covered] > 0).mean() < 0.1
    assert probes.register_bare.found <= probes.register_bare.probes


def test_the_share_is_nearer_to_the_truth_and_repeats(
    city: City, linked: Linked, probes: Probes
) -> None:
    listed, register = (set(t["person"].to_list()) for t in (city.workers, city.register))
    truth = len(listed & register) / len(listed)
    share = linked.share_registered(linked.frame["side"].to_numpy() == 0)
    told = persons(probes, share)
    assert told == persons(probes, share), "one seed, one interval"
    assert told.low < told.value < told.high
    assert told.uncorrected == share
    assert abs(told.value - truth) < abs(share - truth)


def test_kinds_are_those_of_the_greatest_likelihood() -> None:
    rng = np.random.default_rng(4)
    rates = rng.dirichlet(np.full(STATES, 0.6), KINDS)
    rates = 0.9 * rates + 0.1 * np.eye(KINDS, STATES)
    states = rng.multinomial(500, rng.dirichlet(np.ones(KINDS)) @ rates).astype(float)

    def unlikely(x: np.ndarray) -> float:
        weight = np.exp(x) / np.exp(x).sum()
        return -float((states * np.log(weight @ rates)).sum())

    best = minimize(unlikely, np.zeros(KINDS), method="Nelder-Mead",
                    options={"maxiter": 20_000, "xatol": 1e-9, "fatol": 1e-9})  # fmt: skip
    mine = corrected._explained(states, rates) / states.sum()
    assert unlikely(np.log(np.maximum(mine, 1e-12))) <= best.fun + 0.05


def test_lists_have_their_own_share(city: City, probes: Probes) -> None:
    with DuckEngine(threads=1) as engine:
        names = _linked(engine, city)[0].sources
    known = city.workers.with_columns(
        c=pl.col("person").is_in(city.register["person"].unique().to_list())
    )
    inside = []
    for source, told in corrected_lists.of_lists(probes).items():
        rows = known.filter(pl.col("list") == names[source])
        assert told.listed == rows.height
        inside.append(told.low - 0.005 <= rows["c"].mean() <= told.high + 0.005)
    assert sum(inside) >= len(inside) - 2
