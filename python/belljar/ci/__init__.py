"""`belljar-ci`: what a job of GitHub Actions, GitLab, Bitbucket or Azure Pipelines does around `belljar check`.

It finds the base of the change, runs the check, and hands the results to the service. It needs only Python's own
library.
"""

from __future__ import annotations

from belljar.ci._main import main

__all__ = ["main"]
