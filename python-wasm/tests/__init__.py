"""Tests of the snapshot step that run under native CPython."""
