"""Records become persons: evidence, blocking, scoring, clusters, review."""
