"""The next months: who stays covered, who lapses, who dies; exact means and drawn intervals."""
