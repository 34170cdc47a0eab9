"""``cakup check-budget``: do persons, months and rupiah fit together at the price in force?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, terminal
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.coverage.consistency import Span
    from cakup.planning.budget_check import BudgetVerdict

WORDS = {
    "persons": Text("orang", "persons"),
    "months": Text("bulan", "months"),
    "rupiah": Text("rupiah", "rupiah"),
}
IDENTITIES = {
    frozenset({"persons", "months", "rupiah"}): Text(
        "orang × bulan × harga = rupiah", "persons × months × price = rupiah"
    ),
    frozenset({"persons", "rupiah"}): Text(
        "rupiah ÷ orang bukan kelipatan harga mana pun",
        "rupiah ÷ persons is no multiple of a price",
    ),
    frozenset({"months", "rupiah"}): Text(
        "rupiah ÷ bulan bukan kelipatan harga mana pun", "rupiah ÷ months is no multiple of a price"
    ),
    frozenset({"rupiah"}): Text(
        "bukan kelipatan harga mana pun", "no multiple of any price in force"
    ),
    frozenset({"months"}): Text(
        "lebih panjang daripada masa iuran", "longer than the contribution period"
    ),
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check-budget")(check_budget)


def check_budget(
    persons: Annotated[
        str | None, typer.Option("--persons", help="Orang, seperti tercetak: 15.000.")
    ] = None,
    months: Annotated[
        str | None, typer.Option("--months", help="Bulan perlindungan, seperti tercetak: 12.")
    ] = None,
    rupiah: Annotated[
        str | None,
        typer.Option("--rupiah", help='Jumlah uang: "Rp3.024.000.000" atau "3,3 miliar".'),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", help="Bulan iuran 2025-01..2025-12 (bawaan: semua harga)."),
    ] = None,
    payer: Annotated[str, typer.Option("--payer", help="Pembayar: apbd, csr, self, …")] = "apbd",
    programmes: Annotated[
        str, typer.Option("--programmes", help="Program: jkk, jkm, jht, dipisah koma.")
    ] = "jkk,jkm",
    sector: Annotated[str, typer.Option("--sector", help="Sektor: lain atau transport.")] = "lain",
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Periksa apakah orang × bulan × harga yang berlaku = rupiah tercetak (tanpa ruang kerja)."""
    from cakup.pipeline.check_budget import Request, run

    out = terminal(lang, json=json, quiet=quiet)
    listed = tuple(p.strip() for p in programmes.split(",") if p.strip())
    verdict = run(Request(persons, months, rupiah, period, payer, listed, sector))
    if json:
        out.data(verdict.as_json())
        return
    out.say(_headline(verdict), style="bold")
    out.table(*_figures(verdict, out.lang))
    out.table(*_prices(verdict, out.lang))
    _explain(verdict, out)


def _headline(verdict: BudgetVerdict) -> Text:
    """Return the verdict in one sentence."""
    if verdict.compatible:
        return Text(
            "COCOK: ada jumlah orang, bulan, dan harga yang memenuhi semua angka ini sekaligus.",
            "COMPATIBLE: a number of persons, months and a price fit all these figures at once.",
        )
    return Text(
        "TIDAK COCOK: tidak ada harga yang berlaku yang memenuhi semua angka ini.",
        "INCOMPATIBLE: no price in force fits all these figures.",
    )


def _figures(verdict: BudgetVerdict, lang: Lang) -> tuple[list[str], list[list[object]]]:
    """Return heads and rows: as printed, as read, and what the figures imply."""
    last = (
        Text("semua angka bersama", "all figures together")
        if verdict.compatible
        else Text("yang cocok dengan angka lain", "what fits the others")
    )
    heads = [t(lang) for t in (Text("angka", "figure"), Text("tercetak", "printed"),
             Text("dibaca sebagai", "read as"), last)]  # fmt: skip
    rows: list[list[object]] = []
    for name, word in WORDS.items():
        one, span = verdict.given.get(name), verdict.implied.get(name)
        read = _range(name, one.low, one.high, lang) if one else ""
        implied = _span(name, span, lang) if span else ""
        rows.append([word(lang), one.text if one else "–", read, implied])
    return heads, rows


