"""Runs snippets and prints what each showed, as JSON: `show.py FOLDER FILE …`. The folder goes first on the path.

Started twice by `test_pydantic`: with pydantic as it is published, and with ours for its compiled core. A snippet
calls `show(value, …)` or `show(function, …)`; of a function it is the result that counts, or what it raised.
"""

import contextlib
import io
import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def text_of(value: Any) -> str:
    """Show a value with its type; of a validation error the kinds and places."""
    if hasattr(value, "errors") and callable(value.errors):
        # Sizes that only a compiled core has: `int_parsing_size`.
        kinds = [(item["type"].removesuffix("_size"), item["loc"]) for item in value.errors()]
        return " ".join(f"{kind}@{'.'.join(map(str, loc))}" for kind, loc in kinds)
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    return f"{type(value).__name__} {value!r}"


def shown(value: Any) -> str:
    """Show a value, or what a function gives or raises."""
    if isinstance(value, type) or not callable(value) or getattr(value, "__name__", "") != "<lambda>":
        return text_of(value)
    try:
        return text_of(value())
    except Exception as error:
        # What a schema can't be made of is pydantic's own affair, and the same on both sides.
        return f"! {type(error).__name__} {text_of(error) if hasattr(error, 'errors') else ''}".rstrip()


def run(path: str) -> list[str]:
    """Run one snippet."""
    found: list[str] = []

    def show(*values: Any) -> None:
        found.extend(shown(value) for value in values)

    code = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
    namespace: dict[str, Any] = {"show": show, "__name__": "snippet"}
    sys.modules["snippet"] = type(sys)("snippet")
    sys.modules["snippet"].__dict__.update(namespace)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, sys.modules["snippet"].__dict__)
    except Exception as error:
        found.append(f"!! {type(error).__name__} {error}")
    return found


def main(folder: str, *paths: str) -> None:
    """Run all snippets."""
    if folder:
        sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    os.environ.clear()
    os.environ.update(APP_PORT="8080", APP_DEBUG="yes", APP_TAGS='["a", "b"]', APP_DB__HOST="db", NAME="env")
    result: dict[str, list[str]] = {path: run(path) for path in paths}
    write: Callable[[str], Any] = sys.stdout.write
    write(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
