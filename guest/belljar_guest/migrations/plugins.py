"""Operations that widespread plugins add to `alembic.op`."""

from collections.abc import Iterable
from typing import Any

from alembic.operations import Operations

from .enumerations import set_enum


def install() -> None:
    """Add the operations, unless a real plugin has added them."""
    if not hasattr(Operations, "sync_enum_values"):
        Operations.register_operation("sync_enum_values")(SyncEnumValues)


class SyncEnumValues:
    """The operation of `alembic-postgresql-enum`: an enumeration gets other values."""

    @classmethod
    def sync_enum_values(  # noqa: PLR0913, PLR0917  # the plugin's
        cls,
        operations: Any,
        enum_schema: Any = None,
        enum_name: Any = None,
        new_values: Iterable[Any] = (),
        affected_columns: Any = (),
        enum_values_to_rename: Any = (),
        schema: Any = None,
    ) -> None:
        """Give all columns of the enumeration the new values."""
        recording = operations.recording
        values, name = [str(value) for value in new_values], str(enum_name)
        recording.note("sync_enum_values", None, name)
        for (of, known), present in recording.state.enums.items():
            if known == name and of in (None, enum_schema or schema, "public"):
                present[:] = values
        set_enum(recording, name, values)
