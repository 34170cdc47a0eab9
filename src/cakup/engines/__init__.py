"""Engines that run SQL and the store that keeps versioned tables."""
