"""Families written after classes of related pairs were learnt, and never used to tune them.

Each is made of entities that are alike for a reason, another one than relatives of one address:
siblings at school, members of one branch, sizes and colours of one article. ``visits`` and
``orders`` came last, with what tells the day, the amount, and the article from who it was.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from bench.generic_families import Made, Maker, Noise, Row, written
from bench.generic_unseen import payers
from bench.generic_words import Drawn, digits, invented


def pupils(seed: int, n: int) -> Made:
    """Pupils: one name, birth date, class and school of the year, guardian and his telephone."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    schools = [f"{word} {kind}" for word in invented(c, max(n // 150, 4), (1, 2), ("", "a"))
               for kind in ("primary", "middle")]  # fmt: skip
    while len(entities) < n:
        family, village = m.family.one(), m.towns.one()
        guardian, phone = f"{m.given.one()} {family}", "0" + digits(c, 10)
        school, born = c.choice(schools), m.day(2006, 2018)
        for _ in range(c.choice((1, 1, 1, 2, 2, 3))):
            born = born if c.random() < 0.06 else m.day(2006, 2018)
            entities.append({
                "pupil": f"{m.given.one()} {family}", "born": born,
                "class": f"{c.randint(1, 9)}{c.choice('abc')}", "school": school,
                "guardian": guardian, "guardian_phone": phone, "village": village,
            })  # fmt: skip

    def next_year() -> Row:
        return {"class": f"{c.randint(1, 9)}{c.choice('abc')}",
                "school": c.choice(schools)}  # fmt: skip

    names = list(entities[0])
    noise = Noise(
        {"pupil": 0.0, "born": 0.2, "class": 0.1, "school": 0.05, "guardian": 0.3,
         "guardian_phone": 0.4, "village": 0.2},
        {"pupil": 0.2, "born": 0.12, "class": 0.02, "school": 0.1, "guardian": 0.2,
         "guardian_phone": 0.08, "village": 0.1},
        moved=0.25, most=4,
    )  # fmt: skip
    kinds = dict(zip(names, ("name", "date", "class", "text", "name", "code", "text"), strict=True))
    return Made(
        pl.DataFrame(written(m, entities, noise, next_year)), kinds,
        (("pupil",), ("born",), ("guardian_phone", "substr(pupil,1,1)"),
         ("substr(pupil,1,4)", "village"), ("guardian", "substr(pupil,1,2)"),
         ("substr(pupil,1,4)", "school", "class")),
        (("pupil",), ("born", "school")), (("pupil", "born"),),
    )  # fmt: skip


