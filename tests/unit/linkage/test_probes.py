"""Hide and relink: what is hidden, what comes back, and the share that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from bench.noisy_city import City, make
from cakup.coverage import corrected, corrected_lists
from cakup.coverage.corrected import KINDS, STATES, persons
from cakup.engines.duckdb import DuckEngine
from cakup.linkage import noise
from cakup.linkage.cleaning import Cleaned, clean, nik_columns
from cakup.linkage.hiding import OF_NIK, as_they_came, bare, misnumbered, patterns
from cakup.linkage.linking import Linked, link
from cakup.linkage.probes import Hiding, Probes, _Hidden
from cakup.linkage.recalls import Drawn, RowCounts, odd_rows
from cakup.linkage.relink import Joined, Relink
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.linkage.wrong_niks import WrongNiks


def _linked(
    engine: DuckEngine, city: City, lines: np.ndarray | None = None
) -> tuple[Cleaned, Linked]:
    cleaned = _cleaned(city)
    return cleaned, link(engine, cleaned, known=lines, lines=lines)


def _cleaned(city: City) -> Cleaned:
    tables = (city.workers.drop("person"), city.register.drop("person"))
    asked = (Asked({}, (), "list"), Asked({}))
    fields = [table_fields(t.columns, a) for t, a in zip(tables, asked, strict=True)]
    rows = [logical_rows(t, f, i) for i, (t, f) in enumerate(zip(tables, fields, strict=True))]
    return clean(in_one_form(pl.concat(rows, how="diagonal")))


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


@dataclass(frozen=True)
class Given:
    """Wrong NIKs and sexes that were drawn before."""

    nik: pl.Series
    sex: pl.Series

    def drawn(self, *_: object) -> pl.Series:
        return self.nik

    def sexes(self, *_: object) -> pl.Series:
        return self.sex


@dataclass(frozen=True)
class Months:
    """A city linked from one file of each list, and from two that say the same.

    Args:
        alone: Linked from one file.
        both: Linked from both.
        place: Row of ``both`` for each row of ``alone``: that of the later file.
        lines: Rows of ``both`` that say the same: of the earlier file, of the later.
    """

    alone: tuple[Cleaned, Linked]
    both: tuple[Cleaned, Linked]
    place: np.ndarray
    lines: np.ndarray

    @property
    def earlier(self) -> np.ndarray:
        """Rows of ``both`` that stand in the earlier file."""
        found = np.zeros(self.both[1].frame.height, dtype=bool)
        found[self.lines[:, 0]] = True
        return found

    @staticmethod
    def of(city: City) -> Months:
        before = city.workers.with_columns(list=pl.lit("lama ") + pl.col("list"))
        n = city.workers.height
        with DuckEngine(threads=1) as engine:
            alone = _linked(engine, city)
            two = City(pl.concat([city.workers, before]), city.register)
            later, copied = (_numbered(f) for f in (alone[1].frame, _cleaned(two).frame))
            at = {number: place for place, number in enumerate(copied)}
            lines = np.array([(at[0, row + n], at[0, row]) for row in range(n)])
            both = _linked(engine, two, lines)
        return Months(alone, both, np.array([at[number] for number in later]), lines)


def _numbered(frame: pl.DataFrame) -> list[tuple[int, int]]:
    return list(frame.select("side", "row").iter_rows())


@pytest.fixture(scope="module")
def months() -> Months:
    return Months.of(make(600, 79, covered=0.4))


def test_a_row_does_not_find_itself_in_last_month_s_file(months: Months) -> None:
    """The same rows are given the same wrong NIKs, with an earlier file that repeats them and
    without: with it set aside they are found as often; else they find their copy, NIK and all."""
    linked, rng = months.alone[1], np.random.default_rng(7)
    numbered = linked.frame["nik"].is_not_null().to_numpy()
    listed = linked.frame["side"].to_numpy() == 0
    wrong = WrongNiks.of(linked, numbered, odd_rows(linked, numbered, rng))
    rows = RowCounts.of(linked, listed, listed & numbered)
    at = Drawn.of(rng, linked, rows, np.ones(len(listed), dtype=bool), None).odd
    niks = wrong.drawn(at, rng)
    given = Given(niks, wrong.sexes(at, nik_columns(niks, niks.clear(len(at))), rng))
    found = {}
    with DuckEngine(threads=1) as engine:
        for name, (cleaned, done), places, gone in (
            ("alone", months.alone, at, None),
            ("aside", months.both, months.place[at], months.earlier),
            ("copied", months.both, months.place[at], None),
        ):  # fmt: skip
            changed = misnumbered(done.frame, places, given, rng)
            again = Relink(
                engine, done, cleaned.words.letter_of, done.frame["side"].to_numpy() == 0
            )
            found[name] = again.joined(changed, places, gone).state > 0
    alone, aside = found["alone"], found["aside"]
    assert len(at) > 300
    # Of rows that are found in one run only, as many should be found in either (McNemar).
    differ = int((alone != aside).sum())
    assert differ < 0.04 * len(at)
    assert abs(int(aside.sum()) - int(alone.sum())) <= 3 * np.sqrt(max(differ, 1))
    assert found["copied"].mean() > aside.mean() + 0.03


def test_what_is_set_aside_is_counted_nowhere(
    months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cakup.linkage.probes.ROUNDS", 1)
    told = []
    with DuckEngine(threads=1) as engine:
        for (cleaned, done), aside in ((months.alone, None), (months.both, months.earlier)):
            listed = done.frame["side"].to_numpy() == 0
            listed = listed if aside is None else listed & ~aside
            told.append(Hiding(engine, done, cleaned, listed, aside=aside).probe(1))
    for name in ("poor_source", "good_source"):
        assert len(getattr(told[0], name)) == len(getattr(told[1], name))
    for name in ("persons", "covered"):
        assert getattr(told[0], name) == pytest.approx(getattr(told[1], name), abs=3)
    assert len(told[0].odd.source) == pytest.approx(len(told[1].odd.source), abs=3)
    assert len(told[0].odd.seen_source) == pytest.approx(len(told[1].odd.seen_source), abs=3)


def test_a_copy_of_last_month_confirms_nothing(months: Months) -> None:
    """How often a list errs is the same from one file of it and from two that say the same."""
    alone = _noise(*months.alone, months.lines[:0])
    both = _noise(*months.both, months.lines)
    later = alone.join(both, on=["list", "field"], suffix="_both")
    assert later.height == alone.height
    # Persons are those of linkage, to which two files are not quite one.
    assert (later["wrong"] - later["wrong_both"]).abs().max() < 0.03
    assert later.filter(pl.col("wrong") > 0.03).height > 5, "there is something to confirm"
    copies = both.with_columns(pl.col("list").str.strip_prefix("lama ")).filter(
        pl.col("list") != both["list"]
    )
    of_both_files = both.join(copies, on=["list", "field"], suffix="_copy")
    assert of_both_files.height == copies.height > 0
    assert of_both_files["wrong"].to_list() == of_both_files["wrong_copy"].to_list()


def _noise(cleaned: Cleaned, done: Linked, lines: np.ndarray) -> pl.DataFrame:
    found = noise.of_lists(done, len(cleaned.sources), lines)
    names = pl.Series("list", cleaned.sources)
    return found.with_columns(names.gather(found["source"])).drop("source")


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
