"""The page of a plan: scenarios side by side, what binds, and pagu beside names."""
