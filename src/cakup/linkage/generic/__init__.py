"""Linkage of tables of anything: columns of any name and kind, no NIK, no labels."""
