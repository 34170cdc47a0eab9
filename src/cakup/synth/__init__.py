"""A fictitious city with known truth, for demo, tests and accuracy figures."""
