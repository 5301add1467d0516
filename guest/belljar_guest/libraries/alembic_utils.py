"""alembic-utils: the places where its entities are created."""

from types import ModuleType
from typing import Any

from ..stand_in import declared_ddl


def adapt(module: ModuleType) -> None:
    """Note every entity in `__new__`, as not every subclass calls the initializer of the base."""

    def new(cls: type, *_args: Any, **_kwargs: Any) -> Any:
        entity: Any = object.__new__(cls)
        declared_ddl.note_entity(entity)
        return entity

    module.ReplaceableEntity.__new__ = new
