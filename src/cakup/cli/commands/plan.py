"""``cakup plan``: scenarios of a plan, with counts per rule, money, coverage and what binds."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.cli.registers import STATUS_WORDS
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal


#: Letters on a line of what a rule asks, so that the table fits, and lines at most.
ASKS, ASKS_LINES = 48, 4


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    path: Annotated[
        Path | None, typer.Option("--plan", help="plan.toml (bawaan: yang ada di ruang kerja).")
    ] = None,
    init: Annotated[
        bool,
        typer.Option("--init", help="Tulis plan.toml dan documents.toml contoh."),
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Hanya hitungan per aturan; tidak menyimpan apa pun.")
    ] = False,
    stage: Annotated[
        str | None, typer.Option("--stage", help="pagu (jumlah) atau nama (orang).")
    ] = None,
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", help="Hanya skenario ini; boleh berulang.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", help="person_id yang dimasukkan dengan tangan.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="person_id yang dikeluarkan dengan tangan.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Dasar perubahan dengan tangan.")] = "",
    reseed_reason: Annotated[
        str, typer.Option("--reseed-reason", help="Alasan mengganti benih undian; dicatat.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Nama yang memutuskan; dicatat.")] = "",
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Detik prosesor paling lama untuk satu skenario.")
    ] = 120.0,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Susun rencana: siapa, bulan apa, dompet mana, harga berapa, cakupan yang tercapai."""
    from cakup.pipeline import plan as use
    from cakup.pipeline import plan_start

    out = terminal(lang, json=json, quiet=quiet)
    space = workspace(folder)
    if init:
        written = plan_start.start(space, path)
        _say_started(written, out, json=json)
        return
    if add or remove:
        plan_start.change_by_hand(
            space, use.plan_path(space, str(path) if path else None), tuple(add or ()),
            tuple(remove or ()), reason, by, wait,
        )  # fmt: skip
    request = use.Request(
        plan=str(path) if path else None, stage=stage, preview=preview, only=tuple(scenario or ()),
        reseed_reason=reseed_reason, by=by, time_limit_seconds=time_limit, lang=language(lang),
        wait_seconds=wait,
    )  # fmt: skip
    result = use.run(request, space, out)
    out.done()
    if json:
        out.data(result.summary)
        return
    _say(result.summary, out)
    base = result.summary.get("scenarios", [{"feasible": True}])[0]
    _say_next(result.id, str(path) if path else "", out, is_met=base["feasible"])


def _say_next(plan_id: str, path: str, out: Terminal, *, is_met: bool) -> None:
    """Say where the plan is and what comes next; a preview has no name."""
    named = f" --plan {path}" if path else ""
    if not plan_id:
        out.next(
            Text(f"hitung rencananya: cakup plan{named}", f"compute the plan: cakup plan{named}")
        )
        return
    out.say(f"plans/{plan_id}/")
    if not is_met:
        file = Path(path).name if path else "plan.toml"
        out.next(Text(
            f"buat satu perubahan terkecil di atas dalam {file}, lalu: cakup plan{named}",
            f"make one of the least changes above in {file}, then: cakup plan{named}",
        ))  # fmt: skip
        return
    out.next(Text(
        f"bandingkan skenarionya (plans/{plan_id}/rencana.html), lalu tulis dokumennya: "
        f"cakup documents{named}",
        f"compare its scenarios (plans/{plan_id}/rencana.html), then write its documents: "
        f"cakup documents{named}",
    ))  # fmt: skip


def _say_started(written: list[Path], out: Terminal, *, json: bool) -> None:
    if json:
        out.data({"written": [p.name for p in written]})
        return
    for one in written:
        out.say(Text(f"{one.name} ditulis.", f"{one.name} written."))
    out.next(Text("sunting pagu dan kriterianya, lalu cakup plan --preview",
                  "edit pagu and criteria, then cakup plan --preview"))  # fmt: skip


