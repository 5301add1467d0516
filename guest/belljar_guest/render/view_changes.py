"""Views that are dropped and created, collected until their order is known."""

from dataclasses import dataclass, field
from typing import Any

from .changes import Change, Json

Table = tuple[str | None, str]

#: The changes that are the reason, the view, and the operations.
ViewChange = tuple[Change | list[Change], Json, list[Any]]


@dataclass
class ViewChanges:
    """Views that are dropped and created, and tables whose views and triggers are lost with them."""

    dropped: list[ViewChange] = field(default_factory=list)
    created: list[ViewChange] = field(default_factory=list)
    #: Tables that SQLite rebuilds, with the changes that are the reason.
    rebuilt_tables: dict[Table, list[Change]] = field(default_factory=dict)
    #: Views that are dropped and created again, with the changes that are the reason.
    recreated: dict[Table, list[Change]] = field(default_factory=dict)

    def is_dropped(self, item: Json) -> bool:
        """Whether a view is among the dropped ones."""
        return any(is_same(item, other) for _, other, _ in self.dropped)


def is_same(one: Json, other: Json) -> bool:
    """Whether two views, or a view and a path, have the same schema and name."""
    return (one["schema"], one["name"]) == (other["schema"], other["name"])
