"""Which columns of tables are compared, with which, and as what; and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cakup.linkage.fields import LOGICAL, NAME_PARTS, plain, recognise
from cakup.linkage.generic.copies import Looked, copies, look, weakest
from cakup.linkage.generic.kinds import kind_of, numbers_rows, summary
from cakup.linkage.generic.values import CLASS, CODE, NAME, NUMBER, WORDY, one_form
from cakup.linkage.sampling import some_rows, some_values

#: Fields compared at most: those that tell most.
MOST_FIELDS = 20
#: Shares of common values from which two columns of different names hold the same.
ALIKE_CLASSES, ALIKE_VALUES = 0.8, 0.25
#: Filled rows from which one value means that the column tells nothing.
FEW = 10
#: Values looked at.
LOOKED_AT = 20_000
#: Share of rows in which one column repeats words of another, from which it tells nothing new.
REPEATED = 0.6
#: Names in normal spelling that mean the same.
SAME = (
    ("postcode", "zip", "zipcode", "postalcode", "kodepos", "pos", "postcodefake"),
    ("state", "province", "provinsi", "prov", "region", "county", "stateprovince"),
    ("city", "town", "kota", "kabupaten", "kabkota", "municipality", "cityname", "rescitydesc"),
    ("suburb", "locality", "village", "kelurahan", "desa", "district"),
    ("email", "emailaddress", "mail", "surel"),
    ("company", "companyname", "business", "businessname", "organisation", "organization", "firm",
     "perusahaan", "namaperusahaan", "employer", "pemberikerja"),
    ("housenumber", "streetnumber", "housenum", "nomorrumah", "norumah"),
    ("street", "streetname", "address1", "jalan", "addressline1"),
    ("website", "web", "url", "homepage", "situs"),
    ("occupation", "job", "jobtitle", "profession", "pekerjaan"),
    ("amount", "total", "value", "jumlah", "nilai"),
    ("birthyear", "yearofbirth", "yob", "tahunlahir"),
    ("age", "umur", "usia"),
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One thing that is compared.

    Args:
        name: Its name in the evidence.
        kind: See ``values``.
        left: Columns of the left (or only) table, joined with a blank.
        right: The same of the right table.
        why: How the two were found to hold the same: ``told``, ``name``, ``meaning``, ``content``.
        of: Logical field of which it is a part, e.g. ``nama``; else its name.
    """

    name: str
    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    why: str
    of: str


@dataclass(frozen=True)
class Ignored:
    """A column that is not compared.

    Args:
        table: ``left`` or ``right``.
        column: Its name.
        why: ``not_named``, ``one_side``, ``constant``, ``row_number``, ``copy``, ``repeats``,
            ``too_many`` or ``passing``.
    """

    table: str
    column: str
    why: str


@dataclass(frozen=True)
class Choice:
    """What is compared and what is not.

    Args:
        fields: Fields.
        ignored: Columns left out.
    """

    fields: tuple[Field, ...]
    ignored: tuple[Ignored, ...]

    def asked(self) -> frozenset[int]:
        """Return the fields that the user named."""
        return frozenset(n for n, f in enumerate(self.fields) if f.why == "told")

    def without(self, some: Collection[int], why: str, *, alone: bool) -> Choice:
        """Return the choice without some fields.

        Args:
            some: Places of the fields.
            why: See ``Ignored``.
            alone: Whether there is one table only.
        """
        out = [f for n, f in enumerate(self.fields) if n in some]
        more = [Ignored("left", c, why) for f in out for c in f.left]
        more += [] if alone else [Ignored("right", c, why) for f in out for c in f.right]
        kept = tuple(f for n, f in enumerate(self.fields) if n not in some)
        return Choice(kept, (*self.ignored, *more))


Columns = Mapping[str, tuple[str, ...]]
#: Name, columns of both tables, how they were found, logical field.
Pair = tuple[str, tuple[str, ...], tuple[str, ...], str, str]


