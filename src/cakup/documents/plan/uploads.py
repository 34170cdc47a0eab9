"""Upload sheets for the insurer: BPU in 11 columns, SIPP for PU in 30; every cell is text.

Both layouts come from public implementations and guides, none is confirmed by the branch: each
workbook says so in *Petunjuk*, and *Kode* tells how sure every column is.
"""

from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase

import polars as pl

from cakup.documents.plan.blocks import Book
from cakup.documents.plan.facts import PlanFacts, PurseFacts
from cakup.sheets import Code, ColumnOut, SheetOut

BPU_SHEET = "Data TK Baru"
BPU_COLUMNS = ("NOMOR_IDENTITAS", "NAMA_LENGKAP", "TGL_LAHIR", "HANDPHONE", "EMAIL",
               "JENIS_PEKERJAAN_1", "JENIS_PEKERJAAN_2", "LOKASI_PEKERJAAN", "UPAH", "KODE_PAKET",
               "BULAN_IURAN")  # fmt: skip
SIPP_SHEET = "data_tk_baru"
#: Rows that the insurer takes in one SIPP file.
SIPP_ROWS = 10_000
SIPP_COLUMNS = (
    "NO_PEGAWAI", "NAMA_LENGKAP", "GELAR", "TELEPON_AREA_RUMAH", "TELEPON_RUMAH",
    "TELEPON_AREA_KANTOR", "TELEPON_KANTOR", "TELEPON_EXT_KANTOR", "HP", "EMAIL", "TEMPAT_LAHIR",
    "TANGGAL_LAHIR", "NAMA_IBU_KANDUNG", "JENIS_IDENTITAS", "NOMOR_IDENTITAS",
    "MASA_LAKU_IDENTITAS", "JENIS_KELAMIN", "SURAT_MENYURAT_KE", "TANGGAL_KEPESERTAAN",
    "STATUS_KAWIN", "GOLONGAN_DARAH", "NPWP", "KODE_NEGARA", "UPAH", "ALAMAT", "KODE_POS",
    "LOKASI_PEKERJAAN", "STATUS_PEGAWAI", "AWAL_KONTRAK", "AKHIR_KONTRAK",
)  # fmt: skip
OLD_NAME = "belum dikonfirmasi: nama kolom dari susunan lama"
#: Column → how sure its meaning is.
CERTAINTY = {
    "BULAN_IURAN": "belum dikonfirmasi: bulan yang dibeli, 1–12",
    "KODE_PAKET": "belum dikonfirmasi: bawaan T, daftar kode tidak diketahui",
    "LOKASI_PEKERJAAN": "belum dikonfirmasi: kode lokasi dari cabang; dikosongkan",
    "JENIS_PEKERJAAN_1": "belum dikonfirmasi: kode pekerjaan dari cabang; diisi nama pekerjaan",
    "JENIS_PEKERJAAN_2": "belum dikonfirmasi: boleh kosong",
    "UPAH": "BPU: dasar iuran terendah; SIPP: upah menurut daftar, kosong bila tidak diketahui",
    "AWAL_KONTRAK": "belum dikonfirmasi: tanggal mulai; dikosongkan",
    "AKHIR_KONTRAK": "belum dikonfirmasi: akhir kontrak; dikosongkan",
    "TANGGAL_KEPESERTAAN": "dikosongkan: diisi BPJS",
    **dict.fromkeys(("NO_PEGAWAI", "TELEPON_AREA_RUMAH", "TELEPON_RUMAH", "TELEPON_AREA_KANTOR",
                     "TELEPON_KANTOR", "TELEPON_EXT_KANTOR"), OLD_NAME),
}  # fmt: skip
SURE = "menurut panduan umum; tetap perlu dicocokkan dengan templat cabang"
GUIDE_BPU = (
    "Unggahan BPU: susunan belum dikonfirmasi kantor cabang",
    "Unggahan BPU, lembar Data TK Baru. Susunan 11 kolom berasal dari satu sumber umum dan "
    "belum dikonfirmasi kantor cabang; batas baris tidak diketahui. Kepastian tiap kolom ada "
    "pada lembar Kode.",
    "Semua sel adalah teks. NIK 16 angka, tanggal dd-mm-yyyy. Jangan membuka dan menyimpan "
    "ulang dengan program yang mengubah teks menjadi angka.",
    "BULAN_IURAN adalah banyaknya bulan yang dibeli dompet ini untuk orang itu.",
    "Bila cabang menolak lembar tambahan, hapus lembar Petunjuk dan Kode; lembar data tidak "
    "berubah.",
)
NOT_YET = "KONSEP: jangan diunggah sebelum daftar ditetapkan dan dokumennya FINAL."
GUIDE_SIPP = (
    "Unggahan SIPP: susunan belum dikonfirmasi kantor cabang",
    "Unggahan SIPP (PU), lembar data_tk_baru, 30 kolom A–AD, data mulai baris 2. Nama kolom A "
    "dan D–H berasal dari susunan lama; semuanya perlu dicocokkan dengan templat kantor cabang.",
    "Paling banyak 10.000 baris per berkas; semua sel teks; nama berkas tidak boleh diubah "
    "(“(1)” atau “_1” ditolak).",
    "Tidak berisi pekerja yang dibayar APBD: hanya pekerja yang wajib PU dan belum peserta, "
    "untuk diserahkan kepada pemberi kerjanya, yang melengkapi kolom kosong.",
)


