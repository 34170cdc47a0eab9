"""Tables in which linkage says how well it did, list by list."""

from __future__ import annotations

from cakup.kernel.tables import Table, columns_of

#: Hide and relink (``coverage.corrected``); shares of persons for all lists, of rows for one list.
LIST_COVERAGE = Table(
    "list_coverage",
    columns_of("""
import_id VARCHAR impor daftar; semua = orang pada semua daftar bersama
listed DOUBLE orang pada daftar setelah koreksi (semua), baris (satu daftar)
covered DOUBLE di antaranya peserta, setelah koreksi
uncorrected DOUBLE bagian yang peserta menurut padanan, tanpa koreksi
value DOUBLE bagian yang peserta, setelah koreksi
low DOUBLE ujung bawah selang 95 %
high DOUBLE ujung atas selang 95 %
n_hidden BIGINT baris yang disembunyikan dan dipadankan lagi
"""),
    ("import_id",),
    False,
    "bagian orang pada daftar yang menjadi peserta, dengan selang",
)

#: How often lists err (``linkage.noise``).
LIST_NOISE = Table(
    "list_noise",
    columns_of("""
import_id VARCHAR impor
field VARCHAR kolom baku
n_rows BIGINT baris impor itu
missing DOUBLE bagian baris yang kosong, 0–1
damaged DOUBLE bagian baris yang NIK-nya rusak, 0–1
n_compared BIGINT nilai yang orangnya punya nilai lain untuk dibandingkan
wrong DOUBLE bagian nilai yang keliru, 0–1; daftar kecil ditarik ke angka semua daftar
"""),
    ("import_id", "field"),
    False,
    "seberapa sering isi tiap daftar kosong, rusak, dan keliru",
)
