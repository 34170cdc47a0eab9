"""Kemendagri codes and names, levels, BPS bridge, changes, boundaries, tile grid."""
