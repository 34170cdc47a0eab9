"""``cakup trace`` (``cakup telusuri``): from a file row to a payment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.commands.explain import show_person
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
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.trace import Result

ALIAS = "telusuri"
_STEPS = {
    "rows": Text("1–2. Berkas dan padanan", "1–2. Files and links"),
    "enrolled": Text("3. Kepesertaan menurut data peserta", "3. Enrolments in participant data"),
    "paid": Text("4. Pembayaran", "4. Payments"),
    "rules": Text("5. Aturan hitung yang dipakai", "5. Counting rules applied"),
    "state": Text("6. Keadaan", "6. State"),
    "findings": Text("7. Temuan", "7. Findings"),
}


def register(app: typer.Typer) -> None:
    """Add the command and its Indonesian name."""
    app.command("trace")(trace)
    app.command(ALIAS, hidden=True)(trace)


def trace(
    target: Annotated[
        str, typer.Argument(help="NIK, tanda orang, tanda baris, atau BERKAS:LEMBAR:BARIS.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Hari untuk keadaannya (bawaan: data terbaru).")
    ] = None,
    show_identity: Annotated[
        bool, typer.Option("--show-identity", help="Tampilkan NIK dan nama lengkap (dicatat).")
    ] = False,
    known: Annotated[
        str | None, typer.Option("--known", help="Hanya berkas yang diterima sampai tanggal ini.")
    ] = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Telusuri satu orang: baris berkas, aturan, keputusan, pembayaran (alias: telusuri)."""
    from cakup.pipeline import trace as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        target, parse_day(as_of) if as_of else None, show_identity,
        parse_day(known, option="--known") if known else None, language(lang),
    )  # fmt: skip
    try:
        result = use.run(request, workspace(folder), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _say(result, out)


def _say(result: Result, out: Terminal) -> None:
    """Print the steps in their order."""
    out.say(_STEPS["rows"], style="bold")
    show_person(out, result.person)
    _enrolled(result, out)
    _paid(result, out)
    heads = Text("aturan|nilai|keadaan|sumber", "rule|value|status|source")
    out.table(
        heads(out.lang).split("|"),
        [(r.key, r.value, r.status, r.source) for r in result.rules],
        title=_STEPS["rules"](out.lang),
    )
    _state(result, out)
    _findings(result, out)


def _enrolled(result: Result, out: Terminal) -> None:
    heads = Text("kepesertaan|segmen|pembayar|status|sejak|sampai|baris",
                 "enrolment|segment|payer|status|from|to|row")  # fmt: skip
    out.table(
        heads(out.lang).split("|"),
        [
            (e.kepesertaan_id, e.segment, e.payer, e.status, _day(e.since), _day(e.until), e.source)
            for e in result.enrolments
        ],
        title=_STEPS["enrolled"](out.lang),
    )


def _paid(result: Result, out: Terminal) -> None:
    """Print the months paid; reasons stand as letters, which the findings explain."""
    from cakup.documents.findings_workbook import PAYERS
    from cakup.ledger.audit import KINDS

    heads = Text("bulan|kepesertaan|pembayar|rupiah|dibayar|baris|temuan",
                 "month|enrolment|payer|rupiah|paid on|rows|findings")  # fmt: skip
    files = {s.partition(": ")[0] for p in result.payments for s in p.sources.split("; ") if s}
    only = f"{next(iter(files))}: " if len(files) == 1 else ""
    title = _STEPS["paid"](out.lang) + (f" ({only.removesuffix(': ')})" if only else "")
    out.table(
        heads(out.lang).split("|"),
        [
            (
                spelling.month(p.bulan, out.lang), p.kepesertaan_id, PAYERS[p.payer](out.lang),
                spelling.rupiah(p.rupiah, out.lang) if p.rupiah is not None else "?",
                _day(p.paid_on), p.sources.removeprefix(only),
                ", ".join(sorted(_letter(KINDS.index(k)) for k in p.kinds.split(",") if k)),
            )
            for p in result.payments
        ],
        title=title, right=(3,),
    )  # fmt: skip


def _letter(at: int) -> str:
    return "abcdefghij"[at]


def _day(day: date | None) -> str:
    return day.strftime("%d-%m-%Y") if day else ""


def _state(result: Result, out: Terminal) -> None:
    """Print what the rules say on the day."""
    state, lang = result.state, out.lang
    day = spelling.day(state.get("day", result.as_of), lang)
    if state.get("is_jkm_full") is None and state.get("is_covered"):
        state = {**state, "is_jkm_full": Text("belum dapat dijawab", "open")(lang)}
    rows = [(words(lang), _word(state.get(key), lang)) for key, words in {
        "is_covered": Text("terlindungi pada hari itu", "covered on that day"),
        "is_month_covered": Text("bulan itu sendiri dibayar", "that month itself paid"),
        "last_month": Text("bulan terakhir dalam buku", "last month in the ledger"),
        "lapsed_on": Text("perlindungan berhenti", "cover ended"),
        "unbroken_months": Text("bulan JKM tak terputus", "unbroken months with JKM"),
        "is_jkm_full": Text("JKM penuh", "full JKM"),
        "active_months_12": Text("bulan aktif dari 12 terakhir", "active months of the last 12"),
    }.items()]  # fmt: skip
    out.table(("", ""), rows, title=f"{_STEPS['state'](lang)}: {day}")


def _word(value: Any, lang: Lang) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return (Text("ya", "yes") if value else Text("tidak", "no"))(lang)
    return spelling.day(value, lang) if isinstance(value, date) else str(value)


def _findings(result: Result, out: Terminal) -> None:
    from cakup.documents.findings_workbook import PAYERS, TITLES
    from cakup.ledger.audit import KINDS

    if not result.findings:
        out.say(Text("7. Tidak ada temuan pada orang ini.", "7. No finding on this person."))
        return
    heads = Text("|temuan|sumber dana|sejak|sampai|bulan|rupiah|dasar",
                 "|finding|purse|from|to|months|rupiah|ground")  # fmt: skip
    out.table(
        heads(out.lang).split("|"),
        [
            (
                _letter(KINDS.index(f["kind"])), TITLES[f["kind"]](out.lang),
                PAYERS[f["payer"]](out.lang),
                spelling.month(f["first_month"], out.lang),
                spelling.month(f["last_month"], out.lang), f["n_months"],
                spelling.rupiah(f["rupiah"] or 0, out.lang),
                " · ".join(str(x) for x in (f["fact"], f["fact_source"]) if x),
            )
            for f in result.findings
        ],
        title=_STEPS["findings"](out.lang), right=(6,),
    )  # fmt: skip
    out.next(Text("seluruh temuan: cakup findings --out temuan.xlsx",
                  "all findings: cakup findings --out findings.xlsx"))  # fmt: skip
