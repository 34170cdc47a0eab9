"""Rows about persons become ``records``: identity, places, work, enrolment, what is the matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from cakup.identifiers import dates, nik
from cakup.intake import areas, values, vocabulary
from cakup.intake.built import Built, Memory
from cakup.intake.cells import EVENTS_FROM, YEARS_AHEAD, Rows
from cakup.intake.settings import Settings
from cakup.kernel.months import MONTHS_ID
from cakup.kernel.schemas import PROGRAMS

#: Status of a NIK → reason code; ``ok`` has none.
NIK_NOTES = {status: f"nik_{status}" for status in nik.STATUSES if status != "ok"}
BIRTH_NOTES = ("missing", "impossible", "out_of_range", "ambiguous", "unreadable")
#: Characters that no name has; cells that begin a formula are among them.
ODD_NAME = r"[0-9=@<>{}|_#$%^~\\]|^[+\-]"
NOT_A_NAME = r"^[\W_xX0-9]*$"
PLACE_NOTES = {
    "missing": "kelurahan_missing", "unknown": "kelurahan_unknown",
    "ambiguous": "kelurahan_ambiguous", "outside": "kelurahan_outside",
    "code_unknown": "kode_wilayah_unknown", "disagrees": "kode_wilayah_disagrees",
}  # fmt: skip
NOT_TICKED = ("0", "tidak", "t", "n")
#: Kinds whose rows may become names in the annex of a decree.
FOR_DECREES = ("daftar_pekerja", "dtsen")
FULL_CODE_LENGTH = len("12.75.01.1001")
#: Kinds that tell of an event: kind → field of its day.
EVENTS = {"kematian": "meninggal_on", "kecelakaan": "kecelakaan_on"}


def build(cells: pl.DataFrame, settings: Settings, memory: Memory) -> Built:
    """Make records of rows about persons.

    Args:
        cells: Fields of the data rows as text.
        settings: Settings of the import.
        memory: What earlier parts of the file told.

    Returns:
        Columns of ``RECORDS`` without lineage, with flags and measures.
    """
    rows = Rows(cells, settings, memory)
    _identity(rows)
    _birth(rows)
    _sex(rows)
    _places(rows)
    _work(rows)
    _membership(rows)
    if settings.kind.name in EVENTS:
        _event(rows, EVENTS[settings.kind.name])
    rows.flags["no_identity"] = rows.made["nama"].is_null() & (
        rows.made["nik_status"].is_in(["missing", "filler", "unknown"])
    )
    table = pl.DataFrame(rows.made).with_row_index("at")
    ready = _sk_ready(rows)
    return Built(table, pl.DataFrame(rows.flags), ready, _measures(rows), rows.evidence)


def _identity(rows: Rows) -> None:
    """NIK with its damage, KK, and the name as written."""
    memory = rows.memory
    told = pl.DataFrame({"n": rows.raw("nik").rows()}).select(
        nik.clean(
            pl.col("n"), final_zero_lost=memory.final_zero_lost, is_rounded=memory.is_rounded
        ).alias("n")
    )
    told = told.unnest("n")
    status = told.get_column("nik_status")
    rows.made["nik"], rows.made["nik_status"] = told.get_column("nik"), status
    rows.made["nik_seen"] = told.get_column("nik_seen")
    for name, code in NIK_NOTES.items():
        rows.flags[code] = status == name
    repair = told.get_column("nik_repair")
    rows.flags["nik_letter_repaired"] = (repair == "letters").fill_null(False)
    number = told.get_column("nik").cast(pl.Int64, strict=False)
    again = rows.memory.repeated("nik", number)
    # A participant has a row for every enrolment.
    is_listed_once = rows.settings.kind.name != "peserta"
    rows.flags["nik_repeated"] = again if is_listed_once else rows.always(False)
    rows.made["nkk"] = _kk(rows)
    rows.made["nama"] = _name(rows)
    rows.flags["nama_missing"] = rows.made["nama"].is_null()
    rows.flags["nama_odd"] = rows.made["nama"].str.contains(ODD_NAME).fill_null(False)


def _kk(rows: Rows) -> pl.Series:
    """Return family card numbers that have 16 digits."""
    told = pl.DataFrame({"k": rows.digits("nkk")})
    whole = pl.col("k").str.contains(r"^[0-9]{16}$")
    return told.select(pl.when(whole).then("k")).to_series()


def _name(rows: Rows) -> pl.Series:
    """Return the name as written; parts of a name are joined."""
    if rows.has("nama"):
        joined = rows.text("nama")
    else:
        parts = {p: rows.text(p) for p in ("nama_depan", "nama_tengah", "nama_belakang")}
        joined = pl.DataFrame(parts).select(
            pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)
        ).to_series()  # fmt: skip
    named = pl.when(pl.col("n").str.contains(NOT_A_NAME).not_()).then("n")
    return pl.DataFrame({"n": joined}).select(named).to_series()


def _birth(rows: Rows) -> None:
    """Birth date, its status against the NIK, and the place of birth."""
    as_of = rows.settings.as_of
    implied = pl.DataFrame({"nik": rows.made["nik"]}).select(
        nik.implied(pl.col("nik"), as_of).alias("i")
    ).unnest("i")  # fmt: skip
    born = implied.get_column("tanggal_lahir_implied")
    rows.made["_implied_on"] = born
    rows.made["_implied_sex"] = implied.get_column("jenis_kelamin_implied")
    field = "tanggal_lahir"
    rows.made["tempat_lahir"] = rows.text("tempat_lahir")
    if rows.has("bulan_lahir") and rows.has("tahun_lahir"):
        _join_day(rows)
    if not rows.has(field) and rows.has("tempat_tanggal_lahir"):
        _split_place_and_day(rows)
    day, status = rows.day(field, earliest=dates.EARLIEST_BIRTH, latest=as_of, implied=born)
    told = pl.DataFrame({"day": day, "status": status, "born": born}).with_columns(
        _birth_status().alias("status")
    )
    rows.made["tanggal_lahir"] = told.get_column("day")
    rows.made["tanggal_lahir_status"] = told.get_column("status")
    if rows.has(field):
        for name in (*BIRTH_NOTES, "default", "disagrees_nik"):
            rows.flags[f"tanggal_lahir_{name}"] = told.get_column("status") == name


def _birth_status() -> pl.Expr:
    """Return the status of a birth date in the words of the schema."""
    day, born = pl.col("day"), pl.col("born")
    new_year = (day.dt.month() == 1) & (day.dt.day() == 1)
    return (
        pl.when(pl.col("status") != "ok").then("status")
        .when(born.is_not_null() & (day == born)).then(pl.lit("ok"))
        .when(new_year).then(pl.lit("default"))
        .when(born.is_not_null()).then(pl.lit("disagrees_nik"))
        .otherwise(pl.lit("ok"))
    )  # fmt: skip


def _split_place_and_day(rows: Rows) -> None:
    """Take ``Binjai, 12 Agustus 1985`` apart: the day begins at the first digit."""
    both = rows.text("tempat_tanggal_lahir")
    split = pl.DataFrame({"t": both}).select(
        place=pl.col("t").str.extract(r"^([^0-9]*)").str.strip_chars(" ,/.-"),
        day=pl.col("t").str.extract(r"([0-9].*)$"),
    )
    place = split.select(pl.when(pl.col("place") != "").then("place")).to_series()
    rows.made["tempat_lahir"] = place
    rows.put("tanggal_lahir", split.get_column("day"))


def _join_day(rows: Rows) -> None:
    """Put day, month and year of three columns together; a whole date stays as it is."""
    of_day = "hari_lahir" if rows.has("hari_lahir") else "tanggal_lahir"
    parts = pl.DataFrame(
        {
            "told": rows.text("tanggal_lahir"),
            "day": rows.text(of_day).str.extract(r"^([0-9]{1,2})(?:\.0)?$"),
            "month": rows.tidy("bulan_lahir").read(values.month_number, pl.Int64),
            "year": rows.text("tahun_lahir").str.extract(r"^((?:19|20)?[0-9]{2})(?:\.0)?$"),
        }
    )
    # The month as a word, so that no order of day and month comes into it.
    named = pl.col("month").replace_strict(
        dict(enumerate(MONTHS_ID, start=1)), default=None, return_dtype=pl.String
    )
    joined = pl.concat_str("day", named, "year", separator=" ")
    rows.put("tanggal_lahir", parts.select(pl.coalesce(joined, "told")).to_series())


def _sex(rows: Rows) -> None:
    """Sex as stated, held against the NIK."""
    if not rows.has("jenis_kelamin") and (rows.has("laki_laki") or rows.has("perempuan")):
        _ticked_sex(rows)
    stated = rows.read("jenis_kelamin", pl.String, vocabulary.sex, "jenis_kelamin_unreadable")
    rows.made["jenis_kelamin"] = stated
    if rows.has("jenis_kelamin"):
        differs = (stated != rows.made["_implied_sex"]).fill_null(False)
        rows.flags["jenis_kelamin_disagrees_nik"] = differs


def _ticked_sex(rows: Rows) -> None:
    """Read the sex from ticks in two columns; ticks in both are unreadable."""
    ticks = pl.DataFrame(
        {
            sex: rows.tidy(field).read(lambda c: c.casefold() not in NOT_TICKED, pl.Boolean)
            for sex, field in (("L", "laki_laki"), ("P", "perempuan"))
        }
    )
    told = [pl.when(pl.col(sex)).then(pl.lit(sex)) for sex in ("L", "P")]
    both = pl.concat_str(told, separator=" ", ignore_nulls=True)
    rows.put("jenis_kelamin", ticks.select(both).to_series())


def _places(rows: Rows) -> None:
    """Address as written, and the codes of KTP, domicile and work."""
    rows.made["nama_ibu"] = rows.text("nama_ibu")
    for field in ("alamat", "lingkungan"):
        rows.made[field] = rows.text(field)
    _rt_rw(rows)
    rows.made["telepon"] = rows.raw("telepon").mapped(values.phone).rows()
    rows.made["desa_kelurahan"] = rows.text("desa_kelurahan")
    status = rows.nothing(pl.String)
    for target, suffix in areas.TARGETS.items():
        found = areas.resolve(rows.cells, suffix, rows.settings)
        rows.made[target] = rows.nothing(pl.String) if found is None else found.get_column("kode")
        if found is not None and (suffix == "" or not _has_status(status)):
            status = found.get_column("status")
    if _has_status(status):
        for name, code in PLACE_NOTES.items():
            # Participants live anywhere and the insurer often does not know where.
            if rows.settings.kind.name != "peserta" or name not in ("missing", "outside"):
                rows.flags[code] = (status == name).fill_null(False)


def _has_status(status: pl.Series) -> bool:
    return status.null_count() < len(status)


def _rt_rw(rows: Rows) -> None:
    """RT and RW as three digits, from two columns or from one like ``003/005``."""
    if rows.has("rt_rw") and not rows.has("rt"):
        pair = pl.col("rt_rw").str.extract_groups(r"([0-9]{1,3})\D+([0-9]{1,3})")
        told = rows.cells.select(pair.alias("p")).unnest("p")
        rt, rw = told.to_series(0), told.to_series(1)
    else:
        rt, rw = (
            rows.text(field).str.extract(r"^\D*([0-9]{1,3})(?:\.0)?\D*$") for field in ("rt", "rw")
        )
    rows.made["rt"], rows.made["rw"] = rt.str.zfill(3), rw.str.zfill(3)


def _work(rows: Rows) -> None:
    """Occupation, wage, decile, and whether the row states work."""
    for field in ("pekerjaan", "sektor", "nama_pemberi_kerja"):
        rows.made[field] = rows.text(field)
    rows.made["is_pekerja"] = _is_worker(rows)
    rows.made["is_asn"] = rows.tidy("status_pegawai").read(vocabulary.asn, pl.Boolean)
    rows.made["desil"] = rows.read("desil", pl.Int32, vocabulary.desil, "desil_unreadable")
    rows.made["bansos"] = rows.tidy("bansos").read(vocabulary.social_aid, pl.String)
    wage = rows.tidy("upah").read(values.rupiah, pl.Int64)
    if rows.has("upah"):
        rows.flags["upah_unreadable"] = rows.text("upah").is_not_null() & wage.is_null()
    rows.made["upah_rp_month"] = wage


def _is_worker(rows: Rows) -> pl.Series:
    """Return whether a row states work: always on lists of workers and participants."""
    name = rows.settings.kind.name
    if name in EVENTS:
        return rows.nothing(pl.Boolean)
    if name != "dtsen":
        return rows.always(True)
    stated = rows.read("status_bekerja", pl.Boolean, vocabulary.works, "works_unknown")
    job = rows.tidy("pekerjaan").read(vocabulary.is_occupation, pl.Boolean)
    return pl.DataFrame({"s": stated, "j": job}).select(pl.coalesce("s", "j")).to_series()


def _membership(rows: Rows) -> None:
    """Enrolment as the insurer or the sender states it."""
    for field in ("npp", "kpj", "kode_iuran"):
        rows.made[field] = rows.digits(field)
    rows.made["segmen"] = rows.read("segmen", pl.String, vocabulary.segmen, "segmen_unknown")
    rows.made["status_kepesertaan"] = rows.read(
        "status_kepesertaan", pl.String, vocabulary.status, "status_unknown"
    )
    start, end = _spell(rows)
    rows.made["mulai_on"], rows.made["selesai_on"] = start, end
    rows.made["program"] = program_of(rows)
    rows.made["payer"] = payer_of(rows)
    until = rows.read("dibayar_sampai", pl.Date, values.month, "paid_until_unreadable")
    rows.made["paid_until"] = until
    rows.made["meninggal_on"] = rows.nothing(pl.Date)
    rows.made["kecelakaan_on"] = rows.nothing(pl.Date)


def _spell(rows: Rows) -> tuple[pl.Series, pl.Series]:
    """Return first and last day of the enrolment; both are dropped where they are reversed."""
    days = []
    latest = date(rows.settings.as_of.year + YEARS_AHEAD, 12, 31)
    for field in ("mulai", "selesai"):
        day, status = rows.day(field, earliest=EVENTS_FROM, latest=latest)
        if rows.has(field):
            rows.flags[f"{field}_unreadable"] = status.is_in(["ok", "missing"]).not_()
        days.append(day)
    reversed_ = (days[1] < days[0]).fill_null(False)
    if rows.has("mulai") and rows.has("selesai"):
        rows.flags["spell_reversed"] = reversed_
    kept = pl.DataFrame({"a": days[0], "b": days[1], "r": reversed_}).select(
        pl.when(pl.col("r").not_()).then(pl.col(name)).alias(name) for name in ("a", "b")
    )
    return kept.get_column("a"), kept.get_column("b")


def program_of(rows: Rows) -> pl.Series:
    """Return the programmes of each row, from one text or from a column for each.

    Args:
        rows: Rows of the part.
    """
    flags = [p for p in PROGRAMS if rows.has(f"ikut_{p}")]
    if not flags or rows.has("program"):
        return rows.read("program", pl.String, values.programs, "program_unknown")
    told = {p: rows.tidy(f"ikut_{p}").read(vocabulary.flag, pl.Boolean) for p in flags}
    joined = pl.DataFrame(told).select(
        pl.concat_str(
            [pl.when(pl.col(p)).then(pl.lit(p)) for p in flags], separator=",", ignore_nulls=True
        ).alias("p")
    )
    return joined.select(pl.when(pl.col("p") != "").then("p")).to_series()


def payer_of(rows: Rows) -> pl.Series:
    """Return the payer of each row, from its words, else the one stated for the file.

    Args:
        rows: Rows of the part.
    """
    told = rows.tidy("pembayar")
    given: Mapping[str, str] = rows.settings.correction.payers
    found = told.read(lambda cell: given.get(cell.casefold()) or vocabulary.payer(cell), pl.String)
    if rows.has("pembayar"):
        known = told.read(
            lambda cell: cell.casefold() in given or vocabulary.is_known_payer(cell), pl.Boolean
        )
        rows.flags["payer_unknown"] = known.not_().fill_null(False)
    return found.fill_null(rows.settings.payer) if rows.settings.payer else found


def _event(rows: Rows, field: str) -> None:
    """Day of death or accident, not before birth and not after the date of the data."""
    day, status = rows.day(field, earliest=EVENTS_FROM, latest=rows.settings.as_of)
    rows.made[field] = day
    rows.flags[f"{field}_missing"] = status == "missing"
    rows.flags[f"{field}_unreadable"] = status.is_in(["ok", "missing"]).not_()


def _sk_ready(rows: Rows) -> pl.Series:
    """Return whether a row could stand in the annex of a decree as it is.

    It needs a whole, unrepaired, unrepeated NIK, a name, a birth date that the NIK confirms (or
    none stated: the NIK has it), a sex that does not contradict, and the desa or kelurahan. Notes
    on other things, such as a wage, do not matter.
    """
    if rows.settings.kind.name not in FOR_DECREES:
        return rows.always(False)
    told = pl.DataFrame(
        {
            "nik": rows.made["nik"], "nama": rows.made["nama"],
            "born": rows.made["tanggal_lahir_status"], "kode": rows.made["kode_wilayah_ktp"],
            "home": rows.made["kode_wilayah_domisili"],
        }
    )  # fmt: skip
    against = [
        rows.flags.get(code, rows.always(False))
        for code in (
            "nik_letter_repaired", "nik_repeated", "nama_odd", "jenis_kelamin_disagrees_nik",
            "jenis_kelamin_unreadable", "kode_wilayah_disagrees", "kode_wilayah_unknown",
        )
    ]  # fmt: skip
    born = ["ok"] if rows.has("tanggal_lahir") else ["ok", "missing"]
    place = pl.coalesce("kode", "home").str.len_chars() == FULL_CODE_LENGTH
    ready = told.select(
        (pl.col("nik").is_not_null() & pl.col("nama").is_not_null()
         & pl.col("born").is_in(born) & place).fill_null(False)
    ).to_series()  # fmt: skip
    for flag in against:
        ready = ready & flag.not_()
    return ready


def _measures(rows: Rows) -> dict[str, pl.Series]:
    """Return the parts of the quality score of a sender."""
    place = (
        rows.made["kode_wilayah_ktp"].is_not_null()
        | rows.made["kode_wilayah_domisili"].is_not_null()
    )
    return {
        "nik_utuh": rows.made["nik"].is_not_null(),
        "nik_tidak_berulang": rows.flags["nik_repeated"].not_(),
        "nama_terbaca": rows.made["nama"].is_not_null() & rows.flags["nama_odd"].not_(),
        "tanggal_lahir_sesuai": rows.made["tanggal_lahir_status"] == "ok",
        "wilayah_dikenal": place,
    }
