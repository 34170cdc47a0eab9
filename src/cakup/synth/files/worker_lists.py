"""Lists of workers: one shape per sender, none like another."""

from __future__ import annotations

import polars as pl

from cakup.synth.files.cells import (
    birth_place_and_date,
    constant,
    day,
    expression,
    mapped,
    nik_number,
    number,
    one_of,
    phone,
    running,
    serial,
    text,
)
from cakup.synth.files.shapes import Column, Shape

SEX_WORDS = {"L": "Laki-laki", "P": "Perempuan"}
SEX_CAPITALS = {"L": "LAKI-LAKI", "P": "PEREMPUAN"}
MARKETS = ("Pasar Tavip", "Pasar Kaget", "Pasar Bundar", "Pasar Brahrang", "Kaki Lima")
GROUPS = ("Tani Rekaan Jaya", "Tunas Khayal", "Subur Andaian", "Mekar Umpama", "Sido Misal")

DUKCAPIL = Shape(
    "01_dukcapil",
    "daftar_pekerja",
    "Disdukcapil",
    "Penduduk bekerja",
    (
        Column("NIK", text("nik")),
        Column("NO_KK", text("nkk")),
        Column("NAMA_LGKP", text("nama")),
        Column("TMPT_LHR", text("tempat_lahir")),
        Column("TGL_LHR", day("tanggal_lahir", "dash")),
        Column("JENIS_KLMIN", mapped("jenis_kelamin", SEX_CAPITALS)),
        Column("NAMA_LGKP_IBU", text("nama_ibu")),
        Column("ALAMAT", text("alamat")),
        Column("NO_RT", text("rt")),
        Column("NO_RW", text("rw")),
        Column("NAMA_KEL", text("desa_kelurahan")),
        Column("NAMA_KEC", text("kecamatan")),
        Column("JENIS_PKRJN", text("pekerjaan")),
    ),
    days_before=123,
    is_sheet=False,
    separator=";",
)

KEPLING = Shape(
    "02_kepling",
    "daftar_pekerja",
    "Kepala Lingkungan",
    "Pendataan kepling",
    (
        Column("No", running(), width=6),
        Column("NIK", text("nik"), width=20),
        Column("NAMA LENGKAP", text("nama"), width=28),
        Column("L/P", text("jenis_kelamin"), width=6),
        Column("TGL LAHIR", day("tanggal_lahir", "slash")),
        Column("ALAMAT", text("alamat"), width=26),
        Column("LK.", text("lingkungan"), width=6),
        Column("KELURAHAN", text("desa_kelurahan"), width=20),
        Column("PEKERJAAN", text("pekerjaan"), width=22),
    ),
    days_before=61,
    titles=("PENDATAAN PEKERJA PER LINGKUNGAN", "KECAMATAN {sheet}", "KOTA {city}"),
    split="kecamatan",
    numbering=True,
    blank_every=611,
    instructions=(
        "PETUNJUK PENGISIAN",
        "1. Isi satu baris untuk satu pekerja.",
        "2. NIK 16 angka, ketik dengan format teks.",
        "3. Tanggal lahir hari/bulan/tahun.",
        "4. Jangan mengubah judul kolom.",
    ),
)

PASAR = Shape(
    "03_pasar",
    "daftar_pekerja",
    "Dinas Perdagangan",
    "Pedagang pasar",
    (
        Column("NO", running(), width=6),
        Column("NAMA PEDAGANG", text("nama"), width=28),
        Column("NO. KTP", text("nik"), width=20),
        Column("TGL. LAHIR", day("tanggal_lahir", "words")),
        Column("L/P", text("jenis_kelamin"), width=6),
        Column("ALAMAT", text("alamat"), width=26),
        Column("KELURAHAN", text("desa_kelurahan"), width=20),
        Column("NAMA PASAR", one_of(MARKETS)),
        Column("JENIS DAGANGAN", text("pekerjaan")),
        Column("NO. HP", phone("local")),
    ),
    days_before=215,
    titles=(
        "PEMERINTAH KOTA {city}",
        "DINAS PERDAGANGAN",
        "DAFTAR PEDAGANG PASAR",
        "Keadaan {day}",
    ),
    sheet="Pedagang",
    blank_every=97,
    totals=True,
    signature=True,
)

