"""Has all mappers configured, so that what hooks of the repository add to tables is there."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Mapper
from sqlalchemy.orm.interfaces import EXT_SKIP

from ..stand_in import hooks
from .classes import all_mappers


def configure() -> list[BaseException]:
    """Have all mappers configured, each as far as it can be, and all hooks called; returns why some can't be."""
    mappers = all_mappers()
    for mapper in mappers:
        vars(mapper).pop("_configure_failed", None)  # the repository tried too early
    try:
        importlib.import_module("sqlalchemy.orm").configure_mappers()
    except BaseException as error:
        return [error, *_configure_rest(mappers)]
    return []


def _configure_rest(mappers: list[Any]) -> list[BaseException]:
    """Configure the mappers behind one that failed, which SQLAlchemy would leave as they are."""
    owners = {id(owner): owner for mapper in mappers if (owner := getattr(mapper, "registry", None))}
    with_hooks = [owner for owner in owners.values() if hasattr(owner, "dispatch")]
    begins = [owner for owner in with_hooks if not hooks.has_begun(owner)]
    _settled(list(owners.values()))
    every: Any = Mapper
    steps: list[Callable[[], Any]] = [partial(owner.dispatch.before_configured, owner) for owner in begins]
    steps += [
        partial(_configure_one, mapper, is_left="_configure_failed" in vars(mapper))
        for mapper in mappers
        if not mapper.configured
    ]
    steps += [partial(owner.dispatch.after_configured, owner) for owner in with_hooks]
    steps.append(every.dispatch._for_class(Mapper).after_configured)
    return [error for step in steps if (error := _attempt(step)) is not None]


def _attempt(step: Callable[[], Any]) -> BaseException | None:
    try:
        step()
    except BaseException as error:
        return error
    return None


def _configure_one(mapper: Any, *, is_left: bool) -> None:
    """Configure a mapper, unless that failed before; what listens to it may add columns in any case."""
    if any(fn(mapper, mapper.class_) is EXT_SKIP for fn in mapper.dispatch.before_mapper_configured):
        return
    vars(mapper).pop("_configure_failed", None)
    try:
        if not is_left:
            mapper._post_configure_properties()
            mapper._expire_memoizations()
    finally:
        vars(mapper)["configured"] = True
        mapper.dispatch.mapper_configured(mapper, mapper.class_)


def _settled(registries: list[Any]) -> None:
    """Have nothing configured once more when a hook looks at a mapper."""
    for owner in registries:
        owner._new_mappers = False
    if "_new_mappers" in vars(Mapper):  # 1.3
        Mapper._new_mappers = False  # type: ignore[attr-defined]