def choose(
    left: pl.DataFrame, right: pl.DataFrame | None, told: tuple[Columns, Columns],
    also: Sequence[tuple[str, str]], skipped: Sequence[str] = (),
) -> Choice:  # fmt: skip
    """Choose the fields of one or two tables.

    Args:
        left: Table of texts.
        right: The other one, None to look for repeated rows of the first.
        told: Logical field → columns as the user named them, per table.
        also: Further pairs of columns that the user named; where there are any, only they are
            taken beside what is recognised.
        skipped: Columns with another use.
    """
    other = left if right is None else right
    pairs = _recognised(left, other, told, skipped)
    pairs += [(a, (a,), (b,), "told", a) for a, b in also]
    if not also:
        pairs += _further(left, other, pairs, skipped)
    fields, ignored = _useful(left, other, pairs, right is None)
    used = [{c for f in fields for c in (f.left, f.right)[at]} for at in (0, 1)]
    seen = {(i.table, i.column) for i in ignored}
    why = "not_named" if also else "one_side" if right is not None else "row_number"
    for at, (name, table) in enumerate((("left", left), ("right", other))):
        if at == 0 or right is not None:
            ignored += [
                Ignored(name, c, why)
                for c in table.columns
                if c not in used[at] and c not in skipped and (name, c) not in seen
            ]
    return Choice(tuple(fields), tuple(ignored))


def _recognised(
    left: pl.DataFrame, right: pl.DataFrame, told: tuple[Columns, Columns], skipped: Sequence[str]
) -> list[Pair]:
    """Return the fields that both tables are known to have, parts of names one by one."""
    found: list[Pair] = []
    sides = []
    for table, asked in ((left, told[0]), (right, told[1])):
        taken = [*skipped, *(c for parts in asked.values() for c in parts)]
        known = {f: c for f, c in recognise(table.columns, taken).items() if f not in asked}
        sides.append({**known, **asked})
    for name, columns in sides[0].items():
        others = sides[1].get(name)
        if others is None:
            continue
        why = "told" if name in told[0] or name in told[1] else "meaning"
        if len(columns) == len(others) > 1:
            found += [(a, (a,), (b,), why, name) for a, b in zip(columns, others, strict=True)]
        else:
            found.append((name, columns, others, why, name))
    return found


def _further(
    left: pl.DataFrame, right: pl.DataFrame, pairs: Sequence[Pair], skipped: Sequence[str]
) -> list[Pair]:
    """Return pairs of further columns: by name, by meaning, by what they hold."""
    used = [{c for p in pairs for c in p[side]} | set(skipped) for side in (1, 2)]
    rest = [[c for c in t.columns if c not in used[at]] for at, t in enumerate((left, right))]
    found: list[Pair] = []

    def meaning(name: str) -> int:
        return next((at for at, group in enumerate(SAME) if plain(name) in group), -1)

    rules: list[tuple[str, Callable[[str, str], bool]]] = [
        # A name in another script has no Latin letters: it is equal only as it is written.
        ("name", lambda a, b: a == b or plain(a) == plain(b) != ""),
        ("meaning", lambda a, b: meaning(a) >= 0 and meaning(a) == meaning(b)),
    ]
    for why, same in rules:
        for a in list(rest[0]):
            b = next((x for x in rest[1] if same(a, x)), None)
            if b is not None:
                found.append((a, (a,), (b,), why, a))
                rest[0].remove(a)
                rest[1].remove(b)
    return found + _by_content(left.select(rest[0]), right.select(rest[1]))


def _by_content(left: pl.DataFrame, right: pl.DataFrame) -> list[Pair]:
    """Return pairs of columns that hold the same kind and many of the same values."""
    sides = []
    for table in (left, right):
        told = {}
        for name in table.columns:
            kind = kind_of(name, table[name])
            some = some_values(table[name].drop_nulls(), LOOKED_AT)
            values = one_form(some, kind).drop_nulls()
            told[name] = (kind, set(values.unique().to_list()))
        sides.append(told)
    numbered = {a: numbers_rows(a, told[0], [left[a]]) for a, told in sides[0].items()}
    scored = []
    for a, (kind, mine) in sides[0].items():
        for b, (other, theirs) in sides[1].items():
            least = min(len(mine), len(theirs))
            if not least or (kind in WORDY) != (other in WORDY) or numbered[a]:
                continue
            share = len(mine & theirs) / least
            needed = ALIKE_CLASSES if CLASS in (kind, other) or kind == NUMBER else ALIKE_VALUES
            if share >= needed and len(mine & theirs) > 1:
                scored.append((share, a, b))
    found: list[Pair] = []
    gone = set[str]()
    for _, a, b in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if f"l{a}" not in gone and f"r{b}" not in gone:
            gone |= {f"l{a}", f"r{b}"}
            found.append((a, (a,), (b,), "content", a))
    return found


