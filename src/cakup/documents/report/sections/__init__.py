"""The report's sections, each a question and its picture."""
