"""The release of a library that the project requires, if the carried one would give other columns.

A snapshot has one release of each library, and some libraries have changed the types that they give. The project's
requirements are read when such a library is imported, so that other runs pay nothing. The folder of the import root
precedes those above it; a lock file decides, unless a nearer declaration contradicts it.
"""

import os
import re
from collections.abc import Iterator
from functools import cache

#: Files with locked versions, files with requirements, and folders for requirements.
_LOCKS = frozenset("Pipfile.lock pdm.lock poetry.lock pylock.toml uv.lock".split())
_DECLARATIONS = frozenset("METADATA PKG-INFO Pipfile pyproject.toml requires.txt setup.cfg setup.py".split())
_FOLDERS = frozenset("deps reqs requirement requirements requires".split())

#: The number of characters of a file that are read: lock files of large applications have two million.
_LONGEST = 8_000_000

_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#.*$")

#: The name and version in a lock file: in TOML, and in Pipenv's JSON.
_LOCKED = (
    r'(?m)^name\s*=\s*"{}"\s*^version\s*=\s*"([^"\n]+)"',
    r'"{}"\s*:\s*\{{[^{{}}]*"version"\s*:\s*"==([^"\n]+)"',
)
#: What follows the name in other files: in the syntax of pip, and as a key in tables of Poetry or Pipenv.
_REQUIRED = r"(?<![\w.-]){}\s*(?:\[[^\]\n]*\])?\s*\(?\s*((?:(?:[<>!~=]=|[<>]|===)\s*[\w.*+!]+[\s,]*)+)"
_KEYED = r'(?m)^\s*"?{}"?\s*=\s*(?:\{{[^}}\n]*\bversion\s*=\s*)?"([^"\n]+)"'

_base: str = ""
_roots: tuple[str, ...] = ("",)


def install(base: str, roots: tuple[str, ...]) -> None:
    """Take the tree of the run and its import roots."""
    global _base, _roots  # set once, it holds for the run
    _base, _roots = base, roots
    _requested.cache_clear()


def before(library: str, release: str) -> bool:
    """Whether all admitted versions of a library are older than a release."""
    try:
        requested = _requested(library)
        return bool(requested) and not any(_reaches(specifiers, release) for specifiers in requested)
    except ImportError:  # the repository has its own `packaging`
        return False


@cache
def _reaches(specifiers: str, release: str) -> bool:
    """Whether specifiers admit a release or a later one.

    The result can only change at the versions in the specifiers, so these are tried, and the versions just after each.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    admitted, least = SpecifierSet(specifiers), Version(release)
    named = [least, *(Version(item.version.removesuffix(".*")) for item in admitted)]
    tried = [Version(f"{item.public}{after}") for item in named if item >= least for after in ("", ".1")]
    return any(admitted.contains(item, prereleases=True) for item in tried)


@cache
def _requested(library: str) -> tuple[str, ...]:
    """The decisive specifiers, as alternatives; empty if nothing is declared."""
    declared: tuple[str, ...] = ()
    for folder in _upwards():
        locked, declarations = _declared_in(folder, library)
        declared = declared or _merged(declarations)
        if locked and (not declared or any(_admits(item, locked) for item in declared)):
            return (f"=={locked}",)
    return declared


def _upwards() -> Iterator[str]:
    """The folder of the first import root, and the folders above it."""
    parts = [part for part in _roots[0].split("/") if part]
    for count in range(len(parts), -1, -1):
        yield "/".join([_base, *parts[:count]])


def _declared_in(folder: str, library: str) -> tuple[str, list[str]]:
    """The locked version, if there is one, and the declarations of a folder."""
    locked, declared = "", []
    # `-`, `_` and `.` are equivalent in the name of a project.
    name = "[-_.]+".join(map(re.escape, re.split("[-_.]+", library)))
    mentioned = re.compile(name, re.IGNORECASE)
    for path in _files(folder):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST)
        if mentioned.search(text) is None:
            continue
        if os.path.basename(path) in _LOCKS:
            found = [item for form in _LOCKED for item in re.findall(form.format(name), text, re.IGNORECASE)]
            locked = locked or next((item for item in found if _valid(f"=={item}")), "")
            continue
        text = _COMMENT.sub("", text)
        declared += re.findall(_REQUIRED.format(name), text, re.IGNORECASE)
        declared += [_of_poetry(item) for item in re.findall(_KEYED.format(name), text, re.IGNORECASE)]
    return locked, [item for item in declared if item and all(map(_valid, item.split("||")))]


def _files(folder: str) -> Iterator[str]:
    """The files of a folder that may declare versions, in order."""
    for entry in _entries(folder):
        path = f"{folder}/{entry}"
        if entry in _LOCKS or entry in _DECLARATIONS or _lists_requirements(entry):
            yield path
        elif entry in _FOLDERS:
            yield from (f"{path}/{name}" for name in _entries(path) if name.endswith((".txt", ".in")))
        elif entry.endswith((".dist-info", ".egg-info")):
            yield from (f"{path}/{name}" for name in _entries(path) if name in _DECLARATIONS)


def _lists_requirements(entry: str) -> bool:
    return "requirements" in entry and entry.endswith((".txt", ".in", ".pip"))


def _entries(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _merged(declared: list[str]) -> tuple[str, ...]:
    """Combine declarations if a version fulfils all of them; otherwise each is an alternative."""
    alternatives = [item for text in declared for item in text.split("||")]
    if any("||" in text for text in declared):
        return tuple(alternatives)
    together = ",".join(alternatives)
    return (together,) if together and _reaches(together, "0") else tuple(alternatives)


def _of_poetry(text: str) -> str:
    """Convert a constraint of Poetry (`^0.0.14`, `~1.2`, `1.4`) to specifiers."""
    return "||".join(",".join(filter(None, map(_term, part.split(",")))) for part in text.split("||"))


def _term(text: str) -> str:
    text = text.strip()
    if text in ("", "*"):
        return ""
    if text[0].isdigit():
        return f"=={text}"
    if text[0] not in "^~" or text.startswith("~="):
        return text
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    first = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    kept = first if text[0] == "^" else min(1, len(numbers) - 1)
    bound = [*numbers[:kept], numbers[kept] + 1] if numbers else []
    return f">={text[1:].strip()},<{'.'.join(map(str, bound))}"


def _valid(specifiers: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return len(SpecifierSet(specifiers)) > 0
    except InvalidSpecifier:
        return False


def _admits(specifiers: str, version: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return bool(SpecifierSet(specifiers).contains(version, prereleases=True))