def bpu_books(facts: PlanFacts, base_rp: int) -> list[Book]:
    """Return the BPU files: one per purse, first month, and whether the person is new.

    Whoever lacks what the insurer requires stands in a list of its own, with the reason.

    Args:
        facts: The plan.
        base_rp: Contribution base, whole rupiah per month.
    """
    books = []
    for purse in facts.purses:
        people = with_lacking(facts.of(purse))
        ready, short = people.filter(~LACKS), people.filter(LACKS)
        parts = ready.partition_by("first", "is_kept", as_dict=True, maintain_order=True)
        books += [
            _bpu_book(facts, purse, f"{first:%Y-%m}", bool(kept), part, base_rp)
            for (first, kept), part in parts.items()
        ]  # fmt: skip
        if short.height:
            totals = {"lines": short.height, "person_months": int(short["months"].sum())}
            book = _lacking_book(f"bpu-{purse.id}-belum-lengkap", short)
            books.append(replace(book, group="bpu", purse=purse.id, totals=totals))
    return sorted(books, key=lambda k: k.name)


LACKS = pl.col("lacking") != ""


def with_lacking(people: pl.DataFrame) -> pl.DataFrame:
    """Return people with what an upload of theirs would be refused for, in words.

    Args:
        people: ``nik, nama, tanggal_lahir`` and more.
    """
    reasons = [
        pl.when(~pl.col("nik").fill_null("").str.contains(r"^\d{16}$"))
        .then(pl.lit("NIK belum 16 angka")),
        pl.when(pl.col("nik").is_not_null() & (pl.len().over("nik") > 1))
        .then(pl.lit("NIK dipakai dua orang")),
        pl.when(pl.col("nama").fill_null("") == "").then(pl.lit("nama belum ada")),
        pl.when(pl.col("tanggal_lahir").is_null()).then(pl.lit("tanggal lahir belum ada")),
    ]  # fmt: skip
    told = pl.concat_list(reasons).list.drop_nulls().list.join("; ")
    return people.with_columns(lacking=told)


def _lacking_book(name: str, people: pl.DataFrame) -> Book:
    """Return those who cannot be uploaded yet, with the reason."""
    frame = people.select(
        no=pl.int_range(1, people.height + 1), nama="nama", nik="nik",
        tanggal_lahir="tanggal_lahir", alamat="alamat", alasan="lacking", person_id="person_id",
    )  # fmt: skip
    columns = [
        ColumnOut("no", "No", "count", width=6), ColumnOut("nama", "Nama", width=26),
        ColumnOut("nik", "NIK", "id", width=19),
        ColumnOut("tanggal_lahir", "Tanggal lahir", "date", width=13),
        ColumnOut("alamat", "Alamat", width=30),
        ColumnOut("alasan", "Yang kurang", width=46, is_input=True),
        ColumnOut("person_id", "Tanda orang", "id", width=24),
    ]  # fmt: skip
    above: list[list[str | None]] = [
        ["Belum dapat diunggah: lengkapi di daftar asalnya, impor lagi, lalu cakup plan"], [None]
    ]  # fmt: skip
    return Book(name, [SheetOut("Belum lengkap", frame, columns, above=above)], has_names=True)


