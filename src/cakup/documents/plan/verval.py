"""Minutes of verification and validation, one per kelurahan and one per proposing office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.annex import ROWS_ON_PAPER, address
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.masking import first_occupation, masked_nik
from cakup.kernel import spelling

UNKNOWN = "belum diketahui"
NOBODY = "tanpa usulan (peserta tahun lalu)"
HEADS = ("No", "NIK", "Nama", "Pekerjaan", "{}", "Catatan", "Layak", "Alasan bila tidak")


@dataclass(frozen=True)
class _Minutes:
    """What differs between minutes of a kelurahan and of an office."""

    group: str
    what: str
    name: str
    signers: Sequence[str]
    by_place: bool

    @property
    def widths(self) -> tuple[float, ...]:
        """Widths of the columns: addresses, or the other offices in the remark, need room."""
        if self.by_place:
            return (0.8, 2.1, 3.6, 2.5, 3.6, 1.2, 1.1, 2.6)
        return (0.8, 1.8, 3.2, 2.1, 2.1, 4.6, 0.9, 2)


def verval_papers(facts: PlanFacts) -> list[Paper]:
    """Return the minutes per kelurahan: every person of the plan stands in one of them."""
    people = once(facts).sort(pl.col("kode") == "", "kode", "rank")
    parts = people.partition_by("kode", as_dict=True, maintain_order=True)
    papers: list[Paper] = []
    for key, part in parts.items():
        place = part["kelurahan"][0] or UNKNOWN
        held = _Minutes(
            "verval-kelurahan", f"Kelurahan {place}", f"ba-verval-{key[0] or 'lain'}-{slug(place)}",
            (f"Lurah {place}", "Kepala lingkungan"), True,
        )  # fmt: skip
        papers += _papers(facts, part, held, len(papers))
    return papers


def verval_opd_papers(facts: PlanFacts) -> list[Paper]:
    """Return the minutes per proposing office.

    A person whom several offices propose stands with the first of them in the alphabet, so that the
    minutes add up; the others are named in the remark.
    """
    people = once(facts).with_columns(
        opd=pl.col("proposers").fill_null(NOBODY).str.split("; ").list.first(),
        others=pl.col("proposers").fill_null("").str.split("; ").list.slice(1).list.join(", "),
    )
    parts = people.sort("opd", "rank").partition_by("opd", as_dict=True, maintain_order=True)
    papers: list[Paper] = []
    for key, part in parts.items():
        opd = str(key[0])
        head = f"Kepala {opd}" if opd != NOBODY else "Kepala Dinas Tenaga Kerja"
        held = _Minutes(
            "verval-opd", f"OPD pengusul {opd}", f"ba-verval-opd-{slug(opd)}",
            (head, "Petugas pendata"), False,
        )  # fmt: skip
        papers += _papers(facts, part, held, len(papers))
    return papers


def once(facts: PlanFacts) -> pl.DataFrame:
    """Return every person of the plan once, with the first months."""
    return facts.people.sort("rank", "first").unique("person_id", keep="first", maintain_order=True)


def slug(text: str) -> str:
    """Return a name as part of a file name."""
    kept = "".join(c if c.isalnum() else "-" for c in text.lower())
    return "-".join(p for p in kept.split("-") if p)[:60] or "lain"


def _papers(facts: PlanFacts, people: pl.DataFrame, held: _Minutes, before: int) -> list[Paper]:
    """Return the minutes of a part of the list, in several papers if it is long."""
    cuts = list(range(0, people.height, ROWS_ON_PAPER))
    return [
        _paper(facts, people.slice(at, ROWS_ON_PAPER), held, before + n, at,
               f"-{n}" if len(cuts) > 1 else "")
        for n, at in enumerate(cuts, start=1)
    ]  # fmt: skip


def _paper(
    facts: PlanFacts, part: pl.DataFrame, held: _Minutes, n: int, before: int, tail: str
) -> Paper:
    """Return one paper of minutes."""
    checks = spelling.count(int(part.get_column("to_check").sum()))
    rows = [_row(i, r, by_place=held.by_place)
            for i, r in enumerate(part.iter_rows(named=True), start=before + 1)]  # fmt: skip
    number = facts.office.number("verval", year=facts.year, n=n, place=held.what)
    heads = [h.format("Alamat" if held.by_place else "Kelurahan") for h in HEADS]
    people = [{"jabatan": j} for j in
              (*held.signers, "Petugas Dinas Tenaga Kerja", "Petugas Dinas Sosial")]  # fmt: skip
    return Paper(
        f"{held.name}{tail}", f"Berita acara verifikasi dan validasi, {held.what}",
        [
            b.letterhead(),
            b.title("BERITA ACARA VERIFIKASI DAN VALIDASI",
                    f"Calon penerima bantuan iuran {facts.year}, {held.what}", f"Nomor {number}"),
            b.para(
                "Pada hari ini ………………, tanggal ………………, kami yang bertanda tangan di bawah ini "
                f"telah memeriksa {spelling.count(part.height)} calon penerima ({held.what}), "
                f"{checks} di antaranya dengan keterangan yang belum diketahui (alamat, desil, "
                "atau padanan peserta; catatan “cek”). Hasilnya: layak …… orang, tidak layak …… "
                "orang, diganti dari daftar tunggu …… orang."
            ),
            b.table(heads, rows, widths=held.widths, right=(0,), small=True),
            *facts.draft(b.mark(
                "KONSEP: daftar belum ditetapkan dan belum diperiksa Disdukcapil dan BPJS. NIK "
                "dipotong; yang lengkap ada pada lampiran keputusan."
            )),
            b.signatures(people),
        ],
        has_names=True, group=held.group, totals={"persons": part.height},
        footer=facts.foot(f"Berita acara verval, {held.what}"),
    )  # fmt: skip


def _row(n: int, r: Mapping[str, Any], *, by_place: bool) -> list[str]:
    note = ["cek"] if r["to_check"] else []
    if r.get("others"):
        note.append(f"juga {r['others']}")
    return [
        str(n), masked_nik(r["nik"]), r["nama"] or "", first_occupation(r["pekerjaan"]),
        (address(r) if by_place else r["kelurahan"]) or "–", "; ".join(note), "☐", "",
    ]  # fmt: skip
