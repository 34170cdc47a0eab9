"""Two families written after the engine was finished and never looked at while it was made."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bench.generic_families import Made, Maker, Noise, Row, written
from bench.generic_words import digits


def patients(seed: int, n: int, sizes: Sequence[int] = (1, 1, 2, 3, 4)) -> Made:
    """Patients of households: relatives share surname, address and telephone; some are twins.

    Args:
        seed: Seed of everything.
        n: Entities.
        sizes: Persons of a household, one of these.
    """
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    while len(entities) < n:
        home, family, phone = m.address(), m.family.one(), "0" + digits(c, 9)
        line = f"{home['street_number']} {home['street']}"
        born = m.day(1940, 2015)
        for _ in range(c.choice(sizes)):
            born = born if c.random() < 0.05 else m.day(1940, 2015)
            entities.append({
                "first": m.given.one(), "last": family, "dob": born,
                "gender": c.choice(("m", "f")), "line1": line,
                "town": home["suburb"], "zip": home["postcode"], "tel": phone,
            })  # fmt: skip
    names = list(entities[0])
    noise = Noise(
        dict.fromkeys(names, 0.2), dict.fromkeys(names, 0.12) | {"gender": 0.02}, moved=0.08,
        swapped=0.02, most=4,
    )  # fmt: skip

    def moved() -> Row:
        h = m.address()
        return {"line1": f"{h['street_number']} {h['street']}", "town": h["suburb"],
                "zip": h["postcode"]}  # fmt: skip

    kinds = {"first": "name", "last": "name", "dob": "date", "gender": "class", "line1": "text",
             "town": "text", "zip": "code", "tel": "code"}  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, moved)), kinds,
        (("first", "last"), ("dob",), ("tel", "substr(first,1,1)"), ("last", "zip"),
         ("substr(first,1,3)", "substr(last,1,3)", "town"), ("line1", "first")),
        (("first", "last"), ("dob",)), (("first", "last", "dob"),),
    )  # fmt: skip


def payers(seed: int, n: int) -> Made:
    """Payers of a web shop: one name column, e-mail, city, card digits, birth year."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    for _ in range(n):
        given, family, home = m.given.one(), m.family.one(), m.address()
        mail = f"{given[:1]}{c.choice(('.', '_', ''))}{family}{c.choice(('', digits(c, 2)))}"
        mail += f"@{c.choice(('mail', 'post', 'inbox'))}.com"
        entities.append({
            "payer": f"{given} {family}", "mail": mail,
            "city": home["suburb"], "card_last4": digits(c, 4), "yob": str(c.randint(1940, 2006)),
            "currency": "usd",
        })  # fmt: skip
    noise = Noise(
        {"mail": 0.3, "city": 0.3, "card_last4": 0.4, "yob": 0.35},
        {"payer": 0.25, "mail": 0.15, "city": 0.1, "card_last4": 0.25, "yob": 0.05},
        most=6,
    )  # fmt: skip
    kinds = {"payer": "name", "mail": "email", "city": "text", "card_last4": "code",
             "yob": "number"}  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, dict)), kinds,
        (("payer",), ("mail",), ("card_last4", "yob"), ("substr(payer,1,4)", "city"),
         ("substr(payer,1,3)", "yob"), ("card_last4", "substr(payer,1,1)")),
        (("payer",), ("mail",)), (("payer", "mail"),),
    )  # fmt: skip
