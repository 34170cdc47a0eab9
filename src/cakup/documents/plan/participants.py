"""A half-page slip for every participant: covered months, payer, what to do, whom to ask.

FINAL holds all of them. KONSEP, which nobody hands out, shows the first of every kelurahan and says
of how many: a large city's slips are hours of a small machine and thousands of pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.facts import PAYER_WORDS, PlanFacts, listed, months_of, span
from cakup.documents.plan.verval import UNKNOWN, slug
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID_SHORT

#: Slips in one file; two on a page.
SLIPS_IN_FILE = 400
#: Slips of a kelurahan in KONSEP.
SLIPS_SHOWN = 10
COVER_WORDS = {"jkk": "kecelakaan kerja (JKK)", "jkm": "kematian (JKM)",
               "jht": "tabungan hari tua (JHT)"}  # fmt: skip
ACCIDENT = (
    "Ke rumah sakit atau klinik terdekat yang bekerja sama; katakan “peserta BPJS "
    "Ketenagakerjaan”.",
    "Laporkan dalam 2 × 24 jam kepada kelurahan atau kantor BPJS Ketenagakerjaan.",
    "Simpan kartu, KTP, dan nama dua saksi.",
)
DEATH = (
    "Ahli waris melapor ke kelurahan dan kantor BPJS Ketenagakerjaan.",
    "Bawa KTP dan KK peserta dan ahli waris, akta kematian, surat ahli waris, buku tabungan.",
    "Santunan penuh setelah tiga bulan kepesertaan tanpa putus; sebelum itu biaya pemakaman saja.",
)


def slip_papers(facts: PlanFacts) -> Iterator[Paper]:
    """Yield the slips, by kelurahan, so that each file goes to one place."""
    people = facts.people.sort(pl.col("kode") == "", "kode", "rank", "first")
    for key, part in people.partition_by("kode", as_dict=True, maintain_order=True).items():
        name = part.get_column("kelurahan")[0] or UNKNOWN
        persons = part.partition_by("person_id", maintain_order=True)
        file = f"slip-{key[0] or 'lain'}-{slug(name)}"
        if not facts.is_final:
            yield _examples(facts, persons, file, name)
            continue
        for n, at in enumerate(range(0, len(persons), SLIPS_IN_FILE), start=1):
            chosen = persons[at : at + SLIPS_IN_FILE]
            tail = f"-{n}" if len(persons) > SLIPS_IN_FILE else ""
            yield Paper(
                f"{file}{tail}", f"Slip peserta {name} {facts.year}",
                [b.slips([_slip(facts, rows, "") for rows in chosen])], has_names=True,
                group="slip", totals={"persons": len(chosen), **months_of(pl.concat(chosen))},
                footer=facts.foot(f"Slip peserta, Kelurahan {name}"),
            )  # fmt: skip


def _examples(facts: PlanFacts, persons: list[pl.DataFrame], file: str, name: str) -> Paper:
    """Return the first slips of a kelurahan for KONSEP; they add up to nothing."""
    chosen = persons[:SLIPS_SHOWN]
    how = f"{spelling.count(len(chosen))} dari {spelling.count(len(persons))} slip kelurahan ini"
    if len(chosen) == len(persons):
        how = f"semua slip kelurahan ini ({spelling.count(len(persons))})"
    mark = (
        f"KONSEP: contoh, {how}; FINAL memuat semua. Belum ditetapkan, jangan dibagikan. Belum "
        "dikonfirmasi: masa tunggu santunan."
    )
    return Paper(
        file, f"Slip peserta {name} {facts.year}, contoh",
        [b.slips([_slip(facts, rows, mark) for rows in chosen])], has_names=True,
        footer=facts.foot(f"Contoh slip peserta, Kelurahan {name}, {how}"),
    )  # fmt: skip


def _slip(facts: PlanFacts, rows: pl.DataFrame, mark: str) -> dict[str, Any]:
    """Return one person's slip; several purses follow each other without a gap."""
    held = rows.to_dicts()
    one = held[0]
    covered = {m for r in held for m in range(r["first"].month, r["last"].month + 1)}
    payers = {p.id: p.payer for p in facts.purses}
    cover = listed([COVER_WORDS[p] for p in facts.summary["programmes"]])
    cover = f"{cover[0].upper()}{cover[1:]}"
    parts = [
        f"{span(r['first'], r['last'])} dibayar {PAYER_WORDS[payers[r['purse']]]}" for r in held
    ]
    return {
        "issuer": facts.place_name, "number": f"Daftar {facts.year}, urutan {one['rank']}",
        "title": "Anda terlindungi BPJS Ketenagakerjaan", "name": str(one["nama"] or ""),
        "who": f"Kelurahan {one['kelurahan'] or '–'}",
        "months": [[w, n + 1 in covered] for n, w in enumerate(MONTHS_ID_SHORT)],
        "cover": f"{cover}: {'; '.join(parts)}. Bulan berwarna "
                 "adalah bulan yang direncanakan dibayar; perlindungan berlaku setelah iuran "
                 "bulan itu dibayar.",
        "accident": list(ACCIDENT), "death": list(DEATH),
        "ask": f"Bertanya, atau ada perubahan (pindah, bekerja pada perusahaan, meninggal): "
               f"{facts.office.contact}. Anda tidak perlu membayar apa pun untuk bulan-bulan ini.",
        "mark": mark,
    }  # fmt: skip
