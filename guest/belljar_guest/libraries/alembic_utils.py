"""alembic-utils: where each of its entities is made."""

from types import ModuleType
from typing import Any

from ..stand_in import declared_ddl


def adapt(module: ModuleType) -> None:
    """Note every entity as it is made; not every class of them calls the first one's initialiser."""

    def new(cls: type, *_args: Any, **_kwargs: Any) -> Any:
        entity: Any = object.__new__(cls)
        declared_ddl.note_entity(entity)
        return entity

    module.ReplaceableEntity.__new__ = new