def _useful(
    left: pl.DataFrame, right: pl.DataFrame, pairs: Sequence[Pair], alone: bool
) -> tuple[list[Field], list[Ignored]]:
    """Return the pairs that can tell rows apart, and why the others cannot."""
    fields: list[Field] = []
    ignored: list[Ignored] = []
    for name, mine, theirs, why, of in pairs:
        values = [joined(t, c) for t, c in ((left, mine), (right, theirs))]
        both = values[0] if alone else pl.concat([v.alias("v") for v in values])
        kind = kind_of(name, both)
        reason = _useless(name, kind, values, alone) if why != "told" else None
        told = summary(both)
        if told.distinct == 0 or (told.distinct == 1 and told.filled >= FEW):
            reason = "constant"
        if reason is None:
            fields.append(Field(name, kind, mine, theirs, why, of))
        else:
            ignored += _ignored(mine, theirs, reason, alone)

    def without(gone: Collection[int], reason: str) -> list[Field]:
        for at in sorted(gone):
            ignored.extend(_ignored(fields[at].left, fields[at].right, reason, alone))
        return [f for at, f in enumerate(fields) if at not in gone]

    looked = _looked(fields, left, None if alone else right)
    gone = copies(looked)
    kept = [x for at, x in enumerate(looked) if at not in gone]
    fields = without(gone, "copy")
    fields = without(weakest(kept, MOST_FIELDS), "too_many")
    return without(_repeating(fields, left), "repeats"), ignored


def _ignored(mine: Sequence[str], theirs: Sequence[str], why: str, alone: bool) -> list[Ignored]:
    """Return the columns of a pair that is left out."""
    sides = (("left", mine),) if alone else (("left", mine), ("right", theirs))
    return [Ignored(side, c, why) for side, columns in sides for c in columns]


def _looked(
    fields: Sequence[Field], left: pl.DataFrame, right: pl.DataFrame | None
) -> list[Looked]:
    """Return what some rows hold of each field."""
    tables = [some_rows(t, LOOKED_AT) for t in (left, right) if t is not None]
    return [
        look(f.kind, [joined(t, c) for t, c in zip(tables, (f.left, f.right), strict=False)],
             is_told=f.why == "told", is_known=f.of in LOGICAL)
        for f in fields
    ]  # fmt: skip


def _repeating(fields: Sequence[Field], left: pl.DataFrame) -> set[int]:
    """Return the places of fields whose words another one has among its own."""
    wordy = [f for f in fields if f.kind in WORDY]
    words = {f: one_form(joined(left, f.left), NAME) for f in wordy}
    gone = set[int]()
    for at, field in reversed(list(enumerate(fields))):
        # Two with the same words in another order repeat each other: one of them stays.
        others = [f for k, f in enumerate(fields) if k not in gone and f in words]
        if field in words and any(_repeats(words, field, other) for other in others):
            gone.add(at)
    return gone


def _useless(name: str, kind: str, values: Sequence[pl.Series], alone: bool) -> str | None:
    """Return why a column cannot tell rows apart, None if it may."""
    if numbers_rows(name, kind, values):
        return "row_number"
    told = [summary(v) for v in values]
    unique = all(t.filled >= 20 and t.distinct == t.filled for t in told)
    if kind not in (CODE, NUMBER) or not unique:
        return None
    if alone:
        return "row_number"
    shared = len(set(values[0].drop_nulls()) & set(values[1].drop_nulls()))
    few = shared < 0.01 * min(t.filled for t in told)
    counts_rows = kind == NUMBER and shared > 0.95 * min(t.filled for t in told)
    return "row_number" if few or counts_rows else None


def _repeats(words: Mapping[Field, pl.Series], part: Field, whole: Field) -> bool:
    """Return whether a field only repeats words of another."""
    if part is whole:
        return False
    frame = pl.DataFrame({"p": words[part], "w": words[whole]})
    frame = some_rows(frame.drop_nulls(), LOOKED_AT)
    if frame.height < 10:
        return False
    rest = pl.col("p").str.split(" ").list.set_difference(pl.col("w").str.split(" "))
    inside = frame.select((pl.col("w") != pl.col("p")) & (rest.list.len() == 0)).to_series()
    return int(inside.sum()) >= REPEATED * len(inside)


def joined(table: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return columns of a table joined with a blank; missing only where all are."""
    parts = [pl.col(c).cast(pl.String).str.strip_chars().replace("", None) for c in columns]
    one = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return table.select(one.replace("", None).alias("v")).to_series()


def twins(fields: Sequence[Field]) -> tuple[tuple[int, int], ...]:
    """Return the fields of given and family name, which may stand in each other's place."""
    place = {plain(f.left[0]): at for at, f in enumerate(fields) if len(f.left) == 1}
    given = [place[n] for n in NAME_PARTS[0] if n in place]
    family = [place[n] for n in NAME_PARTS[2] if n in place]
    return tuple((a, b) for a in given[:1] for b in family[:1])