def members(seed: int, n: int) -> Made:
    """Members of cooperatives: the address and telephone are those of the branch, savings vary."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    branches = []
    for _ in range(max(n // 60, 5)):
        home = m.address()
        branches.append({
            "branch": f"{m.family.one()} {c.choice(('tani', 'karya', 'niaga', 'mina'))}",
            "branch_address": f"{home['street']} {home['street_number']}", "town": home["suburb"],
            "branch_phone": digits(c, 9),
        })  # fmt: skip
    for _ in range(n):
        entities.append({
            "member": f"{m.given.one()} {m.family.one()}", "sex": c.choice(("l", "p")),
            "joined": m.day(1995, 2025), "member_no": digits(c, 6),
            "savings": str(c.randint(10, 900) * 5_000), **c.choice(branches),
        })  # fmt: skip

    def later() -> Row:
        return {"savings": str(c.randint(10, 900) * 5_000)}

    names = list(entities[0])
    noise = Noise(
        {"sex": 0.1, "joined": 0.35, "member_no": 0.45, "savings": 0.1, "branch": 0.05,
         "branch_address": 0.2, "town": 0.1, "branch_phone": 0.3},
        {"member": 0.25, "joined": 0.12, "member_no": 0.12, "branch": 0.1, "branch_address": 0.15,
         "town": 0.05, "branch_phone": 0.05},
        moved=0.5, most=4,
    )  # fmt: skip
    kinds = dict(zip(names, ("name", "class", "date", "code", "number", "text", "text", "text",
                             "code"), strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, later)), kinds,
        (("member",), ("member_no",), ("joined", "substr(member,1,1)"),
         ("substr(member,1,3)", "branch"), ("substr(member,1,4)", "branch_phone"),
         ("substr(member,1,5)", "town")),
        (("member",), ("joined", "town")), (("member", "joined"), ("member_no",)),
    )  # fmt: skip


COLOURS = ("black", "white", "red", "blue", "green", "grey", "brown", "silver", "yellow", "pink")


def goods(seed: int, n: int) -> Made:
    """Articles of several shops: every colour and size is an article of its own; prices differ."""
    m = Maker(seed, n)
    c, entities = m.chance, list[Row]()
    makers = Drawn(c, invented(c, max(n // 40, 8), (1, 2), ("", "ex", "ia", "o")), 0.7)
    things = invented(c, 120, (1, 2), ("er", "le", "box", "lamp", "set"))
    while len(entities) < n:
        maker, price = makers.one(), c.randint(20, 4_000) * 500
        title = (
            f"{m.family.one()} {c.choice(things)} {c.choice(('pro', 'mini', 'plus', 'classic'))}"
        )
        model = f"{c.choice('abcdefgh')}{c.choice('rstxz')}-{digits(c, 4)}"
        for _ in range(c.choice((1, 1, 2, 3, 4))):
            entities.append({
                "maker": maker, "title": title, "model": model, "colour": c.choice(COLOURS),
                "size_cm": str(c.randint(5, 240)), "ean": "89" + digits(c, 11),
                "price": str(price),
            })  # fmt: skip

    def elsewhere() -> Row:
        return {"price": str(c.randint(20, 4_000) * 500)}

    names = list(entities[0])
    noise = Noise(
        {"maker": 0.1, "model": 0.3, "colour": 0.15, "size_cm": 0.2, "ean": 0.6, "price": 0.1},
        {"maker": 0.08, "title": 0.4, "model": 0.12, "colour": 0.03, "size_cm": 0.06, "ean": 0.05},
        moved=0.4, most=5,
    )  # fmt: skip
    kinds = dict(zip(names, ("text", "text", "code", "class", "number", "code", "number"),
                     strict=True))  # fmt: skip
    return Made(
        pl.DataFrame(written(m, entities, noise, elsewhere)), kinds,
        (("title",), ("ean",), ("model", "colour"), ("substr(title,1,5)", "maker"),
         ("model", "size_cm"), ("maker", "colour", "size_cm")),
        (("title", "colour"), ("model", "size_cm")), (("ean",), ("title", "colour", "size_cm")),
    )  # fmt: skip


def visits(seed: int, n: int) -> Made:
    """Payers with the day and the amount of each visit, which no two rows have in common."""
    made, c = payers(seed, n), Maker(seed + 1, n).chance
    days = [f"{c.randint(2023, 2025)}-{c.randint(1, 12):02d}-{c.randint(1, 28):02d}"
            for _ in range(made.rows.height)]  # fmt: skip
    spent = [str(round(c.lognormvariate(11.5, 0.8), -2)) for _ in days]
    # Who sets up the peer knows that these say nothing of who it is.
    rows = made.rows.with_columns(visited=pl.Series(days), spent=pl.Series(spent))
    return replace(made, rows=rows)


def orders(seed: int, n: int) -> Made:
    """Payers with what each ordered, when, from whom and how it was paid: nothing of it is who."""
    made, c = payers(seed, n), Maker(seed + 1, n).chance
    makers, things = invented(c, 30, (1, 2), ("ex", "ia")), invented(c, 60, (1, 2), ("er", "box"))
    articles = Drawn(c, [f"{c.choice(makers)} {c.choice(things)} {kind}" for _ in range(60)
                         for kind in ("mini", "plus", "classic")], 0.7)  # fmt: skip
    clerks = [f"{a} {b}" for a, b in zip(invented(c, 30, (1, 2), ("a", "o")), makers, strict=True)]
    rows = made.rows.height
    more = {
        "ordered": [f"{c.randint(2023, 2025)}-{c.randint(1, 12):02d}-{c.randint(1, 28):02d}"
                    for _ in range(rows)],
        "total": [f"{c.lognormvariate(4.0, 0.8):.2f}" for _ in range(rows)],
        "article": [articles.one() for _ in range(rows)],
        "clerk": [c.choice(clerks) if c.random() < 0.9 else None for _ in range(rows)],
        "store": [f"S{c.randint(100, 160)}" for _ in range(rows)],
        "pieces": [str(c.randint(1, 9)) for _ in range(rows)],
        "paid_by": [c.choice(("card", "cash", "transfer", "voucher")) for _ in range(rows)],
    }  # fmt: skip
    # Who sets up the peer knows that these say nothing of who it is.
    return replace(made, rows=made.rows.with_columns(**{k: pl.Series(v) for k, v in more.items()}))
