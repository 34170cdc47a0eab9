"""What is owed when something happens: one function per rule."""
