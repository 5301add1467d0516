"""`python -I -m belljar.ci`: the same as `belljar-ci`."""

from __future__ import annotations

from belljar.ci._main import main

main()
