"""Tables of a workspace: columns, types, units, keys. The reference page is made from here."""

from __future__ import annotations

from cakup.kernel.list_schemas import LIST_COVERAGE, LIST_NOISE
from cakup.kernel.tables import Table, columns_of

KINDS = (
    "daftar_pekerja", "peserta", "pembayaran", "kematian", "pemberi_kerja", "dtsen", "kecelakaan",
    "jakon",
)  # fmt: skip
SNAPSHOT_KINDS = ("daftar_pekerja", "peserta", "pemberi_kerja", "dtsen", "jakon")
PERSON_KINDS = ("daftar_pekerja", "peserta", "kematian", "dtsen", "kecelakaan")
#: Files that come back with answers about persons asked for: of institutions, and of visitors.
#: Their rows never make a person; they are put on the persons who were asked about.
RETURN_KINDS = ("padan_bpjs", "padan_dukcapil", "padan_dinsos", "lapangan")
#: Files that say who is a participant, and all files that the ledger stands on.
PARTICIPANT_KINDS = ("peserta", "padan_bpjs")
MONEY_KINDS = (*PARTICIPANT_KINDS, "pembayaran")
PAYERS = (
    "pemberi_kerja", "mandiri", "apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit",
    "apbdes", "csr", "baznas", "sertakan", "lain", "tidak_diketahui",
)  # fmt: skip
PUBLIC_PAYERS = ("apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit")
AID_PAYERS = (*PUBLIC_PAYERS, "apbdes", "csr", "baznas", "sertakan")
#: Codes by which the insurer names who pays (*wadah*), and the payer where it tells one.
WADAH = {"SC": "csr", "SB": "csr", "SG": None, "SD": "apbdes", "SA": "apbdes", "SL": "apbdes"}
SEGMENTS = ("pu", "bpu", "jakon", "pmi")
PROGRAMS = ("jkk", "jkm", "jht", "jp", "jkp")


#: One row per accepted row of a file about persons (daftar_pekerja, peserta, kematian, dtsen).
RECORDS = Table(
    "records",
    columns_of("""
record_id VARCHAR tanda tetap baris: import_id, nomor lembar, baris
import_id VARCHAR impor asal baris
kind VARCHAR jenis berkas
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris seperti tampak di Excel atau penyunting teks
outcome VARCHAR accepted atau noted
notes VARCHAR kode catatan, dipisah koma
is_sk_ready BOOLEAN data lengkap untuk lampiran SK
nik VARCHAR 16 angka, kosong bila tidak ada atau rusak
nik_status VARCHAR ok atau sebab NIK tidak dapat dipakai
nik_seen VARCHAR angka NIK rusak yang masih terbaca; bukti, bukan identitas
nkk VARCHAR nomor kartu keluarga
nama VARCHAR nama seperti tertulis
tanggal_lahir DATE tanggal lahir
tanggal_lahir_status VARCHAR ok, missing, default, disagrees_nik, impossible
jenis_kelamin VARCHAR L atau P
tempat_lahir VARCHAR tempat lahir seperti tertulis
nama_ibu VARCHAR nama ibu kandung
alamat VARCHAR alamat seperti tertulis
rt VARCHAR nomor RT
rw VARCHAR nomor RW
lingkungan VARCHAR lingkungan (wilayah kepling)
telepon VARCHAR nomor telepon sebagai teks
desa_kelurahan VARCHAR nama desa atau kelurahan seperti tertulis
kode_wilayah_ktp VARCHAR kode Kemendagri alamat KTP
kode_wilayah_domisili VARCHAR kode Kemendagri tempat tinggal
kode_wilayah_kerja VARCHAR kode Kemendagri tempat kerja
pekerjaan VARCHAR pekerjaan seperti tertulis
sektor VARCHAR sektor usaha
is_pekerja BOOLEAN baris DTSEN menyatakan bekerja; daftar pekerja selalu true
is_asn BOOLEAN ASN, TNI atau Polri, kosong bila tidak dinyatakan
desil INTEGER desil kesejahteraan 1–10
bansos VARCHAR bantuan sosial yang diterima (pkh, bpnt, …), dipisah koma, atau tidak
upah_rp_month BIGINT upah rupiah per bulan
nama_pemberi_kerja VARCHAR nama pemberi kerja
npp VARCHAR nomor pendaftaran perusahaan
kpj VARCHAR nomor peserta
kode_iuran VARCHAR kode iuran kelompok BPU
segmen VARCHAR pu, bpu, jakon atau pmi
status_kepesertaan VARCHAR aktif atau nonaktif menurut BPJS
mulai_on DATE awal kepesertaan
selesai_on DATE akhir kepesertaan
program VARCHAR program, dipisah koma
payer VARCHAR pembayar iuran
paid_until DATE bulan terakhir yang dibayar
meninggal_on DATE tanggal meninggal
kecelakaan_on DATE tanggal kecelakaan kerja yang dilaporkan
"""),
    ("record_id",),
    True,
    "satu baris berkas tentang orang yang diterima",
)