TANI = Shape(
    "04_tani",
    "daftar_pekerja",
    "Dinas Pertanian",
    "Kelompok tani",
    (
        Column("NO", running(), width=6),
        Column("KELOMPOK", one_of(GROUPS), width=20),
        Column("NAMA ANGGOTA", text("nama"), width=28),
        Column("NIK", text("nik"), width=20),
        Column("TEMPAT", text("tempat_lahir"), "LAHIR"),
        Column("TANGGAL", serial("tanggal_lahir", format="dd/mm/yyyy"), "LAHIR"),
        Column("JENIS\nKELAMIN", mapped("jenis_kelamin", SEX_WORDS)),
        Column("KELURAHAN", text("desa_kelurahan"), "ALAMAT", 20),
        Column("KECAMATAN", text("kecamatan"), "ALAMAT", 18),
        Column("NAMA IBU KANDUNG", text("nama_ibu"), width=24),
        Column("PEKERJAAN", text("pekerjaan")),
    ),
    days_before=154,
    titles=("DAFTAR ANGGOTA KELOMPOK TANI DAN TERNAK", "TAHUN {year}"),
    sheet="Anggota",
    merged=1,
)

DISHUB = Shape(
    "05_dishub",
    "daftar_pekerja",
    "Dinas Perhubungan",
    "Pengemudi dan juru parkir",
    (
        Column("No", running(), width=6),
        Column("Nama", text("nama"), width=28),
        Column("NO E-KTP", nik_number(), width=14),
        Column("Tgl Lahir", day("tanggal_lahir", "short")),
        Column("L/P", text("jenis_kelamin"), width=6),
        Column("Alamat", text("alamat"), width=26),
        Column("Kel.", text("desa_kelurahan"), width=20),
        Column("Kec.", text("kecamatan"), width=18),
        Column("Telp/HP", phone("marks"), width=18),
    ),
    days_before=92,
    titles=("DATA PENGEMUDI DAN JURU PARKIR KOTA {city}", "{sheet}"),
    split="pekerjaan",
    hidden_every=17,
    totals=True,
)

UMKM = Shape(
    "06_umkm",
    "daftar_pekerja",
    "Dinas Koperasi dan UKM",
    "Usaha mikro",
    (
        Column("No", running()),
        Column("Nama Pemilik", text("nama")),
        Column("No. KTP", text("nik")),
        Column("Tempat Lahir", text("tempat_lahir")),
        Column("Tgl Lahir", day("tanggal_lahir", "iso")),
        Column("Jenis Kelamin", mapped("jenis_kelamin", SEX_WORDS)),
        Column("Alamat", expression(pl.col("alamat").str.replace("No.", "Nº", literal=True))),
        Column("Desa/Kelurahan", text("desa_kelurahan")),
        Column("Kecamatan", text("kecamatan")),
        Column("Jenis Usaha", text("pekerjaan")),
        Column("Penghasilan per Bulan", number("upah_rp_month")),
        Column("No HP", phone("local")),
    ),
    days_before=275,
    is_sheet=False,
    titles=("DATA PELAKU USAHA MIKRO – KOTA {city} – {year}",),
    blank_every=809,
    separator=";",
    encoding="cp1252",
)

