"""The plan of a small workspace: results, log of seed and hand."""

from __future__ import annotations

import itertools
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cakup.cli.main import main
from cakup.kernel import spelling
from cakup.kernel.errors import ConflictError, InputError, UsageError
from cakup.pipeline import (
    criteria,
    plan,
    plan_log,
    plan_notices,
    plan_start,
    plan_waiting,
)
from cakup.pipeline.workspace import Workspace
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


def test_a_plan_names_persons_months_purse_price_and_reason(space: Workspace) -> None:
    result = plan.plan(space)
    assert result.folder is not None
    base = result.summary["scenarios"][0]
    assert base["rupiah_total"] == 2_016_000 == base["purses"][0]["spent_rp"]
    assert base["persons"] == 10
    assert base["exact"]
    months = pl.read_parquet(result.folder / "persons.parquet")
    assert months.columns == ["person_id", "purse", "bulan", "rupiah", "stratum", "rank"]
    assert set(months["rupiah"]) == {16_800}
    assert not months.select("person_id", "bulan").is_duplicated().any()
    reasons = pl.read_parquet(result.folder / "reasons.parquet")
    chosen = reasons.filter(pl.col("reason_id") == "money.ok")["person_id"]
    assert set(chosen) == set(months["person_id"])
    held = json.loads((result.folder / "summary.json").read_text(encoding="utf-8"))
    assert held["scenarios"][0]["ucj_dec31"] == base["ucj_dec31"]
    steps = held["waterfall"]
    assert steps[0]["before"] == held["candidates"]
    assert all(a["after"] == b["before"] for a, b in itertools.pairwise(steps))
    assert all(s["before"] - s["after"] == sum(o["persons"] for o in s["out"]) for s in steps)
    assert steps[-1]["after"] == held["eligible"]


def test_a_plan_says_what_must_be_seen_or_recorded_first(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_notices, "unseen_dead", lambda workspace, as_of: ("a", "b"))
    made = plan.plan(space)
    told = {one["id"]: one for one in made.summary["notices"]}
    assert told["meninggal"]["text"].startswith("2 peserta bantuan meninggal")
    assert "cakup entitlements" in told["meninggal"]["text_en"]
    assert "cakup target add --id rpjmd-" in told["rpjmd"]["text"]
    page = (made.folder / "rencana.html").read_text(encoding="utf-8") if made.folder else ""
    assert "2 peserta bantuan meninggal" in page
    inputs = made.inputs
    own = replace(inputs.targets[0], place=inputs.place, document="Perda RPJMD 3/2025")
    with_path = plan_notices.notices(space, made.settings, replace(inputs, targets=(own,)))
    assert [one["id"] for one in with_path] == ["meninggal"]


def test_the_same_plan_is_the_same_bytes(space: Workspace) -> None:
    first = plan.plan(space)
    assert first.folder is not None
    before = (first.folder / "persons.parquet").read_bytes()
    again = plan.plan(space)
    assert again.id == first.id
    assert (first.folder / "persons.parquet").read_bytes() == before


def test_a_preview_counts_and_saves_nothing(space: Workspace) -> None:
    result = plan.plan(space, preview=True)
    assert result.folder is None
    assert 0 < result.summary["eligible"] < result.summary["candidates"]
    assert result.summary["purses"] == [{"id": "apbd", "eligible": result.summary["eligible"]}]
    assert not (space.root / "plans").exists()


def test_the_seed_is_logged_before_the_list_is_closed_and_fixed(space: Workspace) -> None:
    plan.plan(space)
    events = [e.event for e in plan_log.read(space, 2026)]
    assert events == ["seed", "closed"]
    write(space, PLAN.replace("seed = 11", "seed = 12"))
    with pytest.raises(ConflictError) as caught:
        plan.plan(space)
    assert caught.value.code == "plan.seed.fixed"
    assert [e.event for e in plan_log.read(space, 2026)] == events
    with pytest.raises(ConflictError):
        plan.plan(space, reseed_reason="daftar diganti, BA 12/2026")
    plan.plan(space, reseed_reason="daftar diganti, BA 12/2026", by="Kepala Dinas")
    last = [e for e in plan_log.read(space, 2026) if e.event == "seed"][-1]
    assert last.by == "Kepala Dinas"
    assert date.fromisoformat(last.on) <= date.today()  # noqa: DTZ011
    assert last.body == {"seed": 12, "reason": "daftar diganti, BA 12/2026", "replaces": 11}


