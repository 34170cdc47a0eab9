"""``cakup link``: make persons from all lists and link them to participants."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cakup.cli.link_changes import say_changes, say_work
from cakup.cli.noise_table import say_noise
from cakup.cli.options import (
    JsonOption,
    LangOption,
    PartitionsOption,
    QuietOption,
    WaitOption,
    WorkspaceOption,
    terminal,
    workspace,
)
from cakup.kernel.cores import half
from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.link import Result

COUNTS = {
    "persons": Text("orang", "persons"),
    "known_workers": Text("  pekerja tercatat", "  known workers"),
    "listed": Text("  pada daftar pekerja", "  on a list of workers"),
    "participants": Text("  peserta", "  participants"),
    "linked_participants": Text(
        "  peserta yang juga ada pada daftar atau DTSEN", "  participants also on a list or DTSEN"
    ),
    "review_pairs": Text("pasangan baris yang perlu ditinjau", "pairs of rows to review"),
}
DECISIONS = {
    "applied": Text("keputusan orang yang berlaku", "decisions of people in force"),
    "contradicting": Text(
        "keputusan yang saling bertentangan, ditinjau lagi",
        "contradicting decisions, back to review",
    ),
    "orphaned": Text("keputusan yang barisnya tidak ada lagi", "decisions whose rows are gone"),
}
IDS = {
    "minted": Text("tanda orang baru", "new person ids"),
    "merged": Text("tanda orang yang digabung", "person ids merged"),
    "split": Text("orang yang dipisah", "persons told apart"),
}


ANSWERED = {
    "answers": Text("jawaban padan dan kunjungan", "answers and visits"),
    "answers_orphaned": Text("jawaban yang orangnya tidak ada lagi", "answers about nobody left"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("link")(link)


def link(
    workspace_: WorkspaceOption = None,
    known: Annotated[
        str | None,
        typer.Option("--known", help="Hanya berkas dan keputusan yang diterima sampai hari ini."),
    ] = None,
    partitions: PartitionsOption = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Hanya yang baru dan siapa yang tersangkut, selama itu aman."
        ),
    ] = False,
    wait: WaitOption = 0.0,
    json: JsonOption = False,
    lang: LangOption = "id",
    quiet: QuietOption = False,
) -> None:
    """Satukan baris semua daftar menjadi orang, lalu padankan dengan peserta."""
    # Read when Polars is loaded, which is now.
    os.environ.setdefault("POLARS_MAX_THREADS", str(half()))
    from cakup.pipeline import link as use_case

    out = terminal(lang, json=json, quiet=quiet)
    day = parse_day(known, option="--known") if known else None
    try:
        request = use_case.Request(day, wait, partitions, update)
        result = use_case.run(request, workspace(workspace_), out)
    finally:
        out.done()
    if json:
        out.data(result.as_json())
        return
    _show(out, result)


def _show(out: Terminal, result: Result) -> None:
    """Print the counts, and what to do next."""
    en = out.lang == "en"
    rows: list[tuple[object, object]] = [
        (f"{'rows' if en else 'baris'} {kind}", n) for kind, n in result.records.items()
    ]
    rows += [(text(out.lang), getattr(result, name)) for name, text in COUNTS.items()]
    rows += [(t(out.lang), n) for key, t in ANSWERED.items() if (n := getattr(result, key))]
    rows += [(t(out.lang), n) for key, t in DECISIONS.items() if (n := result.decisions[key])]
    if result.changes is None:
        rows += [(t(out.lang), n) for key, t in IDS.items() if (n := getattr(result.ids, key))]
    out.table(("", "jumlah" if not en else "count"), rows)
    out.table(
        ("rows per person", "persons") if en else ("baris per orang", "orang"),
        [(size, n) for size, n in result.cluster_sizes.items()], right=(0,),
    )  # fmt: skip
    say_noise(result.noise, out)
    say_changes(result.changes, out)
    say_work(result.work, out)
    if not result.is_changed:
        out.say(
            Text(
                "Tidak ada yang berubah sejak pemadanan terakhir.",
                "Nothing has changed since the last linkage.",
            )
        )
    if result.review_pairs:
        out.next(
            Text(
                "susun buku kepesertaan: cakup ledger; "
                "tinjau pasangan yang ragu: cakup review export --out tinjauan.xlsx",
                "build the ledger: cakup ledger; "
                "review uncertain pairs: cakup review export --out review.xlsx",
            )
        )
    else:
        out.next(Text("susun buku kepesertaan: cakup ledger", "build the ledger: cakup ledger"))
