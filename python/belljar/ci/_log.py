"""What a job prints. Nothing in it is a command to the service, except for annotations that are made here."""

from __future__ import annotations

import re
import sys

from belljar.errors import visible

# `##[…]` and `##vso[…]` count anywhere in a line, and so do the marks of sections.
_COMMAND = re.compile(r"#(?=#+[A-Za-z0-9._-]*\[)|:(?=:)|(?<=section_start)(?=:)|(?<=section_end)(?=:)")
_LONGEST = 2_000


class Failure(Exception):  # noqa: N818 it is what the user reads
    """Why nothing could be checked: exit code 2."""


def plain(text: str) -> str:
    """A text as one line, without anything that acts on a terminal or a log."""
    shown = _COMMAND.sub(lambda found: found[0] + " ", visible(text).replace("\n", " ").replace("\t", " "))
    return shown[:_LONGEST]


class Log:
    """A log that has no annotations."""

    def say(self, text: str) -> None:
        """A line of the log."""
        print(f"belljar: {plain(text)}", flush=True)

    def notice(self, text: str) -> None:
        """What the user may want to change."""
        self.say(f"note: {text}")

    def fail(self, text: str) -> None:
        """Why nothing was checked."""
        print(f"belljar: {plain(text)}", file=sys.stderr, flush=True)


class GitHubLog(Log):
    """The log of GitHub Actions: notices are shown with the run."""

    def notice(self, text: str) -> None:
        """An annotation without a place."""
        print(f"::notice title=Belljar::{plain(text).replace('%', '%25')}", flush=True)

    def fail(self, text: str) -> None:
        """An annotation, and the reason."""
        super().fail(text)
        print(f"::error title=Belljar::{plain(text).replace('%', '%25')}", flush=True)


class AzureLog(Log):
    """The log of Azure Pipelines."""

    def notice(self, text: str) -> None:
        """A warning of the run, as there is nothing less."""
        print(f"##vso[task.logissue type=warning]{azure(plain(text))}", flush=True)

    def fail(self, text: str) -> None:
        """An error of the run, and the reason."""
        super().fail(text)
        print(f"##vso[task.logissue type=error]{azure(plain(text))}", flush=True)


def azure(text: str) -> str:
    """A value in a command of Azure Pipelines."""
    for letter, escaped in (("%", "%AZP25"), (";", "%3B"), ("]", "%5D"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(letter, escaped)
    return text
