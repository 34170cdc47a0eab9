"""``cakup review export``: uncertain pairs in a workbook for people to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.files import whole_file
from cakup.kernel.errors import InputError, UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline import decisions
from cakup.pipeline.decisions import Decision
from cakup.pipeline.evidence_words import against
from cakup.pipeline.record_cards import FIELDS, Card, cards, differences
from cakup.pipeline.review_pairs import (
    ANSWER,
    ANSWERS,
    BASIS,
    BY,
    CHANCE,
    DIFFERS,
    EARLIER,
    KEY,
    NUMBER,
    ON,
    SIDES,
    SOURCE,
    PairKey,
    chance,
)
from cakup.pipeline.workspace import Workspace
from cakup.sheets import ColumnOut, Mark, SheetOut, write_xlsx

PURPOSE = "peninjauan pasangan baris oleh orang"
STATES = {
    "contradicting": Text("bertentangan, ditinjau lagi", "contradicting, back to review"),
    "orphaned": Text("barisnya tidak ada lagi", "its rows are gone"),
}


@dataclass(frozen=True)
class Request:
    """What to export.

    Args:
        out: Workbook to write, ``.xlsx``.
        limit: At most this many pairs, the most valuable first; None = all.
        show_identity: Whether NIKs stand in full; the run is recorded either way.
        lang: Language of the workbook.
    """

    out: str
    limit: int | None = 1000
    show_identity: bool = False
    lang: Lang = "id"


@dataclass(frozen=True)
class Result:
    """What was exported.

    Args:
        run_id: Manifest of the run; empty if there was nothing to review.
        out: The workbook; None if there was nothing to review.
        pairs: Pairs in it.
        left: Pairs that wait and are not in it.
        unsettled: Decisions listed as contradicting or orphaned.
    """

    run_id: str
    out: str | None
    pairs: int
    left: int
    unsettled: int

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return asdict(self)


def run(request: Request, workspace: Workspace, progress: Progress = SILENT) -> Result:
    """Write the most valuable pairs side by side into a workbook.

    Args:
        request: What to export.
        workspace: Workspace.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing`` before the first ``cakup link``.
        UsageError: ``usage.bad_choice`` if the file is no ``.xlsx``; ``usage.file_missing`` if its
            folder is not there.
        AccessError: ``workspace.no_permission``, ``workspace.disk_full``.
    """
    out = Path(request.out)
    _check_out(out)
    store = workspace.store()
    waiting = pl.read_parquet(store.path("review")).sort(
        pl.col("value_of_information"), pl.col("pair_id"), descending=[True, False]
    )
    chosen = waiting if request.limit is None else waiting.head(request.limit)
    states = pl.read_parquet(store.path("decision_states")).filter(
        pl.col("state").is_in(list(STATES))
    )
    if chosen.is_empty() and states.is_empty():
        return Result("", None, 0, 0, 0)
    progress.step("pasangan", 0, chosen.height)
    ids = {*chosen["left_record_id"], *chosen["right_record_id"]}
    members = pl.read_parquet(store.path("memberships"), columns=["record_id", "person_id"])
    persons = dict(members.filter(pl.col("record_id").is_in(sorted(ids))).rows())
    log = {d.decision_id: d for d in decisions.read(workspace)}
    rows = _rows(chosen, cards(workspace, ids), persons, _earlier(states, log), request, workspace)
    with whole_file(out) as temporary:
        write_xlsx(
            temporary, _sheets(rows, states, log, request.lang), guide=_guide(request),
            title=Text("Pasangan untuk ditinjau", "Pairs to review")(request.lang),
            lang=request.lang,
        )  # fmt: skip
    run_id = workspace.record_run(
        "review_export", asdict(request), purpose=PURPOSE, rows={"pairs": len(rows)},
        identity_shown=request.show_identity,
        tables={name: store.versions[name] for name in ("review", "memberships")},
    )  # fmt: skip
    return Result(run_id, str(out), len(rows), waiting.height - len(rows), states.height)


def _check_out(out: Path) -> None:
    """Refuse a file that cannot be the workbook, before any work."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError("usage.bad_choice", option="--out", given=out.suffix, choices=".xlsx")
    if not out.parent.is_dir():
        raise UsageError("usage.file_missing", path=out.parent.name)


