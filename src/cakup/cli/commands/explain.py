"""``cakup explain``: why these rows are one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

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
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import MONTHS_EN, MONTHS_ID_SHORT

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.explain import Result, Strip
    from cakup.pipeline.explain_target import Fate

SHOWN_YEARS = 3
MONTH_SIGNS = {"paid": "■", "spell": "□", "status": "○"}
LEGEND = Text(
    "■ dibayar  □ masa kepesertaan  ○ aktif menurut BPJS pada hari itu  · tidak ada",
    "■ paid  □ spell of enrolment  ○ active on a day, says BPJS  · none",
)
AS_ABOVE = Text("seperti di atas", "as above")
FATES = {
    "accepted": Text("diterima", "accepted"),
    "noted": Text("diterima dengan catatan", "accepted with a note"),
    "returned": Text("dikembalikan kepada pengirim", "returned to the sender"),
    "blank": Text("baris kosong", "blank row"),
    "withdrawn": Text("berkasnya sudah ditarik", "its file was withdrawn"),
    "not_linked": Text("belum dipadankan: jalankan cakup link", "not linked yet: run cakup link"),
}
FACTS = {
    "person_id": Text("tanda orang", "person id"),
    "nik": Text("NIK", "NIK"),
    "nama": Text("nama", "name"),
    "tanggal_lahir": Text("tanggal lahir", "birth date"),
    "jenis_kelamin": Text("jenis kelamin", "sex"),
    "kode_wilayah_ktp": Text("wilayah KTP", "place on the KTP"),
    "kode_wilayah_domisili": Text("wilayah domisili", "place of residence"),
    "kode_wilayah_kerja": Text("wilayah kerja", "place of work"),
    "meninggal_on": Text("meninggal", "died on"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    target: Annotated[
        str, typer.Argument(help="Tanda orang, tanda baris, atau BERKAS:LEMBAR:BARIS.")
    ],
    workspace_: WorkspaceOption = None,
    show_identity: Annotated[
        bool,
        typer.Option("--show-identity", help="Tampilkan NIK dan nama lengkap (dicatat)."),
    ] = False,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Jelaskan mengapa baris-baris ini satu orang, dan mengapa ia peserta."""
    from cakup.pipeline import explain as use_case

    out = terminal(lang, json=json, quiet=quiet)
    request = use_case.Request(target, show_identity, language(lang))
    result = use_case.run(request, workspace(workspace_), out)
    if json:
        out.data(result.as_json())
    elif result.person_id is None:
        assert result.fate is not None
        _show_fate(out, result.fate)
    else:
        show_person(out, result)


def _show_fate(out: Terminal, fate: Fate) -> None:
    """Print what became of a row that is no person's."""
    row = Text("baris", "row")(out.lang)
    out.say(
        f"{fate.file_name}, {fate.sheet}, {row} {fate.sheet_row}: {FATES[fate.outcome](out.lang)}"
    )
    for what in _reasons(fate, out.lang):
        out.say(f"  {what}")


def _reasons(fate: Fate, lang: Lang) -> list[str]:
    """Return the reasons of a row in words."""
    from cakup.intake.reasons import reasons

    known = reasons()
    return [known[code].what(lang) if code in known else code for code in fate.reasons]


def show_person(out: Terminal, result: Result) -> None:
    """Print a person: values, rows, participants, months, decisions."""
    if result.fate:
        _show_fate(out, result.fate)
    if result.alias_of_target:
        out.say(
            Text(
                f"Tanda {result.target} telah digabung ke {result.person_id}.",
                f"The id {result.target} was merged into {result.person_id}.",
            )
        )
    facts = [(text(out.lang), result.facts[name]) for name, text in FACTS.items()]
    out.table(("", ""), [(name, value) for name, value in facts if value])
    _show_rows(out, result)
    _show_links(out, result)
    for strip in result.strips:
        _show_strip(out, strip)
    if result.strips:
        out.say(LEGEND)
    for text in result.decisions:
        out.say(Text(f"Keputusan: {text}", f"Decision: {text}"))
    _show_waiting(out, result)


def _show_rows(out: Terminal, result: Result) -> None:
    """Print the numbered rows, then the evidence, once where several rows rest on the same."""
    heads = Text("no|baris|NIK|nama|lahir|peluang", "no|row|NIK|name|born|chance")
    out.table(
        heads(out.lang).split("|"),
        [(n, r.source, r.nik, r.nama, r.lahir, f"{r.probability:.0%}")
         for n, r in enumerate(result.rows, start=1)],
        title=Text("Baris-baris yang menjadi orang ini", "Rows that make this person")(out.lang),
        right=(5,),
    )  # fmt: skip
    shared: dict[str, list[int]] = {}
    for n, row in enumerate(result.rows, start=1):
        shared.setdefault(row.evidence, []).append(n)
    for evidence, numbers in shared.items():
        if evidence:
            said = ", ".join(map(str, numbers))
            out.say(Text(f"  bukti baris {said}: {evidence}", f"  evidence of {said}: {evidence}"))


def _show_links(out: Terminal, result: Result) -> None:
    if not result.links:
        out.say(
            Text(
                "Tidak ditemukan dalam data peserta yang ada.",
                "Not found in the participant data at hand.",
            )
        )
        return
    numbers = {r.record_id: n for n, r in enumerate(result.rows, start=1)}
    own = Text("no", "no")(out.lang)
    heads = Text("KPJ|baris|peluang|bukti|hasil", "KPJ|row|chance|evidence|outcome")
    out.table(
        heads(out.lang).split("|"),
        [
            (x.kpj, f"{own} {numbers[x.record_id]}", x.chance, AS_ABOVE(out.lang), x.decision)
            if x.record_id in numbers
            else (x.kpj, x.record_id, x.chance, x.evidence, x.decision)
            for x in result.links
        ],
        title=Text("Hubungan dengan data peserta", "Links to the participant data")(out.lang),
    )


def _show_strip(out: Terminal, strip: Strip) -> None:
    """Print the latest years of one enrolment, a sign per month."""
    out.say(f"{strip.kepesertaan}  {strip.segment}  {strip.payer}")
    names = MONTHS_EN if out.lang == "en" else MONTHS_ID_SHORT
    out.say("       " + " ".join(name[0] for name in names))
    years = sorted({month[:4] for month in strip.months})
    for year in years[-SHOWN_YEARS:]:
        out.say(f"  {year} {' '.join(_signs(strip.months, int(year)))}")


def _signs(months: Mapping[str, str], year: int) -> list[str]:
    keys = (date(year, number, 1).isoformat() for number in range(1, 13))
    return [MONTH_SIGNS.get(months.get(key, ""), "·") for key in keys]


def _show_waiting(out: Terminal, result: Result) -> None:
    """Print the rows about which people are asked, and what to do next."""
    if not result.waiting:
        return
    heads = Text(
        "baris lain|peluang orang yang sama|mengapa belum disatukan",
        "other row|chance of one person|why not joined yet",
    )
    shown = 3 if any(w["against"] for w in result.waiting) else 2
    rows = [(w["source"], w["chance"], w["against"] or "–") for w in result.waiting]
    out.table(
        heads(out.lang).split("|")[:shown],
        [row[:shown] for row in rows],
        title=Text("Menunggu keputusan", "Waiting for a decision")(out.lang),
    )
    out.next(
        Text(
            "tinjau pasangannya: cakup review export --out tinjauan.xlsx",
            "review the pairs: cakup review export --out review.xlsx",
        )
    )
