"""What a changed budget needs beside annex and form: amending decree, page of control, notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.change import (
    CANCELLED,
    COMES,
    KEYS,
    MOVES,
    NEW,
    SHIFTS,
    STAYS,
    STOPS,
    Change,
    month_words,
    purse_totals,
)
from cakup.documents.plan.change_annex import annex_book, annex_papers
from cakup.documents.plan.change_budget import budget_books, budget_papers, signed
from cakup.documents.plan.decree import decree_blocks
from cakup.documents.plan.facts import PAYER_WORDS, PurseFacts, rp, span
from cakup.documents.plan.kak import GROUNDS
from cakup.documents.plan.office import DOTS
from cakup.documents.plan.participants import SLIPS_IN_FILE, SLIPS_SHOWN
from cakup.documents.plan.verval import UNKNOWN, slug
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID_SHORT, add_months
from cakup.kernel.terbilang import rupiah_words, terbilang

HEADS = ("Dompet", "Tetap", "Berhenti", "Beralih", "Batal", "Baru, masuk, berubah",
         "Semula (Rp)", "Menjadi (Rp)", "Bertambah/(berkurang)")  # fmt: skip


def change_papers(change: Change) -> Iterator[Paper | Book]:
    """Yield all papers of a change.

    Args:
        change: The change; purses whose list does not change get no decree and no form.
    """
    yield overview(change)
    for purse in change.changed:
        yield amending_decree(change, purse)
        for masked in (False, True):
            yield from annex_papers(change, purse, masked=masked)
            yield annex_book(change, purse, masked=masked)
    yield from budget_papers(change)
    yield from budget_books(change)
    yield from notices(change)


def overview(change: Change) -> Paper:
    """Return the page that says what changes, purse by purse, and what is done in which order."""
    facts = change.after
    rows, sums, heads = [], dict.fromkeys(KEYS, 0), [0] * 5
    for purse in change.purses:
        total, held = purse_totals(change, purse.id), change.of(purse)
        sums = {k: sums[k] + total[k] for k in KEYS}
        counts = dict(held.get_column("kind").value_counts().iter_rows())
        more = sum(counts.get(k, 0) for k in (COMES, NEW, SHIFTS))
        here = [*(counts.get(k, 0) for k in (STAYS, STOPS, MOVES, CANCELLED)), more]
        heads = [a + n for a, n in zip(heads, here, strict=True)]
        rows.append([f"{purse.source} ({purse.id})", *map(spelling.count, here), *_money(total)])
    return Paper(
        "perubahan-ringkas", f"Perubahan {facts.year}: {change.title}",
        [
            b.title(f"Perubahan mulai {change.month}", change.title, facts.place_name),
            *facts.draft(b.mark("KONSEP: skenario, bukan keputusan. Berlaku bila perubahan APBD "
                                "disahkan seperti ini.")),
            b.table(HEADS, [*rows, ["Jumlah", *map(spelling.count, heads), *_money(sums)]],
                    right=tuple(range(1, 9)), total=True, small=True,
                    widths=(4, 1.5, 1.6, 1.6, 1.3, 2.2, 2.6, 2.6, 2.7)),
            b.note("Satu baris per orang dan dompet: yang beralih dari satu dompet masuk pada "
                   "dompet lain. Jumlah lampiran, formulir, dan anggaran kas dibandingkan dengan "
                   "angka ini; satu selisih, tidak satu pun ditulis."),
            b.heading("Yang terjadi", 2), b.bullets(_told(change)),
            b.heading("Yang dikerjakan, berurutan", 2), b.bullets(_steps(change), numbered=True),
        ],
        landscape=True, footer=facts.foot(f"Perubahan {change.scenario}"),
    )  # fmt: skip


def _money(total: Mapping[str, int]) -> list[str]:
    before, after = total["before_rupiah"], total["after_rupiah"]
    return [spelling.count(before), spelling.count(after), signed(after - before)]


def _told(change: Change) -> list[str]:
    """Return what happens, in the words of the plan; commands are left out."""
    told = change.told["told"]
    lines = [t for t in told["id"] if "cakup " not in t] if isinstance(told, Mapping) else []
    if cancelled := change.count(CANCELLED):
        lines.append(
            f"{spelling.count(cancelled)} orang yang menurut rencana mulai sesudah itu batal "
            "dimulai: yang sudah terdaftar didahulukan."
        )
    return lines


def _steps(change: Change) -> list[str]:
    """Return what an office does, in order."""
    lost = spelling.count(change.count(STOPS, CANCELLED))
    before = month_words(add_months(change.first, -1))
    return [
        f"Cocokkan yang terbayar sampai {before} dengan tagihan BPJS Ketenagakerjaan; bila berbeda "
        "dari rencana, impor data pembayarannya dan susun rencana lagi sejak bulan perubahan.",
        "BPKAD dan TAPD: RKPA per dompet; setelah Perda/Perkada Perubahan APBD, DPPA"
        f"{'.' if change.after.is_final else ' (FINAL, bila nomornya sudah ada).'}",
        "Bagian Hukum: Keputusan perubahan dengan lampirannya; yang disamarkan untuk diumumkan.",
        f"Kelurahan: sampaikan pemberitahuan kepada {lost} orang sebelum {change.month}; tawarkan "
        "iuran mandiri atau penyandang dana lain.",
        f"BPJS Ketenagakerjaan: yang berhenti tidak ditagih lagi sejak bulan pada lampiran; yang "
        f"baru didaftarkan sebelum {change.month}.",
    ]  # fmt: skip


def amending_decree(change: Change, purse: PurseFacts) -> Paper:
    """Return the draft of a purse's amending decree."""
    facts = change.after
    number = facts.office.number("sk_change", year=facts.year, purse=purse.id)
    old = purse.number(facts.office, facts.year)
    about = (
        f"PERUBAHAN ATAS {facts.decree.upper()} NOMOR {old} TENTANG PENETAPAN PENERIMA BANTUAN "
        f"IURAN {facts.programmes.upper()} BAGI PEKERJA RENTAN, SUMBER DANA "
        f"{purse.source.upper()}, TAHUN ANGGARAN {facts.year}"
    )
    mark = (
        f"KONSEP: skenario “{change.title}”, bukan keputusan; rumusan dan urutan menunggu "
        "Bagian Hukum. Belum dikonfirmasi: dasar hukum setempat, rekening, harga iuran."
    )
    return Paper(
        f"sk-perubahan-{purse.id}", f"{facts.decree} tentang perubahan, {purse.source}",
        decree_blocks(
            facts, number, about, mark, _reasons(change, old), _grounds(change, old),
            _dictums(change, purse),
        ),
        serif=True, group="sk-perubahan", purse=purse.id, totals=purse_totals(change, purse.id),
        footer=facts.foot(f"{facts.decree} Nomor {number}, perubahan {change.scenario}"),
    )  # fmt: skip


