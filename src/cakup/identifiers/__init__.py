"""NIK and dates as Polars columns: damage, evidence, what a NIK implies."""
