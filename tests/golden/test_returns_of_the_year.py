"""The seven people again, with answers and a visit coming back: who moves, what withdrawing undoes.

On 31 December five of the six living are covered. E is not (the village paid until June), so only E
is asked about and only E is visited.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import cakup
from cakup.pipeline import link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik
from returned_rows import answer
from seven_people import AS_OF, DIED, PEOPLE, build

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

RECEIVED = date(2026, 1, 20)
SCOPE = {"Keadaan data": "31-12-2025", "Data yang dicari": "Cabang Binjai, PU dan BPU"}
PAID = {"Hasil": "aktif", "Segmen": "BPU", "Pembayar iuran": "APBD kabupaten/kota",
        "Dibayar sampai (bulan)": "12-2025"}  # fmt: skip


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture
def seven(tmp_path: Path) -> Workspace:
    return build(tmp_path / "kerja")


def _counts(workspace: Workspace) -> tuple[int, int]:
    """Return the active, and the workers."""
    sums = cakup.measure(workspace, as_of=AS_OF).sums
    return sums["n_active"], sums["n_workers"]


def test_an_answer_covers_the_one_who_was_asked_about(seven: Workspace, tmp_path: Path) -> None:
    before = _counts(seven)
    assert before == (5, 6)
    tables = seven.store().versions
    sent = cakup.crosscheck_send(seven, tmp_path / "padan.xlsx", to="bpjs", as_of=AS_OF,
                                 basis="PKS 12/2025", sent_on=date(2026, 1, 10))  # fmt: skip
    assert sent.persons == 1
    asked: list[str] = []

    def fill(row: dict[str, object]) -> dict[str, object]:
        asked.append(str(row["Nama"]))
        return dict(PAID)

    file = answer(tmp_path / "padan.xlsx", tmp_path / "jawab.xlsx", fill, SCOPE)
    assert asked == [PEOPLE["E"]]
    taken = cakup.crosscheck_receive(seven, file, received_on=RECEIVED)
    assert _counts(seven) == (6, 6)
    cakup.crosscheck_receive(seven, file, received_on=RECEIVED)
    assert _counts(seven) == (6, 6), "twice is once"
    cakup.withdraw(seven, taken.import_id, reason="uji", by="Ani", is_applied=True)
    assert _counts(seven) == before
    after = seven.store().versions
    assert {t: v for t, v in after.items() if t in ("persons", "ledger")} == {
        t: v for t, v in tables.items() if t in ("persons", "ledger")
    }


def test_a_visit_finds_that_e_has_died(seven: Workspace, tmp_path: Path) -> None:
    sent = cakup.field_send(seven, tmp_path / "lapangan", as_of=AS_OF, basis="Surat Tugas 1/2026",
                            sent_on=date(2026, 1, 10))  # fmt: skip
    [file] = sent.files
    assert file.persons == 1
    told = {"Ditemui": "tidak", "Meninggal pada": "05-12-2025"}
    back = answer(
        next((tmp_path / "lapangan").glob("*.xlsx")), tmp_path / "balik.xlsx", lambda row: told,
        {"Nama petugas": "Kepling Satu", "Tanggal kunjungan": "15-01-2026"},
    )  # fmt: skip
    cakup.field_receive(seven, back, received_on=RECEIVED)
    assert _counts(seven) == (5, 5), "E is no worker of 31 December any more"
    cakup.field_receive(seven, back, received_on=RECEIVED)
    assert _counts(seven) == (5, 5)
    rights = cakup.entitlements(seven, as_of=AS_OF).rights
    assert [r.day for r in rights] == [DIED], "E was not covered any more; only G's heirs may be"
