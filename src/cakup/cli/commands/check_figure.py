"""``cakup check-figure``: do printed figures fit together?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.options import JsonOption, LangOption, QuietOption, terminal
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.coverage.consistency import Span, Verdict

WORDS = {
    "covered": Text("terlindungi", "covered"),
    "base": Text("penyebut", "base"),
    "percent": Text("persen", "percent"),
    "gap": Text("sisa", "gap"),
    "gap_percent": Text("persen sisa", "gap percent"),
    "new": Text("tambahan", "new"),
}
AFTER = Text("persen sesudahnya", "percent after")
IDENTITIES = {
    frozenset({"percent", "gap_percent"}): Text(
        "persen + persen sisa = 100", "percent + gap percent = 100"
    ),
    frozenset({"covered", "base"}): Text("terlindungi ≤ penyebut", "covered ≤ base"),
    frozenset({"covered", "base", "percent"}): Text(
        "terlindungi ÷ penyebut = persen", "covered ÷ base = percent"
    ),
    frozenset({"covered", "base", "gap"}): Text(
        "penyebut − terlindungi = sisa", "base − covered = gap"
    ),
    frozenset({"base", "gap", "gap_percent"}): Text(
        "sisa ÷ penyebut = persen sisa", "gap ÷ base = gap percent"
    ),
    frozenset({"base", "gap", "percent"}): Text(
        "sisa ÷ penyebut = 100 − persen", "gap ÷ base = 100 − percent"
    ),
    frozenset({"covered", "gap", "percent"}): Text(
        "terlindungi ÷ (terlindungi + sisa) = persen", "covered ÷ (covered + gap) = percent"
    ),
    frozenset({"covered", "base", "gap_percent"}): Text(
        "1 − terlindungi ÷ penyebut = persen sisa", "1 − covered ÷ base = gap percent"
    ),
    frozenset({"gap", "new"}): Text("tambahan ≤ sisa", "new ≤ gap"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check-figure")(check_figure)


def check_figure(
    covered: Annotated[
        str | None, typer.Option("--covered", help="Orang terlindungi, seperti tercetak.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="Penyebut, seperti tercetak: 132.826.")
    ] = None,
    percent: Annotated[
        str | None, typer.Option("--percent", help="Cakupan dalam persen: 33 atau 51,59.")
    ] = None,
    gap: Annotated[
        str | None, typer.Option("--gap", help='Belum terlindungi: "sekitar 89.300".')
    ] = None,
    gap_percent: Annotated[
        str | None, typer.Option("--gap-percent", help="Belum terlindungi dalam persen.")
    ] = None,
    new: Annotated[str | None, typer.Option("--new", help="Orang yang akan ditambahkan.")] = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Periksa apakah angka-angka tercetak dapat benar sekaligus (tanpa ruang kerja)."""
    from cakup.pipeline.check_figure import Request, run

    out = terminal(lang, json=json, quiet=quiet)
    verdict = run(Request(covered, base, percent, gap, gap_percent, new))
    if json:
        out.data(verdict.as_json())
        return
    out.say(_headline(verdict), style="bold")
    out.table(*_table(verdict, out.lang))
    _explain(verdict, out)


def _headline(verdict: Verdict) -> Text:
    """Return the verdict in one sentence."""
    if not verdict.compatible:
        return Text(
            "TIDAK COCOK: tidak ada satu pasangan bilangan bulat yang memenuhi semua angka ini.",
            "INCOMPATIBLE: no one pair of whole numbers fits all these figures.",
        )
    if verdict.rounding == "truncated":
        return Text(
            "COCOK hanya bila persennya dipotong, bukan dibulatkan.",
            "COMPATIBLE only if the percentages were cut off, not rounded.",
        )
    if verdict.is_exact:
        return Text("TEPAT: angka-angka ini cocok tanpa pembulatan.",
                    "EXACT: the figures fit without any rounding.")  # fmt: skip
    return Text(
        "COCOK: ada pasangan bilangan bulat yang memenuhi semua angka ini sekaligus.",
        "COMPATIBLE: a pair of whole numbers fits all these figures at once.",
    )


def _table(verdict: Verdict, lang: Lang) -> tuple[list[str], list[list[object]]]:
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
        if one is None and span is None:
            continue
        is_after = name == "new" and span is not None
        read = _range(name, one.low, one.high, lang) if one else ""
        implied = "" if span is None or is_after else _span(name, span, lang)
        rows.append([word(lang), one.text if one else "–", read, implied])
        if is_after and span is not None:
            rows.append([AFTER(lang), "–", "", _span("percent", span, lang)])
    return heads, rows


def _explain(verdict: Verdict, out: Terminal) -> None:
    """Name the clashing sets and say what to do with the verdict."""
    for names in verdict.conflicts:
        listed = ", ".join(WORDS[n](out.lang) for n in names)
        identity = IDENTITIES.get(frozenset(names))
        rule = f" ({identity(out.lang)})" if identity else ""
        out.say(Text(f"Bertentangan: {listed}{rule}.", f"They clash: {listed}{rule}."))
    if verdict.compatible:
        out.next(Text(
            "catat penyebutnya beserta sumber: cakup denominator add",
            "record the base with its source: cakup denominator add",
        ))  # fmt: skip
    else:
        out.next(Text(
            "tanyakan kepada penerbit angka; Cakup tidak membetulkan catatan siapa pun",
            "ask the publisher; Cakup corrects nobody's record",
        ))  # fmt: skip


def _span(name: str, span: Span, lang: Lang) -> str:
    """Return an implied range in words."""
    return _range(name, span.low, span.high, lang)


def _range(name: str, low: Fraction, high: Fraction | None, lang: Lang) -> str:
    """Return ``43.477–43.576``, one number if both ends are equal, or ``≥ 3``."""
    start = _number(name, low, lang)
    if high is None:
        return f"≥ {start}"
    end = _number(name, high, lang)
    sign = "%" if "percent" in name else ""
    return f"{start}{sign}" if start == end else f"{start}–{end}{sign}"


def _number(name: str, value: Fraction, lang: Lang) -> str:
    """Return a count or a percentage as people write it."""
    if "percent" not in name:
        return spelling.count(int(value), lang)
    text = spelling.decimal(float(value), 3, lang)
    return text.rstrip("0").rstrip(",.")
