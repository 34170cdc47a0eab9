"""Plans that are refused with file and line, or cannot be met and say what would do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cakup.cli.main import main
from cakup.kernel.errors import InputError
from cakup.pipeline import (
    places,
    plan,
)
from cakup.pipeline.plan_inputs import gather
from cakup.pipeline.workspace import Workspace
from cakup.planning.settings import read_plan
from plan_town import PLAN, build

PURSE_LINE = PLAN.splitlines().index("[[purse]]") + 1


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("plan") / "ws")


@pytest.fixture
def space(made: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy that a test may change."""
    shutil.copytree(made.root, tmp_path / "ws")
    return Workspace.find(tmp_path / "ws")


def write(space: Workspace, text: str) -> None:
    (space.root / "plan.toml").write_text(text, encoding="utf-8")


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(words))
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_a_preview_names_the_line_of_a_wrong_group(space: Workspace) -> None:
    write(space, PLAN.replace('id = "apbd"', 'id = "apbd"\neligible = "tukang sihir"', 1))
    with pytest.raises(InputError) as caught:
        plan.plan(space, preview=True)
    where = caught.value.where
    assert (caught.value.code, where and where.column) == ("plan.purse.eligible", "eligible")
    lines = (space.root / "plan.toml").read_text(encoding="utf-8").splitlines()
    assert where is not None
    assert where.row is not None
    assert lines[where.row - 1].startswith("eligible")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("pagu_rp = 2016000", "pagu_rp = -1", "plan.purse.bad_pagu", PURSE_LINE + 3),
        ('payer = "apbd_kabkota"', 'payer = "apbd"', "plan.key.bad_choice", PURSE_LINE + 2),
        ('to = "2026-12"', 'to = "2026-12"\neligible = "sawit"', "plan.purse.nobody",
         PURSE_LINE + 6),
        ('to = "2026-12"', 'to = "2025-12"', "plan.purse.bad_months", PURSE_LINE + 5),
        ("seed = 11", "sead = 11", "plan.key.unknown", 4),
        ("year = 2026", "", "plan.key.missing", 1),
        ('as_of = "2025-10-31"', 'as_of = "31/10/2025"', "plan.key.bad_date", 3),
        ('to = "2026-12"', 'to = "2026-12"\n\n[[quota]]\nkode_wilayah = "12.75.01"\nmin = 90',
         "plan.quota.too_few", PURSE_LINE + 9),
        ('to = "2026-12"', 'to = "2026-12"\n\n[[quota]]\nkode_wilayah = "12.76"\nmin = 1',
         "plan.quota.unknown_area", PURSE_LINE + 8),
        ('to = "2026-12"', 'to = "2026-12"\n\n[[quota]]\nkode_wilayah = "12.75"\nmin = 3\nmax = 2',
         "plan.quota.crossed", PURSE_LINE + 9),
        ('"2025-10-31"', '"2026-06-30"\nstart = "2026-03"', "plan.start.over", 4),
        ('"2025-10-31"', '"2026-06"\nstart = "2026-06"', "plan.start.over", 4),
        ('"2025-10-31"', '"2026-06-10"\nstart = "2025-12"', "plan.start.over", 4),
        ('"2025-10-31"', '"2026-12-31"', "plan.year.over", 3),
        ("[plan]", "[plan", "plan.file.unreadable", 1),
    ],
)  # fmt: skip
def test_wrong_plans_are_refused_with_their_line(
    space: Workspace, old: str, new: str, code: str, line: int
) -> None:
    write(space, PLAN.replace(old, new))
    with pytest.raises(InputError) as caught:
        plan.plan(space)
    assert caught.value.code == code
    assert caught.value.where is not None
    assert caught.value.where.file == "plan.toml"
    assert caught.value.where.row == line
    assert not (space.root / "plans").exists()


