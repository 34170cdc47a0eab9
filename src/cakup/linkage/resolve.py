"""Records of all kinds → persons, their participants and the pairs that people should look at.

Reads the views ``records``, ``decisions_pairs``, ``answers_line`` and ``line_pairs`` of the engine;
makes the temp tables ``r_clusters``, ``r_links`` and ``r_review``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import results, score
from cakup.linkage.cleaning import Cleaned, clean
from cakup.linkage.keeping import Known, Written, known, written
from cakup.linkage.linking import Decided, Linked, Settings, link
from cakup.linkage.probes import Hiding, Probes
from cakup.linkage.results import DIGITS, Members
from cakup.linkage.reviewing import review_pairs
from cakup.linkage.vocabulary import Bools, Ints

__all__ = ["Part", "Resolved", "Settings", "resolve"]

FIELDS = (
    "nik", "nik_seen", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "tempat_lahir",
    "alamat", "telepon",
)  # fmt: skip

#: A village as it is compared, worked out once per spelling.
_VILLAGE = "regexp_replace(upper(desa_kelurahan), '[^A-Z0-9]', '', 'g')"
_CODE = """CASE WHEN length(coalesce(kode_wilayah_domisili, kode_wilayah_ktp)) = 13
                THEN coalesce(kode_wilayah_domisili, kode_wilayah_ktp) END"""
#: Which code most rows with a written village have.
VILLAGES = f"""
        SELECT village, code FROM (
            SELECT {_VILLAGE} AS village, code, n FROM (
                SELECT desa_kelurahan, {_CODE} AS code, count(*) AS n
                FROM records GROUP BY ALL))
        WHERE village <> '' AND code IS NOT NULL
        GROUP BY village, code
        QUALIFY row_number() OVER (PARTITION BY village ORDER BY sum(n) DESC, code) = 1"""


def records_sql(source: str = "records", villages: str = VILLAGES) -> str:
    """Return SQL of the rows that linkage reads.

    A village counts by its code; a name without one takes the code that most others with it have.

    Args:
        source: Rows, a table or view.
        villages: SQL of ``village``, ``code``.
    """
    return f"""
    SELECT n.record_id, n.import_id AS source, (n.kind = 'peserta')::UTINYINT AS side, n.kpj,
        {", ".join("n." + f for f in FIELDS)},
        coalesce({_CODE}, w.place) AS desa_kelurahan
    FROM {source} n
    LEFT JOIN (SELECT s.desa_kelurahan, coalesce(k.code, nullif(s.village, '')) AS place
               FROM (SELECT desa_kelurahan, {_VILLAGE} AS village
                     FROM (SELECT DISTINCT desa_kelurahan FROM {source})) s
               LEFT JOIN ({villages}) k ON k.village = s.village) w
      ON w.desa_kelurahan = n.desa_kelurahan"""


RECORDS = records_sql()


@dataclass(frozen=True)
class Part:
    """Some rows, linked with what a run over all rows knows.

    Args:
        source: Their table or view.
        known: What is known.
    """

    source: str
    known: Known


@dataclass(frozen=True)
class Resolved:
    """A finished run, open to questions about itself.

    Args:
        linked: Linked rows.
        cleaned: What was linked.
        settings: Thresholds.
        names: Record id of each row, in content order.
        lines: Rows of an earlier and a later file of one list that say the same, shape (n, 2).
        ranks: Place of each row's record id among all in order; None = not known.
    """

    linked: Linked
    cleaned: Cleaned
    settings: Settings
    names: pl.Series
    lines: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    ranks: Ints | None = None

    def written(self, lists: Sequence[str]) -> Written:
        """Return how persons are written; their labels are the clusters of ``r_clusters``.

        Args:
            lists: See ``keeping.Known``.
        """
        labels = _cluster_ids(self.names, self.linked.person, self.ranks)
        return written(self.linked, self.cleaned, labels, lists)

    def known(self, engine: SqlEngine) -> Known | None:
        """Return what a run over all rows knows, None if it learnt nothing.

        Args:
            engine: The engine of the run.
        """
        villages = engine.frame("SELECT * FROM lk_villages ORDER BY village")
        return known(self.linked, self.cleaned, villages)

    def new_fillers(self) -> bool:
        """Return whether a NIK turned out to be a filler."""
        before, after = self.cleaned.frame["nik"], self.linked.frame["nik"]
        return bool((before.is_not_null() & after.is_null()).any())

    @property
    def sources(self) -> tuple[str, ...]:
        """Import of each row by the number in ``linked.frame["source"]``."""
        return self.cleaned.sources

    def listed(self, imports: Collection[str]) -> Bools:
        """Return the rows that come from some imports."""
        on = [at for at, one in enumerate(self.sources) if one in imports]
        return np.isin(self.linked.frame["source"].to_numpy(), on)

    def probes(self, engine: SqlEngine, listed: Bools, seed: int = 1) -> Probes:
        """Hide rows and link them again, see ``linkage.probes``.

        Args:
            engine: Engine for the similarity of texts.
            listed: Rows that are of a list of workers.
            seed: Same seed, same probes.
        """
        return self._hiding(engine, listed).probe(seed)

    def probes_at_most(self, engine: SqlEngine, listed: Bools) -> int:
        """Return how many probes there can be, without linking anything again.

        Args:
            engine: Engine for the similarity of texts.
            listed: Rows that are of a list of workers.
        """
        return self._hiding(engine, listed).at_most()

    def _hiding(self, engine: SqlEngine, listed: Bools) -> Hiding:
        aside = np.zeros(len(listed), dtype=bool)
        aside[self.lines[:, 0]] = True
        return Hiding(engine, self.linked, self.cleaned, listed, self.settings, aside & ~listed)


def resolve(
    engine: SqlEngine, settings: Settings | None = None, progress: Progress = SILENT,
    part: Part | None = None,
) -> Resolved:  # fmt: skip
    """Make ``r_clusters``, ``r_links`` and ``r_review``.

    Args:
        engine: Has the views ``records`` (schema RECORDS, kinds about persons),
            ``decisions_pairs(left_record_id, right_record_id, same)``,
            ``answers_line(shift, factor)``, one row, and ``line_pairs(left_record_id,
            right_record_id)``: rows of two files of one list that say the same.
        settings: Thresholds; the line over the odds is that of ``answers_line``.
        progress: Listener.
        part: Only these rows, with what is known; None = all of ``records``.

    Returns:
        The run, to be asked how often it misses.
    """
    settings = with_answers(engine, settings or Settings())
    progress.step("bersihkan baris")
    records = _records(engine, part)
    # Cleaning puts rows in another order anyway, so only these two are put in that of the ids.
    by_id = records["record_id"].arg_sort().to_numpy()
    ids, kpj = records["record_id"].gather(by_id), records["kpj"].gather(by_id)
    rows = records.drop("record_id", "kpj").with_columns(row=pl.Series(_in_order(by_id)))
    del records
    cleaned = clean(rows)
    del rows
    order = cleaned.frame["row"].to_numpy()
    names = ids.gather(order)
    place = _in_order(order)
    decided = _decided(engine, ids, place)
    lines = _places(engine, "SELECT * FROM line_pairs", ids, place).select("a", "b")
    same = lines.to_numpy().astype(np.int64).reshape(-1, 2)
    numbers = np.concatenate([same_numbers(kpj, cleaned.frame, place), same])
    whole = part.known.whole if part else None
    linked = link(
        engine, cleaned, settings, decided, numbers, progress, whole, same
    )  # fmt: skip
    progress.step("susun hasil")
    told = results.members(linked, decided.same.ravel().tolist())
    made = tables(linked, told, names, kpj.gather(order), decided, settings, order)
    for name, frame in made.items():
        _table(engine, f"r_{name}", frame)
    return Resolved(linked, cleaned, settings, names, same, order)


def read_records(engine: SqlEngine, part: Part | None = None) -> pl.DataFrame:
    """Return the rows that linkage reads, in the order of their ids.

    NIKs that a run over all rows knows to be fillers are left out of a part: too few of their rows
    may be in it to tell.

    Args:
        engine: Has the view ``records``.
        part: Only these rows; None = all.
    """
    return _records(engine, part).sort("record_id")


def _records(engine: SqlEngine, part: Part | None) -> pl.DataFrame:
    """Return the rows that linkage reads, in any order."""
    if part is None:
        engine.run(f"CREATE OR REPLACE TEMP TABLE lk_villages AS {VILLAGES}")
        return engine.frame(records_sql("records", "SELECT * FROM lk_villages"))
    engine.register("part_villages", part.known.villages)
    sql = records_sql(part.source, "SELECT village, code FROM part_villages")
    records = engine.frame(sql)
    engine.drop("part_villages")
    filler = pl.col("nik").is_in(list(part.known.fillers))
    return records.with_columns(nik=pl.when(~filler).then("nik"))


def tables(
    linked: Linked, told: Members, names: pl.Series, kpj: pl.Series, decided: Decided,
    settings: Settings, ranks: Ints | None = None,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Return the rows of ``clusters``, ``links`` and ``review``.

    Args:
        linked: Linked rows.
        told: How each row came to its person.
        names: Record id of each row, in content order.
        kpj: Participant number of each row.
        decided: Decisions of people.
        settings: Thresholds.
        ranks: See ``Resolved``.
    """
    smallest = _cluster_ids(names, linked.person, ranks)
    return {
        "clusters": _clusters(names, smallest, told, ranks),
        "links": _links(linked, told, names, smallest, kpj, settings),
        "review": review_pairs(linked, told, names, decided, settings),
    }