#: One row per payment line.
PAYMENTS = Table(
    "payments",
    columns_of("""
record_id VARCHAR tanda tetap baris
import_id VARCHAR impor asal baris
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris
kpj VARCHAR nomor peserta
nik VARCHAR NIK bila ada
kode_iuran VARCHAR kode iuran kelompok
npp VARCHAR nomor pendaftaran perusahaan
segmen VARCHAR segmen
program VARCHAR satu program
bulan DATE bulan iuran, hari pertama
amount_rp BIGINT jumlah rupiah
paid_on DATE tanggal bayar
payer VARCHAR pembayar iuran
wadah VARCHAR kode wadah pembayar menurut BPJS: SC, SB, SG, SD, SA, SL
"""),
    ("record_id", "program", "bulan"),
    True,
    "satu baris pembayaran per program dan bulan",
)

#: One row per employer line.
EMPLOYERS = Table(
    "employers",
    columns_of("""
record_id VARCHAR tanda tetap baris
import_id VARCHAR impor asal baris
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris
npp VARCHAR nomor pendaftaran perusahaan
nama_pemberi_kerja VARCHAR nama perusahaan
sektor VARCHAR sektor usaha
kode_wilayah_kerja VARCHAR kode Kemendagri tempat usaha
n_pekerja BIGINT jumlah tenaga kerja yang dilaporkan
is_terdaftar BOOLEAN terdaftar di BPJS Ketenagakerjaan
"""),
    ("record_id",),
    False,
    "satu pemberi kerja",
)

#: One row per construction project and month: heads without names, never de-duplicated.
PROJECTS = Table(
    "projects",
    columns_of("""
record_id VARCHAR tanda tetap baris
import_id VARCHAR impor asal baris
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris
proyek VARCHAR nama atau nomor proyek jasa konstruksi
bulan DATE bulan yang dihitung, hari pertama; kosong = bulan tanggal data
n_pekerja BIGINT jumlah tenaga kerja proyek itu pada bulan itu
kode_wilayah_kerja VARCHAR kode Kemendagri tempat proyek
"""),
    ("record_id",),
    False,
    "satu proyek jasa konstruksi pada satu bulan, jumlah orang saja",
)

PERSONS = Table(
    "persons",
    columns_of("""
person_id VARCHAR tanda tetap orang
nik VARCHAR NIK terbaik yang diketahui
nama VARCHAR nama terlengkap
tanggal_lahir DATE tanggal lahir
jenis_kelamin VARCHAR L atau P
kode_wilayah_ktp VARCHAR kode Kemendagri alamat KTP
kode_wilayah_domisili VARCHAR kode Kemendagri tempat tinggal
kode_wilayah_kerja VARCHAR kode Kemendagri tempat kerja
is_known_worker BOOLEAN ada pada daftar pekerja, peserta, atau DTSEN yang menyatakan bekerja
meninggal_on DATE tanggal meninggal
n_records BIGINT jumlah baris berkas
"""),
    ("person_id",),
    True,
    "satu manusia",
    is_unique=True,
)

