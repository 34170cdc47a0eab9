"""What offices write over their columns, and what a hurried hand makes of it."""

from __future__ import annotations

import random

#: Field → headers met in the field (lists-and-identity.md section 2) and plain variations of them.
HEADERS: dict[str, list[str]] = {
    "nik": ["NIK", "NIK KTP", "NO E-KTP", "No. KTP", "NOMOR_IDENTITAS",
            "Nomor Induk\nKependudukan"],
    "nama": ["NAMA", "NAMA LENGKAP", "Nama\nLengkap", "NAMA_LENGKAP", "Nama Pekerja",
             "NAMA LENGK"],
    "tanggal_lahir": ["TGL LAHIR", "TGL_LAHIR", "Tanggal Lahir", "TANGGAL\nLAHIR", "Tgl. Lhr"],
    "jenis_kelamin": ["JK", "L/P", "JENIS KELAMIN", "Jns Kelamin", "JENIS_KELA"],
    "tempat_lahir": ["TEMPAT LAHIR", "Tmpt Lahir", "TEMPAT_LAHIR"],
    "nama_ibu": ["NAMA IBU KANDUNG", "Nama Ibu", "NAMA_IBU_K"],
    "desa_kelurahan": ["KELURAHAN", "Desa/Kelurahan", "Kel.", "KELURAHAN_", "Kelurahan/Desa"],
    "kecamatan": ["KECAMATAN", "Kec.", "KECAMATAN "],
    "alamat": ["ALAMAT", "Alamat KTP", "Alamat Rumah", "ALAMAT_LEN"],
    "rt": ["RT", "No. RT"],
    "rw": ["RW", "NO_RW"],
    "telepon": ["NO HP", "HANDPHONE", "No. Telp/HP", "Telepon"],
    "pekerjaan": ["PEKERJAAN", "Jenis Pekerjaan", "JENIS_PEKERJAAN_1", "Profesi"],
    "upah": ["UPAH", "Penghasilan per bulan", "Gaji"],
}  # fmt: skip
#: Columns that hold nothing a register needs, with what stands in them.
NOISE: dict[str, tuple[str, ...]] = {
    "Keterangan": ("-", "", "usulan baru"),
    "Tanda Tangan": ("",),
    "Status Kawin": ("Kawin", "Belum Kawin", "Cerai"),
    "Agama": ("Islam", "Kristen", "Katolik", "Buddha"),
    "Pendidikan": ("SD", "SMP", "SMA", "S1"),
    "Nama Ahli Waris": ("Sri Ginting", "Agus Lubis", "Dewi Tarigan"),
    "Kode Pos": ("20711", "20723", "20746"),
}
_SUFFIXES = (" *", " (wajib)", " (sesuai KTP)", ":", " (diisi huruf kapital)", "")
_SHORT = {"tanggal": "tgl", "nomor": "no", "jenis": "jns", "alamat": "almt", "lengkap": "lgkp",
          "kelurahan": "kel", "kecamatan": "kec", "telepon": "telp", "tempat": "tmpt"}  # fmt: skip


def renamed(header: str, rng: random.Random) -> str:
    """Return a header as another hand would write it: case, marks, abbreviations, one slip."""
    words = header.replace("_", " ").replace("\n", " ").split()
    words = [_SHORT.get(w.lower(), w) if rng.random() < 0.4 else w for w in words]
    text = rng.choice((" ", "_", ".", "  ", "\n")).join(words)
    text = rng.choice((str.upper, str.title, str.lower, str))(text)
    if len(text) > 6 and rng.random() < 0.35:
        text = _slip(text, rng)
    if rng.random() < 0.2:
        text = f"{rng.randrange(1, 20)}. {text}"
    return text + rng.choice(_SUFFIXES)


def _slip(text: str, rng: random.Random) -> str:
    """Return the text with one letter lost, doubled or swapped with its neighbour."""
    at = rng.choice([i for i in range(1, len(text) - 1) if text[i].isalpha()])
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
