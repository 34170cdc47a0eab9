"""What the second pass changes in the results of the units: clusters, links, pairs to review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from cakup.linkage.crossing import Settled
from cakup.linkage.linking import Settings
from cakup.linkage.results import ALONE, BY_NIK, DIGITS
from cakup.linkage.score import probability
from cakup.pipeline.partition_files import Shelf

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine

#: Kind of a pair of which one person is in the register.
MIXED = 1


class Crossed:
    """Changes ``r_clusters``, ``r_links`` and ``r_review``, views of the results of all units.

    Args:
        engine: Holds them.
        shelf: Files of the run.
        settled: What the second pass decided.
        settings: Thresholds.
    """

    def __init__(
        self, engine: DuckEngine, shelf: Shelf, settled: Settled, settings: Settings
    ) -> None:
        self.engine, self.shelf, self.settings = engine, shelf, settings
        into = dict(settled.joined.select("person", "into").rows())
        self.pairs = settled.pairs.with_columns(
            p=pl.Series(np.round(probability(settled.pairs["log_odds"].to_numpy()), DIGITS)),
            ge=pl.col("le").replace(into), gr=pl.col("re").replace(into),
        ).with_columns(together=pl.col("ge") == pl.col("gr"))  # fmt: skip
        self.rows = self._rows(into)

    def change(self) -> None:
        """Make the tables anew where they change; what does not change stays a view."""
        self.engine.register("x_rows", self.rows)
        self.engine.register("x_pairs", self.pairs)
        self.engine.register("x_carried", self._carried())
        for name, sql in (("clusters", _CLUSTERS), ("links", self._links())):
            self.engine.run(f"CREATE OR REPLACE TEMP TABLE x_{name} AS {sql}")
        self.engine.register("x_asked", self._asked())
        self.engine.run(f"CREATE OR REPLACE TEMP TABLE x_review AS {_REVIEW}")
        for name in ("clusters", "links", "review"):
            self.engine.drop(f"r_{name}")
            self.engine.run(f"CREATE OR REPLACE TEMP VIEW r_{name} AS SELECT * FROM x_{name}")

    def _rows(self, into: dict[int, int]) -> pl.DataFrame:
        """Return the rows of all persons in pairs: what each was, and its cluster now."""
        ends = pl.concat([self.pairs["le"], self.pairs["re"].rename("le")]).unique()
        known = ends.to_frame("person")
        found = []
        for unit in self.shelf.manifest()["units"]:
            members = self.shelf.get(unit, "members").join(known, on="person", how="semi")
            if members.height:
                names = self.shelf.get(unit, "names").select("gid", "record_id", "kpj")
                held = self.shelf.get(unit, "r_clusters").select("record_id", "cluster_id")
                found.append(members.join(names, on="gid").join(held, on="record_id"))
        rows = pl.concat(found).with_columns(grouped=pl.col("person").replace(into))
        return rows.with_columns(
            n_rows=pl.len().over("grouped"),
            new_id=pl.col("cluster_id").min().over("grouped"),
            all_seek=pl.col("seeks").all().over("grouped"),
            enrolled=(pl.col("side") == 1).any().over("person"),
            enrolled_now=(pl.col("side") == 1).any().over("grouped"),
        ).sort("gid")

    def _carried(self) -> pl.DataFrame:
        """Return persons that came to their cluster by a pair of the second pass, and how surely.

        Who had no NIK came to the one who has; of two without, the later one.
        """
        inner = self.pairs.filter("together")
        ends = pl.concat(
            [inner.select(person=end, other=other, p="p", evidence="evidence")
             for end, other in (("le", "re"), ("re", "le"))]
        )  # fmt: skip
        best = ends.sort(["person", "p", "other"], descending=[False, True, False]).unique(
            "person", keep="first", maintain_order=True
        )
        persons = self.rows.unique("person", keep="first", maintain_order=True)
        told = best.join(persons.select("person", "seeks", "all_seek", "grouped"), on="person")
        came = pl.col("seeks") & (~pl.col("all_seek") | (pl.col("person") != pl.col("grouped")))
        return told.filter(came).select("person", "p", "evidence")

    def _links(self) -> str:
        """Return the rows of ``r_links``: moved with their clusters, and new perhaps."""
        return f"""
            WITH moved AS (
                SELECT DISTINCT cluster_id AS old_id, new_id, person, enrolled_now FROM x_rows),
            held AS (
                SELECT coalesce(m.new_id, l.cluster_id) AS cluster_id, l.kpj, l.peserta_record_id,
                    least(l.probability, coalesce(c.p, 1.0)) AS probability,
                    CASE WHEN c.p < l.probability THEN c.evidence ELSE l.evidence END AS evidence,
                    l.decision
                FROM r_links l
                LEFT JOIN moved m ON m.old_id = l.cluster_id
                LEFT JOIN x_rows r ON r.record_id = l.peserta_record_id
                LEFT JOIN x_carried c ON c.person = r.person AND r.person = m.person
                WHERE NOT EXISTS (
                        SELECT 1 FROM x_pairs p
                        WHERE (p.le = m.person AND p.re = r.person)
                           OR (p.re = m.person AND p.le = r.person))
                  AND (m.person IS NULL OR r.person = m.person OR NOT m.enrolled_now)),
            ends AS (
                SELECT le AS a, re AS b, p, evidence FROM x_pairs
                WHERE kind = {MIXED} AND NOT together AND p >= {self.settings.review_from}
                UNION ALL
                SELECT re, le, p, evidence FROM x_pairs
                WHERE kind = {MIXED} AND NOT together AND p >= {self.settings.review_from}),
            perhaps AS (
                SELECT DISTINCT a.new_id, b.kpj, b.record_id, e.p, e.evidence
                FROM ends e
                JOIN x_rows a ON a.person = e.a AND NOT a.enrolled_now
                JOIN x_rows b ON b.person = e.b AND b.side = 1)
            SELECT cluster_id, kpj, peserta_record_id, probability, evidence,
                CASE WHEN decision = 'keputusan' THEN decision
                     WHEN probability >= {self.settings.link_from} THEN 'link' ELSE 'review' END
                    AS decision
            FROM (SELECT * FROM held UNION ALL
                  SELECT new_id, kpj, record_id, p, evidence, 'review' FROM perhaps)"""

    def _asked(self) -> pl.DataFrame:
        """Return the pairs of the second pass that people should look at."""
        low = pl.col("p").is_between(self.settings.review_from, self.settings.link_from)
        asked = self.pairs.filter(
            (low & pl.col("together")) | ((pl.col("p") >= self.settings.review_from)
                                          & ~pl.col("together"))
        )  # fmt: skip
        size = self.rows.group_by("person").agg(n=pl.len())
        names = self.rows.select("gid", "record_id")
        q = pl.col("p").clip(1e-6, 1 - 1e-6)
        entropy = -(q * q.log(2) + (1 - q) * (1 - q).log(2))
        return (
            asked.join(size.rename({"n": "n_l"}), left_on="le", right_on="person")
            .join(size.rename({"n": "n_r"}), left_on="re", right_on="person")
            .join(names.rename({"record_id": "left_record_id"}), left_on="l", right_on="gid")
            .join(names.rename({"record_id": "right_record_id"}), left_on="r", right_on="gid")
            .select(
                "left_record_id", "right_record_id", probability="p", pattern="pattern",
                value_of_information=(
                    entropy * pl.min_horizontal("n_l", "n_r")
                    * pl.when(pl.col("kind") == MIXED).then(2.0).otherwise(1.0)
                ).round(DIGITS),
            )
            .sort("left_record_id", "right_record_id")
        )  # fmt: skip


_CLUSTERS = f"""
    SELECT c.record_id, coalesce(r.new_id, c.cluster_id) AS cluster_id,
        least(c.probability, coalesce(p.p, 1.0)) AS probability,
        CASE WHEN p.p < c.probability THEN p.evidence
             WHEN c.evidence = '{ALONE}' AND r.n_rows > 1 THEN '{BY_NIK}'
             ELSE c.evidence END AS evidence
    FROM r_clusters c LEFT JOIN x_rows r ON r.record_id = c.record_id
    LEFT JOIN x_carried p ON p.person = r.person"""

#: A pair of the second pass stands for what was said of its persons within their unit.
_REVIEW = """
    SELECT v.* FROM r_review v
    LEFT JOIN x_rows a ON a.record_id = v.left_record_id
    LEFT JOIN x_rows b ON b.record_id = v.right_record_id
    WHERE a.person IS NULL OR b.person IS NULL OR NOT EXISTS (
        SELECT 1 FROM x_pairs p
        WHERE (p.le = a.person AND p.re = b.person) OR (p.re = a.person AND p.le = b.person))
    UNION ALL BY NAME SELECT * FROM x_asked"""