MEMBERSHIPS = Table(
    "memberships",
    columns_of("""
record_id VARCHAR baris berkas
import_id VARCHAR impor asal
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris
kind VARCHAR jenis berkas
person_id VARCHAR orang
probability DOUBLE peluang baris ini milik orang itu
evidence VARCHAR bukti (JSON)
"""),
    ("record_id",),
    False,
    "satu baris berkas dan orangnya",
    is_unique=True,
)

LINKS = Table(
    "links",
    columns_of("""
person_id VARCHAR orang
kpj VARCHAR nomor peserta
peserta_record_id VARCHAR baris data peserta
probability DOUBLE peluang
evidence VARCHAR bukti (JSON): pass atau weights per kolom dalam bit
decision VARCHAR link, review, atau keputusan orang
"""),
    ("person_id", "peserta_record_id"),
    False,
    "hubungan orang dan peserta",
)

REVIEW = Table(
    "review",
    columns_of("""
pair_id VARCHAR tanda pasangan
left_record_id VARCHAR baris kiri
right_record_id VARCHAR baris kanan
probability DOUBLE peluang orang yang sama
pattern VARCHAR pola kesamaan
value_of_information DOUBLE nilai jawaban; terbesar ditanyakan dahulu
"""),
    ("pair_id",),
    False,
    "pasangan yang belum pasti",
)

PERSON_IDS = Table(
    "person_ids",
    columns_of("""
fingerprint VARCHAR sidik baris berkas (hash berkunci)
person_id VARCHAR orang yang memakai sidik itu
run_id VARCHAR nomor urut proses yang pertama kali mencatatnya (L000001, …)
"""),
    ("fingerprint", "run_id", "person_id"),
    False,
    "ingatan tanda orang, hanya bertambah",
)

PERSON_CHANGES = Table(
    "person_changes",
    columns_of("""
old_id VARCHAR tanda lama
new_id VARCHAR tanda yang berlaku
kind VARCHAR merge atau split
run_id VARCHAR nomor urut proses yang mengubah (L000001, …)
"""),
    ("run_id", "old_id", "new_id"),
    False,
    "perubahan tanda orang",
)

DECISION_STATES = Table(
    "decision_states",
    columns_of("""
decision_id VARCHAR tanda keputusan di decisions/log.jsonl
kind VARCHAR same_person atau different_person
state VARCHAR applied, replaced (diganti), contradicting (ditinjau lagi), orphaned (tak bertuan)
n_records BIGINT jumlah baris yang dikenai
left_record_id VARCHAR baris pertama sisi kiri, kosong bila tidak ada
right_record_id VARCHAR baris pertama sisi kanan, kosong bila tidak ada
"""),
    ("decision_id",),
    False,
    "keadaan satu keputusan orang pada proses terakhir",
)

#: What came back about a person who was asked for (crosscheck, field check).
ANSWERS = Table(
    "answers",
    columns_of("""
record_id VARCHAR baris jawaban
import_id VARCHAR impor jawaban
asked VARCHAR bpjs, dukcapil, dinsos atau lapangan
reference VARCHAR nomor rujukan pada berkas yang dikirim
person_id VARCHAR orang yang ditanyakan; kosong bila barisnya tidak ada lagi
as_of DATE tanggal data penjawab, atau tanggal kunjungan
known_on DATE tanggal jawaban diterima
turn BIGINT urutan penerimaan; yang terbesar menang pada tanggal yang sama
scope VARCHAR cakupan data yang dicari penjawab: cabang, wilayah, segmen
answer VARCHAR aktif, nonaktif, tidak_ditemukan, belum_pernah, hidup, meninggal, ditemukan, …
is_working BOOLEAN masih bekerja menurut kunjungan
has_moved BOOLEAN pindah menurut kunjungan
is_resident BOOLEAN penduduk kota ini menurut Dukcapil
is_nik_valid BOOLEAN NIK berlaku menurut Dukcapil
name_match VARCHAR ya, sebagian atau tidak menurut Dukcapil
"""),
    ("record_id",),
    False,
    "satu jawaban tentang satu orang",
)

