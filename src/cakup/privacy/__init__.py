"""Small-cell suppression and masking."""
