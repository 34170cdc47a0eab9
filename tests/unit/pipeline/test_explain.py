"""``explain``: why these rows are one person, with identity only when asked for."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from cakup.kernel.errors import InputError
from cakup.pipeline import decisions, explain, link
from cakup.pipeline.evidence_words import words
from cakup.pipeline.record_cards import cards
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import

ANI = {"nik": "1275914105800001", "nama": "Ani Siregar", "tanggal_lahir": date(1980, 5, 1)}
IMPORT_A, IMPORT_B, IMPORT_C = "a" * 16, "b" * 16, "c" * 16


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A linked workspace, made once; tests work on copies."""
    workspace = Workspace.create(tmp_path_factory.mktemp("made") / "workspace", "12.75", seed=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        _fill(workspace)
    return workspace.root


@pytest.fixture
def linked(made: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(made, tmp_path / "workspace")
    return Workspace.find(tmp_path / "workspace")


def _fill(workspace: Workspace) -> None:
    write_import(workspace, IMPORT_A, "daftar_pekerja", [ANI, {"nama": "Ani Siregar"}])
    write_import(workspace, IMPORT_B, "peserta", [{**ANI, "kpj": "770001"}], sender="bpjs")
    link.run(link.Request(), workspace)
    payment = {"kpj": "770001", "program": "jkk", "bulan": date(2025, 9, 1), "amount_rp": 10000}
    write_import(workspace, IMPORT_C, "pembayaran", [payment], sender="bank")
    with workspace.engine() as engine:
        store = workspace.store()
        engine.view("members", store.path("memberships"))
        store.write(
            engine, "ledger", f"""
            SELECT person_id, month AS bulan, program, 'bpu' AS segment, '770001' AS kepesertaan_id,
                   'mandiri' AS payer, t.evidence, NULL AS paid_on, NULL AS known_on
            FROM members, (VALUES (DATE '2025-08-01', 'jkk', 'status'),
                (DATE '2025-09-01', 'jkk', 'spell'), (DATE '2025-09-01', 'jkm', 'paid'))
                t(month, program, evidence)
            WHERE record_id = '{IMPORT_A}.1.2'""")  # fmt: skip
        store.commit()


def _explain(workspace: Workspace, target: str, **options) -> explain.Result:
    return explain.run(explain.Request(target, **options), workspace)


def test_a_person_with_his_rows_links_and_months(linked: Workspace) -> None:
    result = _explain(linked, f"{IMPORT_A}.1.2")
    assert [r.record_id for r in result.rows] == [f"{IMPORT_A}.1.2", f"{IMPORT_B}.1.2"]
    assert result.rows[0].evidence == "NIK sama dan nama cocok"
    assert "dinas.xlsx, Data, baris 2" in result.rows[0].source
    assert [(x.kpj, x.decision) for x in result.links] == [("770001", "link")]
    assert result.strips[0].months == {"2025-08-01": "status", "2025-09-01": "paid"}
    assert result.waiting[0]["record_id"] == f"{IMPORT_A}.1.3"
    assert _explain(linked, result.person_id[:8]) == explain.Result(
        **{**vars(result), "target": result.person_id[:8]}
    )


def test_identity_shows_only_when_asked_for_and_is_recorded(linked: Workspace) -> None:
    masked = json.dumps(_explain(linked, f"{IMPORT_A}.1.2").as_json(), ensure_ascii=False)
    for secret in (ANI["nik"], "Ani", "Siregar", "05-1980", "1980-05"):
        assert secret not in masked
    assert "1275…0001" in masked
    runs = len(linked.runs())
    shown = _explain(linked, f"{IMPORT_A}.1.2", show_identity=True)
    assert shown.facts["nik"] == ANI["nik"]
    assert shown.rows[0].nama == "Ani Siregar"
    assert len(linked.runs()) == runs + 1
    assert linked.runs()[-1]["identity_shown"]


@pytest.mark.parametrize(
    ("target", "outcome"),
    [("dinas.xlsx:Data:4", "blank"), ("dinas.xlsx:5", "returned")],
)
def test_a_row_that_is_nobodys_is_explained_too(
    linked: Workspace, target: str, outcome: str
) -> None:
    result = _explain(linked, target)
    assert result.person_id is None
    assert result.fate is not None
    assert result.fate.outcome == outcome
    if outcome == "returned":
        assert result.fate.reasons == ("nama.missing",)


def test_rows_of_files_lead_to_persons(linked: Workspace) -> None:
    person = _explain(linked, f"{IMPORT_A}.1.2").person_id
    assert _explain(linked, "dinas.xlsx:Data:2").person_id == person
    assert _explain(linked, "bpjs.xlsx::2").person_id == person
    assert _explain(linked, "bank.xlsx:2").person_id == person, "a payment, by participant number"


def test_a_new_import_is_not_linked_and_a_withdrawn_one_is_gone(linked: Workspace) -> None:
    write_import(linked, "d" * 16, "daftar_pekerja", [{"nama": "Budi"}], sender="lurah")
    assert _explain(linked, "lurah.xlsx:2").fate.outcome == "not_linked"
    body = {"import_id": "d" * 16, "reason": "salah"}
    decisions.append(
        linked,
        [decisions.Decision("w", "withdraw_import", body, "A", "s", "2025-11-02", "2025-11-02")],
    )
    assert _explain(linked, "lurah.xlsx:2").fate.outcome == "withdrawn"


def test_an_alias_leads_to_who_stands_for_it(linked: Workspace) -> None:
    older = _explain(linked, f"{IMPORT_A}.1.2").person_id
    younger = _explain(linked, f"{IMPORT_A}.1.3").person_id
    old, new = sorted((older, younger))[::-1]
    found = cards(linked, [f"{IMPORT_A}.1.2", f"{IMPORT_A}.1.3"])
    one, two = (found[f"{IMPORT_A}.1.{n}"].fingerprint for n in (2, 3))
    body = {
        "left": one,
        "right": two,
        "persons": [older, younger],
        "records": ["", ""],
    }
    decisions.append(
        linked,
        [decisions.Decision("d", "same_person", body, "Ani", "KK", "2025-11-02", "2025-11-02")],
    )
    link.run(link.Request(), linked)
    result = _explain(linked, old)
    assert (result.person_id, result.alias_of_target) == (new, True)
    assert result.history[0]["kind"] == "merge"
    assert result.decisions == ("sama: Ani, 2025-11-02, KK [d]",)


@pytest.mark.parametrize(
    "target", ["1275914105800001", "Ani Siregar", "ffffff", "zz", "x.xlsx:Data:2"]
)
def test_what_is_not_there_is_said_without_naming_anybody(linked: Workspace, target: str) -> None:
    with pytest.raises(InputError) as caught:
        _explain(linked, target)
    assert caught.value.code == "explain.not_found"
    assert "1275914105800001" not in str(caught.value)
    assert "Siregar" not in str(caught.value)


def test_evidence_in_words() -> None:
    assert words('{"weights": {"nama": -4.04, "nik_date": 21.27, "jenis_kelamin": 0.5}}') == (
        "NIK dan tanggal lahir sangat mendukung (+21,3 bit), nama melawan (−4,0 bit), "
        "jenis kelamin sedikit mendukung (+0,5 bit)"
    )
    assert words('{"weights": {"street": -9}}', "en") == "street strongly against (−9.0 bit)"
    assert words(None) == words("") == ""
