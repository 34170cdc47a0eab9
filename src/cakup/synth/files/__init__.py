"""The city's files in the shapes that offices send."""

from __future__ import annotations
