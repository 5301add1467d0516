"""The options of `belljar-ci`.

Each can be a variable too: `--fail-on` is `BELLJAR_CI_FAIL_ON`. Several values are lines.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from belljar._version import __version__
from belljar.ci._log import Failure

PREFIX = "BELLJAR_CI_"
_ONE: Tuple[Tuple[str, str, str], ...] = (
    ("repository", ".", "where the repository was checked out; default: this directory"),
    ("path", ".", "the directory with the models, below the repository"),
    ("base", "", "the revision to compare with; default: by the event of the pipeline"),
    ("head", "", "the revision to check; default: what is checked out"),
    ("default-branch", "", "the branch that others are compared with, where the service does not say it"),
    ("program", "", "the program belljar; default: the one that is installed beside this one"),
    ("fail-on", "", "the severity from which on a finding fails the check: error, warning, note, never"),
    ("config-from", "base", "whose settings and silencing comments count: base, head"),
    ("config", "", "a belljar.toml to use in place of that of the base"),
    ("dbt-catalog", "", "the catalog of the one manifest of dbt, where it is not beside it"),
    ("comment", "auto", "a comment on the pull request: auto, true, false"),
    ("comment-author", "", "whose comment is rewritten, where the service does not say whose token it is"),
    ("reports", "", "the folder for reports; default: a new one"),
)
MANY = ("dbt", "dataform", "lookml", "tableau", "contract", "wheelhouse")
_CHOICES: Dict[str, Tuple[str, ...]] = {
    "fail-on": ("", "error", "warning", "note", "never"),
    "config-from": ("base", "head"),
    "comment": ("auto", "true", "false"),
}


@dataclass(frozen=True)
class Settings:
    """What the operator asked for."""

    service: str
    step: str
    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: Sequence[str] = ()

    def __getitem__(self, name: str) -> str:
        return self.one[name]


def lines(text: str) -> List[str]:
    """The lines of a value that have something in them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def parse(arguments: Optional[Sequence[str]], environment: Mapping[str, str]) -> Settings:
    """The options of the command line and of the environment."""
    parser = argparse.ArgumentParser(
        prog="belljar-ci",
        description="Check what a pipeline's change does to the schema, and hand the results to the service.",
        epilog=f"Each option can also be a variable, `{PREFIX}…`. What follows `--` is passed on to `belljar check`.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"belljar-ci {__version__}")
    parser.add_argument("service", nargs="?", default="auto", choices=("auto", *sorted(SIGNS)))
    parser.add_argument("--step", default="all", choices=("all", "check", "report"), help=argparse.SUPPRESS)
    for name, default, text in _ONE:
        said = environment.get(PREFIX + name.replace("-", "_").upper(), "")
        parser.add_argument(f"--{name}", default=said or default, help=text.replace("%", "%%"))
    for name in MANY:
        parser.add_argument(f"--{name}", action="append", help="as that of `belljar check`; can be repeated")
    own, passed = _split(arguments)
    found = vars(parser.parse_args(own))
    one = {name: str(found[name.replace("-", "_")]) for name, _, _ in _ONE}
    for name, choices in _CHOICES.items():
        if one[name] not in choices:
            listed = ", ".join(choice for choice in choices if choice)
            raise Failure(f"`{name}` is `{one[name]}`, which is none of {listed}")
    many = {name: found[name] or lines(environment.get(PREFIX + name.upper(), "")) for name in MANY}
    options = [*lines(environment.get(PREFIX + "OPTIONS", "")), *passed]
    return Settings(_service(found["service"], environment), found["step"], one, many, _checked(options))


def _split(arguments: Optional[Sequence[str]]) -> Tuple[Optional[Sequence[str]], Sequence[str]]:
    if arguments is None or "--" not in arguments:
        return arguments, ()
    at = list(arguments).index("--")
    return arguments[:at], arguments[at + 1 :]


def _checked(options: Sequence[str]) -> Sequence[str]:
    """Options of `belljar check`, one in a line: `--only=app` and not `--only app`."""
    for option in options:
        if not option.startswith("--") or option == "--":
            raise Failure(
                f"`{option}` is no option such as `--only=app`: each is one word, with its value behind `=`"
            )
    return options


# The variables by which a service is known.
SIGNS = {
    "azure": "TF_BUILD",
    "bitbucket": "BITBUCKET_BUILD_NUMBER",
    "github": "GITHUB_ACTIONS",
    "gitlab": "GITLAB_CI",
}


def _service(named: str, environment: Mapping[str, str]) -> str:
    if named != "auto":
        return named
    found = [service for service, sign in SIGNS.items() if environment.get(sign)]
    if len(found) != 1:
        raise Failure(f"this is no job of a service that is known; name one: {', '.join(sorted(SIGNS))}")
    return found[0]
