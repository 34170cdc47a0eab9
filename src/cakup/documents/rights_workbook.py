"""The work-list of rights: whom to visit, what may be expected, which papers, seen or not.

One row is one event. What was paid after a death stands elsewhere (``cakup findings``): there the
money is asked back, here it is owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Mark, Paper, SheetOut, write_xlsx

EVENTS = {
    "death": Text("meninggal", "died"), "accident": Text("kecelakaan kerja", "work accident"),
}  # fmt: skip
CLAIMS: dict[str, Text] = {
    "unknown": Text("belum diketahui", "not known"),
    "not_filed": Text("belum diajukan", "not filed"), "filed": Text("sudah diajukan", "filed"),
    "paid": Text("sudah dibayar", "paid"), "refused": Text("ditolak", "refused"),
}  # fmt: skip
PAPERS = {
    "death": Text(
        "KTP dan KK almarhum dan ahli waris; kartu peserta; akta kematian; surat ahli waris "
        "(kelurahan); buku tabungan ahli waris",
        "KTP and KK of the dead and the heir; participant card; death certificate; letter on the "
        "heirs (kelurahan); bank book of the heir",
    ),
    "accident": Text(
        "laporan tahap I (2×24 jam) dan II; kronologi dengan dua saksi; keterangan dokter; laporan "
        "polisi bila di lalu lintas; KTP, kartu peserta, buku tabungan",
        "report I (2×24 hours) and II; chronology with two witnesses; doctor's note; police report "
        "for traffic; KTP, participant card, bank book",
    ),
}
#: Heads by which a filled-in workbook is read again.
SEEN, CLAIM, NOTE = (
    Text("Sudah dilihat", "Seen"), Text("Klaim", "Claim"), Text("Catatan", "Note"),
)  # fmt: skip
KEY, WHO, WHAT, WHEN = (
    Text("Kunci", "Key"), Text("Tanda orang", "Person id"), Text("Peristiwa", "Event"),
    Text("Tanggal", "Day"),
)  # fmt: skip
YES = Text("ya", "yes")
_SECRET = Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")
UNSEEN = Text("belum", "not yet")


@dataclass(frozen=True)
class RightsFacts:
    """What the workbook says beside its rows: city, last day looked at, receiver."""

    place: str
    as_of: date
    recipient: str


def write_rights(path: Path, rows: pl.DataFrame, facts: RightsFacts, lang: Lang = "id") -> None:
    """Write the work-list.

    Args:
        path: File to write; the caller makes it appear whole.
        rows: Events with names, not seen first.
        facts: What stands beside the rows.
        lang: Language.
    """
    title = Text("Mungkin berhak · {place}", "May be entitled · {place}").format(
        lang, place=facts.place
    )
    unseen = int((~rows["is_seen"]).sum()) if rows.height else 0
    told = Text("{n} peristiwa, {u} belum dilihat. Sampai {day}. Untuk: {who}.",
                "{n} events, {u} not seen. To {day}. For: {who}.").format(
        lang, n=spelling.count(rows.height, lang), u=spelling.count(unseen, lang),
        day=spelling.day(facts.as_of, lang), who=facts.recipient,
    )  # fmt: skip
    seen = SEEN(lang)
    sheet = SheetOut(
        Text("Hak", "Rights")(lang), _spoken(rows, lang), _columns(lang),
        above=[[title], [told], [_SECRET(lang)], [None]], freeze_columns=3,
        marks=[Mark(("seen",), "seen", UNSEEN(lang))], print_columns=11,
        paper=Paper(row_points=44.0, note=_SECRET(lang)),
    )  # fmt: skip
    codes = [Code(CLAIM(lang), text(lang), "") for text in CLAIMS.values()]
    codes.append(Code(seen, YES(lang), Text("seseorang sudah menindaklanjuti; sesudah itu rencana "
                 "boleh mengisi tempatnya", "somebody has followed it up; from then on a plan may "
                 "fill the place")(lang)))  # fmt: skip
    write_xlsx(path, [sheet], guide=_guide(title, lang), codes=codes, title=title, lang=lang)


def _columns(lang: Lang) -> list[ColumnOut]:
    claims = tuple(text(lang) for text in CLAIMS.values())
    return [
        ColumnOut("nama", Text("Nama", "Name")(lang), width=22, is_wrapped=True),
        ColumnOut("nik", "NIK", "id"),
        ColumnOut("event", WHAT(lang), width=12, is_wrapped=True),
        ColumnOut("day", WHEN(lang), "date"),
        ColumnOut("cover", Text("Perlindungan", "Cover")(lang), width=24, is_wrapped=True),
        ColumnOut("expected", Text("Perkiraan manfaat", "Expected benefit")(lang), width=30,
                  is_wrapped=True),
        ColumnOut("papers", Text("Berkas yang diperlukan", "Papers needed")(lang), width=34,
                  is_wrapped=True),
        ColumnOut("doubt", Text("Belum pasti", "Not sure")(lang), width=20, is_wrapped=True),
        ColumnOut("seen", SEEN(lang), choices=(YES(lang),), is_input=True, width=10),
        ColumnOut("claim", CLAIM(lang), choices=claims, is_input=True, width=16),
        ColumnOut("note", NOTE(lang), is_input=True, width=18),
        ColumnOut("kode_wilayah_ktp", Text("Wilayah KTP", "KTP area")(lang), "id"),
        ColumnOut("person_id", WHO(lang), "id"), ColumnOut("key", KEY(lang), "id"),
    ]  # fmt: skip


def _spoken(rows: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """Return the rows as people read them."""
    told = [_row(row, lang) for row in rows.iter_rows(named=True)]
    schema = {
        "nama": pl.String, "nik": pl.String, "event": pl.String, "day": pl.Date,
        "cover": pl.String, "expected": pl.String, "papers": pl.String, "doubt": pl.String,
        "seen": pl.String, "claim": pl.String, "note": pl.String, "kode_wilayah_ktp": pl.String,
        "person_id": pl.String, "key": pl.String,
    }  # fmt: skip
    return pl.DataFrame(told, schema=schema)


def _row(row: dict[str, object], lang: Lang) -> dict[str, object]:
    return {
        "nama": row["nama"], "nik": row["nik"], "event": EVENTS[str(row["event"])](lang),
        "day": row["day"], "cover": _cover(row, lang), "expected": _expected(row, lang),
        "papers": PAPERS[str(row["event"])](lang), "doubt": _doubt(row, lang),
        "seen": YES(lang) if row["is_seen"] else UNSEEN(lang),
        "claim": CLAIMS[str(row["claim"])](lang), "note": None,
        "kode_wilayah_ktp": row["kode_wilayah_ktp"], "person_id": row["person_id"],
        "key": row["key"],
    }  # fmt: skip


def _cover(row: dict[str, object], lang: Lang) -> str:
    n = row["unbroken_months"]
    months = Text(f"{n} bulan tak terputus", f"{n} unbroken months") if n is not None else Text(
        "bulan tak terputus tidak diketahui", "unbroken months not known")  # fmt: skip
    late = Text("menunggak pada bulan itu", "in arrears that month")
    paid = late if row["is_in_arrears"] else Text(
        "bulan itu terlindungi", "that month was covered")  # fmt: skip
    return f"{str(row['segments']).upper()}, {months(lang)}, {paid(lang)}"


def _expected(row: dict[str, object], lang: Lang) -> str:
    low, high, work = row["low_rp"], row["high_rp"], row["accident_death_rp"]
    if row["event"] == "accident":
        if not isinstance(low, int):
            return Text("JKK menurut cedera; upah belum diketahui",
                        "JKK by the injury; wage not known")(lang)  # fmt: skip
        return Text("perawatan, {rp} per bulan tidak mampu bekerja, dan santunan menurut cedera",
                    "care, {rp} per month unable to work, and compensation by the injury").format(
            lang, rp=spelling.rupiah(low, lang)
        )  # fmt: skip
    jkm = expected_range(low, high, lang)
    if not isinstance(work, int):
        return f"JKM {jkm}"
    words = Text("JKM {jkm}; bila karena kerja JKK {jkk}", "JKM {jkm}; JKK {jkk} if from work")
    return words.format(lang, jkm=jkm, jkk=spelling.rupiah(work, lang))


def expected_range(low: object, high: object, lang: Lang) -> str:
    """Return a range of rupiah in words.

    Args:
        low: Least, None = not known.
        high: Most, None = depends on the injury.
        lang: Language.
    """
    if isinstance(low, int) and high is None:
        return Text("mulai {rp}", "from {rp}").format(lang, rp=spelling.rupiah(low, lang))
    if not isinstance(low, int) or not isinstance(high, int):
        return Text("belum dapat dijawab", "open")(lang)
    if low == high:
        return spelling.rupiah(low, lang)
    return f"{spelling.rupiah(low, lang)}–{spelling.rupiah(high, lang)}"


def _doubt(row: dict[str, object], lang: Lang) -> str:
    told = []
    if row["is_in_arrears"]:
        told.append(Text("tunggakan dibayar lebih dahulu; praktik dilaporkan menolak",
                         "arrears first; practice is said to refuse")(lang))  # fmt: skip
    elif row["event"] == "death" and row["low_rp"] != row["high_rp"]:
        told.append(Text("masa tunggu pada batasnya", "waiting months at the boundary")(lang))
    if row["unconfirmed"]:
        told.append(Text("belum dikonfirmasi", "not confirmed")(lang))
    return "; ".join(told)


def _guide(title: str, lang: Lang) -> list[str]:
    texts = [
        Text(title, title),
        Text(
            "Daftar ini berisi orang yang meninggal atau mengalami kecelakaan kerja pada bulan "
            "yang terlindungi, atau pada bulan tunggakan yang masih memberi hak dengan syarat. "
            "Datangi keluarganya: sering mereka tidak tahu.",
            "These people died or had a work accident in a covered month, or in a month of arrears "
            "that still gives a right with conditions. Go to the family: often they do not know.",
        ),
        Text(
            "Perkiraan manfaat adalah rentang, bukan janji. Yang memutuskan adalah BPJS "
            "Ketenagakerjaan. Sebab kematian menentukan JKM atau JKK.",
            "The expected benefit is a range, not a promise. BPJS Ketenagakerjaan decides. The "
            "cause of death decides between JKM and JKK.",
        ),
        Text(
            "Isi “Sudah dilihat” dan “Klaim”, lalu masukkan lagi dengan cakup entitlements "
            "--import. Sebelum barisnya dilihat, rencana tidak boleh mengisi tempat orang itu.",
            "Fill “Seen” and “Claim”, then take it back with cakup entitlements --import. Before "
            "a row is seen no plan may fill the person's place.",
        ),
        Text(
            "Iuran yang dibayar sesudah meninggal bukan di sini: lihat cakup findings.",
            "Contributions paid after a death are not here: see cakup findings.",
        ),
        Text(
            "Berkas yang diperlukan menurut FAQ sebuah kota; belum dikonfirmasi cabang.",
            "The papers follow a city's FAQ; not confirmed by the branch.",
        ),
    ]
    return [t(lang) for t in texts]
