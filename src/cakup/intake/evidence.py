"""What a column's name says about its field, and how sure that is."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz, process

from cakup.intake.fields import DOMISILI, KERJA, Names
from cakup.intake.labels import bare, looks_cut, normal
from cakup.intake.layout import Heading

#: Columns about somebody else: heirs, spouses, clerks. Never the person of the row.
OTHER_PERSON = re.compile(
    r"\b(ahli waris|pasangan|suami|istri|isteri|kepala keluarga|anak|pemohon|petugas|pendamping|"
    r"ayah|wali|saksi|penanggung jawab|pimpinan|direktur|rekening|pewaris|pelapor|pendata|"
    r"pendaftar|pengusul|koordinator|ketua)\b"
)
SIMILAR_AT_LEAST = 90
EXACT, BARE, CUT, SIMILAR, RELATED = 1.0, 0.92, 0.85, 0.75, 0.6
#: Fields whose names are used for one another; the content decides between them.
NEAR: dict[str, tuple[str, ...]] = {
    "tempat_tanggal_lahir": ("tanggal_lahir", "tempat_lahir"),
    "tanggal_lahir": ("tempat_tanggal_lahir",),
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
    if born := _born(normal(label), group, names):
        return {born: (EXACT, "group")}
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
    return _cut(label, form, names) or _similar(form, names)


def _born(form: str, group: str, names: Names) -> str | None:
    """Return the field of ``TEMPAT`` or ``TANGGAL`` under a group about birth."""
    if "lahir" not in group.split():
        return None
    field = {"tempat": "tempat_lahir", "kota": "tempat_lahir", "tanggal": "tanggal_lahir"}.get(form)
    return field if field in names.exact.values() else None


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
def _long_names(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if len(name) >= 5]


def _similar(form: str, names: Names) -> dict[str, tuple[float, str]]:
    """Return the field of a name that differs by a slip of the pen."""
    if len(form) < 5:
        return {}
    found = process.extractOne(
        form, _long_names(tuple(names.exact)), scorer=fuzz.ratio, score_cutoff=SIMILAR_AT_LEAST
    )
    return {names.exact[found[0]]: (SIMILAR, "similar")} if found else {}
