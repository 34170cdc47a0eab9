"""Splink 5 on a table without NIK, with fair settings; ``bench.generic`` runs it by itself.

    python -m bench.generic_peer JOB.json

The job names the table or tables (Parquet, a column ``n`` numbers their rows), the kind of every
column, the blocking rules, and where the answers go. No labels; u from random pairs, m by EM.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI
from splink.internals.exceptions import EMTrainingException

#: Columns of given and family name.
PARTS = (("given_name", "surname"), ("first_name", "last_name"), ("first", "last"))
#: Thresholds at which the peer's clusters are judged.
CLUSTERED_AT = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


def comparison(column: str, kind: str) -> Any:
    """Return the comparison that a practised user would choose for a kind of column."""
    tf = {"term_frequency_adjustments": True}
    if kind == "name":
        return cl.NameComparison(column).configure(**tf)
    if kind in ("text", "company"):
        return cl.JaroWinklerAtThresholds(column, [0.94, 0.88, 0.8]).configure(**tf)
    if kind == "date":
        return cl.DateOfBirthComparison(column, input_is_string=True)
    if kind == "email":
        return cl.EmailComparison(column)
    if kind == "code":
        return cl.DamerauLevenshteinAtThresholds(column, [1, 2]).configure(**tf)
    if kind == "number":
        return cl.LevenshteinAtThresholds(column, [1]).configure(**tf)
    return cl.ExactMatch(column).configure(**tf)


def names_together(kinds: dict[str, str]) -> tuple[list[Any], dict[str, str]]:
    """Return one comparison for given and family name, swapped ones included, and the rest."""
    for first, second in (
        ("given_name", "surname"),
        ("first_name", "last_name"),
        ("first", "last"),
    ):
        if first in kinds and second in kinds:
            both = cl.ForenameSurnameComparison(first, second)
            return [both], {k: v for k, v in kinds.items() if k not in (first, second)}
    return [], kinds


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Link or deduplicate and write the answers.

    Returns:
        Pairs that were kept.
    """
    base = duckdb.connect()
    base.execute("SET threads = 2")
    api = DuckDBAPI(connection=base)
    paths = job["tables"]
    tables = [
        api.register(base.sql(f"SELECT * FROM read_parquet('{p}')"), dataset_display_name=f"t{at}")
        for at, p in enumerate(paths)
    ]
    together, kinds = names_together(job["kinds"])
    settings = SettingsCreator(
        link_type="link_only" if len(paths) == 2 else "dedupe_only",
        comparisons=together + [comparison(c, k) for c, k in kinds.items()],
        blocking_rules_to_generate_predictions=[block_on(*r) for r in job["rules"]],
        retain_matching_columns=False, unique_id_column_name="n",
    )  # fmt: skip
    linker = Linker(tables if len(paths) == 2 else tables[0], settings, log_level=40)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*r) for r in job["certain"]], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in job["train"]:
        try:
            training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        except (EMTrainingException, ValueError):
            # A rule under which too few pairs fall teaches nothing; the other one has to do.
            continue
    found = linker.inference.predict(threshold_match_probability=0.02)
    if len(paths) == 2:
        return _matched(base, found.physical_name, job["out"])
    return _clustered(base, linker, found, job["out"])


def _matched(base: Any, name: str, out: str) -> dict[str, Any]:
    base.execute(f"""
        COPY (
            SELECT a AS left_row, arg_max(b, p) AS right_row, max(p) AS probability
            FROM (SELECT CASE WHEN source_dataset_l = 't0' THEN n_l ELSE n_r END AS a,
                         CASE WHEN source_dataset_l = 't0' THEN n_r ELSE n_l END AS b,
                         match_probability AS p FROM {name})
            GROUP BY a ORDER BY a
        ) TO '{out}' (FORMAT parquet)""")
    return {"kept": base.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]}


def _clustered(base: Any, linker: Any, found: Any, out: str) -> dict[str, Any]:
    """Write the clusters of every threshold, one column each."""
    wanted = []
    for at in CLUSTERED_AT:
        made = linker.clustering.cluster_pairwise_predictions_at_threshold(
            found, threshold_match_probability=at
        )
        wanted.append((at, made.physical_name))
    first = wanted[0][1]
    joins = " ".join(f"JOIN {t} AS c{i} USING (n)" for i, (_, t) in enumerate(wanted) if i)
    columns = ", ".join(f'c{i}.cluster_id::VARCHAR AS "{at}"' for i, (at, _) in enumerate(wanted))
    base.execute(
        f"COPY (SELECT c0.n, {columns} FROM {first} AS c0 {joins} ORDER BY c0.n) "
        f"TO '{out}' (FORMAT parquet)"
    )
    return {"kept": base.sql(f"SELECT count(*) FROM {found.physical_name}").fetchall()[0][0]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
