"""What is to be paid: one function per rule, the same for a person and for a column."""
