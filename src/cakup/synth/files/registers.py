"""Registers: social register, deaths, employers, participants, payments."""

from __future__ import annotations

import polars as pl

from cakup.synth.files.cells import (
    day,
    expression,
    mapped,
    number,
    running,
    text,
)
from cakup.synth.files.shapes import Column, Shape

PAYER_WORDS = {
    "pemberi_kerja": "Pemberi Kerja", "mandiri": "Mandiri", "apbd_kabkota": "APBD Kota",
    "apbd_provinsi": "APBD Provinsi", "dbh_sawit": "DBH Sawit", "dbh_cht": "DBH CHT",
    "csr": "CSR", "baznas": "BAZNAS", "sertakan": "SERTAKAN",
}  # fmt: skip

DTSEN = Shape(
    "13_dtsen",
    "dtsen",
    "Dinas Sosial",
    "DTSEN",
    (
        Column("NIK", text("nik")),
        Column("NO_KK", text("nkk")),
        Column("NAMA", text("nama")),
        Column("TMP_LAHIR", text("tempat_lahir")),
        Column("TGL_LAHIR", day("tanggal_lahir", "iso")),
        Column("JNS_KEL", mapped("jenis_kelamin", {"L": "1", "P": "2"})),
        Column("NM_IBU_KDG", text("nama_ibu")),
        Column("ALAMAT", text("alamat")),
        Column("KD_WIL", text("kode_wilayah")),
        Column("NM_KEL", text("desa_kelurahan")),
        Column("NM_KEC", text("kecamatan")),
        Column("DESIL", number("desil")),
        Column(
            "STS_KERJA",
            expression(
                pl.when("is_pekerja").then(pl.lit("Bekerja")).otherwise(pl.lit("Tidak bekerja"))
            ),
        ),
        Column("PEKERJAAN", text("pekerjaan")),
    ),
    days_before=153,
    is_sheet=False,
)

KEMATIAN = Shape(
    "14_kematian",
    "kematian",
    "Disdukcapil",
    "Kematian",
    (
        Column("No", running(), width=6),
        Column("NIK", text("nik"), width=20),
        Column("Nama Almarhum/ah", text("nama"), width=28),
        Column("Tgl Lahir", day("tanggal_lahir", "dash")),
        Column("JK", text("jenis_kelamin"), width=6),
        Column("Kelurahan", text("desa_kelurahan"), width=20),
        Column("Tanggal Meninggal", day("meninggal_on", "dash")),
        Column("No Akta Kematian", expression(pl.format("REKAAN-{}", pl.col("_number")))),
    ),
    titles=("LAPORAN KEMATIAN PENDUDUK", "s.d. {day}"),
    sheet="Kematian",
)

EMPLOYERS = Shape(
    "15_pemberi_kerja",
    "pemberi_kerja",
    "Dinas Tenaga Kerja",
    "Pemberi kerja",
    (
        Column("NO", running(), width=6),
        Column("NPP", text("npp_known")),
        Column("NAMA PERUSAHAAN", text("nama_pemberi_kerja"), width=30),
        Column("LAPANGAN USAHA", text("sektor")),
        Column("JUMLAH TENAGA KERJA", number("n_pekerja")),
        Column(
            "TERDAFTAR BPJS",
            expression(pl.when("is_terdaftar").then(pl.lit("Sudah")).otherwise(pl.lit("Belum"))),
        ),
    ),
    days_before=90,
    titles=("DAFTAR PERUSAHAAN KOTA {city}", "Sumber: wajib lapor ketenagakerjaan"),
    sheet="Perusahaan",
    totals=True,
)

PESERTA = Shape(
    "16_peserta",
    "peserta",
    "BPJS Ketenagakerjaan",
    "Data peserta",
    (
        Column("KPJ", text("kpj")),
        Column("NIK", text("nik")),
        Column("NAMA", text("nama")),
        Column("TGL LAHIR", day("tanggal_lahir", "dash")),
        Column("JK", text("jenis_kelamin")),
        Column("NAMA IBU", text("nama_ibu")),
        Column("TEMPAT LAHIR", text("tempat_lahir")),
        Column("ALAMAT", text("alamat")),
        Column("KELURAHAN", text("desa_kelurahan")),
        Column("KECAMATAN", text("kecamatan")),
        Column("KOTA/KABUPATEN", text("kabkota")),
        Column("SEGMEN", expression(pl.col("segmen").str.to_uppercase())),
        Column("NPP", text("npp")),
        Column("NAMA PERUSAHAAN", text("nama_pemberi_kerja")),
        Column("STATUS KEPESERTAAN", text("status")),
        Column("TGL MULAI", day("mulai_on", "dash")),
        Column("TGL AKHIR", day("selesai_on", "dash")),
        Column("PROGRAM", expression(pl.col("program").str.to_uppercase())),
        Column("KODE IURAN", text("kode_iuran")),
        Column("PEMBAYAR", mapped("payer", PAYER_WORDS)),
    ),
    is_sheet=False,
    titles=("BPJS KETENAGAKERJAAN", "DATA PESERTA KANTOR CABANG {CITY}", "PER TANGGAL {day}"),
    separator=";",
)

PEMBAYARAN = Shape(
    "17_pembayaran",
    "pembayaran",
    "BPJS Ketenagakerjaan",
    "Pembayaran BPU",
    (
        Column("KPJ", text("kpj")),
        Column("NIK", text("nik")),
        Column("KODE_IURAN", text("kode_iuran")),
        Column("PROGRAM", expression(pl.col("program").str.to_uppercase())),
        Column("PERIODE", expression(pl.col("bulan").dt.to_string("%m/%Y"))),
        Column("JUMLAH", text("amount_rp")),
        Column("TGL_BAYAR", day("paid_on", "dash")),
        Column("PEMBAYAR", mapped("payer", PAYER_WORDS)),
    ),
    is_sheet=False,
)


#: Kind of register → its file, in the order of import.
REGISTERS = {
    "dtsen": DTSEN,
    "kematian": KEMATIAN,
    "pemberi_kerja": EMPLOYERS,
    "peserta": PESERTA,
    "pembayaran": PEMBAYARAN,
}
