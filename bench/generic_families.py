"""Families of tables without NIK, in the shape of the public test sets, with known truth.

Every family makes entities, and from each entity the rows in which it is written: most fields as
they are, some spoilt, some missing. ``entity`` is the truth and never shown to what is tested.
Nothing is a real person, firm or address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import polars as pl

from bench.generic_words import Drawn, digits, fewer_words, invented, spoilt

Row = dict[str, str | None]
Change = Callable[[Random, str], str]


@dataclass(frozen=True)
class Noise:
    """How rows are spoilt.

    Args:
        missing: Column → share of values that are missing.
        wrong: Column → share of the others that are spoilt.
        moved: Share of rows of an entity with another address.
        swapped: Share of rows whose first two columns are swapped.
        most: Rows of one entity at most.
        alone: Share of entities of one row.
    """

    missing: dict[str, float]
    wrong: dict[str, float]
    moved: float = 0.0
    swapped: float = 0.0
    most: int = 4
    alone: float = 0.5


@dataclass(frozen=True)
class Made:
    """A table and what a peer needs to know of it.

    Args:
        rows: ``entity`` and the columns of the family, all text.
        kinds: Column → ``name``, ``text``, ``date``, ``code``, ``number``, ``class`` or ``email``.
        rules: Blocking rules of the peer, each a tuple of SQL expressions.
        train: Two of them for its estimation.
    """

    rows: pl.DataFrame
    kinds: dict[str, str]
    rules: tuple[tuple[str, ...], ...]
    train: tuple[tuple[str, ...], ...]
    certain: tuple[tuple[str, ...], ...] = field(default_factory=tuple)


class Maker:
    """Draws what all families need.

    Args:
        seed: Seed of everything.
        n: Entities, to size the vocabularies.
    """

    def __init__(self, seed: int, n: int) -> None:
        self.chance = Random(seed)
        c = self.chance
        many = int(min(300 + n**0.7, 60_000))
        self.given = Drawn(c, invented(c, 700, (1, 2, 2), ("", "a", "e", "ia", "y", "o")), 1.0)
        self.family = Drawn(c, invented(c, many, (1, 2), ("", "son", "er", "ley", "ton", "s")), 0.8)
        self.street = Drawn(c, invented(c, max(many // 3, 200), (1, 2), ("", "field", "wood")), 0.5)
        self.town = invented(c, max(int(n**0.45), 30), (1, 2), ("ville", "ton", " park", "bury"))
        self.towns = Drawn(c, self.town, 0.7)
        self.code = {t: digits(c, 5) for t in self.town}
        self.area = {t: c.choice(("nw", "sw", "se", "ne", "ct", "wt")) for t in self.town}

    def day(self, first: int, last: int) -> str:
        """Return a date between two years, ISO."""
        c = self.chance
        return f"{c.randint(first, last)}-{c.randint(1, 12):02d}-{c.randint(1, 28):02d}"

    def address(self) -> Row:
        """Return where somebody lives."""
        c, town = self.chance, self.towns.one()
        kind = c.choice(("street", "street", "road", "avenue", "lane", "close", "place"))
        return {
            "street_number": str(int(c.paretovariate(0.7)) % 400 + 1),
            "street": f"{self.street.one()} {kind}", "suburb": town, "postcode": self.code[town],
            "state": self.area[town],
        }  # fmt: skip


def wrong_day(chance: Random, text: str) -> str:
    """Return a date written wrongly: a digit, or day for month, or the neighbouring year."""
    kind = chance.randrange(3)
    if kind == 0:
        return f"{text[:4]}-{text[8:]}-{text[5:7]}" if int(text[8:]) <= 12 else text
    if kind == 1:
        return f"{int(text[:4]) + chance.choice((-1, 1, 10, -10))}{text[4:]}"
    at = chance.choice((3, 6, 9))
    return text[:at] + chance.choice("123456789" if at == 3 else "12345678") + text[at + 1 :]


def another(column: str) -> Change:
    """Return how a column is spoilt."""
    if "date" in column or column == "dob":
        return wrong_day
    if column in ("street", "address", "company", "name", "full_name", "occupation"):
        return lambda c, t: fewer_words(c, t) if c.random() < 0.4 else spoilt(c, t)
    return spoilt


def written(maker: Maker, entities: list[Row], noise: Noise, fresh: Callable[[], Row]) -> list[Row]:
    """Return the rows of entities.

    Args:
        maker: Source of chance.
        entities: Their true values.
        noise: How they are spoilt.
        fresh: Makes another address.
    """
    c, rows = maker.chance, []
    columns = list(entities[0])
    changes = {name: another(name) for name in columns}
    for number, entity in enumerate(entities):
        extra = 0 if c.random() < noise.alone else c.randint(1, noise.most - 1)
        for _ in range(1 + extra):
            row = dict(entity)
            if noise.moved and c.random() < noise.moved:
                row.update(fresh())
            for name in columns:
                value = row[name]
                if value is None or c.random() < noise.missing.get(name, 0.0):
                    row[name] = None
                elif c.random() < noise.wrong.get(name, 0.0):
                    row[name] = changes[name](c, value) or None
            if noise.swapped and c.random() < noise.swapped:
                row[columns[0]], row[columns[1]] = row[columns[1]], row[columns[0]]
            row["entity"] = str(number)
            rows.append(row)
    c.shuffle(rows)
    return rows


def persons(seed: int, n: int, hole: float = 0.1, most: int = 5) -> Made:
    """Persons as in FEBRL: names in two columns, address in parts, birth date, telephone."""
    m = Maker(seed, n)
    entities = []
    for _ in range(n):
        home = m.address()
        entities.append({
            "given_name": m.given.one(), "surname": m.family.one(), **home,
            "date_of_birth": m.day(1925, 2008), "phone_number": "0" + digits(m.chance, 9),
        })  # fmt: skip
    names = list(entities[0])
    noise = Noise(
        dict.fromkeys(names, hole), dict.fromkeys(names, 0.18) | {"state": 0.05}, moved=0.1,
        swapped=0.04, most=most,
    )  # fmt: skip
    kinds = dict(zip(names, ("name", "name", "number", "text", "text", "code", "class", "date",
                             "code"), strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, m.address)), kinds,
        (("given_name", "surname"), ("date_of_birth",), ("surname", "postcode"),
         ("phone_number",), ("substr(given_name,1,3)", "substr(surname,1,3)", "suburb"),
         ("street", "street_number")),
        (("given_name", "surname"), ("date_of_birth",)),
        (("given_name", "surname", "date_of_birth"), ("phone_number", "surname")),
    )  # fmt: skip


FORMS = (
    ("pty ltd", "proprietary limited", "p/l"), ("inc", "incorporated", "inc."),
    ("llc", "l.l.c.", "limited liability company"), ("gmbh", "g.m.b.h.", "ges. m. b. h."),
    ("ltd", "limited", "ltd."),
)  # fmt: skip
TRADES = (
    "trading",
    "foods",
    "construction",
    "logistics",
    "textile",
    "bakery",
    "motors",
    "services",
    "consulting",
    "farms",
    "engineering",
    "media",
    "travel",
    "electrical",
    "plumbing",
)


def companies(seed: int, n: int) -> Made:
    """Firms: name with trade and legal form, street, town, telephone, web address."""
    m = Maker(seed, n)
    c, entities = m.chance, []
    for _ in range(n):
        home, name = m.address(), m.family.one()
        if c.random() < 0.3:
            name += " " + c.choice(("and ", "")) + m.family.one()
        trade = c.choice(TRADES)
        web = f"{name.replace(' ', '')[:14]}{c.choice(('', trade[:4]))}.com"
        entities.append({
            "company": f"{name} {trade}", "address": f"{home['street_number']} {home['street']}",
            "city": home["suburb"], "zip": home["postcode"], "phone": digits(c, 10),
            "website": web, "employees": str(int(c.paretovariate(0.8))),
        })  # fmt: skip

    def moved() -> Row:
        home = m.address()
        return {"address": f"{home['street_number']} {home['street']}", "city": home["suburb"],
                "zip": home["postcode"]}  # fmt: skip

    names = list(entities[0])
    noise = Noise(
        {"company": 0.0, "address": 0.15, "city": 0.1, "zip": 0.25, "phone": 0.4, "website": 0.55,
         "employees": 0.3},
        {"company": 0.35, "address": 0.3, "city": 0.12, "zip": 0.08, "phone": 0.08,
         "website": 0.1, "employees": 0.3},
        moved=0.12, most=4,
    )  # fmt: skip
    rows = written(m, entities, noise, moved)
    forms = [c.choice(FORMS) for _ in entities]
    for row in rows:
        if row["company"] and c.random() < 0.8:
            row["company"] += " " + c.choice(forms[int(row["entity"] or 0)])
    kinds = dict(zip(names, ("company", "text", "text", "code", "code", "code", "number"),
                     strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(rows), kinds,
        (("substr(company,1,6)", "city"), ("phone",), ("website",), ("address",),
         ("substr(company,1,8)",), ("zip", "substr(company,1,3)")),
        (("phone",), ("substr(company,1,6)", "zip")),
        (("company", "phone"), ("company", "address")),
    )  # fmt: skip


JOBS = (
    "farmer",
    "writer",
    "painter",
    "clergyman",
    "politician",
    "physician",
    "lawyer",
    "merchant",
    "soldier",
    "actor",
    "engineer",
    "composer",
    "teacher",
    "sailor",
    "weaver",
)


def historical(seed: int, n: int) -> Made:
    """Persons of old registers: full name in one column, many rows each, half of it missing."""
    m = Maker(seed, n)
    entities = []
    for _ in range(n):
        home, given, family = m.address(), m.given.one(), m.family.one()
        middle = f" {m.given.one()}" if m.chance.random() < 0.4 else ""
        entities.append({
            "full_name": f"{given}{middle} {family}", "first_name": given, "dob":
            m.day(1620, 1920), "birth_place": home["suburb"], "postcode_fake": home["postcode"],
            "gender": m.chance.choice(("male", "female")), "occupation": m.chance.choice(JOBS),
        })  # fmt: skip
    noise = Noise(
        {"full_name": 0.02, "first_name": 0.05, "dob": 0.25, "birth_place": 0.3,
         "postcode_fake": 0.35, "gender": 0.45, "occupation": 0.6},
        {"full_name": 0.35, "first_name": 0.25, "dob": 0.2, "birth_place": 0.15,
         "postcode_fake": 0.15, "gender": 0.02, "occupation": 0.25},
        most=20, alone=0.2,
    )  # fmt: skip
    kinds = {"full_name": "name", "first_name": "name", "dob": "date", "birth_place": "text",
             "postcode_fake": "code", "gender": "class", "occupation": "class"}  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, dict)), kinds,
        (("full_name",), ("substr(full_name,1,3)", "dob"), ("first_name", "postcode_fake"),
         ("dob", "birth_place"), ("substr(full_name,1,6)", "birth_place"),
         ("dob", "substr(postcode_fake,1,3)")),
        (("full_name",), ("dob", "first_name")),
        (("full_name", "dob"), ("full_name", "postcode_fake")),
    )  # fmt: skip


def voters(seed: int, n: int) -> Made:
    """Voters: three names, age, sex, county, house, street, town, telephone mostly missing."""
    m = Maker(seed, n)
    c, entities = m.chance, []
    for _ in range(n):
        home = m.address()
        entities.append({
            "first_name": m.given.one(), "last_name": m.family.one(), "middle_name": m.given.one(),
            "sex": c.choice(("M", "F")), "birth_year": str(c.randint(1930, 2006)),
            "race": c.choices(("W", "B", "A", "O", "U"), (60, 22, 4, 6, 8))[0],
            "house_num": home["street_number"], "street_name": home["street"],
            "city": home["suburb"], "zip_code": home["postcode"], "phone": digits(c, 10),
        })  # fmt: skip

    def moved() -> Row:
        h = m.address()
        return {"house_num": h["street_number"], "street_name": h["street"], "city": h["suburb"],
                "zip_code": h["postcode"]}  # fmt: skip

    noise = Noise(
        {"middle_name": 0.3, "sex": 0.05, "birth_year": 0.02, "race": 0.1, "house_num": 0.02,
         "street_name": 0.02, "city": 0.01, "zip_code": 0.01, "phone": 0.6},
        {"first_name": 0.1, "last_name": 0.08, "middle_name": 0.15, "birth_year": 0.05,
         "house_num": 0.05, "street_name": 0.1, "city": 0.04, "zip_code": 0.03, "phone": 0.05,
         "sex": 0.01, "race": 0.04},
        moved=0.2, most=3, alone=0.6,
    )  # fmt: skip
    kinds = {"first_name": "name", "last_name": "name", "middle_name": "name", "sex": "class",
             "birth_year": "number", "race": "class", "house_num": "number", "street_name": "text",
             "city": "text", "zip_code": "code", "phone": "code"}  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, moved)), kinds,
        (("first_name", "last_name", "birth_year"), ("last_name", "street_name", "house_num"),
         ("phone",), ("first_name", "zip_code", "birth_year"),
         ("last_name", "zip_code", "substr(first_name,1,1)", "birth_year"),
         ("first_name", "last_name", "middle_name")),
        (("first_name", "last_name", "birth_year"), ("street_name", "house_num", "zip_code")),
        (("first_name", "last_name", "middle_name", "birth_year"),),
    )  # fmt: skip
