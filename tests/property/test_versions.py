"""Whatever file comes and goes again: persons and ledger are then what they were, byte for byte."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.pipeline import decisions, ledger, link, withdraw
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from rounds import examples
from small_city import worker

#: Only grow: which fingerprint was whose, and which ids became one.
MEMORY = ("person_ids", "person_changes")
people = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["Aman", "Budi", "Cici"]), st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip
kinds = st.sampled_from(["daftar_pekerja", "peserta", "kematian", "dtsen"])
days = st.sampled_from([date(2025, 6, 30), date(2025, 10, 31), date(2025, 12, 31)])


def rows(drawn: list[tuple[int, str, bool]], kind: str) -> list[dict[str, Any]]:
    more: dict[str, Any] = {}
    if kind == "peserta":
        more = {"segmen": "pu", "status_kepesertaan": "aktif", "mulai_on": date(2024, 1, 1),
                "program": "jkk,jkm"}  # fmt: skip
    if kind == "kematian":
        more = {"meninggal_on": date(2025, 5, 1)}
    made = [worker(n, name, **({} if has else {"nik": None}), **more) for n, name, has in drawn]
    for at, row in enumerate(made):
        row |= {"kpj": f"K{at}"} if kind == "peserta" else {}
    return made


def make(workspace: Workspace) -> dict[str, str]:
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return {k: v for k, v in workspace.store().versions.items() if k not in MEMORY}


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.mark.slow
@settings(
    max_examples=examples(15, least=3),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(people, people, people, kinds, days)
def test_withdrawn_is_as_before(
    first: Any, insurer: Any, extra: Any, kind: str, as_of: date
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "w", "12.75", seed=7)
        write_import(workspace, "a" * 16, "daftar_pekerja", rows(first, "daftar_pekerja"))
        write_import(workspace, "b" * 16, "peserta", rows(insurer, "peserta"), sender="BPJS")
        before = make(workspace)
        write_import(
            workspace, "c" * 16, kind, rows(extra, kind), sender="BPJS" if kind == "peserta" else
            "dinas", as_of=as_of, received_on=date(2026, 1, 5),
        )  # fmt: skip
        make(workspace)
        withdraw.run(withdraw.Request("c" * 16, "uji"), workspace)
        assert make(workspace) == before
        assert len(decisions.read(workspace)) == 1, "the decision stays"


def test_the_change_is_told_each_time(workspace: Workspace, tmp_path: Path) -> None:
    """First list, later snapshot, correction, withdrawal: each says what it changed."""
    from cakup.pipeline import import_files

    def bring(name: str, lines: list[str], **more: Any) -> import_files.Result:
        path = tmp_path / name
        path.write_text("\n".join(["NIK;NAMA;KELURAHAN;TANGGAL LAHIR", *lines]), encoding="utf-8")
        request = import_files.Request(
            (str(path),), kind="daftar_pekerja", sender="Dinas", is_applied=True, **more
        )
        return import_files.run(request, workspace)

    def line(n: int) -> str:
        return f"127591100190{n:04d};Orang {chr(64 + n)};Nangka;10-01-1990"

    first = bring("satu.csv", [line(1), line(2), ";;Nangka;"], as_of="2025-10-31",
                  received="2025-11-01")  # fmt: skip
    assert first.effect is None, "persons were not made yet"
    link.run(link.Request(), workspace)
    later = bring("dua.csv", [line(1), line(2), line(3)], as_of="2025-11-30",
                  received="2025-12-01")  # fmt: skip
    assert later.effect is not None
    assert later.effect.changed == {"persons": 1, "workers": 1, "uncovered": 1}
    returned = workspace.root / str(first.files[0].returned)
    text = returned.read_text(encoding="utf-8-sig").splitlines()
    cells = text[-1].split(";")
    cells[:2] = ["1275911001900004", "Orang D"]
    mended = tmp_path / "perbaikan.csv"
    mended.write_text("\n".join([*text[:-1], ";".join(cells)]), encoding="utf-8")
    corrected = import_files.run(
        import_files.Request((str(mended),), received="2025-12-02", is_applied=True), workspace
    )
    assert corrected.effect is not None
    # The older list answers older days only: a person more, but not among the workers of its day.
    assert corrected.effect.changed == {"persons": 1}
    gone = withdraw.run(
        withdraw.Request(str(later.files[0].import_id), "keliru", is_applied=True), workspace
    )
    assert gone.effect is not None
    assert gone.effect.changed == {"persons": -1}
    assert gone.effect.after["workers"] == 3, "the older list answers again, with its correction"
