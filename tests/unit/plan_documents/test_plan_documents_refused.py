"""``cakup documents`` refuses: bad settings, and a plan that is not the one that was computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import LANGS
from cakup.pipeline import plan, plan_papers
from cakup.pipeline import plan_documents as use
from cakup.pipeline.workspace import Workspace
from plan_city import PLAN, build, write_plan


@pytest.mark.parametrize(
    ("old", "new", "code", "row_of"),
    [
        ('jkk = "5.1.02.02.02.0006"', 'jkk = "5.1.02.02.02.9999"', "unknown_account", "9999"),
        ("[accounts]\n", '[accounts]\n"lima satu" = "salah"\n', "bad_account", "lima satu"),
        ('kak = "560/…/KAK/{year}"', 'kak = "{tahun}"', "bad_number", "{tahun}"),
        ("[budget]\n", '[budget.purse.lain]\nopd = ""\n[budget]\n', "key.unknown", "opd"),
        ("# [budget.purse.apbd-perubahan]\n# change_of = \"apbd-kota\"",
         '[budget.purse.apbd-perubahan]\nchange_of = "apbd-koat"', "unknown_purse", "koat"),
        ('perwal = { number = "", date = ""', 'perwal = { number = "", date = "kemarin"',
         "bad_date", "kemarin"),
        ('perwal = { number = ""', 'perwal = { nomor = ""', "key.unknown", "{ nomor"),
        ('sheet = "A4"', 'sheet = "A3"', "bad_choice", 'sheet = "A3"'),
        ('logo = ""', 'logo = "lambang.png"', "file.missing", "lambang.png"),
        ("[numbering]", "[penomoran]", "key.unknown", "[penomoran]"),
        ('jabatan = "Wali Kota Binjai"', 'jabatn = "x"', "key.unknown", "jabatn"),
    ],
)  # fmt: skip
def test_bad_settings_name_file_line_and_remedy(
    city: Workspace, settings: Path, old: str, new: str, code: str, row_of: str
) -> None:
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = settings.read_text(encoding="utf-8").splitlines()
    row = next(n for n, line in enumerate(lines, start=1) if row_of in line)
    with pytest.raises(InputError) as caught:
        use.run(use.Request(), city)
    error = caught.value
    assert code in error.code
    assert error.where is not None
    assert (error.where.file, error.where.row) == ("documents.toml", row)
    for lang in LANGS:
        assert error.parts(lang)["do"]


def test_an_account_of_the_plan_is_named_with_its_line(city: Workspace, plan_file: Path) -> None:
    more = 'certainty = "pasti"\naccount = { jkk = "5.1.06.01.01.0001" }\n'
    plan_file.write_text(PLAN.replace('certainty = "pasti"\n', more), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        use.run(use.Request(), city)
    assert caught.value.code == "plan.documents.unknown_account"
    assert caught.value.where is not None
    lines = PLAN.splitlines()
    assert caught.value.where.file == "plan.toml"
    assert caught.value.where.row == lines.index('certainty = "pasti"') + 2


def test_a_plan_file_that_changed_since_is_refused(city: Workspace, plan_file: Path) -> None:
    plan_file.write_text(PLAN.replace("700000", "800000"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(), city)
    assert caught.value.code == "plan.documents.other_settings"


def test_lists_that_changed_since_are_refused(
    city: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = plan_papers.find_plan

    def older(*args: Any, **more: Any) -> Any:
        held = real(*args, **more)
        return replace(held, summary={**held.summary, "tables": {"persons": "other"}})

    monkeypatch.setattr(use, "find_plan", older)
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(), city)
    assert caught.value.code == "plan.documents.outdated"


def test_a_plan_that_cannot_be_met_has_no_papers(tmp_path: Path) -> None:
    city = build(tmp_path / "workspace")
    write_plan(city)
    path = city.root / "plan.toml"
    quota = '[[quota]]\nkode_wilayah = "12.75.01.1003"\nmin = 15\n'
    text = PLAN
    for pagu in ("4000000", "600000", "700000"):
        text = text.replace(f"pagu_rp = {pagu}", "pagu_rp = 16800")
    path.write_text(text + quota, encoding="utf-8")
    plan.run(plan.Request(), city)
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(), city)
    assert caught.value.code == "plan.infeasible"


def test_unknown_kinds_and_plans_are_named(city: Workspace) -> None:
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(only=("slips",)), city)
    assert caught.value.code == "usage.bad_choice"
    with pytest.raises(UsageError) as caught:
        use.run(use.Request(plan_id="2027-nama-00000000"), city)
    assert caught.value.code == "plan.unknown"
