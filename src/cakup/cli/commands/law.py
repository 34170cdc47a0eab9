"""``cakup law``: show, contribution, benefit, family, diff, status, cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cakup.cli.law_inputs import taking_inputs
from cakup.cli.options import JsonOption, LangOption, QuietOption, WorkspaceOption, terminal
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.law.api import LawOn

OnOption = Annotated[
    str, typer.Option("--on", help="Bulan iuran atau hari kejadian: TTTT-BB atau TTTT-BB-HH.")
]
ProgrammesOption = Annotated[
    str | None,
    typer.Option("--programmes", "--programme", help="Program untuk jumlahnya, mis. jkk,jkm."),
]
AllowOption = Annotated[
    bool,
    typer.Option("--allow-unconfirmed", help="Pakai juga jumlah rupiah yang belum dikonfirmasi."),
]
StepsOption = Annotated[
    bool, typer.Option("--steps", help="Tampilkan langkah demi langkah beserta pasalnya.")
]

IDLE = Text("Tidak memengaruhi hasil: {names}", "Made no difference: {names}")
STEPS_NEXT = Text(
    "--steps untuk langkah dan pasalnya; cakup law show KUNCI untuk sumbernya",
    "--steps for steps and articles; cakup law show KEY for sources",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    law = typer.Typer(
        help="Aturan sebagai kode: iuran dan manfaat JKK, JKM, JHT, JP, JKP.", no_args_is_help=True
    )  # fmt: skip
    law.command("show")(show)
    law.command("contribution")(taking_inputs(contribution, without=("event",)))
    law.command("benefit")(taking_inputs(benefit, without=("event",)))
    law.command("family")(family)
    law.command("diff")(diff)
    law.command("status")(status)
    law.command("cases")(cases)
    app.add_typer(law, name="law")


def _local(workspace: Path | None) -> Path | None:
    """Return the folder of a workspace's own legal answers; only if a workspace is named."""
    if workspace is None:
        return None
    from cakup.pipeline.workspace import Workspace

    return Workspace.find(workspace).root / "parameters" / "law"


def _law(on: str, workspace: Path | None, allow: bool) -> LawOn:
    """Return the law on a day."""
    from cakup.law.api import at
    from cakup.law.questions.reading import day

    return at(day(on, {}), local=_local(workspace), allow_unconfirmed=allow)


