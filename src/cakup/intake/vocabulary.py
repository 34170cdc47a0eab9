"""Closed lists and the words that senders use for them."""

from __future__ import annotations

import re

from cakup.intake.values import words

SEX = {
    "L": "l lk laki laki-laki lakilaki laki2 pria male m cowok 1 lelaki",
    "P": "p pr perempuan wanita female f w 2 prp",
}
SEGMEN = {
    "pu": "pu|penerima upah|peserta penerima upah|ppu|pekerja penerima upah|segmen pu",
    "bpu": "bpu|bukan penerima upah|peserta bukan penerima upah|pekerja bukan penerima upah|pbpu",
    "jakon": "jakon|jasa konstruksi|konstruksi|jaskon|jasa kontruksi",
    "pmi": "pmi|pekerja migran indonesia|pekerja migran|tki|migran",
}
STATUS = {
    "aktif": "aktif|a|active|ya|1|masih aktif|aktip|peserta aktif",
    "nonaktif": "nonaktif|non aktif|tidak aktif|na|n|keluar|berhenti|non aktip|nonaktip|inactive|0|"
    "tidak|non active|sudah keluar|peserta nonaktif|klaim jht",
}
YES = "ya|y|v|x|1|iya|ada|sudah|true|aktif|ikut|terdaftar|√|✓|✔|yes"
NO = "tidak|t|n|0|belum|false|tidak ada|nonaktif|non aktif|tidak ikut|belum terdaftar|no|tdk"
TICKS = frozenset("v x 1 * √ ✓ ✔ ya ada l p lk pr".split())
WORKS = {
    "ya": "bekerja|kerja|ya|y|1|sedang bekerja|masih bekerja|berusaha|buruh|wiraswasta|pns|"
    "karyawan",
    "tidak": "tidak bekerja|belum bekerja|belum tidak bekerja|tidak|t|0|2|pengangguran|sekolah|"
    "pelajar|pelajar mahasiswa|mahasiswa|mengurus rumah tangga|ibu rumah tangga|irt|pensiunan|"
    "pensiun|tidak kerja|menganggur|belum sekolah|lansia|disabilitas|mencari kerja|"
    "mencari pekerjaan|belum",
}
ASN = (
    "asn|pns|pppk|cpns|tni|polri|p3k|pegawai negeri sipil|pegawai negeri|tni ad|tni al|tni au|"
    "polisi"
)
NOT_ASN = (
    "non asn|nonasn|honorer|thl|bukan asn|swasta|kontrak|tetap|pkwt|pkwtt|tidak|outsourcing|phl"
)
#: First pattern that is found wins; the order goes from the special to the general.
PAYERS: tuple[tuple[str, str], ...] = (
    (r"\bdbh ?cht\b|cukai|tembakau", "dbh_cht"),
    (r"\bsawit\b", "dbh_sawit"),
    (r"\bapb ?desa?\b|\bapbdes\b|dana desa|\badd\b|pemdes|pemerintah desa", "apbdes"),
    (r"\bapbd prov\w*|\bpem ?prov\w*|provinsi|\bapbd (sumut|sumatera|i|1)\b", "apbd_provinsi"),
    (r"\bbaznas\b|zakat|\blazis\w*|\blaz\b", "baznas"),
    (r"\bsertakan\b|lingkaran|orang ?tua asuh|donasi (asn|pns|pegawai)|\basn\b", "sertakan"),
    (r"\bcsr\b|\btjsl\b|tanggung jawab sosial", "csr"),
    (r"\bapbd\b|\bpem ?ko\b|\bpem ?kot\b|\bpem ?kab\b|\bpemda\b|pemerintah (kota|kab\w*|daerah)",
     "apbd_kabkota"),
    (r"mandiri|sendiri|pribadi|perse?orangan|swadaya", "mandiri"),
    (r"pemberi kerja|perusahaan|badan usaha|majikan|pengusaha|employer|\bpt\b|\bcv\b",
     "pemberi_kerja"),
)  # fmt: skip
UNKNOWN_PAYER = "tidak diketahui|unknown|belum diketahui|tidak_diketahui"
OTHER_PAYER = "lain|lainnya|lain lain|dll|other"
CLOSED_PAYERS = {
    p.replace("_", " "): p
    for p in ("pemberi_kerja", "mandiri", "apbd_kabkota", "apbd_provinsi", "dbh_cht", "dbh_sawit",
              "apbdes", "csr", "baznas", "sertakan", "lain", "tidak_diketahui")
}  # fmt: skip


def _table(held: dict[str, str], separator: str = "|") -> dict[str, str]:
    return {words(w): value for value, text in held.items() for w in text.split(separator)}


