"""A second, separate maker of messy office files, written from the domain notes alone."""