def _prices(verdict: BudgetVerdict, lang: Lang) -> tuple[list[str], list[list[object]]]:
    """Return heads and rows of the prices that were tried."""
    heads = [t(lang) for t in (Text("harga per orang-bulan", "price per person-month"),
             Text("berlaku", "in force"), Text("cocok", "fits"))]  # fmt: skip
    changes, open_end = (
        Text("berubah di tengah masa", "changes inside the run"),
        Text("seterusnya", "onwards"),
    )
    yes, no = Text("ya", "yes"), Text("tidak", "no")
    rows: list[list[object]] = [
        [
            changes(lang) if one.rp_month is None else spelling.rupiah(one.rp_month, lang),
            f"{spelling.month(one.first, lang)}–"
            f"{spelling.month(one.last, lang) if one.last else open_end(lang)}",
            (yes if one.fits else no)(lang),
        ]
        for one in verdict.prices
    ]
    return heads, rows


def _explain(verdict: BudgetVerdict, out: Terminal) -> None:
    """Name the clashing sets, the price that would be needed, and what to do."""
    for names in verdict.conflicts:
        listed = ", ".join(WORDS[n](out.lang) for n in names)
        identity = _product(verdict, names) or IDENTITIES.get(frozenset(names))
        rule = f" ({identity(out.lang)})" if identity else ""
        out.say(Text(f"Bertentangan: {listed}{rule}.", f"They clash: {listed}{rule}."))
    if not verdict.compatible and verdict.price_implied:
        need = _span("price", verdict.price_implied, out.lang)
        out.say(
            Text(
                f"Angka-angka ini memerlukan harga Rp{need} per orang-bulan.",
                f"These figures would need a price of Rp{need} per person-month.",
            )
        )
    marks = sorted({m for one in verdict.prices if one.fits for m in one.unconfirmed})
    if marks:
        out.say(Text(f"Belum dikonfirmasi: {', '.join(marks)}.",
                     f"Not confirmed: {', '.join(marks)}."))  # fmt: skip
    out.next(
        Text("susun rencana: cakup plan", "make a plan: cakup plan")
        if verdict.compatible
        else Text(
            "tanyakan kepada penerbit angka; Cakup tidak membetulkan catatan siapa pun",
            "ask the publisher; Cakup corrects nobody's record",
        )
    )


def _product(verdict: BudgetVerdict, names: Sequence[str]) -> Text | None:
    """Return what the other figures give beside what is printed, where figures are ranges."""
    held, implied = [verdict.given[n] for n in names], verdict.implied.get("rupiah")
    if "rupiah" not in names or implied is None or all(one.low == one.high for one in held):
        return None
    printed = verdict.given["rupiah"].text
    return Text(
        f"orang × bulan × harga memberi Rp{_span('rupiah', implied, 'id')}, tercetak {printed}",
        f"persons × months × price give Rp{_span('rupiah', implied, 'en')}, printed {printed}",
    )


def _span(name: str, span: Span, lang: Lang) -> str:
    return _range(name, span.low, span.high, lang)


def _range(name: str, low: Fraction, high: Fraction | None, lang: Lang) -> str:
    """Return ``5.000–5.200``, one number if both ends are equal, or ``≥ 3``."""
    start = _number(name, low, lang)
    if high is None:
        return f"≥ {start}"
    end = _number(name, high, lang)
    return start if start == end else f"{start}–{end}"


def _number(name: str, value: Fraction, lang: Lang) -> str:
    """Return a count, or an amount; a price may have decimals."""
    if name == "price" and value.denominator != 1:
        return spelling.decimal(float(value), 2, lang)
    return spelling.count(int(value), lang)
