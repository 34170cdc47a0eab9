"""``cakup match`` in its parts, with the CPU seconds of each; run by ``bench.linkage``.

python -m bench.cakup_parts LEFT.parquet RIGHT.parquet OUT.parquet
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.progress import SILENT
from cakup.linkage import answers
from cakup.linkage.linking import link
from cakup.pipeline.match import ANSWER_FROM, MatchRequest, asked_columns, cleaned_rows
from cakup.pipeline.match_columns import decided, two_tables
from cakup.pipeline.table_files import read_table, write_table


def run(left: str, right: str, out: str) -> dict[str, float]:
    """Match two tables.

    Returns:
        CPU seconds: ``clean`` (read and clean), ``link`` (everything after); ``pairs`` compared.
    """
    request = MatchRequest(left, right, out, source_column="list")
    began = time.process_time()
    with DuckEngine() as engine:
        tables = (read_table(Path(left)), read_table(Path(right)))
        rows, fields, *_ = two_tables(*tables, asked_columns(request))
        del tables
        cleaned = cleaned_rows(rows, fields, SILENT)
        del rows
        ready = time.process_time()
        linked = link(engine, cleaned)
        pairs = answers.all_pairs(linked, engine)
    best = answers.best_pairs(pairs, ANSWER_FROM, one_to_one=False)
    write_table(decided(best), Path(out))
    done = time.process_time()
    return {"clean": ready - began, "link": done - ready, "pairs": linked.compared}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(*sys.argv[1:4])))
