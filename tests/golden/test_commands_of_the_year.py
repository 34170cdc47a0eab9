"""The commands on the seven people: JSON that parses, words without a name, exit codes, aliases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cakup.cli.main import main
from cakup.pipeline.workspace import Workspace
from seven_people import PEOPLE, build, nik

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

DAY = ("--as-of", "2025-12-31")


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("perintah") / "kerja")


def _run(workspace: Workspace | None, capsys: pytest.CaptureFixture[str], *words: str) -> tuple:
    """Return exit code and what stands on stdout."""
    given = [*words, *(("-w", str(workspace.root)) if workspace else ())]
    with pytest.raises(SystemExit) as left:
        main(given)
    return left.value.code, capsys.readouterr().out


def _nameless(text: str) -> bool:
    return not any(name in text or nik(who) in text for who, name in PEOPLE.items())


COMMANDS = [
    ("findings", ("--sk", "Lampiran SK", *DAY), "temuan"),
    ("entitlements", DAY, "hak"),
    ("trace", (nik("G"), *DAY), "telusuri"),
    ("publish", (*DAY, "--by", "Ani", "--basis", "BRS 1, 2026-01-10"), "terbitkan"),
    ("summarise", (*DAY, "--out", "{out}/r.json"), "ringkas"),
]


@pytest.mark.parametrize(("command", "words", "alias"), COMMANDS, ids=[c[0] for c in COMMANDS])
def test_a_command_and_its_alias_say_the_same_and_no_name(
    seven: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str,
    words: tuple[str, ...], alias: str,
) -> None:  # fmt: skip
    given = [w.format(out=tmp_path) for w in words]
    code, spoken = _run(seven, capsys, command, *given, "--quiet")
    assert code == 0
    assert _nameless(spoken)
    code, told = _run(seven, capsys, command, *given, "--json", "--quiet")
    assert code == 0
    assert _nameless(told)
    code, again = _run(seven, capsys, alias, *given, "--json", "--quiet")
    assert (code, json.loads(again)) == (0, json.loads(told))
    english = _run(seven, capsys, command, *given, "--quiet", "--lang", "en")[1]
    assert english != spoken


def _json(workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code, told = _run(workspace, capsys, *words, "--json", "--quiet")
    assert code == 0
    return json.loads(told)


def test_what_the_commands_count(seven: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(seven, capsys, "findings", "--sk", "Lampiran SK", *DAY)
    assert found["total"]["rupiah"] == 184_800
    assert found["overlap_rp"] == 33_600
    right = _json(seven, capsys, "entitlements", *DAY)["rights"][0]
    assert (right["low_rp"], right["high_rp"]) == (10_000_000, 42_000_000)


def test_an_official_count_in_json(
    seven: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "resmi.yaml"
    path.write_text("issuer: Cabang\ndocument: S1\nas_of: 2025-12-31\ncovered: 7\n")
    told = _json(seven, capsys, "measure", *DAY, "--official", str(path))
    assert told["official"]["ours"] + sum(told["official"]["terms"].values()) == 7
    code, spoken = _run(seven, capsys, "measure", *DAY, "--official", str(path), "--quiet")
    assert code == 0
    assert "tidak dapat diterangkan" in spoken
    assert _nameless(spoken)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("findings", "--sk", "Tidak ada"), 3, "findings.no_decree"),
        (("findings", "--out", "x.pdf"), 2, "usage.bad_choice"),
        (("trace", "1275911001809999"), 3, "explain.not_found"),
        (("entitlements", "--import", "tiada.xlsx", "--by", "A"), 2, "decisions.no_basis"),
        (("review", "import", "tiada.xlsx"), 2, "decisions.no_by"),
        (("publish", *DAY, "--by", "A"), 2, "decisions.no_basis"),
        (("gap", "--by", "kecamatan", *DAY, "--out", "x"), 2, "usage.bad_choice"),
        (("reconcile", "--month", "2025-10", "--ours", "X", "--theirs", "Y"), 3,
         "reconcile.no_side"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_never_a_value(
    seven: Workspace, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int,
    error: str,
) -> None:  # fmt: skip
    left, told = _run(seven, capsys, *words, "--json", "--quiet")
    assert left == code
    assert json.loads(told)["error"]["code"] == error
    assert _nameless(told)
    assert "1275911001809999" not in told


def test_a_province_from_the_command_line(
    seven: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _run(seven, capsys, "summarise", *DAY, "--out", str(tmp_path), "--quiet")
    [file] = tmp_path.glob("ringkasan-*.json")
    code, told = _run(None, capsys, "merge", str(file), "--total", "5", "--json", "--quiet")
    assert (code, json.loads(told)["difference"]) == (0, 0)
    code, spoken = _run(None, capsys, "gabung", str(file), "--quiet")
    assert code == 0
    assert "Belum ada 32:" in spoken
