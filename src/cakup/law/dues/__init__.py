"""When it is to be paid, and what follows if it is not."""
