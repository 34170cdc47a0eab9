"""Words of the report's groups, figures and tasks."""

from __future__ import annotations

from cakup.coverage import counts
from cakup.kernel.language import Text

COMPANIONS: dict[str, tuple[Text, Text]] = {
    "terdaftar": (
        Text("Pernah terdaftar", "Ever registered"),
        Text("aktif maupun tidak", "active or not"),
    ),
    "jkm_penuh": (
        Text("Santunan kematian penuh (JKM)", "Full death cover (JKM)"),
        Text("masa tunggu sudah lewat", "waiting time has passed"),
    ),
    "berbobot_kpi": (
        Text("Berbobot KPI cabang", "Weighted as the branch KPI"),
        Text("bulan dibayar pada tahun ini, paling banyak 6", "months paid this year, at most 6"),
    ),
    "rata_rata_12_bulan": (
        Text("Rata-rata 12 bulan", "12-month average"),
        Text("orang terlindungi per bulan", "persons covered per month"),
    ),
}
SEGMENTS: dict[str, Text] = {
    "pu": Text("Penerima upah (PU)", "Wage earners (PU)"),
    "bpu": Text("Bukan penerima upah (BPU)", "Own-account workers (BPU)"),
    "jakon": Text("Jasa konstruksi", "Construction"),
    "pmi": Text("Pekerja migran (PMI)", "Migrant workers (PMI)"),
}
PAYERS: dict[str, Text] = {
    "pemberi_kerja": Text("Pemberi kerja", "Employer"), "mandiri": Text("Mandiri", "Self-paid"),
    "apbd_kabkota": Text("APBD kota/kabupaten", "City budget"),
    "apbd_provinsi": Text("APBD provinsi", "Province budget"),
    "dbh_cht": Text("DBH CHT", "Tobacco excise share"),
    "dbh_sawit": Text("DBH sawit", "Palm oil share"), "apbdes": Text("APBDes", "Village budget"),
    "csr": Text("CSR", "CSR"), "baznas": Text("Baznas", "Baznas"),
    "sertakan": Text("Sertakan", "Sertakan"), "lain": Text("Lain", "Other"),
    "tidak_diketahui": Text("Tidak diketahui", "Not known"),
}  # fmt: skip
EVIDENCE: dict[str, Text] = {
    "paid": Text("Iuran dibayar", "Contribution paid"),
    "spell": Text("Masa kepesertaan", "Enrolment spell"),
    "status": Text("Status dari BPJS saja", "The insurer's status only"),
}
SEX: dict[str, Text] = {"L": Text("Laki-laki", "Men"), "P": Text("Perempuan", "Women")}
OTHERS: dict[str, Text] = {
    counts.SEVERAL: Text("Lebih dari satu", "More than one"),
    counts.UNKNOWN: Text("Tidak diketahui", "Not known"),
}
AXES: dict[str, Text] = {
    "kecamatan": Text("Kecamatan", "Kecamatan"),
    "segmen": Text("Segmen", "Segment"), "pembayar": Text("Pembayar iuran", "Who pays"),
    "sektor": Text("Sektor", "Sector"), "umur": Text("Umur", "Age"),
    "jenis_kelamin": Text("Jenis kelamin", "Sex"),
}  # fmt: skip
TASKS: dict[str, tuple[Text, Text, bool]] = {
    "claims": (
        Text("orang meninggal selagi terlindungi", "persons died while covered"),
        Text("Bantu ahli waris mengajukan klaim: cakup ledger --list claims.",
             "Help the heirs to claim: cakup ledger --list claims."), True),
    "after_death": (
        Text("orang masih dibayari iurannya setelah meninggal",
             "persons whose contributions were paid after death"),
        Text("Hentikan dan minta koreksi: cakup ledger --list after-death.",
             "Stop it and ask for a correction: cakup ledger --list after-death."), True),
    "double": (
        Text("orang dibayari lebih dari satu bantuan pada bulan yang sama",
             "persons paid for by more than one aid in the same month"),
        Text("Sepakati satu pembayar: cakup ledger --list double.",
             "Agree on one payer: cakup ledger --list double."), False),
    "over_age": (
        Text("orang dibayari melewati batas umur", "persons paid for beyond the age limit"),
        Text("Periksa sebelum perpanjangan: cakup ledger --list overage.",
             "Check before renewal: cakup ledger --list overage."), False),
    "review": (
        Text("pasangan baris belum pasti orang yang sama", "pairs of rows may be one person"),
        Text("Tinjau yang paling menentukan dahulu: cakup review export.",
             "Review those that matter most first: cakup review export."), False),
    "returned": (
        Text("baris dikembalikan kepada pengirim", "rows were returned to their senders"),
        Text("Minta berkas perbaikan.", "Ask for corrected files."), False),
    "orphans": (
        Text("baris pembayaran belum menemukan orangnya", "payment rows found no person"),
        Text("Minta data peserta yang lengkap untuk periode itu.",
             "Ask for complete participant data of that period."), False),
}  # fmt: skip
