"""How long the ledger of many persons takes: ``python -m bench.ledger --persons 1000000``.

Fictitious participants and payments are made in a temporary workspace, the ledger is built, and
the state of every person on one day is derived. Prints CPU seconds and peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from datetime import date
from pathlib import Path

from cakup.engines.files import make_folder
from cakup.kernel.schemas import MEMBERSHIPS, PAYMENTS, PERSONS, RECORDS, Table
from cakup.ledger.activity import status_sql, trend_sql
from cakup.pipeline import ledger
from cakup.pipeline.workspace import Workspace

AS_OF = date(2025, 10, 31)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _columns(table: Table, given: dict[str, str]) -> str:
    return ", ".join(f"({given.get(c.name, 'NULL')})::{c.type} AS {c.name}" for c in table.columns)


def make(ws: Workspace, persons: int, months: int) -> None:
    """40 % PU by spell, 30 % BPU paid by the city or themselves, the rest on lists only."""
    who = "lpad(to_hex(hash(i)), 16, '0') || lpad(to_hex(i), 16, '0')"
    pu = "i % 10 < 4"
    people = {"person_id": who, "tanggal_lahir": "DATE '1950-01-01' + (i % 20000)::INTEGER",
              "meninggal_on": "CASE WHEN i % 97 = 0 THEN DATE '2025-03-03' END"}  # fmt: skip
    peserta = {
        "record_id": "'s.1.' || i", "import_id": "'s'", "kind": "'peserta'", "kpj": "'25' || i",
        "segmen": f"CASE WHEN {pu} THEN 'pu' ELSE 'bpu' END",
        "npp": f"CASE WHEN {pu} THEN 'N' || (i % 3000) END",
        "kode_iuran": f"CASE WHEN {pu} THEN NULL ELSE '9' || (i % 200) END",
        "mulai_on": "DATE '2021-01-01' + (i % 1500)::INTEGER", "program": "'jkk,jkm'",
        "status_kepesertaan": f"CASE WHEN {pu} THEN 'aktif' END",
    }  # fmt: skip
    paid = {
        "record_id": "'p.1.' || i || '.' || m", "import_id": "'p'", "kpj": "'25' || i",
        "kode_iuran": "'9' || (i % 200)", "program": "program",
        "bulan": f"(DATE '2025-10-01' - to_months({months} - 1) + to_months(m::INTEGER))::DATE",
        "amount_rp": "16800", "paid_on": "DATE '2023-11-10' + (m * 30)::INTEGER",
        "payer": "CASE WHEN i % 3 = 0 THEN 'mandiri' ELSE 'apbd_kabkota' END",
    }  # fmt: skip
    enrolled = f"FROM range({persons}) t(i) WHERE i % 10 < 7"
    lines = (
        f"FROM range({persons}) t(i), range({months}) u(m),"
        " (SELECT unnest(['jkk', 'jkm']) AS program) v"
        " WHERE i % 10 BETWEEN 4 AND 6 AND hash(i * 31 + m // 6) % 4 > 0"
    )
    member = {"record_id": "'s.1.' || i", "import_id": "'s'", "person_id": who}
    with ws.writing("bench"), ws.engine() as engine:
        for name, table, given, source in (
            ("s", RECORDS, peserta, enrolled),
            ("p", PAYMENTS, paid, lines),
        ):
            folder = make_folder(ws.root / "imports" / name)
            engine.write_parquet(
                f"SELECT {_columns(table, given)} {source}", folder / f"{table.name}.parquet"
            )
            facts = {
                "id": name, "kind": "peserta" if name == "s" else "pembayaran", "sender": "x",
                "list_name": "x", "as_of": AS_OF.isoformat(), "received_on": AS_OF.isoformat(),
                "file_name": "x", "corrects": None,
            }  # fmt: skip
            (folder / "manifest.json").write_text(json.dumps(facts))
        store = ws.store()
        store.write(
            engine, PERSONS, f"SELECT {_columns(PERSONS, people)} FROM range({persons}) t(i)"
        )
        store.write(engine, MEMBERSHIPS, f"SELECT {_columns(MEMBERSHIPS, member)} {enrolled}")
        store.commit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=24)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ws = Workspace.create(Path(folder) / "ws", "12.75", seed=1)
        make(ws, args.persons, args.months)
        start = cpu_seconds()
        made = ledger.run(ledger.Request(), ws)
        built = cpu_seconds()
        rules = ledger.counting_rules(ws, AS_OF)
        with ws.engine() as engine:
            ledger.view_basis(engine, ws.store())
            engine.run(f"CREATE TEMP TABLE status AS {status_sql(AS_OF, rules)}")
            active = engine.value("SELECT count(*) FROM status WHERE is_active")
            stated = cpu_seconds()
            engine.frame(trend_sql(date(2023, 11, 1), AS_OF, rules))
            trended = cpu_seconds()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"persons {args.persons:,}  payment lines {made.payments['lines']:,}")
    print(f"ledger rows {made.total.rows:,}  active {active:,}")
    print(f"cakup ledger {built - start:.1f} CPU s  status {stated - built:.1f} CPU s")
    print(f"trend of 24 months {trended - stated:.1f} CPU s  peak memory {peak_mb:,.0f} MB")


if __name__ == "__main__":
    main()
