"""The rows of payment files behind the months of the ledger: who asks for money asks for these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.ledger import build, payments
from cakup.pipeline.ledger import used_files, view_sources

if TYPE_CHECKING:
    from datetime import date

    from cakup.engines.duckdb import DuckEngine
    from cakup.engines.store import Store
    from cakup.pipeline.workspace import Workspace

#: Temp tables that ``payments.sources_sql`` needs, in the order in which they are made.
STEPS = ("participants", "identities", "payment_keys", "payment_payers", "assigned")


def make_payment_lines(
    engine: DuckEngine, workspace: Workspace, store: Store, known: date | None = None,
    where: str = "true",
) -> None:  # fmt: skip
    """Make the temp table ``payment_lines``; see ``ledger.payments.sources_sql``.

    The payments are given to their persons again, by the SQL by which the ledger was built: of the
    same files it is the same answer, and nothing has to be kept twice.

    Args:
        engine: Engine; ``records, payments, employers, memberships, persons`` stay readable.
        workspace: Workspace.
        store: Pinned tables.
        known: Only files received by this day.
        where: Condition on the columns of ``payment_payers`` (``k``).

    Raises:
        InputError: ``ledger.links_behind``.
    """
    view_sources(engine, workspace, store, used_files(workspace, known))
    for name, sql in build.payment_steps():
        if name in STEPS:
            engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
    engine.run(f"CREATE OR REPLACE TEMP TABLE payment_lines AS {payments.sources_sql(where)}")
    for name in STEPS:
        engine.drop(name)
