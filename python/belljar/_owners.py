"""Whether CODEOWNERS gives a file an owner, as `belljar impact` reads it: the rules of GitHub or of GitLab."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Pattern, Tuple

# Where GitHub looks, then GitLab; the first that is there is taken.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
LARGEST = 3 << 20
LONGEST_PATTERN = 1_000
MOST_RULES = 20_000

_HEADER = re.compile(r"\^?\[(?P<name>[^\]]*)\](?:\[\d+\])?(?:\s+(?P<default>.*))?$")


@dataclass
class _Rule:
    pattern: Pattern[str]
    excludes: bool
    owned: bool


@dataclass
class _Section:
    default: bool = False
    rules: List[_Rule] = field(default_factory=list)

    def owns(self, path: str) -> bool:
        """Whether the last rule that fits names somebody."""
        fitting = [rule for rule in self.rules if rule.pattern.fullmatch(path)]
        if not fitting or any(rule.excludes for rule in fitting):
            return False
        return fitting[-1].owned or self.default


class Owners:
    """The rules of one file."""

    def __init__(self, text: str, place: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        gitlab = place.startswith(".gitlab/") or any(_HEADER.match(line) for line in lines)
        self._sections: Dict[str, _Section] = {"": _Section()}
        current = self._sections[""]
        count = 0
        for line in lines:
            if not line or line.startswith("#"):
                continue
            header = _HEADER.match(line) if gitlab else None
            if header:
                current = self._sections.setdefault(header["name"].strip().lower(), _Section())
                current.default = current.default or bool(header["default"])
                continue
            count += 1
            if count > MOST_RULES:
                break
            rule = _rule(line, gitlab=gitlab)
            if rule is not None:
                current.rules.append(rule)

    def owns(self, path: str) -> bool:
        """Whether somebody owns a file, by its path from the root."""
        return any(section.owns(path.lstrip("/")) for section in self._sections.values())


def of_repository(folder: Path) -> Tuple[Path, Optional[Owners]]:
    """The root of the repository that a folder is in, and who owns what in it."""
    folder = folder.resolve()
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    for place in PLACES:
        file = root / place
        if file.is_file() and file.stat().st_size < LARGEST:
            return root, Owners(file.read_text(encoding="utf-8", errors="replace"), place)
    return root, None


def _rule(line: str, *, gitlab: bool) -> Optional[_Rule]:
    """A line with a pattern and owners; nothing where the pattern is none."""
    found = re.match(r"(?:\\.|[^\s\\])+", line)
    if found is None:
        return None
    pattern = re.sub(r"\\([ #])", r"\1", found[0])
    owners = line[found.end() :].split()
    excludes = gitlab and pattern.startswith("!")
    try:
        compiled = _compiled(pattern[1:] if excludes else pattern, gitlab=gitlab)
    except ValueError:
        return None
    return _Rule(compiled, excludes, bool(owners) and not owners[0].startswith("#"))


def _compiled(pattern: str, *, gitlab: bool) -> Pattern[str]:
    """A pattern as an expression over whole paths."""
    if len(pattern) > LONGEST_PATTERN or (
        not gitlab and (pattern.startswith("!") or re.search(r"[\[\]]", pattern))
    ):
        raise ValueError(pattern)
    directory = pattern.endswith("/")
    body = pattern[:-1] if directory else pattern
    anchored = body.startswith("/") or (not gitlab and "/" in body)
    body = body.lstrip("/")
    if not body:
        if directory:
            return re.compile(r".*", re.DOTALL)
        raise ValueError(pattern)
    start = "" if anchored else "(?:.*/)?"
    own = start + "".join(_parts(body))
    last = body.rsplit("/", 1)[-1]
    below = directory or (not gitlab and ("/" not in pattern or "*" not in last))
    ending = "/.*" if directory else "(?:/.*)?" if below else ""
    try:
        return re.compile(own + ending, re.DOTALL)
    except re.error as error:
        raise ValueError(pattern) from error


def _parts(body: str) -> Iterator[str]:
    """The pieces of an expression for a pattern: `*` and `?` stay within a folder, `**` does not."""
    for piece in re.findall(r"\*\*/|/\*\*$|\*+|\?|\[[^\]]+\]|\\.|.", body, re.DOTALL):
        if piece == "**/":
            yield "(?:.*/)?"
        elif piece == "/**":
            yield "/.*"
        elif piece.startswith("*"):
            yield ".*" if body == "**" else "[^/]*"
        elif piece == "?":
            yield "[^/]"
        elif piece.startswith("[") and len(piece) > 1:
            inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            yield f"(?!/)[{'^' + inner[1:] if inner[0] == '!' else inner}]"
        else:
            yield re.escape(piece[-1])
