"""Has all mappers configured, so that what hooks of the repository add to tables is there."""

import importlib
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
    registries = list(owners.values())
    with_hooks = [owner for owner in registries if hasattr(owner, "dispatch")]
    for owner in with_hooks:
        if not hooks.has_begun(owner):
            owner.dispatch.before_configured(owner)
    waiting = (it for it in mappers if not it.configured and "_configure_failed" not in vars(it))
    errors = [error for mapper in waiting if (error := _configure_one(mapper)) is not None]
    for mapper in mappers:  # also of one that failed: what listens to it may add columns
        if not mapper.configured:
            vars(mapper)["configured"] = True
            mapper.dispatch.mapper_configured(mapper, mapper.class_)
    _settled(registries)
    for owner in with_hooks:
        owner.dispatch.after_configured(owner)
    every: Any = Mapper
    every.dispatch._for_class(Mapper).after_configured()
    return errors


def _configure_one(mapper: Any) -> BaseException | None:
    """Configure a mapper, and tell those that listen to it; why it can't be, if so."""
    try:
        if any(fn(mapper, mapper.class_) is EXT_SKIP for fn in mapper.dispatch.before_mapper_configured):
            return None
        mapper._post_configure_properties()
        mapper._expire_memoizations()
    except BaseException as error:
        return error
    mapper.dispatch.mapper_configured(mapper, mapper.class_)
    return None


def _settled(registries: list[Any]) -> None:
    """Have nothing configured once more when a hook looks at a mapper."""
    for owner in registries:
        owner._new_mappers = False
    if "_new_mappers" in vars(Mapper):  # 1.3
        Mapper._new_mappers = False  # type: ignore[attr-defined]
