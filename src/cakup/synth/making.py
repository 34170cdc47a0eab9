"""A fictitious city in memory: people, lists as offices write them, register, payments, truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date

import polars as pl

from cakup.places.registry import Places
from cakup.synth import cover as covering
from cakup.synth import lists, planted, records, truth
from cakup.synth.cover import Cover
from cakup.synth.firms import firms
from cakup.synth.people import people
from cakup.synth.places import Land, land
from cakup.synth.spec import Part, Spec
from cakup.synth.work import OUTSIDE_PER_WORKER, RESIDENTS_PER_WORKER, with_work

CLEAN_COLUMNS = (
    "nik", "nama", "tanggal_lahir", "jenis_kelamin", "desa_kelurahan", "nama_ibu", "tempat_lahir",
    "list", "true_person",
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """A city, or one part of a large one.

    Every frame that holds rows of files has ``true_person``, the human being behind the row.

    Args:
        spec: What was asked for.
        firms: Employers: ``npp, nama_pemberi_kerja, sektor, is_terdaftar, n_pekerja …``.
        persons: One row per human being with true facts.
        lists: Key of the list of workers → its rows, faults included; dates are still dates and
            every NIK is the text that the office holds, before the file's shape spoils it further.
        dtsen: Rows of the social register.
        kematian: Rows of the death list.
        peserta: Rows of the participant register, one per enrolment.
        pembayaran: One row per participant number, programme and month paid.
        person_months: The truth of months; see ``truth.person_months``.
        findings: The truth of planted findings; see ``planted.findings``. Empty unless asked for.
        employer_truth: The truth of the lists of employers: ``kind, npp, nama, true_person``.
            Idem.
    """

    spec: Spec
    firms: pl.DataFrame
    persons: pl.DataFrame
    lists: dict[str, pl.DataFrame]
    dtsen: pl.DataFrame
    kematian: pl.DataFrame
    peserta: pl.DataFrame
    pembayaran: pl.DataFrame
    person_months: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=pl.DataFrame)
    employer_truth: pl.DataFrame = field(default_factory=pl.DataFrame)

    def clean_records(self, *, with_peserta: bool = True) -> pl.DataFrame:
        """Return the rows of the workers' lists and of the register in one frame.

        Args:
            with_peserta: Whether the register's rows come too (``list`` = ``peserta``).

        Returns:
            ``nik`` (text as seen), ``nama, tanggal_lahir`` (date or null), ``jenis_kelamin,
            desa_kelurahan, nama_ibu, tempat_lahir, list, true_person``. A register row stands for
            an enrolment, so one participant number may occur several times.
        """
        frames = {**self.lists, **({"peserta": self.peserta} if with_peserta else {})}
        return pl.concat(
            frame.with_columns(pl.lit(key).alias("list")).select(CLEAN_COLUMNS)
            for key, frame in frames.items()
        )

    def summary(self) -> dict[str, int]:
        """Return the counts that the specification fixes, recounted from the frames."""
        workers = self.persons.filter("is_worker")
        return {
            "persons": len(self.persons),
            "workers": len(workers),
            "covered": int(workers["is_covered"].sum()),
            "listed": int(workers["is_listed"].sum()),
            "gap": int((~workers["is_covered"]).sum()),
            "covered_not_listed": int((workers["is_covered"] & ~workers["is_listed"]).sum()),
            "participants": int(self.persons["is_participant"].sum()),
            "migrants_active": int((workers["is_active"] & ~workers["is_covered"]).sum()),
            "dead": int(self.persons["meninggal_on"].is_not_null().sum()),
        }


def city(
    place: str = "12.75", *, workers: int, covered: int | float, listed: float = 0.88,
    as_of: date = date(2025, 10, 31), seed: int = 7, noise: float = 1.0,
    correlated_names: bool = False, findings: bool = False,
) -> City:  # fmt: skip
    """Make a fictitious city in memory.

    Args:
        place: Kemendagri code of the city whose areas are borrowed.
        workers: Workers alive and resident in the city on ``as_of``.
        covered: How many of them (int) or which share (float) are active participants then.
        listed: Share of them on at least one list of workers.
        as_of: Last day of the 24 months of history.
        seed: Same seed, same city.
        noise: Multiplier on all rates of noise; 0 = clean lists.
        correlated_names: Whether the second word of a name depends on the first. Independent words
            flatter weights for rare names.
        findings: Whether findings are planted.

    Returns:
        The city. Memory is about 2.5 GB per million workers; ``parts`` needs less.

    Raises:
        UsageError: As ``Spec.of``.
    """
    return joined(
        list(parts(Spec.of(
            place, workers=workers, covered=covered, listed=listed, as_of=as_of, seed=seed,
            noise=noise, correlated_names=correlated_names, findings=findings,
        )))
    )  # fmt: skip


def city_name(spec: Spec) -> str:
    """Return the city's name without "Kota"; an invented one where Cakup does not know the city."""
    known = Places.builtin().get(spec.place)
    return known.nama.removeprefix("Kota ") if known else "Rekaan"


