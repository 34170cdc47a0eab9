"""Normal forms of personal names: titles, abbreviations, old spelling, skeletons."""
