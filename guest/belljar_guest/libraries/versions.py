"""Which release of a library the project asks for, where the pinned one would give other columns.

One release of each library is in a snapshot, and some libraries have changed the types they give. What the project
declares is read when such a library has been imported, so that other runs pay nothing. The import root's own folder
counts before those around it; a lock file decides, unless a nearer declaration contradicts it.
"""

import os
import re
from collections.abc import Iterator
from functools import cache

#: Files that say what is installed, and files that say what may be; requirements can lie in folders of their own.
_LOCKS = frozenset("Pipfile.lock pdm.lock poetry.lock pylock.toml uv.lock".split())
_DECLARATIONS = frozenset("METADATA PKG-INFO Pipfile pyproject.toml requires.txt setup.cfg setup.py".split())
_FOLDERS = frozenset("deps reqs requirement requirements requires".split())

#: Bytes of a file that are read: lock files of large applications have two million.
_LONGEST = 8_000_000

_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#.*$")

#: In a lock file, name and version: of TOML, and of Pipenv's JSON.
_LOCKED = (
    r'(?m)^name\s*=\s*"{}"\s*^version\s*=\s*"([^"\n]+)"',
    r'"{}"\s*:\s*\{{[^{{}}]*"version"\s*:\s*"==([^"\n]+)"',
)
#: In other files, what follows the name: as pip writes it, and as a key of Poetry's or Pipenv's tables.
_REQUIRED = r"(?<![\w.-]){}\s*(?:\[[^\]\n]*\])?\s*\(?\s*((?:(?:[<>!~=]=|[<>]|===)\s*[\w.*+!]+[\s,]*)+)"
_KEYED = r'(?m)^\s*"?{}"?\s*=\s*(?:\{{[^}}\n]*\bversion\s*=\s*)?"([^"\n]+)"'

_base: str = ""
_roots: tuple[str, ...] = ("",)


def install(base: str, roots: tuple[str, ...]) -> None:
    """Take the tree of the run and its import roots."""
    global _base, _roots  # said once, it holds for the run
    _base, _roots = base, roots
    _asked.cache_clear()


def before(library: str, release: str) -> bool:
    """Tell whether all that the project admits of a library is older than a release."""
    try:
        asked = _asked(library)
        return bool(asked) and not any(_reaches(specifiers, release) for specifiers in asked)
    except ImportError:  # the repository has a `packaging` of its own
        return False


@cache
def _reaches(specifiers: str, release: str) -> bool:
    """Tell whether specifiers admit a release or a later one.

    What they admit only changes at the versions that they name, so these are tried, and what comes just after each.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    admitted, least = SpecifierSet(specifiers), Version(release)
    named = [least, *(Version(item.version.removesuffix(".*")) for item in admitted)]
    tried = [Version(f"{item.public}{after}") for item in named if item >= least for after in ("", ".1")]
    return any(admitted.contains(item, prereleases=True) for item in tried)


@cache
def _asked(library: str) -> tuple[str, ...]:
    """Give the specifiers that decide, as alternatives; none where nothing is said."""
    declared: tuple[str, ...] = ()
    for folder in _upwards():
        locked, said = _said(folder, library)
        declared = declared or _merged(said)
        if locked and (not declared or any(_admits(item, locked) for item in declared)):
            return (f"=={locked}",)
    return declared


def _upwards() -> Iterator[str]:
    """Yield the folder of the first import root, and those around it."""
    parts = [part for part in _roots[0].split("/") if part]
    for count in range(len(parts), -1, -1):
        yield "/".join([_base, *parts[:count]])


def _said(folder: str, library: str) -> tuple[str, list[str]]:
    """Give the locked version, if there is one, and every telling declaration of a folder."""
    locked, declared = "", []
    # `-`, `_` and `.` are the same in a project's name.
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
    """Yield the files of a folder that can say something, in order."""
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
    """Put declarations together where something can fulfil them all; else each of them may be the one that counts."""
    alternatives = [item for text in declared for item in text.split("||")]
    if any("||" in text for text in declared):
        return tuple(alternatives)
    together = ",".join(alternatives)
    return (together,) if together and _reaches(together, "0") else tuple(alternatives)


def _of_poetry(text: str) -> str:
    """Turn a constraint of Poetry's (`^0.0.14`, `~1.2`, `1.4`) into specifiers."""
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
