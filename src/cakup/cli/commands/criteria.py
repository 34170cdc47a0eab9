"""``cakup criteria list | show | compare | why``: rule sets and what they say of people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.options import (
    JsonOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal

PlanOption = Annotated[
    str | None, typer.Option("--plan", help="plan.toml (bawaan: yang ada di ruang kerja).")
]
NamedArgument = Annotated[str, typer.Argument(help="Nama kriteria terpasang, atau berkas .toml.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    criteria = typer.Typer(help="Kriteria: siapa pekerja rentan, menurut peraturan mana.",
                           no_args_is_help=True)  # fmt: skip
    criteria.command("list")(list_)
    criteria.command("show")(show)
    criteria.command("compare")(compare)
    criteria.command("why")(why)
    app.add_typer(criteria, name="criteria")


def list_(
    json: JsonOption = False, lang: LangOption = "id", quiet: QuietOption = False
) -> None:  # fmt: skip
    """Daftar kriteria terpasang dengan sumber dan statusnya."""
    from cakup.pipeline import criteria as use

    out = terminal(lang, json=json, quiet=quiet)
    held = use.rule_sets()
    if json:
        out.data({"criteria": held})
        return
    heads = [t(out.lang) for t in (Text("kriteria", "rule set"), Text("judul", "title"),
             Text("status", "status"), Text("aturan", "rules"))]  # fmt: skip
    out.table(heads, [[r["id"], r["title"], r["status"], r["rules"]] for r in held])
    out.next(Text("lihat satu: cakup criteria show NAMA", "see one: cakup criteria show NAME"))


def show(
    named: NamedArgument, json: JsonOption = False, lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Tampilkan satu kriteria: instrumen, urutan, dan setiap aturan dalam kata."""
    from cakup.pipeline import criteria as use

    out = terminal(lang, json=json, quiet=quiet)
    held = use.shown(named, language(lang))
    if json:
        out.data(held)
        return
    out.say(held["title"], style="bold")
    out.say(f"{held['instrument']} ({held['status']})")
    if held["note"]:
        out.say(held["note"])
    words = {"out": Text("keluar", "out"), "in": Text("diterima", "in"),
             "check": Text("diverifikasi", "to check")}  # fmt: skip
    heads = [t(out.lang) for t in (Text("aturan", "rule"), Text("syarat", "asks"),
             Text("pasal", "article"), Text("bila tak diketahui", "if unknown"))]  # fmt: skip
    out.table(heads, [[r["id"], r["asks"], r["article"] or "–", words[r["unknown"]](out.lang)]
                      for r in held["rules"]])  # fmt: skip
    out.say(Text(f"Urutan: {', '.join(held['order'])}", f"Order: {', '.join(held['order'])}"))


def compare(
    left: NamedArgument,
    right: NamedArgument,
    plan: PlanOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Bandingkan dua kriteria pada calon yang sama: berapa yang diterima keduanya."""
    from cakup.pipeline import criteria as use

    out = terminal(lang, json=json, quiet=quiet)
    held = use.compare_criteria(workspace(folder), left, right, plan, out)
    out.done()
    if json:
        out.data(held.as_json())
        return
    rows: list[list[object]] = [
        [Text("diterima keduanya", "taken by both")(out.lang), held.both],
        [Text(f"hanya {held.left}", f"only {held.left}")(out.lang), held.only_left],
        [Text(f"hanya {held.right}", f"only {held.right}")(out.lang), held.only_right],
        [Text("tidak oleh keduanya", "by neither")(out.lang), held.neither],
        [Text("calon", "candidates")(out.lang), held.candidates],
    ]
    out.table([Text("kelompok", "group")(out.lang), Text("orang", "persons")(out.lang)], rows)
    share = spelling.percent(held.shared, 1, out.lang)
    out.say(Text(f"Irisan: {share} dari yang diterima salah satu.",
                 f"Overlap: {share} of those taken by either."))  # fmt: skip
    _say_away(held.left, held.right, held.left_out, out)
    _say_away(held.right, held.left, held.right_out, out)


def _say_away(one: str, other: str, away: dict[str, int], out: Terminal) -> None:
    """Say which rules of one set turn away those whom the other takes."""
    told = ", ".join(f"{rule} {spelling.count(n, out.lang)}" for rule, n in away.items())
    if told:
        out.say(Text(f"Diterima {one}, ditolak {other} oleh: {told}",
                     f"Taken by {one}, turned away by {other}: {told}"))  # fmt: skip


def why(
    person_id: Annotated[str, typer.Argument(help="Tanda orang.")],
    plan: PlanOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Jelaskan mengapa seseorang diterima atau tidak, aturan demi aturan."""
    from cakup.pipeline import criteria as use

    out = terminal(lang, json=json, quiet=quiet)
    held = use.why(workspace(folder), person_id, plan, language(lang))
    out.done()
    if json:
        out.data(held)
        return
    out.say(_verdict(held), style="bold")
    signs = {True: Text("ya", "yes")(out.lang), False: Text("tidak", "no")(out.lang)}
    heads = [t(out.lang) for t in (Text("aturan", "rule"), Text("lolos", "passed"),
             Text("mengapa", "why"))]  # fmt: skip
    rows: list[list[object]] = [
        [r["rule"], signs[r["passed"]], r["text"]] for r in (*held["rules"], *held["money"])
    ]
    out.table(heads, rows)


def _verdict(held: dict[str, Any]) -> Text:
    """Return the outcome of all rules in one sentence."""
    if not held["is_in"]:
        return Text("Tidak memenuhi kriteria.", "Does not meet the criteria.")
    months = held["months"] or {"from": "", "to": ""}
    check = Text("; perlu diverifikasi", "; to be verified") if held["to_check"] else Text("", "")
    return Text(
        f"Memenuhi kriteria; umur mengizinkan {_month(months['from'], 'id')} sampai "
        f"{_month(months['to'], 'id')}{check.id}.",
        f"Meets the criteria; age allows {_month(months['from'], 'en')} to "
        f"{_month(months['to'], 'en')}{check.en}.",
    )


def _month(told: str, lang: Lang) -> str:
    """Return a month of the result as people write it."""
    return spelling.month(date.fromisoformat(f"{told}-01"), lang) if told else "–"