def with_answers(engine: SqlEngine, settings: Settings) -> Settings:
    """Return settings with the line that answers of people drew over the odds.

    Args:
        engine: Has the view ``answers_line(shift, factor)``, one row.
        settings: Thresholds.
    """
    shift, factor = engine.frame("SELECT shift, factor FROM answers_line").row(0)
    return replace(settings, line=(float(shift), float(factor)))


def _table(engine: SqlEngine, name: str, frame: pl.DataFrame) -> None:
    engine.drop(name)
    engine.register(f"{name}_given", frame)
    engine.run(f"CREATE TEMP TABLE {name} AS SELECT * FROM {name}_given")
    engine.drop(f"{name}_given")


def _decided(engine: SqlEngine, ids: pl.Series, place: Ints) -> Decided:
    """Return the decisions as row numbers; those about rows that are gone say nothing."""
    told = _places(engine, "SELECT * FROM decisions_pairs", ids, place).sort("a", "b", "same")
    same = told["same"].cast(pl.Boolean)
    pairs = told.select("a", "b").to_numpy().astype(np.int64).reshape(-1, 2)
    return Decided(pairs[same.to_numpy()], pairs[~same.to_numpy()])


def _places(engine: SqlEngine, sql: str, ids: pl.Series, place: Ints) -> pl.DataFrame:
    """Return pairs of records that are at hand with their row numbers ``a``, ``b``, in order."""
    told = engine.frame(sql).rename({"left_record_id": "l", "right_record_id": "r"})
    known = pl.DataFrame({"id": ids, "at": place})
    return (
        told.with_columns(pl.col("l", "r").cast(pl.String))
        .join(known.rename({"at": "a"}), left_on="l", right_on="id", how="inner")
        .join(known.rename({"at": "b"}), left_on="r", right_on="id", how="inner")
        .sort("a", "b")
    )