def _say(summary: dict[str, Any], out: Terminal) -> None:
    """Print the waterfall, then every scenario and what binds."""
    lang = out.lang
    c = summary["criteria"]
    told = f"{c['title']} ({c['instrument']}; {_status(c['status'], lang)})"
    out.say(Text(f"Kriteria: {told}", f"Criteria: {told}"), style="bold")
    out.table(*_waterfall(summary, lang))
    if "scenarios" not in summary:
        return
    out.table(*_scenarios(summary, lang))
    for one in summary["scenarios"]:
        for line in one.get("given", {}).get(lang, ()):
            out.say(Text(line, line))
    _say_targets(summary, out)
    for one in summary["scenarios"]:
        if not one["feasible"]:
            out.say(Text(f"{one['id']}: tidak dapat dipenuhi ({', '.join(one['clash'])}); "
                         f"perubahan terkecil: {'; atau '.join(one['least_change'])}.",
                         f"{one['id']}: cannot be met ({', '.join(one['clash'])}); "
                         f"least change: {'; or '.join(one['least_change'])}."))  # fmt: skip
    for one in summary["scenarios"]:
        if changed := one.get("mid_year"):
            out.say(one["title"] or one["id"], style="bold")
            for line in changed["told"][lang]:
                out.say(f"  {line}")
    base = summary["scenarios"][0]
    for bind in base.get("binding", ()):
        out.say("  " + (bind["text"] if lang == "id" else bind["text_en"]))
    if so_far := summary["running"]:
        for line in so_far["told"][lang]:
            out.say(line)
    if base["feasible"]:
        _say_january(summary["january"], out)
    for one in summary["notices"]:
        out.say(one["text"] if lang == "id" else one["text_en"], style="bold")
    told = ", ".join(summary["unconfirmed"])
    out.say(Text(f"Belum dikonfirmasi: {told}", f"Not confirmed: {told}"))


def _status(status: str, lang: Lang) -> str:
    """Return how sure something is, in words."""
    return STATUS_WORDS[status](lang) if status in STATUS_WORDS else status


def _say_january(j: dict[str, Any], out: Terminal) -> None:
    """Print the choice for the first months and what is lost if they are paid late."""
    open_id, open_en = ((" (belum dikonfirmasi)", " (not confirmed)") if j["question"]
                        else ("", ""))  # fmt: skip
    out.say(Text(f"{j['months']}: {j['text']}{open_id}; {j['at_risk']}.",
                 f"{j['months_en']}: {j['text_en']}{open_en}; {j['at_risk_en']}."))  # fmt: skip


def _waterfall(summary: dict[str, Any], lang: Lang) -> tuple[list[str], list[list[object]]]:
    """Return the counts per rule."""
    words = (Text("aturan", "rule"), Text("syarat", "asks"), Text("keluar", "out"),
             Text("tetap", "stay"), Text("diperiksa", "to check"))  # fmt: skip
    heads = [word(lang) for word in words]
    rows: list[list[object]] = [
        [Text("calon", "candidates")(lang), "", None, summary["candidates"], None]
    ]
    for step in summary["waterfall"]:
        asks = "\n".join(wrap(step["asks"], ASKS, max_lines=ASKS_LINES, placeholder=" …"))
        gone = sum(one["persons"] for one in step["out"])
        rows.append([step["rule"], asks, gone, step["after"], step["to_check"]])
    return heads, rows


def _scenarios(summary: dict[str, Any], lang: Lang) -> tuple[list[str], list[list[object]]]:
    """Return one line per scenario."""
    heads = [t(lang) for t in (Text("skenario", "scenario"), Text("orang", "persons"),
             Text("orang-bulan", "person-months"), Text("biaya", "cost"),
             Text("UCJ 31 Des", "UCJ 31 Dec"), Text("rata-rata", "average"),
             Text("selisih", "gap"))]  # fmt: skip
    rows: list[list[object]] = []
    for one in summary["scenarios"]:
        if not one["feasible"]:
            rows.append([one["id"], "–", "–", "–", "–", "–", "–"])
            continue
        gap = spelling.percent(one["gap"], 3, lang)
        exact = Text("tepat", "exact")(lang) if one["exact"] else gap
        rows.append([
            one["id"], one["persons"], one["person_months"],
            spelling.rupiah(one["rupiah_total"], lang), spelling.percent(one["ucj_dec31"], 2, lang),
            spelling.percent(one["ucj_avg12"], 2, lang), exact,
        ])  # fmt: skip
    return heads, rows


def _say_targets(summary: dict[str, Any], out: Terminal) -> None:
    """Print what the base reaches of every target, with the id that ``plan.target`` takes."""
    from cakup.documents.scenarios.targets import aims, said

    lang = out.lang
    held = aims(summary)
    if not held or not summary["scenarios"][0]["feasible"]:
        return
    heads = [t(lang) for t in (
        Text("target", "target"), Text("nilai", "value"), Text("orang", "persons"),
        Text("kurang\n31 Des", "short\n31 Dec"), Text("kurang\nrata-rata", "short\naverage"),
        Text("status", "status"),
    )]  # fmt: skip
    rows: list[list[object]] = [
        ["\n  ".join(said(t, lang)), spelling.percent(t["target_share"], 2, lang),
         t["target_persons"], t["short_dec31"], t["short_avg12"], _status(t["status"], lang)]
        for t in held
    ]  # fmt: skip
    out.table(heads, rows, right=(1, 2, 3, 4))
