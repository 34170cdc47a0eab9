"""Whatever is answered: taken twice is taken once, in any order of rows; withdrawn is never."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.documents.crosscheck_workbook import ANSWER_HEADS
from cakup.pipeline import crosscheck_receive, crosscheck_send, ledger, link, withdraw
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from rounds import examples
from small_city import DAY, worker

N = 6
RECEIVED = date(2025, 12, 20)
words = {
    "hasil": st.sampled_from(["", "aktif", "tidak aktif", "tidak ditemukan",
                              "belum pernah terdaftar", "entah"]),
    "segmen": st.sampled_from(["", "PU", "BPU", "jakon", "PMI", "lain"]),
    "payer": st.sampled_from(["", "mandiri", "APBD kabupaten/kota", "CSR"]),
    "paid_until": st.sampled_from(["", "12-2025", "Agu 2025", "2025-10-31", "?"]),
    "npp": st.sampled_from(["", "N1"]),
    "mulai_on": st.sampled_from(["", "01-02-2024", "31-02-2024"]),
}  # fmt: skip
answers = st.lists(st.fixed_dictionaries(words), min_size=N, max_size=N)
days = st.sampled_from([date(2025, 9, 30), DAY, date(2025, 12, 15)])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A workspace from which the insurer was asked, and the references of the question."""
    root = tmp_path_factory.mktemp("asked")
    workspace = Workspace.create(root / "w", "12.75", seed=7)
    rows = [worker(n, f"Orang {chr(64 + n)}") for n in range(1, N + 1)]
    write_import(workspace, "a" * 16, "daftar_pekerja", rows, sender="Dinas")
    write_import(
        workspace, "b" * 16, "peserta",
        [worker(1, "Orang A", kpj="K1", segmen="pu", status_kepesertaan="aktif", npp="N1",
                mulai_on=date(2024, 1, 1), program="jkk,jkm")],
        sender="Cabang Lain", as_of=date(2025, 6, 30),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
        ledger.run(ledger.Request(), workspace)
        crosscheck_send.run(
            crosscheck_send.Request(
                "bpjs", str(root / "p.xlsx"), DAY, "PKS", who="all", sent_on=date(2025, 11, 1)
            ),
            workspace,
        )
        from cakup.pipeline import sent

        yield workspace.root, sent.rows_of(workspace, "P0001")["reference"].to_list()


def written(folder: Path, name: str, refs: list[str], rows: list[dict[str, str]]) -> Path:
    heads = ["Nomor rujukan", *(text.id for text in ANSWER_HEADS["bpjs"].values())]
    lines = [";".join(heads)]
    lines += [";".join([ref, *row.values()]) for ref, row in zip(refs, rows, strict=True)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def take(workspace: Workspace, file: Path, as_of: date) -> Any:
    return crosscheck_receive.run(
        crosscheck_receive.Request(str(file), as_of, "Cabang Binjai", received_on=RECEIVED),
        workspace,
    )


@pytest.mark.slow
@settings(
    max_examples=examples(12),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(answers, days, st.randoms(use_true_random=False))
def test_twice_is_once_and_withdrawn_is_never(
    asked: tuple[Path, list[str]], told: list[dict[str, str]], as_of: date, random: Any
) -> None:
    root, refs = asked
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "w"
        shutil.copytree(root, copy)
        workspace = Workspace.find(copy)
        before = workspace.store().versions
        order = list(range(N))
        random.shuffle(order)
        first_file = written(Path(folder), "satu.csv", refs, told)
        try:
            first = take(workspace, first_file, as_of)
        except crosscheck_receive.InputError:
            assert workspace.store().versions == before, "nothing understood, nothing done"
            return
        after = workspace.store().versions
        mixed = written(Path(folder), "dua.csv", [refs[n] for n in order], [told[n] for n in order])
        second = take(workspace, mixed, as_of)
        assert workspace.store().versions == after
        assert second.is_new is False
        assert second.import_id == first.import_id
        withdraw.run(withdraw.Request(first.import_id, "uji"), workspace)
        link.run(link.Request(), workspace)
        ledger.run(ledger.Request(), workspace)
        assert workspace.store().versions == before
