"""Denominators, measures, targets, decomposition of change, estimates."""