def test_a_line_of_the_log_cannot_be_changed_unseen(space: Workspace) -> None:
    plan.plan(space)
    path = plan_log.path(space)
    path.write_text(path.read_text(encoding="utf-8").replace('"seed":11', '"seed":12'),
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(InputError) as caught:
        plan.plan(space)
    assert caught.value.code == "plan.log.broken"


def test_changes_by_hand_need_a_reason_are_logged_and_counted(space: Workspace) -> None:
    first = plan.plan(space)
    chosen = sorted(set(first.outcomes["dasar"].names["person_id"]))
    frame = first.inputs.told.frame
    outside = frame.filter(~pl.col("is_in"))["person_id"][0]
    toml = space.root / "plan.toml"
    with pytest.raises(UsageError):
        plan_start.change_by_hand(space, toml, (outside,), (), "", "Sekda")
    with pytest.raises(UsageError) as caught:
        plan_start.change_by_hand(space, toml, ("p-tidak-ada",), (), "sidang 3/2026", "Sekda")
    assert caught.value.code == "plan.hand.unknown_person"
    plan_start.change_by_hand(space, toml, (outside,), (chosen[0],), "sidang 3/2026", "Sekda")
    second = plan.plan(space)
    assert second.summary["by_hand"] == {"added": 1, "removed": 1}
    assert second.id != first.id
    names = set(second.outcomes["dasar"].names["person_id"])
    assert chosen[0] not in names
    told = criteria.why(space, chosen[0])
    assert {m["rule"]: m["passed"] for m in told["money"]} == {"tangan": False}
    logged = [e for e in plan_log.read(space, 2026) if e.event in ("add", "remove")]
    assert [e.by for e in logged] == ["Sekda", "Sekda"]
    steps = second.summary["waterfall"]
    assert steps[0]["before"] == second.summary["candidates"]
    assert all(a["after"] == b["before"] for a, b in itertools.pairwise(steps))
    assert steps[-1]["asks"] == "dengan tangan: 1 dimasukkan, 1 dikeluarkan"
    assert [o["persons"] for o in steps[-1]["out"]] == [1]
    assert steps[-1]["after"] == second.summary["eligible"]


def test_who_passes_the_age_limit_before_the_plan_begins_does_not_wait(space: Workspace) -> None:
    """Orang Ke03 turns 63 in January; with a limit of 62 nobody can begin with him in June."""
    rules = space.root / "uji.toml"
    rules.write_text(rules.read_text().replace("max_years = 64", "max_years = 62"))
    told = {}
    for start in ("2026-01", "2026-06"):
        write(space, PLAN.replace("seed = 11", f'seed = 11\nstart = "{start}"'))
        result = plan.plan(space)
        assert result.folder is not None
        frame = result.inputs.told.frame
        person = frame.filter(pl.col("nama") == "Orang Ke03")["person_id"][0]
        reasons = pl.read_parquet(result.folder / "reasons.parquet")
        mine = reasons.filter((pl.col("person_id") == person) & (pl.col("rule") == "pagu"))
        told[start] = mine["reason_id"][0]
        waiting = reasons.filter(pl.col("reason_id") == "money.waiting").height
        assert result.summary["scenarios"][0]["waiting"] == waiting
    assert told["2026-01"] != "money.too_late"
    assert told["2026-06"] == "money.too_late"


def test_more_money_is_told_in_persons_as_an_estimate(space: Workspace) -> None:
    binding = plan.plan(space).summary["scenarios"][0]["binding"]
    assert [b["id"] for b in binding] == ["apbd"]
    assert binding[0]["persons_per_100m_rp"] == 496
    assert (
        binding[0]["text"]
        == "Rp100 juta lagi pada apbd menambah 496 orang untuk 12 bulan (perkiraan)"
    )


def test_two_rule_sets_are_compared_by_overlap(space: Workspace) -> None:
    other = (
        (space.root / "uji.toml").read_text().replace('"becak", "petani"', '"petani", "pedagang"')
    )
    (space.root / "lain.toml").write_text(other.replace('id = "uji"', 'id = "lain"'))
    held = criteria.compare_criteria(space, "uji.toml", "lain.toml")
    frame = plan.plan(space, preview=True).inputs.told.frame
    work = frame.filter(pl.col("first_month") <= pl.col("last_start"))["pekerjaan"]
    counted = {w: int((work == w).sum()) for w in ("Penarik Becak", "Petani", "Pedagang")}
    assert held.both == counted["Petani"]
    assert held.only_left == counted["Penarik Becak"]
    assert held.only_right == counted["Pedagang"]
    assert held.left_out == {"pekerjaan": held.only_left}
    assert held.both + held.only_left + held.only_right + held.neither == held.candidates


def test_criteria_say_why_in_and_why_out(space: Workspace) -> None:
    frame = plan.plan(space, preview=True).inputs.told.frame
    trader = frame.filter(pl.col("pekerjaan") == "Pedagang")["person_id"][0]
    told = criteria.why(space, trader)
    assert not told["is_in"]
    out = [r["text"] for r in told["rules"] if not r["passed"]]
    assert out == ["pekerjaan tidak termasuk yang diatur (becak, petani)"]


def test_criteria_say_which_purse_pays_which_months(space: Workspace) -> None:
    made = plan.plan(space)
    row = made.outcomes["dasar"].names.row(0, named=True)
    way = made.outcomes["dasar"].built.ways[row["way"]]
    [told] = [m for m in criteria.why(space, row["person_id"])["money"] if m["rule"] == "pagu"]
    first, last = (spelling.month(date(2026, m + 1, 1)) for m in (way.start, way.end))
    assert told["text"].endswith(f" {first}–{last}")


def test_init_overwrites_nothing(space: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        plan_start.start(space)
    assert caught.value.code == "plan.file.exists"
    (space.root / "plan.toml").unlink()
    assert space.root / "plan.toml" in plan_start.start(space)


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(words))
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_the_commands_speak_json_and_leave_with_their_codes(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["-w", str(space.root)]
    assert run("plan", *where, "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["scenarios"][0]["persons"] == 10
    assert run("plan", *where) == 0
    out = capsys.readouterr().out
    assert "Rp100 juta lagi pada apbd menambah 496 orang" in out
    assert "unconfirmed" not in out
    assert "disputed" not in out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert run("plan", *where, "--preview") == 0
    shown = capsys.readouterr().out
    asks = {s["asks"] for s in plan.plan(space, preview=True).summary["waterfall"]}
    assert "calon" in shown
    assert max(map(len, asks)) > 48, "some rule asks more than one line holds"
    assert {word for words in asks for word in words.split()} <= set(shown.split())
    assert run("plan", *where, "--preview", "--lang", "en") == 0
    assert "candidates" in capsys.readouterr().out
    write(space, PLAN.replace("seed = 11", "seed = 12"))
    assert run("plan", *where, "--json") == 5
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "plan.seed.fixed"
    assert run("criteria", "list") == 0
    assert run("criteria", "show", "bekasi-2025") == 0
    capsys.readouterr()
    assert run("criteria", "compare", "uji.toml", "uji.toml", *where, "--json") == 0
    assert json.loads(capsys.readouterr().out)["shared"] == 1
    assert run("plan", *where, "--scenario", "tak-ada") == 2


def test_pagu_and_names_are_reconciled_and_their_sums_agree(space: Workspace) -> None:
    write(space, PLAN.replace("seed = 11", "seed = 11\nyield = 0.3"))
    first = plan.plan(space, stage="pagu")
    assert first.folder is not None
    assert not (first.folder / "reconciliation.json").exists()
    second = plan.plan(space, stage="nama")
    assert second.folder is not None
    held = json.loads((second.folder / "reconciliation.json").read_text(encoding="utf-8"))
    assert (held["pagu"], held["nama"]) == (first.id, second.id)
    assert held["is_inside"]
    for part, key in (("approved", first), ("named", second)):
        base = key.summary["scenarios"][0]
        assert sum(p["rupiah"][part] for p in held["purses"]) == base["rupiah_total"]
        assert sum(a[part] for a in held["areas"]) == base["persons"]
        assert sum(n for _, n in key.summary["areas"].values()) == base["person_months"]
    assert held["totals"]["persons"]["difference"] == sum(a["difference"] for a in held["areas"])
    assert held["totals"]["persons"]["approved"] == int(0.3 * first.summary["eligible"])
    page = (second.folder / "rencana.html").read_text(encoding="utf-8")
    assert "Pagu dan nama" in page
    assert "di dalam pagu" in page
    (space.root / "plans" / "current.json").unlink()
    again = plan.plan(space, stage="nama")
    assert again.folder == second.folder
    assert not (second.folder / "reconciliation.json").exists(), "no pagu is there any more"


def test_names_beyond_the_approved_pagu_are_told(space: Workspace) -> None:
    write(space, PLAN.replace("2016000", "1008000"))
    plan.plan(space, stage="pagu")
    write(space, PLAN)
    second = plan.plan(space)
    assert second.folder is not None
    held = json.loads((second.folder / "reconciliation.json").read_text(encoding="utf-8"))
    assert not held["is_inside"]
    assert held["purses"][0]["left_rp"] == 1_008_000 - 2_016_000
    assert "melampaui" in (second.folder / "rencana.html").read_text(encoding="utf-8")


def test_the_page_compares_scenarios_without_names_or_network(space: Workspace) -> None:
    text = PLAN + '\n[[scenario]]\nid = "potong"\ntitle = "Pagu <dipotong>"\n'
    write(space, text + 'changes = { "purse.apbd.pagu_rp" = "-45%" }\n')
    result = plan.plan(space)
    assert result.folder is not None
    page = (result.folder / "rencana.html").read_text(encoding="utf-8")
    base, cut = result.summary["scenarios"]
    assert cut["rupiah_total"] <= int(2_016_000 * 0.55)
    assert f"−{base['person_months'] - cut['person_months']}" in page
    assert "Pagu &lt;dipotong&gt;" in page
    assert "Orang Ke" not in page
    assert "1275910" not in page
    assert "<script" not in page
    assert "src=" not in page


def test_a_pagu_cut_in_july_says_who_stays_and_who_loses_cover(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = '\n[[scenario]]\nid = "potong"\ntitle = "Potong Juli"\nchanges = { "plan.changed_from" = '
    write(space, PLAN + cut + '"2026-07", "purse.apbd.pagu_rp" = 1411200 }\n')
    made = plan.plan(space)
    base, potong = made.summary["scenarios"]
    held = potong["mid_year"]
    assert (base["persons"], held["enrolled"], held["kept"], held["lost"]) == (10, 10, 4, 6)
    assert held["lost_from"] == {"2026-07": 6}
    assert held["purses"][0]["short_from"] == "2026-09"
    assert potong["rupiah_total"] == 1_411_200
    assert potong["covered_dec31"] == base["covered_dec31"] - 6
    assert "mid_year" not in base
    assert made.folder is not None
    lost = pl.read_parquet(made.folder / "berhenti-potong.parquet")
    persons = pl.read_parquet(made.folder / "persons.parquet")
    assert sorted(lost["rank"], reverse=True) == lost["rank"].to_list()
    assert set(lost["person_id"]) < set(persons["person_id"])
    page = (made.folder / "rencana.html").read_text(encoding="utf-8")
    assert "Kewajiban s.d. Desember" in page
    with pytest.raises(SystemExit) as ended:
        main(["plan", "-w", str(space.root), "--lang", "en", "--quiet"])
    assert ended.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "6 persons without cover from Jul 2026. Continuity breaks" in told
    assert "belum dibayar" not in told


@pytest.mark.parametrize("month", ["2026-01", "2027-03"])
def test_a_change_must_fall_inside_the_year_of_the_plan(space: Workspace, month: str) -> None:
    cut = '\n[[scenario]]\nid = "potong"\nchanges = { "plan.changed_from" = "'
    write(space, PLAN + cut + month + '" }\n')
    with pytest.raises(InputError) as caught:
        plan.plan(space)
    assert caught.value.code == "plan.scenario.bad_value"


def test_a_waiting_list_says_what_to_check_and_the_last_month() -> None:
    frame = pl.DataFrame(
        {"to_check": [True, False, True, False], "end": [11, 2, 0, 11]},
        schema={"to_check": pl.Boolean, "end": pl.Int32},
    )
    assert frame.select(note=plan_waiting._note(2027))["note"].to_list() == [
        "perlu diverifikasi", "batas umur: sampai Mar 2027",
        "perlu diverifikasi; batas umur: sampai Jan 2027", None,
    ]  # fmt: skip