NON_ASN = Shape(
    "07_non_asn",
    "daftar_pekerja",
    "BKPSDM",
    "Pegawai non-ASN",
    (
        Column("NO", running(), width=6),
        Column("NAMA LENGKAP", text("nama"), width=28),
        Column("NIK", text("nik"), width=20),
        Column("TEMPAT LAHIR", text("tempat_lahir")),
        Column("TANGGAL LAHIR", day("tanggal_lahir", "iso")),
        Column("JK", text("jenis_kelamin"), width=6),
        Column("NAMA IBU KANDUNG", text("nama_ibu"), width=24),
        Column("ALAMAT", text("alamat"), width=26),
        Column("KELURAHAN", text("desa_kelurahan"), width=20),
        Column("KECAMATAN", text("kecamatan"), width=18),
        Column(
            "UNIT KERJA",
            one_of(("DLH", "Setda", "Dinas PUPR", "Satpol PP", "RSUD", "Dinas Pendidikan")),
        ),
        Column("JABATAN", text("pekerjaan")),
        Column("STATUS PEGAWAI", constant("Non ASN")),
    ),
    days_before=31,
    titles=("DAFTAR PEGAWAI NON-ASN DAN PETUGAS KEBERSIHAN", "KEADAAN {day}"),
    sheet="NON ASN",
)

KESRA = Shape(
    "08_kesra",
    "daftar_pekerja",
    "Bagian Kesra",
    "Guru ngaji dan bilal mayit",
    (
        Column("No.", running(), width=6),
        Column("Nama Lengkap", text("nama"), width=28),
        Column("Tempat/Tanggal Lahir", birth_place_and_date(), width=26),
        Column("Nomor KTP", text("nik"), width=20),
        Column("Alamat", text("alamat"), width=26),
        Column("Kelurahan", text("desa_kelurahan"), width=20),
        Column("Pekerjaan", text("pekerjaan")),
        Column("Keterangan", one_of(("", "", "", "aktif", "ganti nama", "pindah tugas"))),
    ),
    days_before=184,
    titles=(
        "PEMERINTAH KOTA {city}",
        "SEKRETARIAT DAERAH – BAGIAN KESEJAHTERAAN RAKYAT",
        "",
        "DAFTAR GURU NGAJI, BILAL MAYIT, PENGGALI KUBUR DAN MARBOT",
    ),
    sheet="Daftar",
    blank_every=53,
    totals=True,
    signature=True,
)

TAGANA = Shape(
    "09_tagana",
    "daftar_pekerja",
    "Dinas Sosial",
    "Relawan Tagana",
    (
        Column("NO", running(), width=6),
        Column("NAMA", text("nama"), width=28),
        Column("NIK", nik_number(format="0"), width=20),
        Column("JENIS KELAMIN", text("jenis_kelamin")),
        Column("TGL LAHIR", serial("tanggal_lahir")),
        Column("KELURAHAN", text("desa_kelurahan"), width=20),
        Column("NAMA IBU", text("nama_ibu"), width=24),
        Column("PEKERJAAN", text("pekerjaan")),
    ),
    days_before=20,
    titles=("DAFTAR RELAWAN TAGANA",),
    sheet="Tagana",
)

OJOL = Shape(
    "10_ojol",
    "daftar_pekerja",
    "Asosiasi Ojek Online",
    "Mitra pengemudi",
    (
        Column("Nama\nMitra", text("nama")),
        Column("NIK", text("nik")),
        Column("Tanggal Lahir", day("tanggal_lahir", "slash")),
        Column("L/P", text("jenis_kelamin")),
        Column("No. WA", phone("country")),
        Column("Kelurahan Domisili", text("desa_kelurahan")),
        Column("Pekerjaan", text("pekerjaan")),
        Column("Aplikator", one_of(("Rekan-A", "Rekan-B", "Rekan-C"))),
    ),
    days_before=10,
    is_sheet=False,
    encoding="utf-8-sig",
)

