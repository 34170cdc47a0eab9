"""Words and values that every part speaks: errors, months, identifiers, tables, figures, ports."""
