"""Rows that are no data: blank, numbered only, totals, repeated headers, section titles, feet."""

from __future__ import annotations

import polars as pl

from cakup.intake.labels import normal
from cakup.intake.layout import Layout

#: Rows with so few filled cells, or without any key field, are looked at closely.
FEW_CELLS = 3
NUMBER_LABELS = frozenset({"nomor", "nomor urut", "urut"})
_TOTAL = r"^[\W0-9]*(sub\s*-?total|grand\s*total|total|jumlah|jml|jlh)\b"
_FOOT = (
    r"\b(mengetahui|menyetujui|lurah|camat|kepala|sekretaris|nip|dibuat oleh|disusun oleh|"
    r"catatan|keterangan|sumber|tanda tangan|ttd|dicetak|halaman)\b|^\W*\*"
)
#: A title between rows that stands where names stand: a place or a group, nothing else in the row.
_SECTION = (
    r"(?i)^\W*(kelurahan|kecamatan|desa|dusun|lingkungan|kelompok|dinas|bagian|wilayah|pasar|blok|"
    r"(kel|kec|lk)\.)\s*:?\s*\S"
)
#: Fields that make a row a row about somebody.
KEY_FIELDS = ("nik", "kpj", "kode_iuran", "npp", "tanggal_lahir", "tempat_tanggal_lahir", "bulan")
NAME_FIELDS = ("nama", "nama_depan", "nama_pemberi_kerja")


def classify(
    frame: pl.DataFrame, columns: dict[str, int], layout: Layout, *, has_end: bool
) -> pl.Series:
    """Return for each row why it is no data, null for data.

    Args:
        frame: Rows below the header, columns ``c1``, ``c2``, …
        columns: Field → position of its column.
        layout: Header of the sheet.
        has_end: Whether the last row of the frame is the last of the sheet: only then can its foot
            be told from data.

    Returns:
        Codes of ``reasons.codes("blank")``.
    """
    filled = pl.sum_horizontal(pl.all().is_not_null().cast(pl.UInt32))
    keys = [f"c{columns[f] + 1}" for f in KEY_FIELDS if f in columns]
    no_key = pl.all_horizontal(_is_empty(pl.col(c)) for c in keys) if keys else pl.lit(True)
    close = frame.select((filled <= FEW_CELLS) | no_key).to_series()
    repeated = _repeated_header(frame, columns, layout) | _numbering(columns)
    codes = pl.when(repeated).then(pl.lit("repeated_header")).otherwise(None)
    if close.any():
        told = _close(frame.filter(close), columns, layout)
        spread = pl.DataFrame(
            {"at": close.arg_true(), "code": told}, schema_overrides={"at": pl.UInt32}
        )
        rows = pl.DataFrame({"at": pl.int_range(0, frame.height, dtype=pl.UInt32, eager=True)})
        found = rows.join(spread, on="at", how="left", maintain_order="left").get_column("code")
    else:
        found = pl.Series([None] * frame.height, dtype=pl.String)
    result = frame.select(pl.coalesce(found, codes).alias("code")).to_series()
    return _foot(frame, result, columns) if has_end else result


def _is_empty(cell: pl.Expr) -> pl.Expr:
    return cell.str.contains(r"\S").fill_null(False).not_()


def _repeated_header(frame: pl.DataFrame, columns: dict[str, int], layout: Layout) -> pl.Expr:
    """Return whether a row holds the header's own words in two of its columns."""
    tests = []
    for index in list(columns.values())[:6]:
        label = next((h.label for h in layout.headings if h.index == index), "")
        if label and f"c{index + 1}" in frame.columns:
            same = rf"(?i)^\s*{_literal(label)}\s*$"
            said = pl.col(f"c{index + 1}").str.contains(same).fill_null(False)
            tests.append(said.cast(pl.UInt32))
    if not tests:
        return pl.lit(False)
    return pl.sum_horizontal(tests) >= min(2, len(tests))


def _numbering(columns: dict[str, int]) -> pl.Expr:
    """Return whether a row numbers the columns, ``(1) (2) (3)``: the name is a number too."""
    cells = [f"c{i + 1}" for i in list(columns.values())[:6]]
    if len(cells) < 3 or not set(NAME_FIELDS) & set(columns):
        return pl.lit(False)
    small = r"^\s*[(\[]?[0-9]{1,3}[)\].]?\s*$"
    return pl.all_horizontal(pl.col(c).str.contains(small).fill_null(False) for c in cells)


