"""The steps of linking in partitions; each reads what those before it left, and leaves files.

``count``: clean a unit and count its words and values. ``learn``: parameters from a sample of the
units. ``link``: link a unit. ``seek``: the keys of all who have no NIK. ``meet``: who of a unit
shares one with somebody elsewhere. ``pair``: put those who met into buckets. ``weigh``: compare
those of a bucket. ``settle``: decide who is one.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import make_folder, read_json, write_json
from cakup.kernel.errors import InputError
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import answers, crossing, partitions, resolve, results
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.fields import Extra
from cakup.linkage.linking import (
    NOTHING,
    Decided,
    Linked,
    Settings,
    Whole,
    exact_pass,
    learn,
    link,
)
from cakup.linkage.tally import Sums, Tally, from_frame, merged, tally
from cakup.linkage.vocabulary import Ints
from cakup.pipeline import partition_asked
from cakup.pipeline.partition_files import Shelf

#: Columns of the raw rows that are no fields.
BESIDE = ("gid", "record_id", "kpj", "line", "unit")
#: Columns of cleaned rows by which persons meet.
MEETING = ["row", "d1", "n12", "np12"]
WHOLE = "whole"


class Steps:
    """The steps of one run.

    Args:
        shelf: Its files.
        threads: Threads of the engine, None = all cores; results do not depend on it.
    """

    def __init__(self, shelf: Shelf, threads: int | None = None) -> None:
        self.shelf, self.threads = shelf, threads
        self.told = shelf.manifest()
        self.settings = Settings(**self.told["settings"])

    def count(self, unit: str) -> int:
        """Clean a unit and count it; return its rows."""
        raw = self.shelf.raw(unit)
        cleaned = self._clean(raw)
        files = self.shelf.put_cleaned(unit, cleaned)
        if self.told["job"] == "link":
            row = cleaned.frame["row"].to_numpy()
            order = pl.Series(np.searchsorted(raw["gid"].to_numpy(), row))
            self.shelf.put(unit, "names", raw.select("gid", "record_id", "kpj", "line")[order])
            files.append("names.parquet")
        with self._engine() as engine:
            decided, known, _ = self._pairs([unit], cleaned)
            settled, exact = exact_pass(engine, cleaned, decided, known)
            counted = tally(settled, exact.person)
        files += self.shelf.put_exact(unit, exact)
        self._put_tally(unit, counted)
        self.shelf.finish(unit, "count", ["tally.parquet", "tally.json"], kept=files)
        return raw.height

    def learn(self) -> None:
        """Add up the counts of all units, and learn the parameters from a sample of them."""
        units: dict[str, int] = self.told["units"]
        whole = merged([self._tally(u) for u in units])
        some = partitions.sample(units, self.told["sample_rows"])
        part = merged([self._tally(u) for u in some])
        cleaned = (
            self.shelf.cleaned(some[0])
            if len(some) == 1
            else self._clean(pl.concat([self.shelf.raw(u) for u in some], how="diagonal"))
        )
        with self._engine() as engine:
            decided, known, lines = self._pairs(some, cleaned)
            taught = learn(engine, cleaned, whole, known, decided, lines=lines)
        facts: dict[str, Any] = {"parameters": None}
        if taught is not None:
            parameters, priors = partitions.scaled(*taught, part, whole)
            names = [e.name for e in cleaned.extras]
            facts = {
                "parameters": partitions.spelled(parameters, sorted(cleaned.has), names),
                "priors": priors.tolist(),
            }
        self._put_tally(WHOLE, whole)
        write_json(self.shelf.folder(WHOLE) / "learnt.json", facts)
        self.shelf.finish(
            WHOLE, "learn", ["tally.parquet", "tally.json", "learnt.json"], units=some
        )

    def link(self, unit: str, progress: Progress = SILENT) -> int:
        """Link a unit; return its rows."""
        cleaned, whole = self.shelf.cleaned(unit), self._whole
        row = cleaned.frame["row"].to_numpy()
        with self._engine() as engine:
            decided, known, lines = self._pairs([unit], cleaned)
            linked = link(
                engine, cleaned, self.settings, decided, known, progress,
                whole if whole.parameters is not None else None, lines, self.shelf.exact(unit),
            )  # fmt: skip
            person = _smallest(linked.person, row)
            frames = self._results(unit, linked, decided, engine)
            asked = self._asked(unit, linked, cleaned, lines, engine)
        seeks = crossing.seeking(linked)
        frames["members"] = pl.DataFrame(
            {"gid": row, "person": person, "side": linked.frame["side"], "seeks": seeks}
        )
        frames["seeks"] = crossing.person_keys(linked.frame, cleaned.words, person, seeks)
        frames["rivals"] = crossing.rivals(linked, person, seeks)
        for name, frame in frames.items():
            self.shelf.put(unit, name, frame)
        files = [*(f"{name}.parquet" for name in frames), *asked]
        self.shelf.finish(unit, "link", files, compared=linked.compared)
        return len(row)

    def seek(self) -> None:
        """Put the keys that somebody seeks together, in order."""
        keys = [self.shelf.get(u, "seeks")["key"] for u in self.told["units"]]
        self.shelf.put(WHOLE, "sought", pl.concat(keys).unique().sort().to_frame())
        self.shelf.finish(WHOLE, "seek", ["sought.parquet"])

    def meet(self, unit: str) -> int:
        """Find who of a unit shares a key with somebody who seeks; return their number."""
        cleaned = self.shelf.cleaned(unit, MEETING)
        members = self.shelf.get(unit, "members")
        hits = crossing.person_keys(
            cleaned.frame, cleaned.words, members["person"].to_numpy(), sought=self._sought
        )
        persons = members.group_by("person").agg(pl.col("seeks").first())
        hits = hits.join(persons, on="person").sort("kind", "key", "person")
        self.shelf.put(unit, "hits", hits)
        self.shelf.finish(unit, "meet", ["hits.parquet"])
        return hits.height

    def pair(self) -> None:
        """Find the persons of different units who met, in buckets that memory can hold."""
        every = [
            self.shelf.get(u, "hits").with_columns(unit=pl.lit(int(u), pl.Int16))
            for u in self.told["units"]
        ]
        pairs = crossing.meetings(pl.concat(every))
        size, buckets = int(self.told["bucket_pairs"]), []
        if self._whole.parameters is not None:
            # Pairs of one person stand together, so that few rows are read twice.
            for number, at in enumerate(range(0, pairs.height, size)):
                buckets.append(f"met-{number:04d}")
                self.shelf.put(WHOLE, buckets[-1], pairs.slice(at, size))
        files = [f"{bucket}.parquet" for bucket in buckets]
        self.shelf.finish(WHOLE, "pair", files, met=pairs.height, buckets=buckets)

    def weigh(self, bucket: str) -> int:
        """Compare the pairs of a bucket; return how many may be one person."""
        weighed = self._weighed(self.shelf.get(WHOLE, bucket), self._whole)
        self.shelf.put(bucket, "weighed", weighed)
        self.shelf.finish(bucket, "weigh", ["weighed.parquet"])
        return weighed.height

    def settle(self) -> None:
        """Settle who of different units is one."""
        facts = self.shelf.done(WHOLE, "pair") or {"buckets": []}
        weighed = [self.shelf.get(bucket, "weighed") for bucket in facts["buckets"]]
        rivals = [self.shelf.get(u, "rivals") for u in self.told["units"]]
        told = pl.concat([*rivals, *weighed]).unique(
            ["le", "re"], keep="first", maintain_order=True
        )
        # Rivals within a unit matter only to those who met somebody.
        met = pl.concat([f.select(p=pl.col(c)) for f in weighed for c in ("le", "re")]
                        or [pl.DataFrame(schema={"p": pl.Int64})])["p"].unique()  # fmt: skip
        told = told.filter(pl.col("le").is_in(met.implode()) | pl.col("re").is_in(met.implode()))
        settled = crossing.settle(told, self._different(), self.settings)
        self.shelf.put(WHOLE, "pairs", settled.pairs)
        self.shelf.put(WHOLE, "joined", settled.joined)
        self.shelf.finish(WHOLE, "settle", ["pairs.parquet", "joined.parquet"])

    def _weighed(self, pairs: pl.DataFrame, whole: Whole) -> pl.DataFrame:
        ends = pl.concat([pairs["le"], pairs["re"].rename("le")]).unique().to_frame("person")
        rows, persons = [], []
        for unit in self.told["units"]:
            members = self.shelf.get(unit, "members").join(ends, on="person", how="semi")
            if members.height:
                raw = self.shelf.raw(unit)
                rows.append(raw.join(members.select("gid"), on="gid", how="semi"))
                persons.append(members.select("gid", "person"))
        cleaned = self._clean(pl.concat(rows, how="diagonal"))
        person = cleaned.frame.select(gid="row").join(
            pl.concat(persons), on="gid", how="left", maintain_order="left"
        )["person"]  # fmt: skip
        with self._engine() as engine:
            return crossing.weighed(
                engine, cleaned, person.to_numpy(), pairs, whole, self.settings.line
            )

    def _different(self) -> pl.DataFrame:
        """Return the persons that people told apart."""
        told = self._given().filter(kind="different")
        if not told.height:
            return pl.DataFrame(schema={"le": pl.Int64, "re": pl.Int64})
        ends = pl.concat([told["left"], told["right"].rename("left")]).unique().to_frame("gid")
        members = pl.concat(
            [self.shelf.get(u, "members").join(ends, on="gid", how="semi")
             for u in self.told["units"]]
        ).select("gid", "person")  # fmt: skip
        return (
            told.join(members.rename({"person": "le"}), left_on="left", right_on="gid")
            .join(members.rename({"person": "re"}), left_on="right", right_on="gid")
            .select("le", "re")
        )

    def _engine(self) -> DuckEngine:
        return DuckEngine(threads=self.threads, memory_mb=800)

    def _clean(self, raw: pl.DataFrame) -> Cleaned:
        """Clean raw rows."""
        rows = raw.drop(c for c in BESIDE if c in raw.columns).with_columns(row=raw["gid"])
        if self.told["dated"] and "tanggal_lahir" in rows.columns:
            rows = rows.with_columns(self._birth_dates(rows))
        extras = [Extra(*e) for e in self.told["extras"]]
        return clean(rows, extras, expand_m=self.told["expand_m"])

    def _birth_dates(self, rows: pl.DataFrame) -> pl.Series:
        """Return the days of rows that carry the number of a text, see ``DateTexts``."""
        frame = rows.select("side", "tanggal_lahir").with_columns(
            self._days[side].gather(rows["tanggal_lahir"]) for side in self._days.columns
        )
        day = pl.coalesce(
            pl.when(pl.col("side") == int(side)).then(side) for side in self._days.columns
        )
        return frame.select(day.alias("tanggal_lahir")).to_series()

    @cached_property
    def _days(self) -> pl.DataFrame:
        """The day of each text of a birth date, a column for each table."""
        return self.shelf.get(WHOLE, "days")

    def _given(self) -> pl.DataFrame:
        """Return pairs of rows that are given: ``left``, ``right``, ``kind``."""
        path = self.shelf.root / "pairs.parquet"
        if not path.exists():
            schema = {"left": pl.Int64, "right": pl.Int64, "kind": pl.String}
            return pl.DataFrame(schema=schema)
        return pl.read_parquet(path)

    def _pairs(self, units: list[str], cleaned: Cleaned) -> tuple[Decided, Ints, Ints]:
        """Return the decisions about rows of units, the rows known to be one, and the lines.

        Known to be one are rows of one participant number and the lines: rows that say the same in
        two files of their list.
        """
        at = pl.DataFrame({"gid": cleaned.frame["row"]}).with_row_index("at")
        told = (
            self._given()
            .join(at.rename({"at": "a"}), left_on="left", right_on="gid")
            .join(at.rename({"at": "b"}), left_on="right", right_on="gid")
            .with_columns(pl.col("a", "b").cast(pl.Int64))
            .sort("a", "b", "kind")
        )
        pairs = {
            kind: told.filter(kind=kind).select("a", "b").to_numpy().reshape(-1, 2)
            for kind in ("same", "different")
        }
        decided = Decided(pairs["same"], pairs["different"])
        if self.told["job"] != "link":
            return decided, NOTHING.same, NOTHING.same
        names = pl.concat([self.shelf.get(u, "names") for u in units])
        names = at.join(names, on="gid", how="left", maintain_order="left")
        later = names.select("at", "line").drop_nulls().join(
            at.rename({"at": "before"}), left_on="line", right_on="gid"
        ).sort("before", "at")  # fmt: skip
        lines = later.select("before", "at").to_numpy().astype(np.int64).reshape(-1, 2)
        numbers = resolve.same_numbers(names["kpj"], cleaned.frame, np.arange(names.height))
        return decided, np.concatenate([numbers, lines]), lines

    def _results(
        self, unit: str, linked: Linked, decided: Decided, engine: DuckEngine
    ) -> dict[str, pl.DataFrame]:
        """Return what the job wants to know of a unit."""
        job = self.told["job"]
        if job == "match":
            pairs = answers.all_pairs(linked, engine)
            least = pl.col("probability") >= self.told["least"]
            return {"answers": pairs.filter(least)}
        if job == "dedupe":
            return {}
        names = self.shelf.get(unit, "names")
        told = results.members(linked, decided.same.ravel().tolist())
        frames = resolve.tables(
            linked, told, names["record_id"], names["kpj"], decided, self.settings
        )
        return {f"r_{name}": frame for name, frame in frames.items()}

    def _asked(
        self, unit: str, linked: Linked, cleaned: Cleaned, lines: Ints, engine: DuckEngine
    ) -> tuple[str, ...]:
        """Ask a unit of a workspace how often it misses; return the files of the answer."""
        if self.told["job"] != "link":
            return ()
        names = self.shelf.get(unit, "names")["record_id"]
        resolved = resolve.Resolved(linked, cleaned, self.settings, names, lines)
        partition_asked.ask(engine, resolved, self.told["lists"], self.shelf, unit)
        return partition_asked.FILES

    def _put_tally(self, unit: str, counted: Tally) -> None:
        self.shelf.put(unit, "tally", counted.frame())
        sums = {k: [s.total, s.distinct, s.pairs] for k, s in counted.sums.items()}
        write_json(
            make_folder(self.shelf.folder(unit)) / "tally.json",
            {"persons": counted.persons, "registered": counted.registered, "rows": counted.rows,
             "sums": sums},
        )  # fmt: skip

    def _tally(self, unit: str) -> Tally:
        told = read_json(self.shelf.folder(unit) / "tally.json")
        sums = {k: Sums(*s) for k, s in told["sums"].items()}
        held = from_frame(self.shelf.get(unit, "tally"))
        return Tally(told["persons"], told["registered"], told["rows"], held, sums)

    @cached_property
    def _sought(self) -> crossing.Sought:
        return crossing.Sought.of(self.shelf.get(WHOLE, "sought")["key"].to_numpy())

    @cached_property
    def _whole(self) -> Whole:
        """What is known of the whole; read once for all units of a process."""
        try:
            told = read_json(self.shelf.folder(WHOLE) / "learnt.json")
        except FileNotFoundError as err:
            raise InputError("workspace.damaged", path="partitions") from err
        if told["parameters"] is None:
            return Whole(self._tally(WHOLE), None, None)
        parameters = partitions.read_spelled(told["parameters"])
        return Whole(self._tally(WHOLE), parameters, np.array(told["priors"], dtype=float))


def _smallest(person: Ints, row: Ints) -> Ints:
    """Return for each row the smallest number, in the whole, of a row of its person."""
    least = np.full(len(person), np.iinfo(np.int64).max)
    np.minimum.at(least, person, row)
    found: Ints = least[person]
    return found