def show(
    key: Annotated[str, typer.Argument(help="Kunci parameter, mis. jp.iuran.batas_upah.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Nilai yang berlaku pada hari itu.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Semua nilai sejak awal (bawaan tanpa --on).")
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tunjukkan satu parameter hukum: nilai, tanggal, sumber, status, dan pemakainya."""
    from cakup.cli.law_show import say_show
    from cakup.kernel.months import parse_day
    from cakup.law.catalogue import catalogue

    out = terminal(lang, json=json, quiet=quiet)
    day = parse_day(on, option="--on") if on else None
    say_show(out, key, catalogue(_local(workspace)), day, history=history or day is None)


def contribution(
    on: OnOption,
    inputs: dict[str, Any],
    programmes: ProgrammesOption = None,
    allow_unconfirmed: AllowOption = False,
    steps: StepsOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Hitung iuran satu bulan atau beberapa, dengan pasal, anggapan, dan keraguannya."""
    law = _law(on, workspace, allow_unconfirmed)
    answer = law.contribution(programmes=programmes, **inputs)
    out = terminal(lang, json=json, quiet=quiet)
    title = Text("Iuran bulan", "Contributions for")(out.lang)
    idle = law.idle(answer, programmes=programmes, **inputs)
    _say(out, law, answer, title, idle, steps=steps)


def benefit(
    event: Annotated[
        str, typer.Argument(help="death, permanent_total_disability, stmb, dismissal, old_age, …")
    ],
    on: OnOption,
    inputs: dict[str, Any],
    programmes: ProgrammesOption = None,
    allow_unconfirmed: AllowOption = False,
    steps: StepsOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Hitung manfaat setelah suatu peristiwa, dengan pasal, anggapan, dan keraguannya."""
    law = _law(on, workspace, allow_unconfirmed)
    answer = law.benefit(event, programme=programmes, **inputs)
    out = terminal(lang, json=json, quiet=quiet)
    title = f"{Text('Manfaat', 'Benefit')(out.lang)} {_event_words(event, out.lang)},"
    idle = law.idle(answer, programmes=programmes, event=event, **inputs)
    _say(out, law, answer, title, idle, steps=steps)


def _event_words(event: str, lang: Lang) -> str:
    """Return an event in words, in the language of the answer."""
    from cakup.cli.law_view import EVENT_WORDS
    from cakup.law.questions.events import event_of
    from cakup.law.questions.reading import event as read

    return EVENT_WORDS[event_of(read(event, {}))](lang)


def _say(
    out: Terminal, law: LawOn, answer: Any, title: str, idle: tuple[str, ...], *, steps: bool
) -> None:
    """Print an answer as JSON or for people."""
    from cakup.cli.law_view import say_answer, say_steps
    from cakup.kernel import spelling

    if out.json:
        out.data({**answer.payload(out.lang), "no_difference": list(idle)})
        return
    when = (
        spelling.month(law.day, out.lang)
        if title.startswith(("Iuran", "Contributions"))
        else spelling.day(law.day, out.lang)
    )
    say_answer(out, f"{title} {when}", answer, law.catalogue)
    if idle:
        out.say(IDLE.format(out.lang, names=", ".join(idle)))
    if steps:
        say_steps(out, answer)
    show_source = Text("cakup law show KUNCI untuk sumbernya", "cakup law show KEY for sources")
    out.next(show_source if steps else STEPS_NEXT)


def family(
    on: OnOption,
    segment: Annotated[str, typer.Option("--segment", help="bpu, pu, atau jakon.")] = "bpu",
    cause: Annotated[
        str, typer.Option("--cause", help="natural (bukan kecelakaan kerja) atau accident.")
    ] = "natural",
    paid_months: Annotated[
        int, typer.Option("--paid-months", help="Bulan kepesertaan yang dibayar.")
    ] = 1,
    unpaid_months: Annotated[
        int,
        typer.Option("--unpaid-months", help="Bulan menunggak berturut-turut."),
    ] = 0,
    payer: Annotated[str, typer.Option("--payer", help="self, apbd, csr, …")] = "",
    base: Annotated[int | None, typer.Option("--base", help="Dasar iuran BPU.")] = None,
    wage: Annotated[int | None, typer.Option("--wage", help="Upah sebulan.")] = None,
    employments: Annotated[int, typer.Option("--employments", help="Banyaknya pemberi kerja.")] = 1,
    allow_unconfirmed: AllowOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Satu paragraf untuk keluarga peserta yang meninggal: hak, pasal, syarat, dan keraguannya."""
    told = _law(on, workspace, allow_unconfirmed).family(
        segment=segment, cause=cause, paid_months=paid_months, unpaid_months=unpaid_months,
        payer=payer, base=base, wage=wage, employments=employments,
    )  # fmt: skip
    out = terminal(lang, json=json, quiet=quiet)
    if out.json:
        out.data({
            "text": told.text(out.lang), "computed": told.answer.computed,
            "arrears": told.arrears.effect, "articles": list(told.articles),
            "unconfirmed": list(told.unconfirmed),
        })  # fmt: skip
    else:
        out.say(told.text)


def diff(
    first: Annotated[str, typer.Argument(metavar="TANGGAL1", help="Hari pertama.")],
    second: Annotated[str, typer.Argument(metavar="TANGGAL2", help="Hari kedua.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tunjukkan apa yang berubah di antara dua hari, bagi siapa, menurut pasal mana."""
    from cakup.cli.law_show import say_diff
    from cakup.law.api import diff as compared

    out = terminal(lang, json=json, quiet=quiet)
    say_diff(out, compared(first, second, local=_local(workspace)))


def status(
    on: Annotated[
        str | None, typer.Option("--on", help="Hanya yang berlaku pada hari itu.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Tunjukkan nilai yang belum dikonfirmasi dan hasil apa yang bertumpu padanya."""
    from cakup.cli.law_show import say_status
    from cakup.kernel.months import parse_day
    from cakup.law.catalogue import catalogue

    out = terminal(lang, json=json, quiet=quiet)
    say_status(out, catalogue(_local(workspace)), parse_day(on, option="--on") if on else None)


def cases(
    file: Annotated[Path, typer.Argument(help="Berkas kasus YAML.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Tulis hasilnya ke berkas YAML.")
    ] = None,
    allow_unconfirmed: AllowOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Hitung kasus-kasus dalam berkas dan bandingkan dengan hasil yang diharapkan."""
    from cakup.cli.law_show import say_cases
    from cakup.law.api import run_cases
    from cakup.law.cases import write_results

    out = terminal(lang, json=json, quiet=quiet)
    results = run_cases(
        file, local=_local(workspace), allow_unconfirmed=allow_unconfirmed, lang=out.lang
    )
    if out_file is not None:
        write_results(results, out_file)
    say_cases(out, results, out_file)
