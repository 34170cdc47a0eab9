"""Spells and payments become person-months; activity, lapse, waiting months."""