_SEX, _SEGMEN, _STATUS, _WORKS = (
    _table(SEX, " "), _table(SEGMEN), _table(STATUS), _table(WORKS),
)  # fmt: skip
_FLAGS = _table({"ya": YES, "tidak": NO})
_ASN = _table({"ya": ASN, "tidak": NOT_ASN})


def sex(cell: str) -> str | None:
    """Return ``L`` or ``P``."""
    return _SEX.get(words(cell))


def is_tick(cell: str) -> bool:
    """Return whether a cell holds no more than a tick: ``v``, ``x``, ``√``, ``1``, ``*``."""
    return cell.strip().casefold() in TICKS


def segmen(cell: str) -> str | None:
    """Return ``pu``, ``bpu``, ``jakon`` or ``pmi``."""
    plain = words(cell)
    if plain in _SEGMEN:
        return _SEGMEN[plain]
    held = [s for s in ("bpu", "jakon", "pmi", "pu") if re.search(rf"\b{s}\b", plain)]
    return held[0] if len(held) == 1 else None


def status(cell: str) -> str | None:
    """Return ``aktif`` or ``nonaktif`` as the insurer states it; arrears are neither."""
    return _STATUS.get(words(cell))


def flag(cell: str) -> bool | None:
    """Return a yes or no."""
    plain = words(cell) or cell.strip()
    if plain in ("√", "✓", "✔"):
        return True
    if re.fullmatch(r"[1-9][0-9]{2,}", plain.replace(" ", "")):
        return True  # an amount stands in the column of a programme
    held = _FLAGS.get(plain)
    return None if held is None else held == "ya"


def works(cell: str) -> bool | None:
    """Return whether a welfare register states that a person works."""
    plain = words(cell)
    held = _WORKS.get(plain)
    if held is not None:
        return held == "ya"
    if re.search(r"\b(tidak|belum) ", plain):
        return False
    return True if re.match(r"bekerja|berusaha|buruh|karyawan|pekerja|wiraswasta", plain) else None


def is_occupation(cell: str) -> bool:
    """Return whether an occupation column names work, not school, household or pension."""
    return works(cell) is not False and bool(words(cell))


def asn(cell: str) -> bool | None:
    """Return whether a status of employment is ASN, TNI or Polri."""
    held = _ASN.get(words(cell))
    return None if held is None else held == "ya"


def payer(cell: str) -> str:
    """Return the payer of the closed list; ``lain`` for words that are not known."""
    plain = words(cell)
    if plain in CLOSED_PAYERS:
        return CLOSED_PAYERS[plain]
    if not plain or plain in UNKNOWN_PAYER.split("|"):
        return "tidak_diketahui"
    for pattern, name in PAYERS:
        if re.search(pattern, plain):
            return name
    return "lain"


def is_known_payer(cell: str) -> bool:
    """Return whether the words for a payer were understood."""
    return payer(cell) != "lain" or words(cell) in OTHER_PAYER.split("|")


def social_aid(cell: str) -> str | None:
    """Return the programmes of social assistance that a cell names, by comma; ``tidak`` for none.

    A bare *ya* stands for PKH: that is what a column with only yes and no is about.
    """
    said = words(cell)
    names = {"pkh": "pkh", "keluarga harapan": "pkh", "bpnt": "bpnt", "sembako": "bpnt",
             "pbi": "pbi_jk", "blt": "blt", "pip": "pip"}  # fmt: skip
    found = dict.fromkeys(short for name, short in names.items() if name in said)
    if found:
        return ",".join(found)
    if said in ("ya", "y", "1", "penerima", "menerima"):
        return "pkh"
    if said in ("tidak", "t", "0", "bukan", "tidak menerima", "tidak ada", "non"):
        return "tidak"
    return said.replace(" ", "_") or None


def desil(cell: str) -> int | None:
    """Return a decile 1–10 from ``3``, ``Desil 3``, ``D3`` or ``3.0``."""
    found = re.fullmatch(r"(?:desil|d|des)? ?(10|[1-9])(?: 0)?", words(cell))
    return int(found.group(1)) if found else None


def count(cell: str) -> int | None:
    """Return a whole number 0 or more, thousands marked or not."""
    plain = re.sub(r"\s*(orang|org|tk|pekerja)$", "", cell.strip().casefold())
    if re.fullmatch(r"[0-9]+([.,]0+)?", plain) and not re.fullmatch(r"[0-9]{1,3}[.,]000", plain):
        return int(re.split("[.,]", plain)[0])
    if re.fullmatch(r"[0-9]{1,3}([.,][0-9]{3})+", plain):
        return int(re.sub("[.,]", "", plain))
    return None