def _bpu_book(
    facts: PlanFacts, purse: PurseFacts, month: str, is_kept: bool, people: pl.DataFrame,
    base_rp: int,
) -> Book:  # fmt: skip
    """Return one BPU file."""
    frame = people.select(
        NOMOR_IDENTITAS=pl.col("nik").fill_null(""), NAMA_LENGKAP=pl.col("nama").fill_null(""),
        TGL_LAHIR=pl.col("tanggal_lahir").dt.strftime("%d-%m-%Y").fill_null(""),
        HANDPHONE=pl.col("telepon").fill_null(""), EMAIL=pl.lit(""),
        JENIS_PEKERJAAN_1=_job(0), JENIS_PEKERJAAN_2=_job(1), LOKASI_PEKERJAAN=pl.lit(""),
        UPAH=pl.lit(str(base_rp)), KODE_PAKET=pl.lit("T"),
        BULAN_IURAN=pl.col("months").cast(pl.String),
    )  # fmt: skip
    guide = [*GUIDE_BPU, *facts.draft_lines(NOT_YET)]
    if is_kept:
        guide.append(
            "Berkas ini berisi peserta yang sudah dibayar bantuan setahun terakhir: mereka "
            "melanjutkan, tidak mendaftar baru. Susunan berkas lanjutan BPU tidak diketahui; "
            "tanyakan cabang apakah mereka cukup ditagih pada kode iuran yang baru."
        )
    kind = "lanjut" if is_kept else "baru"
    return Book(
        f"bpu-{purse.id}-{month}-{kind}", [_text_sheet(BPU_SHEET, frame, BPU_COLUMNS)], guide=guide,
        codes=certainty(BPU_COLUMNS), has_names=True, group="bpu", purse=purse.id,
        totals={"lines": frame.height,
                "person_months": int(frame["BULAN_IURAN"].cast(pl.Int64).sum())},
    )  # fmt: skip


def _job(n: int) -> pl.Expr:
    return pl.col("pekerjaan").str.split(" | ").list.get(n, null_on_oob=True).fill_null("")


def sipp_books(employees: pl.DataFrame) -> list[Book]:
    """Return SIPP files of workers who must be PU, at most 10,000 rows each; none without workers.

    Args:
        employees: ``person_id, nama, nik, tempat_lahir, tanggal_lahir, jenis_kelamin, alamat,
            telepon, upah_rp_month`` of workers with an employer and without cover.
    """
    people = with_lacking(employees)
    ready, short = people.filter(~LACKS), people.filter(LACKS)
    books = []
    for n, at in enumerate(range(0, ready.height, SIPP_ROWS), start=1):
        frame = _sipp_frame(ready.slice(at, SIPP_ROWS))
        books.append(Book(
            f"sipp_data_tk_baru_bagian{n:02}", [_text_sheet(SIPP_SHEET, frame, SIPP_COLUMNS)],
            guide=GUIDE_SIPP, codes=certainty(SIPP_COLUMNS), has_names=True,
        ))  # fmt: skip
    return [*books, _lacking_book("sipp-belum-lengkap", short)] if short.height else books


def _sipp_frame(people: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the 30 columns; what only the employer knows stays empty."""
    known = {
        "NAMA_LENGKAP": pl.col("nama"), "HP": pl.col("telepon"),
        "TEMPAT_LAHIR": pl.col("tempat_lahir"),
        "TANGGAL_LAHIR": pl.col("tanggal_lahir").dt.strftime("%d-%m-%Y"),
        "JENIS_IDENTITAS": pl.lit("KTP"), "NOMOR_IDENTITAS": pl.col("nik"),
        "JENIS_KELAMIN": pl.col("jenis_kelamin"), "SURAT_MENYURAT_KE": pl.lit("S"),
        "KODE_NEGARA": pl.lit("ID"), "UPAH": pl.col("upah_rp_month").cast(pl.String),
        "ALAMAT": pl.col("alamat"),
    }  # fmt: skip
    blank = pl.lit("")
    return people.select(
        **{c: known[c].fill_null("") if c in known else blank for c in SIPP_COLUMNS}
    )


def _text_sheet(name: str, frame: pl.DataFrame, columns: tuple[str, ...]) -> SheetOut:
    """Return a sheet with its header in row 1 and nothing but text."""
    held = [ColumnOut(c, c, "id") for c in columns]
    return SheetOut(name, frame.select(columns), held, has_footer=False)


def certainty(columns: tuple[str, ...]) -> list[Code]:
    """Return how sure every column is, for the sheet *Kode*."""
    letters = [*ascii_uppercase, *(f"A{c}" for c in ascii_uppercase)]
    return [Code(c, f"kolom {letters[n]}", CERTAINTY.get(c, SURE)) for n, c in enumerate(columns)]