def parts(spec: Spec) -> Iterator[City]:
    """Make a city part by part.

    Args:
        spec: The city.

    Yields:
        Cities of at most about ``PART_WORKERS`` workers; their counts add up to the city's.
    """
    areas = land(spec, city_name(spec))
    employers = firms(spec)
    for number in range(spec.n_parts):
        yield make(spec.part(number), areas, employers)


def joined(made: list[City]) -> City:
    """Return parts as one city."""
    if len(made) == 1:
        return made[0]
    frames = {
        f.name: pl.concat([getattr(c, f.name) for c in made])
        for f in fields(City)
        if f.name not in ("spec", "firms", "lists")
    }
    keys = made[0].lists
    return City(
        made[0].spec, made[0].firms,
        lists={key: pl.concat([c.lists[key] for c in made]) for key in keys}, **frames,
    )  # fmt: skip


def make(part: Part, areas: Land, employers: pl.DataFrame) -> City:
    """Make one part of a city.

    Args:
        part: The part.
        areas: From ``places.land``.
        employers: From ``firms.firms``, for the whole city.
    """
    n_inside = int(part.workers * RESIDENTS_PER_WORKER) + 12
    n_outside = int(part.workers * OUTSIDE_PER_WORKER) + 4
    everyone = with_work(part, people(part, areas, n_inside, n_outside))
    held = covering.cover(part, everyone, employers["share"].to_numpy())
    on = lists.memberships(part, everyone)
    wide = records.wide(part, everyone, areas)
    months = truth.person_months(part, everyone, held, employers)
    made = City(
        part.spec, employers,
        truth.persons(part, everyone, held, on, areas),
        {key: records.of_list(part, wide, areas, key, rows) for key, rows in on.items()},
        records.dtsen(part, wide, areas, lists.on_dtsen(part, everyone)),
        records.kematian(part, wide, areas, lists.on_deaths(part, everyone)),
        records.peserta(part, wide, areas, held, employers),
        truth.pembayaran(part, everyone, held, employers),
        months,
    )  # fmt: skip
    return _with_findings(part, made, everyone, wide, held, areas) if part.spec.findings else made


def _with_findings(
    part: Part, made: City, people: pl.DataFrame, wide: pl.DataFrame, held: Cover, areas: Land
) -> City:
    """Return the city with a decree, lists of employers and wrong statuses planted."""
    chosen = planted.plant(part, people, held, made.firms)
    kpj = covering.kpj_text(part, held.kpj)
    dead = made.kematian["true_person"]
    return replace(
        made,
        lists=made.lists | {
            "sk": records.of_decree(part, wide, areas, chosen.decree),
            "perusahaan": records.of_employers(part, wide, areas, chosen.employed, made.firms),
        },
        peserta=records.called_inactive(made.peserta, held, kpj, chosen.inactive),
        findings=planted.findings(
            part, made.persons, made.person_months, made.pembayaran, dead, chosen, people, held,
            areas,
        ),
        employer_truth=chosen.employer_truth,
    )  # fmt: skip