def _reasons(change: Change, old: str) -> list[str]:
    facts = change.after
    return [
        f"bahwa dengan Perubahan APBD Tahun Anggaran {facts.year} anggaran bantuan iuran berubah "
        f"sejak {change.month}, sehingga daftar penerima perlu disesuaikan;",
        f"bahwa penyesuaian dilakukan menurut urutan kriteria dalam "
        f"{facts.summary['criteria']['instrument']}: yang terakhir dalam urutan berhenti lebih "
        "dahulu;",
        f"bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b, perlu "
        f"mengubah {facts.decree} Nomor {old};",
    ]  # fmt: skip


def _grounds(change: Change, old: str) -> list[str]:
    facts = change.after
    rule = "Peraturan " + facts.head.rpartition(facts.place_short)[0].strip()
    local = facts.office.ready.get("perwal", {}).get("number") or DOTS
    perda = facts.office.change.get("perda", {}).get("number") or DOTS
    return [
        *(f"{g};" for g in GROUNDS),
        f"{rule} Nomor {local};",
        f"Peraturan tentang Perubahan APBD Tahun Anggaran {facts.year} Nomor {perda};",
        f"{facts.decree} Nomor {old};",
    ]


def _dictums(change: Change, purse: PurseFacts) -> list[str]:
    """Return what is decided: the new annex, who stops, money, notices, from when."""
    facts, rows = change.after, change.of(purse)
    total = purse_totals(change, purse.id)
    n = {part: rows.filter(pl.col("part") == part).height for part in "ABC"}
    dppa = facts.office.change.get("dppa", {}).get("number") or DOTS
    charged = f"dibebankan pada DPPA Nomor {dppa}" if purse.is_city_budget else (
        f"dibayar dari {purse.source}, di luar APBD kota")  # fmt: skip
    named = "; ".join(
        f"{spelling.count(n[p])} ({terbilang(n[p])}) orang pada Bagian {p} {words}"
        for p, words in (("A", "tetap dibayar sampai akhir masanya"),
                         ("B", "berhenti, beralih ke sumber lain, atau batal dimulai sejak bulan "
                               "yang disebut"),
                         ("C", "dibayar menurut masa yang disebut"))
        if n[p]
    )  # fmt: skip
    before = month_words(add_months(change.first, -1))
    return [
        f"Mengubah Lampiran {facts.decree} Nomor {purse.number(facts.office, facts.year)} "
        f"sehingga menjadi sebagaimana Lampiran Keputusan ini: {named}.",
        f"Iuran yang telah dibayar sampai dengan bulan {before} tidak berubah.",
        f"Jumlah iuran semula {rp(total['before_rupiah'])} menjadi {rp(total['after_rupiah'])} "
        f"({rupiah_words(total['after_rupiah'])}), {charged}.",
        f"{(facts.office.lines or ('Dinas yang membidangi ketenagakerjaan',))[-1]} memberi tahu "
        "penerima yang berhenti sebelum bulan itu, dan menyampaikan perubahan ini kepada BPJS "
        "Ketenagakerjaan.",
        "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
    ]  # fmt: skip