@pytest.mark.parametrize(
    ("as_of", "start", "begins"),
    [
        ("2026-06-30", "2026-07", 6), ("2026-06-29", "2026-06", 5), ("2026-06-30", "2026-10", 9),
        ("2026-12-30", "2026-12", 11), ("2025-12-31", "2026-01", 0), ("2025-10-31", "2025-03", 0),
    ],
)  # fmt: skip
def test_a_month_that_is_not_over_may_be_the_first(
    tmp_path: Path, as_of: str, start: str, begins: int
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace('"2025-10-31"', f'"{as_of}"\nstart = "{start}"'), "utf-8")
    assert read_plan(path).begins == begins


def test_a_month_that_is_over_is_told_with_what_would_do(
    space: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUP_WORKSPACE", str(space.root))
    write(space, PLAN.replace('"2025-10-31"', '"2026-06-30"\nstart = "2026-03"'))
    assert run("plan", "--preview") == 3
    said = " ".join(capsys.readouterr().err.split())
    assert "Bulan mulai 2026-03 sudah lewat pada tanggal data 2026-06-30." in said
    assert "beri 2026-07 atau sesudahnya" in said


def test_a_rule_about_a_column_that_no_list_has_is_refused(space: Workspace) -> None:
    text = (space.root / "uji.toml").read_text(encoding="utf-8")
    rule = '\n[[rule]]\nid = "pkh"\nkind = "aid"\n'
    (space.root / "uji.toml").write_text(text + rule, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        plan.plan(space)
    assert caught.value.code == "plan.criteria.no_column"
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.row) == ("uji.toml", 20)


def test_what_cannot_be_met_says_which_rules_clash_and_what_would_do(space: Workspace) -> None:
    write(space, PLAN + '\n[[quota]]\nkode_wilayah = "12.75.01"\nmin = 12\n')
    write(space, (space.root / "plan.toml").read_text().replace("2016000", "16800"))
    base = plan.plan(space).summary["scenarios"][0]
    assert not base["feasible"]
    assert base["clash"] == ["kuota Binjai Utara (12.75.01)", "pagu apbd"]
    assert base["least_change"] == [
        # One person-month of money; eleven more begin in December.
        "pagu apbd ditambah sedikitnya Rp184.800",
        "min kuota Binjai Utara (12.75.01) diturunkan 11 orang",
    ]


def test_areas_are_called_as_the_workspace_calls_them(space: Workspace) -> None:
    """Another city has only imported areas: codes in place of names would fill its papers."""
    table = space.root / "wilayah.csv"
    table.write_text("kode,nama\n12.75.01,Utara Baru\n", encoding="utf-8")
    places.import_areas(places.ImportRequest(str(table)), space)
    write(
        space,
        PLAN.replace("2016000", "16800") + '\n[[quota]]\nkode_wilayah = "12.75.01"\nmin = 12\n',
    )
    base = plan.plan(space).summary["scenarios"][0]
    assert base["clash"] == ["kuota Utara Baru (12.75.01)", "pagu apbd"]
    with space.engine() as engine:
        inputs = gather(engine, space, read_plan(space.root / "plan.toml"), with_money=False)
    assert inputs.places.named(["12.75.01", "99.99"]) == {
        "12.75.01": "Utara Baru",
        "99.99": "99.99",
    }


def test_the_page_of_what_cannot_be_met_says_the_ways_out_and_nothing_else_of_money(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    plan.plan(space, stage="pagu")
    text = PLAN.replace("2016000", "16800")
    write(space, text + '\n[[quota]]\nkode_wilayah = "12.75.01"\nmin = 12\n')
    assert run("plan", "-w", str(space.root)) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "buat satu perubahan terkecil di atas dalam plan.toml" in out
    assert "cakup documents" not in out
    assert "berhenti aktif" not in out
    [folder] = (space.root / "plans").glob("2026-nama-*")
    page = (folder / "rencana.html").read_text(encoding="utf-8")
    ways = ("pagu apbd ditambah sedikitnya Rp184.800; atau "
            "min kuota Binjai Utara (12.75.01) diturunkan 11 orang")  # fmt: skip
    assert page.count(ways) == 2  # in the first sentence and beside the scenario
    assert "<svg" not in page
    assert "Pagu dan nama" not in page  # nobody is named: nothing is inside or outside a pagu
    assert "Januari sampai Maret" not in page
    assert not (folder / "reconciliation.json").exists()
