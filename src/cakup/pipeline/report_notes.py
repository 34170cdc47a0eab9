"""What the report says in words: what waits for people, how was counted, what is unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING

from cakup.documents.report.model import Task
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.kernel.parameters import Value
from cakup.ledger import findings
from cakup.ledger.rules import parameters, rule_periods
from cakup.pipeline.measure import Measurement
from cakup.pipeline.report_parts import Ground
from cakup.pipeline.report_words import TASKS
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine


def ending_task(ending: Sequence[tuple[date, int | None]]) -> tuple[Task, ...]:
    """Return the task to renew cover that ends soon."""
    n = sum(n or 0 for _, n in ending)
    return (
        Task(
            Text("orang habis bulan bayarnya dalam 90 hari", "persons whose paid months end in "
                 "90 days"), n,
            Text("Siapkan perpanjangan sebelum bulan itu; pada BPU, tiga bulan tanpa iuran "
                 "menggugurkan kepesertaan.",
                 "Prepare the renewal before that month; for BPU three unpaid months end the "
                 "membership."), is_urgent=True, key="ending",
        ),
    )  # fmt: skip


def tasks(
    engine: DuckEngine, found: Measurement, ground: Ground, workspace: Workspace
) -> tuple[Task, ...]:
    """Return what waits for people, counted over all files that answer."""
    day = ground.as_of
    first = engine.value("SELECT min(meninggal_on) FROM persons")
    periods = rule_periods(first, day, workspace.root / "parameters", ground.known) if first else []
    queries = {
        "claims": findings.claims_sql(day, periods),
        "after_death": findings.after_death_sql(day),
        "double": findings.double_sql(day),
        "over_age": findings.over_age_sql(day, ground.rules),
    }
    n = {
        key: int(engine.value(f"SELECT count(DISTINCT person_id) FROM ({sql})"))
        for key, sql in queries.items()
    }
    n["review"] = int(engine.value("SELECT count(*) FROM review"))
    n["returned"] = sum(int(i.facts.get("rows", {}).get("returned", 0)) for i in ground.imports)
    n["orphans"] = int(engine.value("SELECT count(DISTINCT record_id) FROM payment_orphans"))
    return tuple(Task(label, n[key], do, urgent, key) for key, (label, do, urgent) in TASKS.items())


def unconfirmed(found: Measurement, ground: Ground, workspace: Workspace) -> tuple[Text, ...]:
    """Return everything unconfirmed that touches the figures, in words with its source."""
    keys = sorted({k for f in found.figures for k in f.unconfirmed})
    known = parameters(workspace.root / "parameters", ground.known)
    entries = {d.entry.key: d.entry for d in found.targets}
    if found.denominator is not None:
        entries[found.denominator.key] = found.denominator
    told = []
    for key in [*keys, *(k for k, e in sorted(entries.items()) if not e.is_sure and k not in keys)]:
        if key in known:
            held = ground.rules.values[key]
            words = _meaning(known[key].documentation, held)
            told.append(f"{known[key].description}: {words} ({held.title})")
        elif key in entries:
            entry = entries[key]
            told.append(f"{entry.description}: {entry.reading} ({entry.document})")
        else:
            told.append(key)
    return tuple(Text(t, t) for t in dict.fromkeys(told))


def _meaning(documentation: str, held: Value) -> str:
    """Return a value as people read it: what a code word means where its file says so."""
    meanings = (part.partition(" = ") for part in documentation.split("; "))
    told = {code.strip(): meaning.strip() for code, found, meaning in meanings if found}
    return told.get(str(held.value), str(held.value))


def notes(found: Measurement, ground: Ground, is_public: bool = False) -> tuple[Text, ...]:
    """Return how it was counted, and what is not known; small counts stay out for the public."""
    limit = ground.rules.small_cell if is_public else 0
    day = replace(found.unknown, **{
        name: 0 for name, n in asdict(found.unknown).items() if 0 < n < limit
    })  # fmt: skip
    told = [
        Text(
            "Satu orang dihitung satu kali, juga bila ia ada pada banyak daftar; peserta yang "
            "tidak ada pada daftar pekerja mana pun ikut terhitung.",
            "A person counts once, also if on many lists; participants on no worker list count "
            "too.",
        ),
        Text(
            "Aktif dihitung dari bulan: iuran yang dibayar, masa kepesertaan, atau status dari "
            "BPJS Ketenagakerjaan, bukan dari satu kolom pada daftar.",
            "Active is derived from months: contributions paid, enrolment spells or the insurer's "
            "status, never from a column of a list.",
        ),
        Text(
            "Garis bulanan memakai aturan hitung dan wilayah tanggal laporan untuk semua bulan.",
            "The monthly line uses the counting rules and the areas of the report's date for all "
            "months.",
        ),
        Text(
            "Batas bukan selang kepercayaan: yang bawah hanya memakai padanan yang pasti, yang "
            "atas memakai semua padanan dan pembayaran yang mungkin.",
            "Bounds are no confidence interval: the lower one uses certain links only, the upper "
            "one all possible links and payments.",
        ),
    ]
    if found.denominator is not None and found.has_participants:
        told.append(
            Text("“Tidak ada pada daftar mana pun” adalah selisih penyebut dan pekerja tercatat: "
                 "orang ganda yang belum terpadankan dan orang yang tidak lagi bekerja membuatnya "
                 "terlalu kecil. Perkiraannya ada pada Kelengkapan daftar.",
                 "“On no list at all” is the denominator less the listed workers: duplicates not "
                 "yet linked and people who no longer work make it too small. For estimates see "
                 "Completeness of the register.")
        )  # fmt: skip
    if day.jkm_open:
        n, en = spelling.count(day.jkm_open), spelling.count(day.jkm_open, "en")
        told.append(
            Text(f"Untuk {n} orang aktif belum dapat dipastikan apakah JKM-nya penuh.",
                 f"For {en} active persons it cannot be told whether their death cover is full.")
        )  # fmt: skip
    if day.active_elsewhere:
        n, en = spelling.count(day.active_elsewhere), spelling.count(day.active_elsewhere, "en")
        told.append(
            Text(f"{n} orang aktif pada data ini beralamat di luar kota dan tidak dihitung.",
                 f"{en} active persons in these data live elsewhere and are not counted.")
        )  # fmt: skip
    if day.not_carried:
        n, en = spelling.count(day.not_carried), spelling.count(day.not_carried, "en")
        told.append(
            Text(f"{n} orang memakai kode wilayah yang tidak dapat dipindahkan ke wilayah tanggal "
                 "ini (pemekaran).",
                 f"{en} persons carry a place code that cannot be carried to the areas of this day "
                 "(splits).")
        )  # fmt: skip
    if found.is_behind:
        told.append(
            Text("Ada berkas atau keputusan yang belum dihitung: jalankan cakup run.",
                 "Some files or decisions are not counted yet: run cakup run.")
        )  # fmt: skip
    return tuple(told)
