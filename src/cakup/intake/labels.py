"""Column names as senders write them, brought to one form so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

#: Abbreviations of single words; ``jns kel`` and ``jk`` are handled before as whole words.
SHORT: dict[str, str] = {
    "tgl": "tanggal", "tg": "tanggal", "tangal": "tanggal", "tggl": "tanggal", "date": "tanggal",
    "tmp": "tempat", "tpt": "tempat", "tmpt": "tempat", "tempt": "tempat",
    "no": "nomor", "nmr": "nomor", "nomer": "nomor", "num": "nomor",
    "jns": "jenis", "jml": "jumlah", "jlh": "jumlah", "jumlh": "jumlah", "total": "jumlah",
    "klmn": "kelamin", "klm": "kelamin", "kelamn": "kelamin",
    "kel": "kelurahan", "kelu": "kelurahan", "ds": "desa", "kec": "kecamatan",
    "kab": "kabupaten", "prov": "provinsi", "prop": "provinsi", "propinsi": "provinsi",
    "almt": "alamat", "adress": "alamat", "address": "alamat",
    "telp": "telepon", "tlp": "telepon", "tlpn": "telepon", "telpon": "telepon",
    "phone": "telepon", "hp": "telepon", "handphone": "telepon", "ponsel": "telepon",
    "wa": "telepon", "whatsapp": "telepon", "hape": "telepon", "seluler": "telepon",
    "ektp": "ktp", "pek": "pekerjaan", "pkrjn": "pekerjaan", "prsh": "perusahaan",
    "lhr": "lahir", "bln": "bulan", "thn": "tahun", "th": "tahun", "ket": "keterangan",
    "lgkp": "lengkap", "lengk": "lengkap", "lkp": "lengkap", "kd": "kode", "sts": "status",
    "name": "nama", "birth": "lahir", "segment": "segmen",
    "amount": "jumlah", "nominal": "jumlah", "nilai": "jumlah", "besar": "jumlah",
    "besaran": "jumlah", "lingk": "lingkungan", "lk": "lingkungan", "nm": "nama",
    "kdg": "kandung", "kdung": "kandung", "klmin": "kelamin", "kelmin": "kelamin",
}  # fmt: skip
#: Words that say nothing about what a column holds.
NOISE = frozenset(
    "lengkap sesuai ktp e wajib diisi pekerja peserta calon penerima warga data isi "
    "contoh format angka digit dd mm yyyy yy hh bb tttt text teks yang di pada dari mohon harus "
    "tk ybs mitra ah pedagang petani nelayan anggota karyawan pegawai bersangkutan identitas "
    "almarhum almarhumah alm buruh penduduk masyarakat individu orang rp rupiah 16 the of asli "
    "terdaftar "
    "pendaftaran bpjs bpjstk jamsostek ketenagakerjaan".split()
)
#: Whole labels whose words mean something else apart.
WHOLE: dict[str, str] = {
    "jk": "jenis kelamin", "j k": "jenis kelamin", "l p": "jenis kelamin", "lp": "jenis kelamin",
    "jns kel": "jenis kelamin", "jenis kel": "jenis kelamin", "jnskel": "jenis kelamin",
    "jnis kel": "jenis kelamin", "kelamin": "jenis kelamin", "sex": "jenis kelamin",
    "gender": "jenis kelamin", "ttl": "tempat tanggal lahir", "t t l": "tempat tanggal lahir",
    "dob": "tanggal lahir", "pob": "tempat lahir", "kk": "nomor kk",
}  # fmt: skip
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_APART = re.compile(r"[^a-z0-9]+")
_CUT = re.compile(r"[A-Z][A-Z0-9_]{8,9}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: ``3. NIK``, ``(3) NIK``: the column's number, not its name.
_NUMBER = re.compile(r"^\s*[(\[]?[0-9]{1,2}[.)\]]\s*(?=[^\W\d])")


@cache
def normal(label: str) -> str:
    """Return a label in lower-case words with abbreviations written out.

    ``TGL_LAHIR``, ``Tgl. Lahir`` and ``tanggal\\nlahir`` all give ``tanggal lahir``.

    Args:
        label: Text of a header cell; line breaks and runs of blanks do not matter.
    """
    named = _HUMP.sub(" ", _NUMBER.sub("", label))
    plain = unicodedata.normalize("NFKD", named).casefold()
    plain = re.sub(r"\be[-\s]ktp\b", "ktp", plain)
    words = [w for w in _APART.split(plain) if w]
    joined = " ".join(words)
    if joined in WHOLE:
        return WHOLE[joined]
    return " ".join(dict.fromkeys(SHORT.get(w, w) for w in words))


@cache
def bare(label: str) -> str:
    """Return a normal label without what stands in brackets and without words of no meaning.

    Args:
        label: Text of a header cell.
    """
    words = unbracketed(label).replace("tenaga kerja", "").split()
    return " ".join(w for w in words if w not in NOISE)


@cache
def unbracketed(label: str) -> str:
    """Return a normal label without what stands in brackets: a remark on how to fill it in.

    Args:
        label: Text of a header cell.
    """
    return normal(_BRACKETS.sub(" ", _NUMBER.sub("", label)))


def looks_cut(label: str) -> bool:
    """Return whether a label may be a field name cut to ten upper-case letters.

    Args:
        label: Text of a header cell.
    """
    return bool(_CUT.fullmatch(label.strip()))
