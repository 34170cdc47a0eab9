"""A fictitious city with known truth, for the demo, tests and accuracy figures."""

from __future__ import annotations

from cakup.synth.making import City, city, parts
from cakup.synth.noise import NOISE, Noise
from cakup.synth.spec import Spec

__all__ = ["NOISE", "City", "Noise", "Spec", "city", "parts"]