def same_numbers(kpj: pl.Series, frame: pl.DataFrame, place: Ints) -> Ints:
    """Return pairs of neighbouring rows with one participant number and the same name."""
    held = pl.DataFrame({"kpj": kpj, "at": place}).drop_nulls()
    held = held.with_columns(name=frame["nsound"].gather(held["at"])).drop_nulls()
    held = held.sort("kpj", "name", "at")
    after = held.select(pl.all().shift(-1).name.prefix("next_"))
    both = pl.concat([held, after], how="horizontal").filter(
        (pl.col("kpj") == pl.col("next_kpj")) & (pl.col("name") == pl.col("next_name"))
    )
    return both.select("at", "next_at").to_numpy().astype(np.int64).reshape(-1, 2)


def _cluster_ids(names: pl.Series, person: Ints, ranks: Ints | None) -> pl.Series:
    """Return for each row the smallest record id of its person."""
    if ranks is None:
        held = pl.DataFrame({"id": names, "p": person})
        return held.select(pl.col("id").min().over("p"))["id"]
    least = np.full(person.max(initial=-1) + 1, len(person))
    np.minimum.at(least, person, ranks)
    return names.gather(_in_order(ranks)[least[person]])


def _in_order(ranks: Ints) -> Ints:
    """Return the rows in the order of their ranks."""
    rows = np.empty(len(ranks), dtype=np.int64)
    rows[ranks] = np.arange(len(ranks))
    return rows