def notices(change: Change) -> Iterator[Paper]:
    """Yield the notices to those who lose cover, by kelurahan; KONSEP shows the first of each."""
    facts = change.after
    stops = change.rows.filter(pl.col("kind").is_in([STOPS, CANCELLED]))
    # Who has several purses is told once, by the row that ends first.
    people = stops.sort(pl.col("kode") == "", "kode", "rank", "after_first", nulls_last=True)
    people = people.unique("person_id", keep="first", maintain_order=True)
    for key, part in people.partition_by("kode", as_dict=True, maintain_order=True).items():
        name = part.get_column("kelurahan")[0] or UNKNOWN
        most = SLIPS_IN_FILE if facts.is_final else SLIPS_SHOWN
        for n, at in enumerate(range(0, part.height, most), start=1):
            piece = part.slice(at, most)
            shown = f"{spelling.count(piece.height)} dari {spelling.count(part.height)}"
            mark = "" if facts.is_final else (
                f"KONSEP: contoh, {shown} pemberitahuan kelurahan ini. Skenario, bukan keputusan: "
                "jangan dibagikan.")  # fmt: skip
            tail = f"-{n}" if facts.is_final and part.height > most else ""
            yield Paper(
                f"pemberitahuan-{key[0] or 'lain'}-{slug(name)}{tail}",
                f"Pemberitahuan {name} {facts.year}",
                [b.slips([_notice(change, r, mark) for r in piece.iter_rows(named=True)])],
                has_names=True,
                footer=facts.foot(f"Pemberitahuan, Kelurahan {name}, perubahan {change.scenario}"),
            )  # fmt: skip
            if not facts.is_final:
                break


def _notice(change: Change, r: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Return one person's notice; it has the shape of a slip."""
    facts, ends = change.after, r["ends"]
    first: date | None = r["after_first"]
    covered = range(first.month, ends.month + 1) if first and ends else range(0)
    since = add_months(ends, 1) if ends else r["before_first"]
    payer = next(p for p in change.purses if p.id == r["purse"])
    cover = (
        f"Iuran Anda dibayar {PAYER_WORDS[payer.payer]} untuk {span(first, ends)}. Sesudah itu "
        "tidak ada perlindungan, kecuali iurannya dibayar."
        if first and ends else "Iuran Anda tidak jadi dibayar pemerintah tahun ini. Tanpa iuran "
        "tidak ada perlindungan."
    )  # fmt: skip
    return {
        "issuer": facts.place_name, "number": f"Perubahan {facts.year}, urutan {r['rank']}",
        "title": f"Bantuan iuran Anda {'berhenti' if ends else 'batal'} sejak {month_words(since)}",
        "name": str(r["nama"] or ""), "who": f"Kelurahan {r['kelurahan'] or '–'}",
        "months": [[w, n + 1 in covered] for n, w in enumerate(MONTHS_ID_SHORT)],
        "cover": cover, "left": "Agar tetap terlindungi", "right": "Yang tetap berlaku",
        "accident": _stay(change, r, since), "death": _still(ends),
        "ask": f"Mengapa: uang {PAYER_WORDS[payer.payer]} berubah sejak {change.month}, dan yang "
               "berhenti adalah yang terakhir dalam urutan kriteria. Bertanya: "
               f"{facts.office.contact}.",
        "mark": mark,
    }  # fmt: skip


def _stay(change: Change, r: Mapping[str, Any], since: date) -> list[str]:
    price = spelling.rupiah(change.own_price_rp[r["sector"]])
    return [
        f"Bayar sendiri mulai iuran {month_words(since)}: {price} sebulan "
        f"({change.after.programmes}).",
        "Di kantor cabang BPJS Ketenagakerjaan (175); bawa KTP.",
        "Jangan terputus: santunan kematian penuh baru berlaku lagi setelah tiga bulan tanpa "
        "putus.",
    ]  # fmt: skip


def _still(ends: date | None) -> list[str]:
    if ends is None:
        return ["Nama Anda tetap tercatat; kelurahan memberi tahu bila ada dana lain."]
    return [
        f"Kecelakaan kerja dan kematian sampai {month_words(ends)} tetap ditanggung; laporkan juga "
        "bila sudah lewat.",
        "Nomor peserta tetap milik Anda.",
    ]
