"""Employers: whom they report, whom they do not, at what wage, in which programmes."""