#: Objections to an answer "already covered"; the insurer's word counts until one is accepted.
APPEALS = Table(
    "appeals",
    columns_of("""
appeal_id VARCHAR tanda sanggahan
person_id VARCHAR orang yang menyanggah; kosong bila tidak ditemukan lagi
state VARCHAR diajukan, diterima, ditolak atau dicabut
opened_on DATE tanggal diajukan
closed_on DATE tanggal diputuskan
ended_on DATE hari terakhir bekerja pada pemberi kerja itu, bila diterima
npp VARCHAR pemberi kerja yang disanggah; kosong = semua
"""),
    ("appeal_id",),
    False,
    "satu sanggahan atas jawaban sudah terlindungi",
)

LEDGER = Table(
    "ledger",
    columns_of("""
person_id VARCHAR orang
bulan DATE bulan, hari pertama
program VARCHAR program
segment VARCHAR segmen
kepesertaan_id VARCHAR kepesertaan: KPJ + NPP, atau kode iuran
payer VARCHAR pembayar iuran
evidence VARCHAR paid, spell atau status
paid_on DATE tanggal bayar
known_on DATE tanggal berkas diterima
"""),
    ("person_id", "bulan", "program", "kepesertaan_id", "payer"),
    False,
    "satu orang × bulan × program × kepesertaan × pembayar",
)

#: What a participant snapshot says of one enrolment, and for which days it answers.
ENROLMENTS = Table(
    "enrolments",
    columns_of("""
record_id VARCHAR baris data peserta
person_id VARCHAR orang
kepesertaan_id VARCHAR kepesertaan: KPJ + NPP, atau kode iuran
segment VARCHAR segmen
payer VARCHAR pembayar menurut data peserta
program VARCHAR program, dipisah koma
status_kepesertaan VARCHAR aktif atau nonaktif menurut BPJS pada as_of
mulai_on DATE awal kepesertaan seperti tertulis
spell_from DATE hari pertama masa kepesertaan yang dihitung (PU, jakon, PMI); kosong bila tidak ada
spell_to DATE hari terakhir masa itu; kosong bila masih terbuka
paid_until DATE bulan terakhir yang dibayar menurut data peserta (BPU), hari pertama
as_of DATE tanggal data
answers_from DATE hari pertama yang dijawab berkas ini; kosong = sejak awal
answers_to DATE hari pertama yang tidak lagi dijawabnya; kosong = seterusnya
ledger_from DATE bulan pertama masa ini di buku kepesertaan
ledger_to DATE bulan terakhir masa ini di buku kepesertaan
known_on DATE tanggal berkas diterima
"""),
    ("record_id",),
    False,
    "satu kepesertaan menurut satu berkas peserta",
)

#: Payments that could not be given to a person; kept so that nothing is lost silently.
PAYMENT_ORPHANS = Table(
    "payment_orphans",
    columns_of("""
record_id VARCHAR baris pembayaran
import_id VARCHAR impor asal baris
sheet VARCHAR nama lembar
sheet_row BIGINT nomor baris
program VARCHAR program
bulan DATE bulan iuran, hari pertama
payer VARCHAR pembayar iuran
reason VARCHAR unknown_kpj, unknown_nik, ambiguous, no_identity atau no_month
"""),
    ("record_id", "program", "bulan"),
    False,
    "satu pembayaran yang belum menemukan orangnya",
)

TABLES = {
    t.name: t
    for t in (
        RECORDS, PAYMENTS, EMPLOYERS, PROJECTS, PERSONS, MEMBERSHIPS, LINKS, REVIEW,
        LIST_COVERAGE, LIST_NOISE, PERSON_IDS, PERSON_CHANGES, DECISION_STATES, ANSWERS, APPEALS,
        LEDGER, ENROLMENTS, PAYMENT_ORPHANS,
    )
}  # fmt: skip
