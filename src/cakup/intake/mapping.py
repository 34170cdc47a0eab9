"""Which column holds which field: from names, synonyms and content, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cakup.intake.content import Looks
from cakup.intake.correction import Correction
from cakup.intake.evidence import EXACT, NEAR_FITS, RELATED, by_name, likeness
from cakup.intake.fields import names_of
from cakup.intake.kinds import Kind
from cakup.intake.labels import normal
from cakup.intake.layout import Heading
from cakup.kernel.errors import InputError, Where
from cakup.kernel.language import Lang, Text

#: Fields that content alone may claim: what the cells must look like, and the share that must.
BY_CONTENT: dict[str, tuple[str, float]] = {
    "nik": ("nik", 0.6), "tanggal_lahir": ("birth", 0.9), "tempat_tanggal_lahir": ("ttl", 0.8),
    "jenis_kelamin": ("sex", 0.95), "telepon": ("phone", 0.8), "kecamatan": ("kecamatan", 0.9),
    "desa_kelurahan": ("kelurahan", 0.8), "nama": ("name", 0.9),
    "alamat": ("address", 0.6),
}  # fmt: skip
#: Two columns for one of these are never chosen between silently.
ONE_ONLY = frozenset({"nik", "nama", "tanggal_lahir", "kpj", "bulan", "jumlah", "meninggal_on"})
#: Fields kept although their cells do not look like them, because the damage itself is news.
KEPT = frozenset(
    {"nik", "nama", "kpj", "bulan", "jumlah", "meninggal_on", "desa_kelurahan", "kecamatan"}
)
CONTRADICTED_BELOW = 0.05
TELLING_CELLS = 5
#: Below ``evidence.SIMILAR``: a name with a slip in it says more than cells that look alike.
CONTENT_STRENGTH, NAME_BONUS = 0.7, 0.04
#: Share of different cells in a column of names, and where its own name begins with NAMA.
CLOSE = 0.6
NAMES_DIFFER, NAMED_NAMES_DIFFER = 0.7, 0.4
REASONS: dict[str, Text] = {
    "user": Text("ditetapkan pada berkas pemetaan", "set in the mapping file"),
    "name": Text("nama kolom dikenal", "known column name"),
    "group": Text("nama kolom dan judul di atasnya", "column name and the title above it"),
    "bare": Text("nama kolom tanpa kata tambahan", "column name without extra words"),
    "cut": Text("nama kolom terpotong sepuluh huruf", "column name cut to ten letters"),
    "similar": Text("nama kolom mirip", "similar column name"),
    "content": Text("dari isi kolom", "from the cells"),
    "ignored": Text("tidak diperlukan", "not needed"),
    "unknown": Text("tidak dikenal", "not recognised"),
    "by_nik": Text("sama dengan tanggal di dalam NIK", "equal to the date inside the NIK"),
    "taken": Text("kolom lain lebih sesuai", "another column fits better"),
    "contradicted": Text("isi tidak sesuai nama", "the cells contradict the name"),
}


@dataclass(frozen=True)
class Choice:
    """What was decided about one column.

    Args:
        index: Position of the column, 0-based.
        letter: Spreadsheet letter.
        label: Its name as the sender wrote it, with the group above.
        field: Field it holds, None if it is not used.
        reason: Key of ``REASONS``.
        confidence: 0–1.
        fits: Share of sampled cells that look like the field, None where nothing can tell.
        filled: Share of sampled rows in which the column is filled.
    """

    index: int
    letter: str
    label: str
    field: str | None
    reason: str
    confidence: float = 0.0
    fits: float | None = None
    filled: float = 0.0

    def spoken(self, lang: Lang = "id") -> str:
        """Return the reason in words, with the share of cells that fit."""
        said = REASONS[self.reason](lang)
        if self.fits is None or self.field is None:
            return said
        share = f"{round(self.fits * 100)}%"
        return said + Text(f"; {share} isi sesuai", f"; {share} of cells fit")(lang)


@dataclass(frozen=True)
class Mapping:
    """The columns of one sheet."""

    choices: tuple[Choice, ...]

    @property
    def columns(self) -> dict[str, int]:
        """Field → position of its column, 0-based."""
        return {c.field: c.index for c in self.choices if c.field is not None}

    def missing(self, kind: Kind) -> tuple[Text, ...]:
        """Return what the kind must have and the sheet has not."""
        held = self.columns
        return tuple(words for group, words in kind.requires if not set(group) & set(held))


@dataclass(frozen=True)
class Sampled:
    """One column with its sample.

    Args:
        heading: Its name.
        cells: Filled cells, without blanks around.
        filled: Share of sampled rows in which it is filled.
    """

    heading: Heading
    cells: Sequence[str]
    filled: float


@dataclass(frozen=True)
class _Claim:
    column: Sampled
    field: str
    strength: float
    reason: str
    fits: float | None
    confidence: float
    order: int

    @property
    def is_contradicted(self) -> bool:
        telling = len(self.column.cells) >= TELLING_CELLS
        return telling and self.fits is not None and self.fits < CONTRADICTED_BELOW


def map_columns(
    columns: Sequence[Sampled], kind: Kind, looks: Looks, correction: Correction, where: Where
) -> Mapping:
    """Decide what each column of a sheet holds.

    Args:
        columns: Columns with samples of their cells.
        kind: Kind of file.
        looks: Measures of content.
        correction: What the user has decided; it wins.
        where: File and sheet, for errors.

    Returns:
        One choice per column, in their order.

    Raises:
        InputError: ``intake.mapping.two_columns`` if two columns claim one field with equal right;
            ``intake.mapping.no_such_column`` if the mapping file names a column that is not there.
    """
    chosen = _by_user(columns, looks, kind, correction, where)
    ignored = {c.heading.index for c in columns if correction.ignores(c.heading)}
    rest = [c for c in columns if c.heading.index not in chosen and c.heading.index not in ignored]
    taken = {c.field for c in chosen.values()}
    claims = [claim for c in rest for claim in _claims(c, kind, looks) if claim.field not in taken]
    _refuse_two(claims, where)
    for claim in _settle(claims):
        chosen[claim.column.heading.index] = _choice(claim)
    return Mapping(tuple(_described(c, chosen, kind, claims, ignored) for c in columns))


def _by_user(
    columns: Sequence[Sampled], looks: Looks, kind: Kind, correction: Correction, where: Where
) -> dict[int, Choice]:
    """Return the choices that the mapping file makes."""
    chosen: dict[int, Choice] = {}
    for field, reference in correction.columns.items():
        if field not in kind.looks:
            continue
        found = [c for c in columns if correction.names(reference, c.heading)]
        if len(found) != 1:
            raise InputError(
                "intake.mapping.no_such_column",
                where=where, field=field, column=reference, count=len(found),
            )  # fmt: skip
        fits = looks.share(kind.looks[field], found[0].cells)
        heading = found[0].heading
        chosen[heading.index] = Choice(
            heading.index, heading.letter, heading.spoken, field, "user", 1.0, fits,
            found[0].filled,
        )  # fmt: skip
    return chosen


def _claims(column: Sampled, kind: Kind, looks: Looks) -> list[_Claim]:
    """Return what one column may hold."""
    named = by_name(column.heading, names_of(kind.fields))
    if named is None:
        return []
    found = []
    for field, (strength, reason) in named.items():
        if field not in kind.looks:
            continue
        fits = looks.share(kind.looks[field], column.cells)
        if strength <= RELATED and (fits is None or fits < NEAR_FITS):
            continue
        found.append(_claim(column, field, strength, reason, fits, kind))
    if not any(c.strength > RELATED and not c.is_contradicted for c in found):
        found += _content_claims(column, kind, looks, {c.field for c in found})
    return found


def _content_claims(column: Sampled, kind: Kind, looks: Looks, have: set[str]) -> list[_Claim]:
    """Return what the cells alone speak for; columns filled here and there say too little."""
    if len(column.cells) < TELLING_CELLS:
        return []
    found = []
    for field, (wanted, least) in BY_CONTENT.items():
        if field not in kind.looks or field in have:
            continue
        fits = looks.share(wanted, column.cells)
        if fits is None or fits < least:
            continue
        if field == "nama" and not _may_be_names(column, kind):
            continue
        # Of two columns whose cells look alike the one with the closer name is meant.
        close = likeness(column.heading.label, field, names_of(kind.fields))
        # A few cells more or less, such as a total below, decide nothing between two columns.
        about = round(fits * 10) / 10
        claim = _claim(
            column, field, (CONTENT_STRENGTH + NAME_BONUS * close) * about, "content", about, kind
        )
        found.append(replace(claim, fits=fits))
    return found


def _may_be_names(column: Sampled, kind: Kind) -> bool:
    """Return whether cells differ as names do, and the column is not named for the mothers."""
    cells, label = column.cells, column.heading.label
    names = names_of(kind.fields)
    mother = likeness(label, "nama_ibu", names)
    if mother >= CLOSE and mother > likeness(label, "nama", names):
        return False
    words = sum(len(cell.split()) for cell in cells) / len(cells)
    differ = NAMED_NAMES_DIFFER if normal(label).startswith("nam") else NAMES_DIFFER
    return len(set(cells)) >= differ * len(cells) and words >= 1.3


def _claim(
    column: Sampled, field: str, strength: float, reason: str, fits: float | None, kind: Kind
) -> _Claim:
    """Weigh a claim: cells that fit confirm a name, cells that do not weaken it."""
    if not column.cells:
        confidence = 0.6 * strength
    elif fits is None:
        confidence = 0.95 * strength
    else:
        confidence = strength * (0.4 + 0.6 * fits)
    order = list(kind.looks).index(field)
    return _Claim(column, field, strength, reason, fits, round(confidence, 4), order)


def _settle(claims: list[_Claim]) -> list[_Claim]:
    """Give every field its surest column and every column its surest field."""
    fields: set[str] = set()
    columns: set[int] = set()
    held = []
    for claim in sorted(
        claims, key=lambda c: (-c.confidence, -c.strength, c.column.heading.index, c.order)
    ):
        index = claim.column.heading.index
        if claim.field in fields or index in columns:
            continue
        if claim.is_contradicted and claim.field not in KEPT:
            continue
        fields.add(claim.field)
        columns.add(index)
        held.append(claim)
    return held


def _refuse_two(claims: list[_Claim], where: Where) -> None:
    """Refuse two columns that claim one field with equal right."""
    for field in sorted(ONE_ONLY):
        rivals = [c for c in claims if c.field == field and c.strength == EXACT and c.column.cells]
        if field == "nik":
            rivals = [c for c in rivals if not c.is_contradicted] or rivals
        else:
            # “NAMA” beside “NAMA LENGKAP” is settled by order; the same name twice is not.
            labels = [normal(c.column.heading.spoken) for c in rivals]
            rivals = [c for c, x in zip(rivals, labels, strict=True) if labels.count(x) > 1]
            rivals = [c for c in rivals if not c.is_contradicted]
        if len(rivals) > 1 and not _same_cells(rivals):
            raise InputError(
                "intake.mapping.two_columns",
                where=where, field=field,
                columns=", ".join(c.column.heading.letter for c in rivals),
                first=rivals[0].column.heading.letter,
            )  # fmt: skip


def _same_cells(rivals: list[_Claim]) -> bool:
    """Return whether the columns hold the same, so that the choice does not matter."""
    return all(list(c.column.cells) == list(rivals[0].column.cells) for c in rivals)


def _choice(claim: _Claim) -> Choice:
    heading = claim.column.heading
    return Choice(
        heading.index, heading.letter, heading.spoken, claim.field, claim.reason,
        min(0.99, claim.confidence), claim.fits, claim.column.filled,
    )  # fmt: skip


def _described(
    column: Sampled, chosen: MappingOf[int, Choice], kind: Kind, claims: list[_Claim],
    ignored: set[int],
) -> Choice:  # fmt: skip
    """Return the choice for a column, or why it is not used."""
    heading = column.heading
    if heading.index in chosen:
        return chosen[heading.index]
    unused = Choice(heading.index, heading.letter, heading.spoken, None, "unknown")
    mine = [c for c in claims if c.column.heading.index == heading.index]
    if heading.index in ignored or by_name(heading, names_of(kind.fields)) is None:
        reason = "ignored"
    elif any(c.is_contradicted for c in mine):
        reason = "contradicted"
    else:
        reason = "taken" if mine else "unknown"
    return replace(unused, reason=reason, filled=column.filled)
