"""The law as code: dated parameters with their source, and one function per rule.

::

    from cakup import law

    law.at("2026-04-01").contribution(segment="bpu", base=1_000_000, payer="self")
    law.explain(event="death", programme="JKK", on="2026-05-10", wage=3_000_000)

Nothing here is legal advice. A value that nobody has confirmed marks every amount that it touches.
"""
