"""Files to begin a plan with."""
