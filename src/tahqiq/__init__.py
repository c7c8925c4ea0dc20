"""Tahqiq: a reading desk for war monitors."""

__version__ = "0.1.0"
