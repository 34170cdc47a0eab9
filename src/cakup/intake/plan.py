"""How each sheet of a file will be read: its header, its columns, or why it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from cakup.identifiers.nik import FLOAT_EXACT_BELOW
from cakup.intake.births import with_birth_by_nik
from cakup.intake.content import SAMPLE_ROWS, Looks, sample_of
from cakup.intake.fields import names_of
from cakup.intake.kinds import KINDS, Kind
from cakup.intake.labels import normal
from cakup.intake.layout import Heading, Layout
from cakup.intake.mapping import Mapping, Sampled, map_columns
from cakup.intake.reading import Sheet
from cakup.intake.settings import Settings
from cakup.intake.titles import place_of_titles
from cakup.kernel.errors import InputError
from cakup.kernel.language import Text

#: Sheets of insurer templates that hold no list of workers.
OTHER_SHEETS: dict[str, Text] = {
    "petunjuk": Text("lembar petunjuk", "a sheet of instructions"),
    "petunjuk pengisian": Text("lembar petunjuk", "a sheet of instructions"),
    "panduan": Text("lembar petunjuk", "a sheet of instructions"),
    "cara pengisian": Text("lembar petunjuk", "a sheet of instructions"),
    "kode": Text("daftar kode", "a list of codes"),
    "lokasi pekerjaan": Text("daftar kode lokasi", "a list of location codes"),
    "data tk na": Text("daftar tenaga kerja yang keluar", "a list of workers who left"),
    "data upah": Text("perubahan upah, tanpa orang baru", "changes of wages, no new people"),
}
#: Left out only for lists of workers; participant files state leavers on purpose.
LEAVERS = frozenset({"data tk na"})
SKIPS: dict[str, Text] = {
    "empty": Text("lembar kosong", "the sheet is empty"),
    "no_table": Text("tidak ada baris judul kolom yang dikenal", "no known header row"),
    "header_only": Text("hanya judul kolom, tanpa baris data", "a header without data"),
    "required": Text("kolom wajib tidak ada: {missing}", "a required column is missing: {missing}"),
    "other": Text("{what}", "{what}"),
    "not_chosen": Text("tidak dipilih pada berkas pemetaan", "not chosen in the mapping file"),
}
#: Columns that a returned file adds to the sender's own: original row first, import id last.
ADDED = ("Baris asal", "Status", "Alasan", "Id impor")
ORIGIN_LABEL, *_, ID_LABEL = ADDED
#: A NIK column is taken as stored by a program of 15 digits when its numbers end in 0 so often.
FINAL_ZERO_SHARE, FINAL_ZERO_SHARE_NUMBERS, FINAL_ZERO_LEAST = 0.9, 0.6, 20

#: So many numbers that a float would round are even by chance once in 256 files.
ROUNDED_LEAST = 8


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read.

    Args:
        name: Sheet name.
        no: Position in the workbook, 1-based.
        layout: Its header.
        mapping: Its columns.
        final_zero_lost: Whether final zeros of the NIK column stand for lost digits.
        is_rounded: Whether NIKs of provinces 91–96 were rounded to what a 64-bit float can hold.
        origin: Position of the column with original rows, in a file that was returned.
        kind_seen: Other kind that the columns speak for as well, for a warning.
        place: Fields of the place that the whole sheet is about, where it has no such column.
    """

    name: str
    no: int
    layout: Layout
    mapping: Mapping
    final_zero_lost: bool = False
    is_rounded: bool = False
    origin: int | None = None
    kind_seen: str | None = None
    place: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A sheet that is left out, and why.

    Args:
        name: Sheet name.
        no: Position in the workbook, 1-based.
        code: Key of ``SKIPS``.
        params: Words for the placeholders of its text.
    """

    name: str
    no: int
    code: str
    params: dict[str, Text]

    @property
    def text(self) -> Text:
        """Why, in words."""
        said = SKIPS[self.code]
        ids = {k: v.id for k, v in self.params.items()}
        ens = {k: v.en for k, v in self.params.items()}
        return Text(said.id.format(**ids), said.en.format(**ens))


def carried_ids(sheet: Sheet, layout: Layout | None) -> frozenset[str]:
    """Return the import ids that a sheet of a returned file carries, none for an ordinary one.

    Args:
        sheet: A sheet, its first part if it comes in parts.
        layout: Where its header is.
    """
    if layout is None:
        return frozenset()
    index = _labelled(layout.headings, ID_LABEL)
    if index is None:
        return frozenset()
    below = sheet.frame.slice(layout.first_data_row - sheet.first_row)
    held = below.get_column(f"c{index + 1}").str.strip_chars().drop_nulls()
    return frozenset(held.filter(held.str.contains("^[0-9a-f]{16}$")).unique().to_list())


def plan_sheet(
    sheet: Sheet, settings: Settings, layout: Layout | None, looks: Looks, *, is_only: bool = False
) -> SheetPlan | Skipped:
    """Return how a sheet is read, or why it is left out.

    Args:
        sheet: Sheet, its first part if it comes in parts.
        settings: Settings of the import.
        layout: Where its header is.
        looks: Measures of content.
        is_only: Whether the file has no other sheet; then its name leaves nothing out.

    Raises:
        InputError: ``intake.mapping…`` and ``intake.kind.other``; see ``mapping.map_columns``.
    """
    skip = _by_name(sheet, settings, is_only=is_only)
    if skip is not None:
        return skip
    if not _is_filled(sheet.frame):
        return Skipped(sheet.name, sheet.no, "empty", {})
    if layout is None:
        return Skipped(sheet.name, sheet.no, "no_table", {})
    below = _data_rows(sheet, layout)
    if below.height == 0:
        return Skipped(sheet.name, sheet.no, "header_only", {})
    origin = _labelled(layout.headings, ORIGIN_LABEL)
    columns = _sampled(below, [h for h in layout.headings if not is_added(h, origin)])
    _refuse_other_kind(columns, settings, looks)
    mapping = map_columns(columns, settings.kind, looks, settings.correction, settings.where)
    mapping = with_birth_by_nik(mapping, below, settings)
    missing = mapping.missing(settings.kind)
    if missing:
        words = Text("; ".join(t.id for t in missing), "; ".join(t.en for t in missing))
        return Skipped(sheet.name, sheet.no, "required", {"missing": words})
    return SheetPlan(
        sheet.name, sheet.no, layout, mapping,
        _loses_final_digit(sheet, below, mapping), _is_rounded(sheet, below, mapping), origin,
        _other_kind(columns, settings.kind, looks), _place(sheet, layout, mapping, settings),
    )  # fmt: skip


def is_added(heading: Heading, origin: int | None) -> bool:
    """Return whether a column was added when the rows went back to their sender.

    A sender may have a column *Status* of his own; ours stands right of *Baris asal*.

    Args:
        heading: The column.
        origin: Position of the column *Baris asal*, None in an ordinary file.
    """
    ours = {normal(label) for label in ADDED}
    return origin is not None and heading.index >= origin and normal(heading.label) in ours


def _place(sheet: Sheet, layout: Layout, mapping: Mapping, settings: Settings) -> dict[str, str]:
    """Return the place that titles state for a sheet without a column for it."""
    held = mapping.columns
    if "desa_kelurahan" not in settings.kind.looks or any("kelurahan" in name for name in held):
        return {}
    found = place_of_titles(layout.titles, sheet.name, settings.places, settings.kota)
    return {name: text for name, text in found.items() if name not in held}


def _by_name(sheet: Sheet, settings: Settings, *, is_only: bool) -> Skipped | None:
    """Return the skip that the sheet's name alone asks for."""
    chosen = settings.correction.sheets
    if chosen:
        return None if sheet.name in chosen else Skipped(sheet.name, sheet.no, "not_chosen", {})
    name = normal(sheet.name)
    if (
        not is_only
        and name in OTHER_SHEETS
        and not (name in LEAVERS and settings.kind.name == "peserta")
    ):
        return Skipped(sheet.name, sheet.no, "other", {"what": OTHER_SHEETS[name]})
    return None