def _earlier(
    states: pl.DataFrame, log: dict[str, Decision]
) -> dict[frozenset[str], list[Decision]]:
    """Return the contradicting decisions by the pair of rows under which they are shown."""
    found: dict[frozenset[str], list[Decision]] = defaultdict(list)
    for row in states.filter(state="contradicting").sort("decision_id").iter_rows(named=True):
        pair = frozenset((row["left_record_id"], row["right_record_id"]))
        found[pair].append(log[row["decision_id"]])
    return found


def _rows(
    pairs: pl.DataFrame, found: dict[str, Card], persons: dict[str, str],
    earlier: dict[frozenset[str], list[Decision]], request: Request, workspace: Workspace,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return one row per pair, by column name."""
    rows = []
    for number, pair in enumerate(pairs.iter_rows(named=True), start=1):
        ids = (pair["left_record_id"], pair["right_record_id"])
        if not all(i in found and i in persons for i in ids):
            raise InputError("workspace.damaged", path="tables/review")
        left, right = found[ids[0]], found[ids[1]]
        told = earlier.get(frozenset(ids), [])
        key = PairKey(
            (left.fingerprint, right.fingerprint), (persons[ids[0]], persons[ids[1]]), ids,
            tuple(d.decision_id for d in told),
        )  # fmt: skip
        rows.append({
            "no": number, "answer": None, "by": None, "basis": None, "on": None,
            "chance": chance(pair["probability"], request.lang),
            "differs": "; ".join(
                [*differences(left, right, request.lang), *against(pair["pattern"], request.lang)]
            ),
            **_sides(left, right, request),
            "earlier": "; ".join(_told(d, request.lang) for d in told),
            "key": key.spelled(workspace),
        })  # fmt: skip
    return rows


def _sides(left: Card, right: Card, request: Request) -> dict[str, str]:
    """Return the fields of both rows, side by side."""
    row = {}
    for field in FIELDS:
        for side, card in zip(SIDES, (left, right), strict=True):
            row[f"{field}_{side}"] = card.shown(field, show_identity=request.show_identity)
    for side, card in zip(SIDES, (left, right), strict=True):
        row[f"source_{side}"] = card.source(request.lang)
    return row


def _told(decision: Decision, lang: Lang) -> str:
    """Return a decision in words."""
    return f"{ANSWERS[decision.kind](lang)}: {decision.by}, {decision.decided_on}, {decision.basis}"


def _sheets(
    rows: list[dict[str, Any]], states: pl.DataFrame, log: dict[str, Decision], lang: Lang
) -> list[SheetOut]:
    """Return the sheet of pairs and, if there are any, the list of unsettled decisions."""
    answers = tuple(text(lang) for text in ANSWERS.values())
    columns = [
        ColumnOut("no", NUMBER(lang), kind="count", width=6),
        ColumnOut("answer", ANSWER(lang), choices=answers, is_input=True, width=14),
        ColumnOut("by", BY(lang), is_input=True, width=14),
        ColumnOut("basis", BASIS(lang), is_input=True, width=24),
        ColumnOut("on", ON(lang), is_input=True, width=12),
        ColumnOut("chance", CHANCE(lang), width=24),
        ColumnOut("differs", DIFFERS(lang), width=24),
        *(ColumnOut(f"{f}_{s}", f"{text(lang)} {s}", kind="id")
          for f, text in FIELDS.items() for s in SIDES),
        *(ColumnOut(f"source_{s}", f"{SOURCE(lang)} {s}", width=40) for s in SIDES),
        ColumnOut("earlier", EARLIER(lang), width=30),
        ColumnOut("key", KEY(lang), is_hidden=True, width=10),
    ]  # fmt: skip
    schema = {c.name: pl.Int64 if c.name == "no" else pl.String for c in columns}
    marks = [Mark((f"{f}_A", f"{f}_B"), "differs", text(lang)) for f, text in FIELDS.items()]
    sheets = [
        SheetOut(
            Text("Pasangan", "Pairs")(lang), pl.DataFrame(rows, schema=schema), columns,
            freeze_columns=2, marks=marks,
        )
    ]  # fmt: skip
    if states.height:
        sheets.append(_unsettled(states, log, lang))
    return sheets


def _unsettled(states: pl.DataFrame, log: dict[str, Decision], lang: Lang) -> SheetOut:
    """Return the list of decisions that hold for nothing now."""
    heads = {
        "state": Text("Keadaan", "State"), "answer": ANSWER, "by": BY, "basis": BASIS, "on": ON,
        "id": Text("Tanda keputusan", "Decision id"),
    }  # fmt: skip
    rows = [
        (STATES[state](lang), ANSWERS[d.kind](lang), d.by, d.basis, d.decided_on, d.decision_id)
        for decision_id, state in states.sort("state", "decision_id")
        .select("decision_id", "state").rows()
        if (d := log[decision_id])
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
    name = Text("Keputusan tak berlaku", "Decisions not in force")(lang)
    return SheetOut(name, frame, [ColumnOut(n, text(lang)) for n, text in heads.items()])


def _guide(request: Request) -> Sequence[str]:
    """Return the sheet *Petunjuk*."""
    lines = (
        Text("Apakah kedua baris ini orang yang sama?", "Are these two rows one person?"),
        Text(
            "Setiap baris lembar Pasangan memperlihatkan dua baris (A dan B) dari berkas yang "
            "diterima. Isian yang berbeda diberi warna dan disebut pada kolom Beda pada. Pasangan "
            "yang jawabannya paling berharga ada di atas.",
            "Each row of the sheet Pairs shows two rows (A and B) of received files. Fields that "
            "differ are tinted and named in the column Differs in. The pairs whose answer is worth "
            "most come first.",
        ),
        Text(
            "Pilih Keputusan: sama, berbeda, atau belum tahu. Isi Oleh (nama pemeriksa), Dasar "
            "(dokumen atau kunjungan) dan Tanggal (31-12-2025). Baris tanpa keputusan tetap "
            "menunggu. Ketiganya dapat pula disebut satu kali untuk seluruh berkas saat impor.",
            "Choose a Decision: same, different or not known. Fill in By (who checked), Basis "
            "(document or visit) and Date (31-12-2025). Rows without a decision keep waiting. The "
            "three can also be given once for the whole file on import.",
        ),
        Text(
            "Nama yang sama bukan bukti orang yang sama; NIK yang sama dengan nama lain sering "
            "milik keluarga. Bila ragu, pilih belum tahu.",
            "Equal names are no proof of one person; an equal NIK under another name is often a "
            "relative's. When in doubt, choose not known.",
        ),
        Text(
            "Masukkan kembali: cakup review import BERKAS, lalu cakup link. Keputusan disimpan "
            "selamanya dan mengalahkan hitungan; keputusan baru atas pasangan yang sama "
            "menggantikan yang diperlihatkan pada kolom Keputusan terdahulu.",
            "Bring it back: cakup review import FILE, then cakup link. Decisions are kept for ever "
            "and win over scores; a new decision on the same pair replaces those shown in the "
            "column Earlier decisions.",
        ),
        Text(
            "Berkas ini berisi data pribadi: simpan di tempat terkunci, jangan dikirim lewat "
            "percakapan umum, hapus setelah dimasukkan.",
            "This file holds personal data: keep it locked away, do not send it by public chat, "
            "delete it once it is imported.",
        ),
    )  # fmt: skip
    return [line(request.lang) for line in lines]


def review_export(
    workspace: Workspace, out: Path | str, *, limit: int | None = 1000,
    show_identity: bool = False, lang: Lang = "id", progress: Progress = SILENT,
) -> Result:  # fmt: skip
    """Write the pairs that people should decide into a workbook.

    Args:
        workspace: Workspace, linked.
        out: Workbook to write, ``.xlsx``.
        limit: At most this many pairs, the most valuable first; None = all.
        show_identity: Whether NIKs stand in full; the run is recorded either way.
        lang: Language of the workbook.
        progress: Listener.

    Raises:
        InputError: ``workspace.table_missing`` before the first ``link``.
        UsageError: If the file is no ``.xlsx`` or its folder is not there.
    """
    return run(Request(str(out), limit, show_identity, lang), workspace, progress)
