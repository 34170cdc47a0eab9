"""Splink 5 on cleaned columns, with fair settings; ``bench.linkage`` runs it in its own process.

    python -m bench.splink_peer LEFT.parquet RIGHT.parquet OUT.parquet

Columns: nik, nama, kata1, kata_akhir, rangka (sorted skeleton), huruf (first letters), tanggal,
tahun, jenis_kelamin, kelurahan, tempat, ibu. No labels; u from random pairs, m by EM.
"""

from __future__ import annotations

import json
import sys

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

RULES = (
    block_on("nik"),
    block_on("substr(nik, 1, 12)"),
    block_on("substr(nik, 7, 10)", "substr(huruf, 1, 1)"),
    block_on("tanggal", "huruf"),
    block_on("tanggal", "kata_akhir"),
    block_on("rangka", "kelurahan"),
    block_on("kata1", "kelurahan", "tahun"),
    block_on("rangka", "tahun"),
    block_on("nama", "ibu"),
)


def settings() -> SettingsCreator:
    """Return the model."""
    name = cl.JaroWinklerAtThresholds("nama", [0.94, 0.88, 0.80, 0.70]).configure(
        term_frequency_adjustments=True
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.DamerauLevenshteinAtThresholds("nik", [1, 2]),
            name,
            cl.DateOfBirthComparison("tanggal", input_is_string=True),
            cl.ExactMatch("jenis_kelamin"),
            cl.ExactMatch("kelurahan"),
            cl.ExactMatch("tempat"),
            cl.JaroWinklerAtThresholds("ibu", [0.9]),
        ],
        blocking_rules_to_generate_predictions=list(RULES),
        retain_matching_columns=False,
    )


def run(left: str, right: str, out: str) -> dict[str, int]:
    """Link two cleaned tables and write the best right row of every left row.

    Returns:
        Number of pairs that the blocking rules made.
    """
    base = duckdb.connect()
    api = DuckDBAPI(connection=base)
    tables = [
        api.register(base.sql(f"SELECT * FROM read_parquet('{path}')"), dataset_display_name=name)
        for name, path in (("kiri", left), ("kanan", right))
    ]
    linker = Linker(tables, settings(), log_level=40)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("nik"), block_on("tanggal", "nama")], recall=0.85
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("nik"), block_on("tanggal", "kata1")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.02)
    name = found.physical_name
    base.execute(f"""
        COPY (
            SELECT baris_kiri AS left_row, arg_max(baris_kanan, p) AS right_row,
                   max(p) AS probability
            FROM (SELECT CASE WHEN source_dataset_l = 'kiri' THEN unique_id_l ELSE unique_id_r END
                         AS baris_kiri,
                         CASE WHEN source_dataset_l = 'kiri' THEN unique_id_r ELSE unique_id_l END
                         AS baris_kanan, match_probability AS p
                  FROM {name})
            GROUP BY baris_kiri ORDER BY baris_kiri
        ) TO '{out}' (FORMAT parquet)""")
    return {"kept": base.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(*sys.argv[1:4])))
