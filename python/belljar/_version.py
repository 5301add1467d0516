"""The version, which is that of the program: `packaging/wheel.py` demands it."""

__version__ = "0.1.0"
