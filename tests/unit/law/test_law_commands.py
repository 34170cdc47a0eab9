"""The commands: what they print, JSON, exit codes, and the same answer as the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cakup import law
from cakup.cli.law_view import ARREARS, EVENT_WORDS
from cakup.cli.main import _run
from cakup.law.dues.arrears import CONDITIONS
from cakup.law.questions.events import EVENTS

CASES = Path(__file__).resolve().parents[2] / "golden" / "law" / "worked-examples.yaml"


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code = _run(["law", *words, "--json"])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def _text(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert _run(["law", *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_contribution(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("contribution", "--on", "2026-04", "--segment", "bpu", "--payer", "apbd",
             "--persons", "5.000", "--months", "9")  # fmt: skip
    found = _json(capsys, *words)
    assert found["computed"]["total"] == 5_000 * 9 * 16_800
    same = law.at("2026-04").contribution(segment="bpu", payer="apbd", persons=5_000, months=9)
    assert found["computed"] == same.computed
    assert found["on"] == "2026-04-30"
    text = _text(capsys, *words)
    assert "Rp756.000.000" in text
    assert "belum dikonfirmasi: " in text
    assert "Dianggap: sector = other" in text


def test_contribution_takes_every_input_of_the_case_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = _json(
        capsys, "contribution", "--on", "2026-01", "--segment", "pu", "--wage", "Rp10.000.000",
        "--risk-group", "1", "--labour-intensive", "--birth", "1990-02-03", "--no-jp-registered",
        "--programmes", "jkk,jkm",
    )  # fmt: skip
    assert found["computed"]["jkk"] == 12_000
    assert found["computed"]["jkk_normal"] == 24_000
    assert found["computed"]["jp_worker"] == 0
    assert found["computed"]["total"] == 42_000
    assert {"output", "result", "says", "sources", "unconfirmed"} == set(found["steps"][0])


def test_benefit_and_steps(capsys: pytest.CaptureFixture[str]) -> None:
    text = _text(capsys, "benefit", "death", "--on", "2026-05-10", "--programme", "jkk", "--wage",
                 "3000000", "--children", "2", "--levels", "all", "--steps")  # fmt: skip
    assert "Rp144.000.000" in text
    assert "Rp174.000.000" in text
    assert "Langkah:" in text
    english = _text(capsys, "benefit", "phk", "--on", "2025-03", "--wage", "5000000", "--lang",
                    "en")  # fmt: skip
    assert "Rp18,000,000" in english


def test_family(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "family", "--on", "2025-06-10", "--paid-months", "9", "--unpaid-months",
                  "2")  # fmt: skip
    assert found["arrears"] == "conditional"
    assert "PP 44/2015 Pasal 42" in found["articles"]
    assert "Pasal 42" in _text(capsys, "family", "--on", "2025-06-10", "--unpaid-months", "1")


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "show", "jp.iuran.batas_upah", "--on", "2026-03-15")
    assert [v["value"] for v in found["values"]] == [11_086_300]
    assert found["values"][0]["reference"][0]["title"]
    assert found["rules"] == ["dasar_jp"]
    history = _json(capsys, "show", "jp.iuran.batas_upah", "--history")
    assert len(history["values"]) == 12
    text = _text(capsys, "show", "jkk.iuran.pu.tarif.rendah")
    assert "0,54%" in text
    assert "dibaca dalam peraturan" in text
    branch = _json(capsys, "show", "jkm.iuran", "--on", "2026-01")
    assert {p["key"] for p in branch} >= {"jkm.iuran.bpu", "jkm.iuran.pu.tarif"}
    scale = _text(capsys, "show", "jakon.iuran.jkk_nilai_kontrak", "--on", "2026-01")
    assert "Rp5.000.000.000" in scale


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "diff", "2025-02-06", "2025-02-07")
    assert {c["regulation"] for c in found} == {"pp-6-2025"}
    by_key = {c["key"]: c for c in found}
    assert by_key["jkp.iuran.tarif_total"]["before"] == "0.0046"
    assert by_key["jkp.iuran.tarif_total"]["after"] == "0.0036"
    assert by_key["jkp.manfaat.tarif_bulan_1_3"]["article"] == "PP 6/2025, Pasal 21(1)"
    text = _text(capsys, "diff", "2025-02-06", "2025-02-07")
    assert "Bagi: Pekerja yang kehilangan pekerjaan" in text
    assert "Tidak ada yang berubah" in _text(capsys, "diff", "2025-02-08", "2025-02-09")


def test_status(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "status", "--on", "2026-04-01")
    by_key = {d["key"]: d for d in found["unconfirmed"]}
    assert by_key["bpu.dasar.pita"]["status"] == "unconfirmed"
    assert "lump_sum" in by_key["jkm.manfaat.masa_tunggu_bulan"]["results"]
    assert "jkm.iuran.bpu" not in by_key
    assert len(found["questions"]) >= 10
    assert "Pertanyaan hukum yang terbuka" in _text(capsys, "status")


def test_cases(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "results.yaml"
    text = _text(capsys, "cases", str(CASES), "--out", str(out))
    assert "60 pass, 0 fail, 0 unsupported, 0 error" in text
    results = yaml.safe_load(out.read_text(encoding="utf-8"))["results"]
    assert len(results) == 60
    assert set(results[0]) == {
        "id", "status", "computed", "difference", "assumed", "unconfirmed", "reason",
    }  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["results.yaml"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("contribution", "--on", "2026-04", "--wage", "-5"), 2),
        (("contribution", "--on", "2026-04", "--wage", "1", "--risk-group", "9"), 2),
        (("contribution", "--on", "2010-04", "--wage", "5000000"), 4),
        (("contribution", "--on", "2026-04", "--segment", "bpu", "--income", "2500000"), 4),
        (("contribution", "--on", "april"), 2),
        (("contribution",), 2),
        (("benefit", "flood", "--on", "2026-04"), 2),
        (("show", "jp.iuran.batas"), 4),
        (("show", "jp.iuran.batas_upah", "--on", "2014-01"), 4),
        (("diff", "2026-04-01", "2026-01-01"), 2),
        (("cases", "tidak-ada.yaml"), 3),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["law", *words]) == code
    assert _run(["law", *words, "--json"]) == code
    error = json.loads(capsys.readouterr().out)["error"]
    assert set(error) == {"code", "what", "where", "why", "do"}


def test_a_broken_case_file_is_refused_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.yaml"
    for text in ("examples: [", "examples: 3", "just text"):
        path.write_text(text, encoding="utf-8")
        assert _run(["law", "cases", str(path)]) == 3
    path.write_bytes(b"\xff\xfe\x00")
    assert _run(["law", "cases", str(path)]) == 3
    capsys.readouterr()


def test_a_workspaces_confirmed_answer_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cakup.pipeline.workspace import Workspace

    workspace = Workspace.create(tmp_path / "kerja", "12.75", seed=1)
    folder = workspace.root / "parameters" / "law" / "jkm" / "manfaat"
    folder.mkdir(parents=True)
    (folder / "masa_tunggu_bulan.yaml").write_text(
        "description: x\nunit: months\nvalues:\n  2025-01-20:\n    value: 6\n"
        "    status: confirmed\n    confirmed_by: Kepala Cabang\n    confirmed_on: 2026-05-04\n"
        "    document: B/1/2026\n    reference: {title: Surat cabang}\n",
        encoding="utf-8",
    )
    words = ("benefit", "death", "--on", "2026-04-01", "--programme", "jkm",
             "--membership-months", "4")  # fmt: skip
    assert _json(capsys, *words)["computed"]["total"] == 42_000_000
    there = _json(capsys, *words, "-w", str(workspace.root))
    assert there["computed"]["total"] == 10_000_000
    assert "jkm.manfaat.masa_tunggu_bulan" not in there["unconfirmed"]


def test_every_event_and_effect_has_words_in_both_languages() -> None:
    assert set(EVENT_WORDS) == set(EVENTS)
    assert set(ARREARS) == {effect for effect, _ in CONDITIONS}
