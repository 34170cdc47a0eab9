"""The money problem over strata: exact bounds from HiGHS in a process of its own, names outside."""