def _is_filled(frame: pl.DataFrame) -> bool:
    """Return whether any cell holds more than blanks."""
    return any(bool(column.str.contains(r"\S").any()) for column in frame)


def _data_rows(sheet: Sheet, layout: Layout) -> pl.DataFrame:
    """Return rows below the header that hold anything."""
    below = sheet.frame.slice(layout.first_data_row - sheet.first_row)
    return below.filter(pl.any_horizontal(pl.all().str.contains(r"\S").fill_null(False)))


def _sampled(below: pl.DataFrame, headings: Sequence[Heading]) -> list[Sampled]:
    """Return the columns with samples of their cells."""
    thin = below.gather_every(max(1, below.height // (4 * SAMPLE_ROWS)))
    found = []
    for heading in headings:
        name = f"c{heading.index + 1}"
        cells = sample_of(thin, name)
        n_filled = int(thin.get_column(name).is_not_null().sum())
        if cells or heading.label:
            found.append(Sampled(heading, cells, n_filled / max(1, thin.height)))
    return found


def _labelled(headings: Sequence[Heading], label: str) -> int | None:
    found = [h.index for h in headings if " ".join(normal(h.label).split()) == normal(label)]
    return found[0] if found else None


def _refuse_other_kind(columns: Sequence[Sampled], settings: Settings, looks: Looks) -> None:
    """Refuse a file whose columns are plainly those of another kind."""
    kind = settings.kind
    for other in KINDS.values():
        if other.name != kind.name and other.marks and _marked(columns, other, looks):
            raise InputError(
                "intake.kind.other", where=settings.where,
                given=kind.title, found=other.title, option=other.name,
            )  # fmt: skip
    if kind.name == "pemberi_kerja" and _has_niks(columns):
        other = KINDS["daftar_pekerja"]
        raise InputError(
            "intake.kind.other", where=settings.where,
            given=kind.title, found=other.title, option=other.name,
        )  # fmt: skip


def _marked(columns: Sequence[Sampled], kind: Kind, looks: Looks) -> bool:
    """Return whether filled columns bear every mark of a kind, by name and by content."""
    names = names_of(kind.fields)
    held = set()
    for column in columns:
        field = names.exact.get(normal(column.heading.label))
        if field is None or not column.cells:
            continue
        fits = looks.share(kind.looks[field], column.cells)
        if fits is None or fits >= 0.5:
            held.add(field)
    return all(set(group) & held for group in kind.marks)


def _has_niks(columns: Sequence[Sampled]) -> bool:
    names = names_of(KINDS["daftar_pekerja"].fields)
    return any(
        names.exact.get(normal(c.heading.label)) == "nik" and len(c.cells) >= 1 for c in columns
    )


def _other_kind(columns: Sequence[Sampled], kind: Kind, looks: Looks) -> str | None:
    """Return a kind that the columns also speak for; worth a warning, not a refusal."""
    if kind.name != "daftar_pekerja":
        return None
    labels = {normal(c.heading.label) for c in columns if c.cells}
    if labels & {"desil", "desil kesejahteraan", "desil nasional"} and "status bekerja" in labels:
        return "dtsen"
    has_member = labels & {"kpj", "nomor kpj", "nomor peserta"}
    return "peserta" if has_member and "status kepesertaan" in labels else None


def _loses_final_digit(sheet: Sheet, below: pl.DataFrame, mapping: Mapping) -> bool:
    """Return whether the NIK column was stored as numbers of 15 digits.

    One NIK in ten ends in 0. Where nearly all do, a program has replaced the last digit.
    """
    index = mapping.columns.get("nik")
    if index is None:
        return False
    name = f"c{index + 1}"
    cells = below.get_column(name).head(20_000).str.strip_chars().drop_nulls()
    whole = cells.filter(cells.str.contains(r"^[1-9][0-9]{15}(\.0+)?$")).str.slice(0, 16)
    if len(whole) < 2:
        return False
    ends = float(whole.str.ends_with("0").mean() or 0)  # type: ignore[arg-type]
    if sheet.number_share.get(name, 0.0) >= 0.5 and ends >= FINAL_ZERO_SHARE_NUMBERS:
        return True
    return len(whole) >= FINAL_ZERO_LEAST and ends >= FINAL_ZERO_SHARE


def _is_rounded(sheet: Sheet, below: pl.DataFrame, mapping: Mapping) -> bool:
    """Return whether the NIK column is of numbers, and all that floats would round are even.

    Above 2^53, where the provinces 91–96 are, a 64-bit float holds even numbers only. One odd
    number shows that the writer kept whole numbers; a few even ones may be so by chance.
    """
    index = mapping.columns.get("nik")
    if index is None or sheet.number_share.get(f"c{index + 1}", 0.0) < 0.5:
        return False
    cells = below.get_column(f"c{index + 1}").str.strip_chars()
    numbers = cells.filter(cells.str.contains(r"^9[0-9]{15}$").fill_null(False)).cast(pl.Int64)
    beyond = numbers.filter(numbers >= FLOAT_EXACT_BELOW)
    return len(beyond) >= ROUNDED_LEAST and not bool((beyond % 2 == 1).any())


__all__ = ["SKIPS", "SheetPlan", "Skipped", "carried_ids", "plan_sheet"]
