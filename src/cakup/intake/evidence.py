"""What a column's name says about its field, and how sure that is."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein

from cakup.intake.fields import DOMISILI, KERJA, Names
from cakup.intake.labels import bare, looks_cut, normal, unbracketed
from cakup.intake.layout import Heading

#: Columns about somebody else: heirs, spouses, clerks. Never the person of the row.
OTHER_PERSON = re.compile(
    r"\b(ahli waris|pasangan|suami|istri|isteri|kepala keluarga|anak|pemohon|petugas|pendamping|"
    r"ayah|wali|saksi|penanggung jawab|pimpinan|direktur|rekening|pewaris|pelapor|pendata|"
    r"pendaftar|pengusul|koordinator|ketua)\b"
)
#: Letters of a name from which one slip of the pen is read over, and from which two.
ONE_SLIP, TWO_SLIPS = 5, 9
#: Letters of a name from which its missing end is read over.
CUT_FROM = 6
EXACT, BARE, CUT, SIMILAR, RELATED = 1.0, 0.92, 0.85, 0.75, 0.6
#: Fields whose names are used for one another; the content decides between them.
NEAR: dict[str, tuple[str, ...]] = {
    "tempat_tanggal_lahir": ("tanggal_lahir", "tempat_lahir"),
    "tanggal_lahir": ("tempat_tanggal_lahir", "hari_lahir"),
    "nik": ("kpj",),
    "kpj": ("nik",),
    "desa_kelurahan": ("kode_desa_kelurahan",),
    "kode_desa_kelurahan": ("desa_kelurahan",),
    "is_terdaftar": (),
}
#: Near fields only count if the cells clearly look like them.
NEAR_FITS = 0.6


def by_name(heading: Heading, names: Names) -> dict[str, tuple[float, str]] | None:
    """Return the fields that a name speaks for, each with its strength and reason.

    Args:
        heading: Name of the column, with the group above it.
        names: Names of the kind's fields.

    Returns:
        Field → (strength 0–1, reason); empty if the name says nothing; None for a column that is
        known and not needed.
    """
    label, group = heading.label, normal(heading.group)
    if not label:
        return {}
    if OTHER_PERSON.search(f"{group} {normal(label)}"):
        return None
    if placed := _under(normal(label), group, names):
        return _with_near(placed, EXACT, "group")
    together = f"{heading.group} {label}" if group else label
    form = normal(label)
    if form in names.exact:
        return _with_near(_placed(names.exact[form], group, names), EXACT, "name")
    if group and normal(together) in names.exact:
        return _with_near(names.exact[normal(together)], EXACT, "group")
    if form in names.ignored:
        return None
    if bare(label) in names.bare:
        return _with_near(_placed(names.bare[bare(label)], group, names), BARE, "bare")
    if group and bare(together) in names.bare:
        return _with_near(names.bare[bare(together)], BARE, "group")
    plain = unbracketed(label)
    return _cut(label, form, names) or _similar(plain, names) or _unfinished(plain, names)


#: Word of a group → label below it → field.
UNDER: dict[str, dict[str, str]] = {
    "lahir": {
        "tempat": "tempat_lahir", "kota": "tempat_lahir", "tanggal": "tanggal_lahir",
        "hari": "tanggal_lahir", "bulan": "bulan_lahir", "tahun": "tahun_lahir",
    },
    # LK stands for a lingkungan elsewhere; under the sex it is a man.
    "kelamin": {
        "l": "laki_laki", "lingkungan": "laki_laki", "laki": "laki_laki", "pria": "laki_laki",
        "p": "perempuan", "pr": "perempuan", "perempuan": "perempuan", "wanita": "perempuan",
    },
}  # fmt: skip


def _under(form: str, group: str, names: Names) -> str | None:
    """Return the field of a label that says what it means only with the group above it."""
    for word in group.split():
        field = UNDER.get(word, {}).get(form)
        if field in names.exact.values():
            return field
    return None


def _placed(field: str, group: str, names: Names) -> str:
    """Return the field of the place that the group names: domicile or work instead of KTP."""
    for suffix, words in (("domisili", DOMISILI), ("kerja", KERJA)):
        other = f"{field}_{suffix}"
        if other in names.exact.values() and any(
            re.search(rf"\b{re.escape(normal(w))}\b", group) for w in words
        ):
            return other
    return field


def _with_near(field: str, strength: float, reason: str) -> dict[str, tuple[float, str]]:
    near = dict.fromkeys(NEAR.get(field, ()), (RELATED, "content"))
    return {**near, field: (strength, reason)}


def _cut(label: str, form: str, names: Names) -> dict[str, tuple[float, str]]:
    """Return the fields of names that go on where a ten-letter label was cut."""
    if not looks_cut(label):
        return {}
    longer = sorted(
        (name for name in names.exact if name.startswith(form)), key=lambda n: (len(n), n)
    )
    found: dict[str, tuple[float, str]] = {}
    for place, name in enumerate(longer):
        found.setdefault(names.exact[name], (CUT - 0.01 * min(place, 10), "cut"))
    return found


@cache
def _long_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if len(name) >= ONE_SLIP)


def _similar(form: str, names: Names) -> dict[str, tuple[float, str]]:
    """Return the field of a name that differs by a slip of the pen; by two if it is long.

    Letters lost, doubled, mistyped or swapped count. Names of two fields that are as close decide
    nothing.
    """
    slips = 2 if len(form) >= TWO_SLIPS else 1 if len(form) >= ONE_SLIP else 0
    if not slips:
        return {}
    close: dict[int, set[str]] = {}
    for name in _long_names(tuple(names.exact)):
        if abs(len(name) - len(form)) <= slips:
            apart = DamerauLevenshtein.distance(form, name, score_cutoff=slips)
            if apart <= slips:
                close.setdefault(apart, set()).add(names.exact[name])
    nearest = close[min(close)] if close else set()
    return {nearest.pop(): (SIMILAR, "similar")} if len(nearest) == 1 else {}


def _unfinished(form: str, names: Names) -> dict[str, tuple[float, str]]:
    """Return the field of the names that go on where a label ends, if it is one field."""
    if len(form) < CUT_FROM:
        return {}
    fields = {names.exact[name] for name in names.exact if name.startswith(form)}
    return {fields.pop(): (SIMILAR, "cut")} if len(fields) == 1 else {}


def likeness(label: str, field: str, names: Names) -> float:
    """Return 0–1 how close a label comes to any name of a field.

    Args:
        label: Text of the header cell.
        field: Field.
        names: Names of the kind's fields.
    """
    form = unbracketed(label)
    held = [name for name, held in names.exact.items() if held == field]
    return max((DamerauLevenshtein.normalized_similarity(form, n) for n in held), default=0.0)
