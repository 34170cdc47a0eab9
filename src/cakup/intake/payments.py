"""Payment rows become ``payments``: one row per programme and month.

A row may carry an amount for each programme, or one total; one month, or several. Amounts by
programme become a row each. A total for several programmes stands on the first of them and the
others have no amount (null): the sum stays right and no split is invented. An amount for several
months is divided evenly, the rest of the division on the first month.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from cakup.identifiers import nik
from cakup.identifiers.distinct import Distinct
from cakup.intake import values, vocabulary
from cakup.intake.built import Built, Memory
from cakup.intake.cells import EVENTS_FROM, Rows
from cakup.intake.persons import payer_of
from cakup.intake.settings import Settings
from cakup.kernel.schemas import PROGRAMS, WADAH

#: Compulsory for every segment: what a payment without a programme is recorded as.
UNSTATED_PROGRAMS = "jkk,jkm"
#: Longest period of one payment, months; the insurer sells at most a year ahead.
MOST_MONTHS = 12


def build(cells: pl.DataFrame, settings: Settings, memory: Memory) -> Built:
    """Make payments of payment rows.

    Args:
        cells: Fields of the data rows as text.
        settings: Settings of the import.
        memory: What earlier parts of the file told.

    Returns:
        Columns of ``PAYMENTS`` without lineage, with flags and measures.
    """
    rows = Rows(cells, settings, memory)
    _participant(rows)
    _period(rows)
    _amounts(rows)
    _programs(rows)
    paid_on, status = rows.day("tanggal_bayar", earliest=EVENTS_FROM, latest=_latest(settings))
    rows.made["paid_on"] = paid_on
    if rows.has("tanggal_bayar"):
        rows.flags["tanggal_bayar_unreadable"] = status.is_in(["ok", "missing"]).not_()
    rows.made["segmen"] = rows.read("segmen", pl.String, vocabulary.segmen, "segmen_unknown")
    rows.made["wadah"] = _wadah(rows)
    rows.made["payer"] = _payer(rows)
    table = pl.DataFrame(rows.made).with_row_index("at")
    rows.flags["payment_repeated"] = _repeated(table, memory)
    return Built(
        _spread(table), pl.DataFrame(rows.flags), rows.always(False), _measures(rows),
        rows.evidence,
    )  # fmt: skip


def _wadah(rows: Rows) -> pl.Series:
    """Return the insurer's code of the payer, None where none of its six stands."""
    code = rows.text("wadah").str.strip_chars().str.to_uppercase().str.slice(0, 2)
    return pl.DataFrame({"c": code}).select(
        pl.when(pl.col("c").is_in(list(WADAH))).then("c")
    ).to_series()  # fmt: skip


def _payer(rows: Rows) -> pl.Series:
    """Return who paid: as stated, else as the insurer's code tells."""
    told = {code: payer for code, payer in WADAH.items() if payer}
    by_code = rows.made["wadah"].replace_strict(told, default=None, return_dtype=pl.String)
    stated = payer_of(rows)
    return pl.DataFrame({"s": stated, "c": by_code}).select(
        pl.coalesce("s", "c", pl.lit("tidak_diketahui"))
    ).to_series()  # fmt: skip


def _latest(settings: Settings) -> date:
    """Return the last possible day of payment; data of a month may be paid after its end."""
    return date(settings.as_of.year + 2, 12, 31)


def _participant(rows: Rows) -> None:
    """Who it was paid for."""
    for field in ("kpj", "kode_iuran", "npp"):
        rows.made[field] = rows.digits(field)
    rows.made["nik"] = rows.raw("nik").mapped(_whole_nik).rows()
    rows.flags["no_participant"] = pl.DataFrame(
        {name: rows.made[name] for name in ("kpj", "nik", "kode_iuran")}
    ).select(pl.all_horizontal(pl.all().is_null())).to_series()  # fmt: skip


def _whole_nik(texts: pl.Series) -> pl.Series:
    told = pl.DataFrame({"n": texts}).select(nik.clean(pl.col("n")).alias("n"))
    return told.to_series().struct.field("nik")


def _period(rows: Rows) -> None:
    """First month and number of months of each payment."""
    said = _months_told(rows)
    told, first = said.rows(), said.read(values.month, pl.Date)
    rows.flags["bulan_missing"] = told.is_null()
    rows.flags["bulan_unreadable"] = told.is_not_null() & first.is_null()
    rows.made["bulan"] = first
    last = rows.tidy("bulan_akhir").read(values.month, pl.Date)
    n = rows.tidy("n_bulan").read(vocabulary.count, pl.Int64)
    apart = pl.DataFrame({"a": first, "b": last, "n": n}).select(
        pl.coalesce(
            (pl.col("b").dt.year() - pl.col("a").dt.year()).cast(pl.Int64) * 12
            + pl.col("b").dt.month() - pl.col("a").dt.month() + 1,
            "n", pl.lit(1),
        ).cast(pl.Int64).alias("n")
    )  # fmt: skip
    rows.made["n_months"] = apart.select(pl.col("n").clip(1, MOST_MONTHS)).to_series()


def _months_told(rows: Rows) -> Distinct:
    """Return the text of the month; month and year of two columns are put together."""
    month = rows.tidy("bulan")
    if not rows.has("tahun"):
        return month
    number = month.read(values.month_number, pl.Int64)
    year = rows.text("tahun").str.extract(r"((?:19|20)[0-9]{2})")
    told = pl.DataFrame({"m": month.rows(), "n": number, "y": year})
    joined = pl.concat_str("y", pl.lit("-"), pl.col("n").cast(pl.String).str.zfill(2))
    return Distinct.of(told.select(pl.coalesce(joined, "m")).to_series())


