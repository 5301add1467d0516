"""Singular and plural of English names, as far as simple rules decide it."""

#: Words that end like plurals.
_SINGULAR = (
    "news",
    "series",
    "species",
    "status",
    "address",
    "analysis",
    "basis",
    "bus",
    "alias",
    "lens",
    "corpus",
)

#: The shortest word with an ending.
_SHORTEST = 4

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "statuses": "status",
    "aliases": "alias",
    "caches": "cache",
    "movies": "movie",
    "cookies": "cookie",
    "data": "data",
    "metadata": "metadata",
    "databases": "database",
}


def singular(name: str) -> str:
    """The singular of the last word of a name."""
    head, mark, word = name.rpartition("_")
    return f"{head}{mark}{_singular(word)}"


def _singular(word: str) -> str:
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if len(lower) < _SHORTEST or lower in _SINGULAR or lower.endswith(("ss", "us", "is")):
        return word
    if lower.endswith("ies"):
        return f"{word[:-3]}y"
    if lower.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1] if lower.endswith("s") else word


def plural(name: str) -> str:
    """The plural of the last word of a name."""
    head, mark, word = name.rpartition("_")
    lower = word.lower()
    for many, one in _IRREGULAR.items():
        if lower == one:
            return f"{head}{mark}{many}"
    if _singular(word) != word:
        return name
    if lower.endswith("y") and lower[-2:-1] not in ("a", "e", "i", "o", "u"):
        return f"{name[:-1]}ies"
    return f"{name}es" if lower.endswith(("s", "x", "ch", "sh", "z")) else f"{name}s"
