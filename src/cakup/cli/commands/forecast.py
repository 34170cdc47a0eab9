"""``cakup forecast``: the next months, who lapses when and at what cost, what to expect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.options import (
    BookRecipientOption,
    JsonOption,
    LangOption,
    NikOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    language,
    terminal,
    workspace,
)
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal

NAMES = {
    "tanpa_rencana": Text("tanpa rencana", "nothing done"),
    "rencana": Text("rencana", "plan"),
    "rencana_diteruskan": Text("diteruskan", "carried on"),
}
EVERY = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forecast")(forecast)


def forecast(
    plan: Annotated[
        str | None, typer.Option("--plan", help="plan.toml (bawaan: yang ada di ruang kerja).")
    ] = None,
    months: Annotated[int, typer.Option("--months", help="Bulan sesudah tanggal data.")] = 36,
    runs: Annotated[int, typer.Option("--runs", help="Ulangan undian untuk selang.")] = 200,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Benih undian (bawaan: benih rencana).")
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option("--names", help="Buku kerja .xlsx: siapa yang dihubungi (memuat nama)."),
    ] = None,
    show_identity: NikOption = False,
    recipient: BookRecipientOption = None,
    folder: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
    wait: WaitOption = 0.0,
) -> None:
    """Perkirakan 36 bulan: tanpa rencana, dengan rencana, siapa berhenti kapan, klaim."""
    from cakup.pipeline import forecast as use

    out = terminal(lang, json=json, quiet=quiet)
    request = use.Request(
        plan, months, runs, seed, wait, language(lang), str(names) if names else None,
        show_identity, recipient,
    )  # fmt: skip
    result = use.run(request, workspace(folder), out)
    out.done()
    if json:
        out.data(result.summary)
        return
    s = result.summary
    _say_months(s, out)
    _say_lapses(s, out)
    _say_claims(s, out)
    told = ", ".join(s["unconfirmed"])
    out.say(Text(f"Semua angka perkiraan; belum dikonfirmasi: {told}",
                 f"All figures are estimates; not confirmed: {told}"))  # fmt: skip
    if names is not None:
        out.say(Text(f"{names.name} ditulis; memuat data pribadi.",
                     f"{names.name} written; it holds personal data."))  # fmt: skip
    page = f"forecasts/{s['id']}/perkiraan.html"
    call = Text("; siapa yang dihubungi: cakup forecast --names hubungi.xlsx",
                "; whom to call: cakup forecast --names call.xlsx")  # fmt: skip
    if names is not None:
        call = Text("", "")
    out.next(Text(f"buka {page}{call.id}", f"open {page}{call.en}"))


def _month(bulan: str, out: Terminal) -> str:
    return spelling.month(parse_day(bulan), out.lang)


def _say_months(s: dict[str, Any], out: Terminal) -> None:
    """Print every third month of every variant with its interval."""
    heads = [Text("bulan", "month")(out.lang)]
    for name in s["variants"]:
        heads += [NAMES[name](out.lang), "95%"]
    rows: list[list[object]] = []
    for m in range(0, s["months"] + 1, EVERY):
        line: list[object] = []
        for held in s["variants"].values():
            one = held["by_month"][m]
            line = line or [_month(one["bulan"], out)]
            low, high = (spelling.count(one[k], out.lang) for k in ("low", "high"))
            line += [spelling.percent(one["share"], 1, out.lang), f"{low}–{high}"]
        rows.append(line)
    out.table(heads, rows)


def _say_lapses(s: dict[str, Any], out: Terminal) -> None:
    """Print when paid cover ends and what keeping it costs; then whose own iuran rises."""
    heads = [t(out.lang) for t in (Text("berakhir mulai", "ends from"), Text("pembayar", "payer"),
             Text("orang", "persons"), Text("menjaga sebulan", "to keep, a month"),
             Text("setahun", "a year"))]  # fmt: skip
    rows: list[list[object]] = [
        [_month(r["bulan"], out), str(r["payer"]).replace("_", " "), r["persons"],
         spelling.rupiah(r["keep_rp_month"], out.lang),
         spelling.rupiah(r["keep_rp_year"], out.lang)]
        for r in s["lapses"]
    ]  # fmt: skip
    out.table(heads, rows)
    for r in s["doubling"]:
        old, new = (spelling.rupiah(r[k], out.lang)
                    for k in ("rupiah_before", "rupiah_person_month"))  # fmt: skip
        n, month = spelling.count(r["persons"], out.lang), _month(r["bulan"], out)
        out.say(
            Text(
                f"Mulai {month} iuran {n} peserta mandiri naik dari {old} menjadi {new}.",
                f"From {month} the iuran of {n} self-payers rises from {old} to {new}.",
            )
        )


def _say_claims(s: dict[str, Any], out: Terminal) -> None:
    """Print what is to be expected of the months that aid and plan pay: low, mid and high."""
    heads = [t(out.lang) for t in (Text("perkiraan klaim", "expected claims"),
             Text("rendah", "low"), Text("tengah", "mid"), Text("tinggi", "high"))]  # fmt: skip
    words = {
        "deaths": Text("meninggal", "deaths"), "accidents": Text("kecelakaan", "accidents"),
        "jkm_rp": Text("JKM", "JKM"), "jkk_rp": Text("JKK", "JKK"),
        "households": Text("keluarga tak jatuh miskin (asumsi)", "households kept out of poverty "
                           "(assumed)"),
    }  # fmt: skip
    rows: list[list[object]] = []
    for name, held in s["variants"].items():
        for key, word in words.items():
            values = held["claims"][key]
            spoken = [spelling.rupiah(v, out.lang) if key.endswith("_rp")
                      else spelling.decimal(v, 1, out.lang) for v in values]  # fmt: skip
            if any(values):
                rows.append([f"{NAMES[name](out.lang)}: {word(out.lang)}", *spoken])
    if rows:
        out.table(heads, rows)
    tables = next(iter(s["variants"].values()))["claims"]["tables"]
    out.say(Text(f"Tabel mortalita {tables[0]} (rendah) dan {tables[1]} (tinggi).",
                 f"Life tables {tables[0]} (low) and {tables[1]} (high)."))  # fmt: skip
