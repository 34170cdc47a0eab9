"""The fields that linkage understands, and how a table's own columns are recognised as them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

#: Logical fields, in the order in which they are described to people.
LOGICAL = (
    "nik", "nama", "tanggal_lahir", "jenis_kelamin", "desa_kelurahan", "nama_ibu", "tempat_lahir",
    "alamat", "telepon",
)  # fmt: skip

#: Names by which columns are recognised, in normal spelling (see ``plain``); first match wins.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "nik": (
        "nik", "noktp", "nomorktp", "ktp", "noktpel", "nikktp", "noektp", "nomorindukkependudukan",
        "nomoridentitas", "noidentitas", "noid", "identitas", "nikpeserta", "nikpekerja",
        "ssn", "socsecid", "socsec", "socialsecuritynumber", "nationalid", "nationalidnumber",
        "idnumber", "nationalinsurancenumber", "nino", "medicare", "medicarenumber", "taxid",
        "passport", "passportnumber", "personnumber", "personalnumber",
    ),
    "nama": (
        "nama", "namalengkap", "namapekerja", "namapeserta", "namatk", "namatenagakerja",
        "namasesuaiktp", "namaktp", "namapenerima", "namawarga", "name", "fullname", "personname",
        "membername", "customername", "patientname",
    ),
    "tanggal_lahir": (
        "tanggallahir", "tgllahir", "tgllhr", "tgllahirpeserta", "ttl", "lahir", "tglahir",
        "dateofbirth", "dob", "birthdate", "birthday", "birthdt", "datebirth", "bdate", "born",
    ),
    "jenis_kelamin": (
        "jeniskelamin", "jk", "kelamin", "jnskelamin", "jeniskel", "lp", "sex", "gender",
    ),
    "desa_kelurahan": (
        "desakelurahan", "kelurahan", "desa", "kelurahandesa", "namakelurahan", "namadesa",
        "keldesa", "kel", "desakel", "suburb", "village", "locality", "neighbourhood",
        "neighborhood",
    ),
    "nama_ibu": (
        "namaibu", "namaibukandung", "ibukandung", "ibu", "mothername", "mothersname", "mother",
        "namaibukdg", "mothersmaidenname",
    ),
    "tempat_lahir": (
        "tempatlahir", "tmplahir", "tptlahir", "kotalahir", "birthplace", "placeofbirth",
        "birthcity", "cityofbirth", "birthtown",
    ),
    "alamat": (
        "alamat", "alamatlengkap", "alamatktp", "alamatdomisili", "alamatrumah", "address",
        "address1", "addressline1", "streetaddress", "fulladdress", "homeaddress",
    ),
    "telepon": (
        "telepon", "telp", "nohp", "hp", "nomorhp", "handphone", "notelp", "notelepon",
        "nomortelepon", "nowa", "phone", "phonenumber", "mobile", "mobilephone", "telephone", "tel",
        "cellphone", "homephone",
    ),
}  # fmt: skip

#: Parts of a name; all that are found make the field ``nama``, in this order.
NAME_PARTS: tuple[tuple[str, ...], ...] = (
    (
        "givenname",
        "firstname",
        "forename",
        "fname",
        "namadepan",
        "first",
        "given",
        "vorname",
        "prenom",
        "prenoms",
        "nombre",
        "nombres",
        "voornaam",
        "imie",
        "fornavn",
        "fornamn",
    ),
    ("middlename", "middleinitial", "mname", "namatengah", "middle"),
    (
        "surname",
        "lastname",
        "familyname",
        "lname",
        "namabelakang",
        "last",
        "sname",
        "secondname",
        "nachname",
        "familienname",
        "nomdefamille",
        "apellido",
        "apellidos",
        "achternaam",
        "nazwisko",
        "cognome",
        "sobrenome",
        "etternavn",
        "efternamn",
    ),
)
#: Parts of an address, joined like names.
ADDRESS_PARTS: tuple[tuple[str, ...], ...] = (
    ("streetnumber", "housenumber"),
    ("address1", "street", "streetname", "jalan"),
)


@dataclass(frozen=True)
class Extra:
    """One further column to compare, named by ``--also``.

    Args:
        name: Its name in the evidence.
        kind: ``text``, ``number`` or ``date``; found from the values.
    """

    name: str
    kind: str = "text"


@dataclass(frozen=True)
class TableFields:
    """Which columns of one table make which logical field.

    Args:
        columns: Logical field → columns of the table, joined with a blank.
        also: Further columns to compare, name → column.
        source: Column that says which list a row comes from.
    """

    columns: Mapping[str, tuple[str, ...]]
    also: Mapping[str, str]
    source: str | None = None


def plain(name: str) -> str:
    """Return a column name in lower case letters, without accents, and digits only."""
    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", name.lower()))


def recognise(names: Sequence[str], taken: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return the logical fields that column names speak of.

    Args:
        names: Column names of a table.
        taken: Columns that have another use already.

    Returns:
        Logical field → columns that make it; a column serves one field only.
    """
    free = {plain(n): n for n in reversed(names) if n not in taken}
    found: dict[str, tuple[str, ...]] = {}
    for field in LOGICAL:
        hit = next((s for s in SYNONYMS[field] if s in free), None)
        if hit is not None:
            found[field] = (free.pop(hit),)
    for field, parts in (("nama", NAME_PARTS), ("alamat", ADDRESS_PARTS)):
        if field not in found:
            hits = [next((s for s in part if s in free), None) for part in parts]
            columns = tuple(free.pop(h) for h in hits if h is not None)
            if columns:
                found[field] = columns
    return found
