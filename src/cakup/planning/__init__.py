"""From the known uncovered to a lawful, affordable plan: criteria, purses, months, forecast."""
