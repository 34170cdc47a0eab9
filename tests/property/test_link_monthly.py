"""Linking what is new ends where linking all rows with the same weights would."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from bench.noisy_city import make
from cakup.linkage import resolve
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.pipeline import kept_linkage, link, link_update
from cakup.pipeline.imports import all_imports
from cakup.pipeline.link_lines import make_line_pairs
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from rounds import examples

PERSONS = 150
#: In some cities no damaged NIK is among the first rows, and a field never seen before makes a run
#: go over all rows; with this row the first list always has one.
DAMAGED = {"nama": "Torang Bonar", "nik_seen": "127591010180000", "tanggal_lahir": date(1980, 1, 1)}


@pytest.fixture(autouse=True, scope="module")
def _small_is_large():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept_linkage, "LEAST_ROWS", 0)
        patched.setattr(kept_linkage, "MOST_NEW", 1.0)
        patched.setattr(link_update, "MOST_REDONE", 1.0)
        yield


def _rows(table: pl.DataFrame, side: int) -> list[dict[str, Any]]:
    """Return rows as intake writes them, those of a register with a number each."""
    plain = table.drop("person", "list", strict=False)
    held = in_one_form(logical_rows(plain, table_fields(plain.columns, Asked({})), side))
    rows = held.drop("row", "side", "source", strict=False).to_dicts()
    return [row | {"kpj": f"25{at:06d}"} for at, row in enumerate(rows)] if side else rows


def _groups(workspace: Workspace) -> set[tuple[str, ...]]:
    members = pl.read_parquet(workspace.store().path("memberships")).group_by("person_id")
    return {tuple(sorted(g)) for g in members.agg("record_id")["record_id"].to_list()}


def _with_the_same_weights(workspace: Workspace, known: object) -> set[tuple[str, ...]]:
    """Return the persons that all rows make with what the first run learnt."""
    lists = all_imports(workspace)

    def everything(engine: Any, progress: Any) -> None:
        make_line_pairs(engine, lists)
        resolve.resolve(engine, None, progress, resolve.Part("records", known))  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: everything)
        link.run(link.Request(), workspace)
    return _groups(workspace)


def _joined_anew(workspace: Workspace) -> dict[str, pl.DataFrame]:
    """Return the tables of the same update if no row is taken over from the last versions."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link_update.Way, "has_same_returns", lambda *_: False)
        link.run(link.Request(update=True), workspace)
    return _tables(workspace)


def _tables(workspace: Workspace) -> dict[str, pl.DataFrame]:
    names = ("persons", "memberships", "links", "review", "person_ids", "person_changes")
    return {name: pl.read_parquet(workspace.store().path(name)) for name in names}


@pytest.mark.slow
@settings(
    max_examples=examples(8, least=2), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(seed=st.integers(1, 400), share=st.sampled_from([0.05, 0.2]), again=st.booleans())
def test_what_is_new_ends_where_all_rows_would(seed: int, share: float, again: bool) -> None:
    city = make(PERSONS, seed, correlated=True)
    is_new = np.random.default_rng(seed).random(city.workers.height) < share
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "w", "12.75", seed=3)
        old = city.workers.filter(pl.Series(~is_new))
        write_import(workspace, "a" * 16, "daftar_pekerja", [*_rows(old, 0), DAMAGED])
        write_import(workspace, "b" * 16, "peserta", _rows(city.register, 1))
        link.run(link.Request(update=True), workspace)
        held, why = kept_linkage.read(workspace.store(), ["a" * 16, "b" * 16], (0.0, 1.0))
        assert held is not None, why
        fresh = _rows(city.workers.filter(pl.Series(is_new)), 0)
        write_import(workspace, "c" * 16, "daftar_pekerja", fresh, sender="lain")
        if again:
            month = [r for n, r in enumerate(_rows(city.register, 1)) if n % 9]
            write_import(workspace, "d" * 16, "peserta", month, as_of=date(2025, 11, 30))
        other = Workspace.find(shutil.copytree(workspace.root, Path(folder) / "o"))
        anew = Workspace.find(shutil.copytree(workspace.root, Path(folder) / "n"))
        told = link.run(link.Request(update=True), workspace)
        assert told.work.is_update, told.work.why_all
        for name, rows in _joined_anew(anew).items():
            assert_frame_equal(_tables(workspace)[name], rows)
        one, two = (
            _groups(workspace),
            _with_the_same_weights(other, held.known.with_later({"d" * 16: "b" * 16})),
        )
    assert one == two
