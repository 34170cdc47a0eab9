"""Families in which one owner has several of a kind, and siblings without a birth date.

Written to tell who moved from who is somebody else: the owner's name and town are those of all his
cars, the parents' names those of all their children.
"""

from __future__ import annotations

import string

import polars as pl

from bench.generic_families import Made, Maker, Noise, Row, written
from bench.generic_later import COLOURS
from bench.generic_words import digits, invented


def cars(seed: int, n: int) -> Made:
    """Insured cars: owners have up to three, some are sold; premiums are another each year."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    makers = {
        maker: invented(c, 4, (1, 2), ("a", "o", "ix")) for maker in invented(c, 9, (2,), ("",))
    }

    def plate() -> str:
        return f"{''.join(c.choices(string.ascii_lowercase, k=3))} {digits(c, 3)}"

    while len(entities) < n:
        owner, home = f"{m.given.one()} {m.family.one()}", m.address()
        for _ in range(c.choice((1, 1, 1, 1, 2, 3))):
            maker = c.choice(list(makers))
            entities.append({
                "owner": owner, "postcode": home["postcode"], "maker": maker,
                "model": c.choice(makers[maker]), "built": str(c.randint(1998, 2024)),
                "colour": c.choice(COLOURS), "plate": plate(), "engine_no": "e" + digits(c, 7),
                "premium": "0",
            })  # fmt: skip

    names = list(entities[0])
    noise = Noise(
        {"postcode": 0.15, "maker": 0.05, "model": 0.2, "built": 0.15, "colour": 0.3,
         "plate": 0.2, "engine_no": 0.6},
        {"owner": 0.15, "model": 0.05, "plate": 0.12, "engine_no": 0.06},
        moved=0.08, most=4,
    )  # fmt: skip

    def sold() -> Row:
        home = m.address()
        return {"owner": f"{m.given.one()} {m.family.one()}", "postcode": home["postcode"]}

    rows = written(m, entities, noise, sold)
    for row in rows:
        row["premium"] = f"{c.lognormvariate(6.0, 0.4):.2f}"
    kinds = dict(zip(names[:-1], ("name", "code", "class", "text", "number", "class", "code",
                                  "code"), strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(rows), kinds,
        (("plate",), ("engine_no",), ("owner", "maker"), ("postcode", "model", "built"),
         ("substr(owner,1,6)", "model"), ("postcode", "built", "colour")),
        (("plate",), ("owner", "model")), (("plate", "model"), ("engine_no",)),
    )  # fmt: skip


def baptised(seed: int, n: int) -> Made:
    """Children of a register without birth dates: parents, village and trade are the siblings'."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    while len(entities) < n:
        family, village = m.family.one(), m.towns.one()
        father, mother = m.given.one(), m.given.one()
        for _ in range(c.choice((1, 1, 2, 3))):
            entities.append({
                "forename": m.given.one(), "surname": family, "sex": c.choice(("m", "f")),
                "village": village, "father": father, "mother": mother,
                "trade": c.choice(("farmer", "weaver", "smith", "miller", "mason", "tailor")),
            })  # fmt: skip
    names = list(entities[0])
    noise = Noise(
        {"sex": 0.1, "village": 0.1, "father": 0.35, "mother": 0.45, "trade": 0.4},
        {"forename": 0.25, "surname": 0.3, "father": 0.2, "mother": 0.2, "village": 0.1},
        moved=0.1, most=4,
    )  # fmt: skip

    def elsewhere() -> Row:
        return {"village": m.towns.one()}

    kinds = dict(zip(names, ("name", "name", "class", "text", "name", "name", "class"),
                     strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, elsewhere)), kinds,
        (("forename", "surname"), ("surname", "village"), ("forename", "village", "father"),
         ("substr(surname,1,3)", "father", "mother"),
         ("substr(forename,1,2)", "substr(surname,1,4)", "sex"), ("forename", "father", "mother")),
        (("forename", "surname"), ("village", "father")), (("forename", "surname", "father"),),
    )  # fmt: skip