def _clusters(
    names: pl.Series, smallest: pl.Series, told: Members, ranks: Ints | None
) -> pl.DataFrame:
    found = pl.DataFrame(
        {
            "record_id": names,
            "cluster_id": smallest,
            "probability": told.probability,
            "evidence": told.evidence,
        }
    )
    return found.sort("record_id") if ranks is None else found[_in_order(ranks)]


def _links(
    linked: Linked, told: Members, names: pl.Series, smallest: pl.Series, kpj: pl.Series,
    settings: Settings,
) -> pl.DataFrame:  # fmt: skip
    """Return participants of each person: those who are rows of it, and those who may be."""
    side = linked.frame["side"].to_numpy()
    at = np.flatnonzero(side == 1)
    inside = pl.DataFrame(
        {
            "cluster_id": smallest.gather(at), "peserta_record_id": names.gather(at),
            "kpj": kpj.gather(at), "probability": told.probability[at],
            "evidence": told.evidence_of(at),
        }
    )  # fmt: skip
    return (
        pl.concat([inside, _perhaps(linked, names, smallest, kpj, settings)])
        .with_columns(
            decision=pl.when(pl.col("evidence") == results.BY_DECISION)
            .then(pl.lit("keputusan"))
            .when(pl.col("probability") >= settings.link_from)
            .then(pl.lit("link"))
            .otherwise(pl.lit("review"))
        )
        .sort("cluster_id", "peserta_record_id")
    )


def _perhaps(
    linked: Linked, names: pl.Series, smallest: pl.Series, kpj: pl.Series, settings: Settings
) -> pl.DataFrame:
    """Return uncertain links of persons without a participant; competitors share."""
    schema = {
        "cluster_id": pl.String, "peserta_record_id": pl.String, "kpj": pl.String,
        "probability": pl.Float64, "evidence": pl.String,
    }  # fmt: skip
    if not linked.pairs.height:
        return pl.DataFrame(schema=schema)
    le, re = linked.pairs["le"].to_numpy(), linked.pairs["re"].to_numpy()
    mixed = linked.registered[le] != linked.registered[re]
    listed = np.where(linked.registered[le], re, le)[mixed]
    enrolled = np.where(linked.registered[le], le, re)[mixed]
    p = score.probability(linked.log_odds()[mixed])
    keep = p >= settings.review_from
    texts = results.evidence_json(
        linked, linked.pairs.filter(pl.Series(mixed)).filter(pl.Series(keep))
    )
    chosen = pl.DataFrame(
        {"p": listed[keep], "q": enrolled[keep], "probability": np.round(p[keep], DIGITS),
         "evidence": texts}
    )  # fmt: skip
    rows = pl.DataFrame({"q": linked.person, "at": np.arange(len(linked.person))}).filter(
        linked.frame["side"] == 1
    )
    spread = chosen.join(rows, on="q", how="inner")
    made = {
        "cluster_id": smallest.gather(spread["p"]), "peserta_record_id": names.gather(spread["at"]),
        "kpj": kpj.gather(spread["at"]), "probability": spread["probability"],
        "evidence": spread["evidence"],
    }  # fmt: skip
    return pl.DataFrame(made, schema=schema)
