"""Jobs of the renderer as the host gives them."""

from typing import Any

Json = dict[str, Any]

_REVERSED = {"add": "drop", "drop": "add"}


def side(tables: list[Json], **given: Any) -> Json:
    """One side: its tables, and what `given` has of `types`, `others`, `views` and `objects`."""
    return {"tables": tables, "types": [], "others": [], "views": [], "objects": [], **given}


def job(base: Json, head: Json, changes: list[Json], dialect: str, *, script: bool = False) -> Json:
    """A job for statements, or for a script with the way back; nothing is renamed in it, as the host would do it."""
    there = {"base": base, "head": head, "changes": changes}
    back = {"base": head, "head": base, "changes": [reverse(change) for change in changes]}
    return {**there, "back": back if script else None, "dialects": [dialect]}


def reverse(change: Json) -> Json:
    """The change that undoes one."""
    renames = change["action"] in ("rename", "move") and change["was"] is not None
    return {
        **change,
        "action": _REVERSED.get(change["action"], change["action"]),
        "before": change["after"],
        "after": change["before"],
        "path": change["was"] if renames else change["path"],
        "was": change["path"] if renames else change["was"],
    }
