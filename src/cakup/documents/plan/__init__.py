"""The papers of a plan: annexes, budget rows, letters, upload files, slips, pages for decisions."""
