"""Import folders written by hand, as intake writes them; and a resolver that anybody can follow."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cakup.engines.files import make_folder, write_json
from cakup.kernel.schemas import RECORDS
from cakup.pipeline.imports import table_of
from cakup.pipeline.workspace import Workspace

POLARS = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    "DATE": pl.Date,
    "BOOLEAN": pl.Boolean,
    "DOUBLE": pl.Float64,
}


def write_import(
    workspace: Workspace,
    import_id: str,
    kind: str,
    rows: list[dict[str, Any]],
    *,
    sender: str = "dinas",
    list_name: str = "",
    as_of: date = date(2025, 10, 31),
    received_on: date = date(2025, 11, 1),
    **facts: Any,
) -> list[str]:
    """Write ``imports/<id>/``; rows stand on sheet 1 from row 2. Returns their record ids."""
    table = table_of(kind)
    filled = []
    for number, row in enumerate(rows, start=2):
        held = dict.fromkeys(table.names)
        held |= {
            "record_id": f"{import_id}.1.{number}", "import_id": import_id, "sheet": "Data",
            "sheet_row": number,
        }  # fmt: skip
        if table is RECORDS:
            held |= {
                "kind": kind,
                "outcome": "accepted",
                "nik_status": "ok" if row.get("nik") else "missing",
                "tanggal_lahir_status": "ok" if row.get("tanggal_lahir") else "missing",
                "is_pekerja": True if kind == "daftar_pekerja" else None,
            }
        filled.append(held | row)
    schema = {c.name: POLARS[c.type] for c in table.columns}
    folder = make_folder(workspace.root / "imports" / import_id)
    frame = pl.DataFrame(filled, schema=schema, orient="row")
    frame.write_parquet(folder / f"{table.name}.parquet")
    rows = frame.select(
        "sheet", pl.lit(1, dtype=pl.Int32).alias("sheet_no"), "sheet_row",
        pl.lit("accepted").alias("outcome"), pl.lit("").alias("reasons"),
    )  # fmt: skip
    blank = {
        "sheet": "Data",
        "sheet_no": 1,
        "sheet_row": len(filled) + 2,
        "outcome": "blank",
        "reasons": "",
    }
    back = {**blank, "sheet_row": len(filled) + 3, "outcome": "returned", "reasons": "nama.missing"}
    others = pl.DataFrame([blank, back], schema=rows.schema)
    pl.concat([rows, others]).write_parquet(folder / "rows.parquet")
    manifest = {
        "id": import_id, "kind": kind, "sender": sender, "list_name": list_name,
        "as_of": as_of.isoformat(), "received_on": received_on.isoformat(),
        "file_name": f"{sender}.xlsx", **facts,
    }  # fmt: skip
    write_json(folder / "manifest.json", manifest)
    return [row["record_id"] for row in filled]


def resolve_by_nik(engine: Any, _progress: Any = None) -> None:
    """Make the tables of linkage: equal NIKs and decided pairs are one person, slowly."""
    rows = engine.frame("SELECT record_id, nik, kind, kpj FROM records ORDER BY record_id").rows()
    pairs = engine.frame("SELECT left_record_id, right_record_id, same FROM decisions_pairs").rows()
    cluster = {record: record for record, *_ in rows}

    def join(left: str, right: str) -> None:
        old, new = sorted((cluster[left], cluster[right]), reverse=True)
        for record, held in cluster.items():
            cluster[record] = new if held == old else held

    apart = {frozenset(p[:2]) for p in pairs if not p[2]}
    for left, right, same in pairs:
        if same:
            join(left, right)
    with_nik = [(record, nik) for record, nik, *_ in rows if nik]
    for at, (left, nik) in enumerate(with_nik):
        for right in (r for r, other in with_nik[at + 1 :] if other == nik):
            members = [{r for r, c in cluster.items() if c == cluster[x]} for x in (left, right)]
            if not any(frozenset((a, b)) in apart for a in members[0] for b in members[1]):
                join(left, right)
    evidence = '{"pass": "nik"}'
    _register(engine, "r_clusters", "record_id cluster_id probability evidence",
              [(r, c, 1.0, evidence) for r, c in cluster.items()])  # fmt: skip
    _register(engine, "r_links", "cluster_id peserta_record_id kpj probability evidence decision",
              [(cluster[r], r, kpj, 1.0, evidence, "link") for r, _, kind, kpj in rows
               if kind == "peserta"])  # fmt: skip
    _register(engine, "r_review",
              "left_record_id right_record_id probability pattern value_of_information",
              _same_name(engine, cluster))  # fmt: skip


def _same_name(engine: Any, cluster: dict[str, str]) -> list[tuple[Any, ...]]:
    """Offer pairs with equal names in different clusters for review."""
    names = engine.frame("SELECT record_id, upper(nama) FROM records ORDER BY record_id").rows()
    return [
        (left, right, 0.5, "nama", 1.0 / (1 + at))
        for at, (left, name) in enumerate(names)
        for right, other in names[at + 1 :]
        if name == other and cluster[left] != cluster[right]
    ]


def _register(engine: Any, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    schema = {
        c: pl.Float64 if c in {"probability", "value_of_information"} else pl.String
        for c in columns.split()
    }
    engine.drop(name)
    engine.register(name, pl.DataFrame(rows, schema=schema, orient="row"))
