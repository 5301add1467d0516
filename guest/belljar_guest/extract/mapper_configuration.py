"""Configures all mappers, so that tables have what hooks of the repository add to them."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Mapper
from sqlalchemy.orm.interfaces import EXT_SKIP

from ..stand_in import hooks
from . import postponed_instrumentation
from .classes import all_mappers


def configure() -> list[BaseException]:
    """Configure all mappers as far as possible, and call all hooks; returns the errors."""
    mappers = all_mappers()
    for mapper in mappers:
        vars(mapper).pop("_configure_failed", None)  # an earlier attempt of the repository
    with postponed_instrumentation.postponed(mappers):
        try:
            importlib.import_module("sqlalchemy.orm").configure_mappers()
        except BaseException as error:
            return [error, *_configure_rest(mappers)]
    return []


def _configure_rest(mappers: list[Any]) -> list[BaseException]:
    """Configure the mappers after one that failed, which SQLAlchemy would skip."""
    # The order is SQLAlchemy's own: `before_configured`, each mapper, `after_configured` of registries, then of
    # `Mapper`.
    owners = {id(owner): owner for mapper in mappers if (owner := getattr(mapper, "registry", None))}
    with_hooks = [owner for owner in owners.values() if hasattr(owner, "dispatch")]
    begins = [owner for owner in with_hooks if not hooks.has_begun(owner)]
    _mark_configured(list(owners.values()))
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
    """Configure a mapper, unless that failed before; its listeners are called in any case, as they may add columns."""
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


def _mark_configured(registries: list[Any]) -> None:
    """Prevent a second configuration when a hook uses a mapper."""
    for owner in registries:
        owner._new_mappers = False
    if "_new_mappers" in vars(Mapper):  # 1.3
        Mapper._new_mappers = False  # type: ignore[attr-defined]
