"""Jobs for the renderer, in the host's format."""

from typing import Any

Json = dict[str, Any]

_REVERSED = {"add": "drop", "drop": "add"}


def side(tables: list[Json], **given: Any) -> Json:
    """One side with its tables; `given` may have `types`, `others`, `views` and `objects`."""
    return {"tables": tables, "types": [], "others": [], "views": [], "objects": [], **given}


def job(base: Json, head: Json, changes: list[Json], dialect: str, *, script: bool = False) -> Json:
    """A job for statements, or for a script with the way back; paths are as the host gives them."""
    there = {"base": base, "head": head, "changes": changes}
    back = {"base": head, "head": base, "changes": [reverse(change) for change in changes]}
    return {**there, "back": back if script else None, "dialects": [dialect]}


def reverse(change: Json) -> Json:
    """The change that undoes a change."""
    renames = change["action"] in ("rename", "move") and change["was"] is not None
    return {
        **change,
        "action": _REVERSED.get(change["action"], change["action"]),
        "before": change["after"],
        "after": change["before"],
        "path": change["was"] if renames else change["path"],
        "was": change["path"] if renames else change["was"],
    }