def _literal(label: str) -> str:
    """Return a pattern for a header's words, whatever blanks stand between them."""
    return r"\s+".join(pl.escape_regex(word) for word in label.split())


def _close(rows: pl.DataFrame, columns: dict[str, int], layout: Layout) -> pl.Series:
    """Return the code of rows with little in them, null for data."""
    number = [h.index for h in layout.headings if normal(h.label) in NUMBER_LABELS]
    names = [f"c{columns[f] + 1}" for f in NAME_FIELDS if f in columns]
    mapped = [f"c{i + 1}" for i in columns.values()]
    cells = pl.all().str.strip_chars()
    tidy = rows.select(pl.when(cells != "").then(cells))
    filled = pl.sum_horizontal(pl.all().is_not_null().cast(pl.UInt32))
    joined = pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).str.to_lowercase()
    only = pl.coalesce(pl.all())
    first = pl.col(f"c{number[0] + 1}") if number else pl.lit(None, pl.String)
    has_letter = [pl.col(c).str.contains(r"\p{L}").fill_null(False) for c in names]
    named = pl.any_horizontal(has_letter) if names else pl.lit(False)
    name_is_total = (
        pl.any_horizontal(pl.col(c).str.to_lowercase().str.contains(_TOTAL) for c in names)
        if names else pl.lit(False)
    )  # fmt: skip
    told = tidy.select(
        pl.when(filled == 0).then(pl.lit("blank"))
        .when((filled == 1) & first.is_not_null() & only.str.contains(r"^[0-9]+[.)]?0*$"))
        .then(pl.lit("only_number"))
        .when(joined.str.contains(_TOTAL) & (named.not_() | name_is_total).fill_null(True))
        .then(pl.lit("total_row"))
        .when((filled == 1) & only.str.contains(_SECTION) & pl.lit(len(mapped) >= FEW_CELLS))
        .then(pl.lit("section_row"))
        .when((filled == 1) & named.not_() & only.str.contains(r"\p{L}") & _outside(mapped, number))
        .then(pl.lit("section_row"))
        .alias("code")
    )  # fmt: skip
    return told.to_series()


def _outside(mapped: list[str], number: list[int]) -> pl.Expr:
    """Return whether the row's cells stand in columns that hold no field, or where numbers run."""
    in_number = [pl.col(f"c{i + 1}").is_not_null() for i in number]
    in_field = [pl.col(c).is_not_null() for c in mapped]
    outside = pl.any_horizontal(in_field).not_() if in_field else pl.lit(True)
    return outside | (pl.any_horizontal(in_number) if in_number else pl.lit(False))


def _foot(frame: pl.DataFrame, codes: pl.Series, columns: dict[str, int]) -> pl.Series:
    """Mark the foot of a sheet: thin rows after a gap, or with the words of a signature block."""
    mapped = [f"c{i + 1}" for i in columns.values()]
    if len(mapped) < 4 or not frame.height:
        return codes
    count = pl.sum_horizontal(_is_empty(pl.col(c)).not_().cast(pl.UInt32) for c in mapped)
    told = frame.select(count.alias("n")).with_columns(codes.alias("code"))
    usual = told.filter(pl.col("code").is_null()).get_column("n").median()
    solid = (pl.col("n") >= max(3.0, float(usual or 0) / 2)) & pl.col("code").is_null()  # type: ignore[arg-type]
    last = told.select(solid.arg_true().last()).item()
    if last is None:
        return codes
    joined = pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).str.to_lowercase()
    tail = told.slice(last + 1).with_columns(
        frame.slice(last + 1).select(joined.alias("text")).to_series()
    )
    begun = (
        pl.col("code").is_in(["blank", "total_row"]).fill_null(False)
        | pl.col("text").str.contains(_FOOT).fill_null(False)
    ).cum_max()
    foot = tail.select(
        pl.when(pl.col("code").is_null() & begun.fill_null(False))
        .then(pl.lit("footer"))
        .otherwise("code")
    ).to_series()
    return pl.concat([told.get_column("code").head(last + 1), foot.alias("code")])