def _amounts(rows: Rows) -> None:
    """Total and amounts by programme; what is no payment is returned."""
    split = [p for p in PROGRAMS if rows.has(f"iuran_{p}")]
    for program in split:
        rows.made[f"rp_{program}"] = rows.tidy(f"iuran_{program}").read(values.rupiah, pl.Int64)
    total = rows.tidy("jumlah").read(values.rupiah, pl.Int64)
    unread = rows.text("jumlah").is_not_null() & total.is_null()
    if split:
        parts = pl.DataFrame({p: rows.made[f"rp_{p}"] for p in split})
        summed = parts.select(
            pl.when(pl.any_horizontal(pl.all().is_not_null())).then(pl.sum_horizontal(pl.all()))
        ).to_series()
        rows.flags["amount_disagrees"] = (
            rows.text("jumlah").is_not_null() & (summed != total).fill_null(False)
            if rows.has("jumlah") else rows.always(False)
        )  # fmt: skip
        total = pl.DataFrame({"s": summed, "t": total}).select(pl.coalesce("s", "t")).to_series()
        unread = unread & total.is_null()
    rows.made["total_rp"] = total
    rows.flags["amount_unreadable"] = unread
    rows.flags["amount_missing"] = total.is_null() & unread.not_()
    rows.flags["amount_zero"] = (total == 0).fill_null(False)
    rows.flags["amount_negative"] = (total < 0).fill_null(False)


def _programs(rows: Rows) -> None:
    """Programmes of the total; only looked at where no amount stands in a programme's column."""
    told = rows.read("program", pl.String, values.programs, "program_unknown")
    split = [name for name in rows.made if name.startswith("rp_")]
    has_split = pl.DataFrame({"_": rows.always(False), **{n: rows.made[n] for n in split}}).select(
        pl.any_horizontal([pl.col(n).fill_null(0) != 0 for n in split] or [pl.col("_")])
    ).to_series()  # fmt: skip
    rows.made["_has_split"] = has_split
    rows.flags["program_unstated"] = told.is_null() & has_split.not_()
    rows.made["programs"] = told.fill_null(UNSTATED_PROGRAMS)


#: What makes two payment rows of one file the same payment.
SAME = ("kpj", "nik", "kode_iuran", "npp", "bulan", "n_months", "programs", "total_rp", "paid_on")
KEEP = ("at", "kpj", "nik", "kode_iuran", "npp", "segmen", "bulan", "n_months", "paid_on", "payer",
        "wadah")  # fmt: skip


def _repeated(table: pl.DataFrame, memory: Memory) -> pl.Series:
    """Return whether an equal payment stood in an earlier row."""
    # Hashes of columns put together: hashing a struct of them takes ten times as long.
    key = pl.lit(0, pl.UInt64)
    for number, name in enumerate(SAME):
        key = key * 0x9E3779B97F4A7C15 + pl.col(name).hash(number)
    return memory.repeated("payment", table.select(key.alias("key")).to_series())


def _spread(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row per programme and month."""
    several = pl.col("_has_split") | (pl.col("n_months") > 1) | pl.col("programs").str.contains(",")
    is_several = table.select(several.fill_null(True)).to_series()
    single = table.filter(~is_several).select(*KEEP, program="programs", amount_rp="total_rp")
    if not is_several.any():
        return single.drop("n_months")
    parts = [single, *_by_program(table.filter(is_several))]
    return _by_month(pl.concat(parts, how="diagonal")).sort("at", "program", "bulan")


def _by_program(table: pl.DataFrame) -> list[pl.DataFrame]:
    """Return a row for each programme: with its own amount, else the total on the first."""
    parts = []
    split = [name for name in table.columns if name.startswith("rp_")]
    if split:
        wide = table.filter("_has_split").select(*KEEP, *split)
        long = wide.unpivot(on=split, index=KEEP, variable_name="program", value_name="amount_rp")
        parts.append(
            long.filter(pl.col("amount_rp").fill_null(0) != 0).with_columns(
                pl.col("program").str.strip_prefix("rp_")
            )
        )
    one = table.filter(pl.col("_has_split").not_()).select(
        *KEEP, program=pl.col("programs").str.split(","), amount_rp="total_rp"
    )
    told = one.explode("program", empty_as_null=True, keep_nulls=True)
    first = told.select(pl.col("at").is_first_distinct()).to_series()
    parts.append(told.with_columns(amount_rp=pl.when(first).then("amount_rp")))
    return parts


def _by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Divide payments for several months; the rest of the division goes to the first."""
    single = rows.filter(pl.col("n_months") == 1)
    several = rows.filter(pl.col("n_months") > 1)
    if not several.height:
        return single.drop("n_months")
    months = several.with_columns(turn=pl.int_ranges("n_months")).explode(
        "turn", empty_as_null=True, keep_nulls=True
    )
    share = pl.col("amount_rp") // pl.col("n_months")
    rest = pl.when(pl.col("turn") == 0).then(pl.col("amount_rp") % pl.col("n_months")).otherwise(0)
    months = months.with_columns(
        amount_rp=share + rest,
        bulan=pl.col("bulan").dt.offset_by(pl.format("{}mo", "turn")),
    )
    return pl.concat([single, months.drop("turn")], how="vertical_relaxed").drop("n_months")


def _measures(rows: Rows) -> dict[str, pl.Series]:
    """Return the parts of the quality score of a sender."""
    return {
        "peserta_disebut": rows.flags["no_participant"].not_(),
        "bulan_terbaca": rows.made["bulan"].is_not_null(),
        "jumlah_terbaca": rows.made["total_rp"].is_not_null(),
        "program_disebut": rows.flags["program_unstated"].not_(),
        "tanggal_bayar_terbaca": rows.made["paid_on"].is_not_null(),
    }