BPU = Shape(
    "11_usulan_bpu",
    "daftar_pekerja",
    "Dinas Tenaga Kerja",
    "Usulan pekerja rentan",
    (
        Column("NOMOR_IDENTITAS", text("nik"), width=20),
        Column("NAMA_LENGKAP", text("nama"), width=28),
        Column("TGL_LAHIR", day("tanggal_lahir", "dash")),
        Column("HANDPHONE", phone("local")),
        Column("EMAIL", constant(None)),
        Column("JENIS_PEKERJAAN_1", text("pekerjaan")),
        Column("JENIS_PEKERJAAN_2", constant(None)),
        Column("LOKASI_PEKERJAAN", text("kabkota")),
        Column("UPAH", constant("1000000")),
        Column("KODE_PAKET", constant("T")),
        Column("BULAN_IURAN", constant("12")),
    ),
    days_before=5,
    sheet="Data TK Baru",
)

LURAH = Shape(
    "12_lurah",
    "daftar_pekerja",
    "Lurah {kelurahan}",
    "Pekerja rentan kelurahan",
    (
        Column("NO", running(), width=6),
        Column("NIK", nik_number(), width=14),
        Column("NAMA", text("nama"), width=28),
        Column("JENIS KELAMIN", text("jenis_kelamin")),
        Column("TANGGAL LAHIR", serial("tanggal_lahir", format="d/m/yyyy", text_share=0.4)),
        Column("ALAMAT", text("alamat"), width=26),
        Column("LINGKUNGAN", text("lingkungan")),
        Column("PEKERJAAN", text("pekerjaan")),
        Column("TANDA TANGAN", constant(None)),
    ),
    days_before=45,
    titles=("DAFTAR PEKERJA RENTAN", "KELURAHAN {KELURAHAN}", "KECAMATAN {KECAMATAN}"),
    sheet="Sheet1",
    totals=True,
)

SK = Shape(
    "18_lampiran_sk",
    "daftar_pekerja",
    "Bagian Hukum",
    "Lampiran SK",
    (
        Column("No", running(), width=6),
        Column("NIK", text("nik"), width=20),
        Column("Nama", text("nama"), width=28),
        Column("Tanggal Lahir", day("tanggal_lahir", "dash")),
        Column("JK", text("jenis_kelamin"), width=6),
        Column("Alamat", text("alamat"), width=26),
        Column("Kelurahan", text("desa_kelurahan"), width=20),
        Column("Kecamatan", text("kecamatan"), width=18),
        Column("Kota/Kabupaten", text("kabkota"), width=18),
        Column("Pekerjaan", text("pekerjaan"), width=22),
    ),
    days_before=200,
    titles=("LAMPIRAN KEPUTUSAN WALI KOTA", "PENERIMA BANTUAN IURAN APBD TAHUN {year}"),
    sheet="Lampiran",
)

PERUSAHAAN = Shape(
    "19_pekerja_perusahaan",
    "daftar_pekerja",
    "Pengawas Ketenagakerjaan",
    "Pekerja perusahaan",
    (
        Column("No", running(), width=6),
        Column("NPP", text("npp"), width=12),
        Column("Nama Perusahaan", text("nama_pemberi_kerja"), width=30),
        Column("NIK", text("nik"), width=20),
        Column("Nama Pekerja", text("nama"), width=28),
        Column("Tanggal Lahir", day("tanggal_lahir", "dash")),
        Column("JK", text("jenis_kelamin"), width=6),
        Column("Kelurahan", text("desa_kelurahan"), width=20),
        Column("Kota/Kabupaten", text("kabkota"), width=18),
        Column("Pekerjaan", text("pekerjaan")),
        Column("Upah", number("upah_rp_month")),
    ),
    days_before=15,
    titles=("DAFTAR PEKERJA PER PERUSAHAAN", "Sumber: wajib lapor ketenagakerjaan"),
    sheet="Pekerja",
)

#: Key of the list of workers → its file.
LISTS = {
    "dukcapil": DUKCAPIL, "kepling": KEPLING, "pasar": PASAR, "tani": TANI, "dishub": DISHUB,
    "umkm": UMKM, "non_asn": NON_ASN, "kesra": KESRA, "tagana": TAGANA, "ojol": OJOL, "bpu": BPU,
    "lurah": LURAH, "sk": SK, "perusahaan": PERUSAHAAN,
}  # fmt: skip
