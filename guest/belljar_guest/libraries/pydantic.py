"""pydantic: late schemas, absent types, and missing values.

A model only needs its validators when an instance is created, so nothing is built earlier. A value that is a stand-in
is accepted unchanged. A missing required value becomes a stand-in, as the environment would have set it.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import UnionType
from typing import Any, Union, get_args, get_origin

from ..stand_in import ledger
from ..stand_in.base import StandInBase
from ..stand_in.value import StandIn, child_of
from . import pydantic_settings, pydantic_v1

# Unknown values


class Tolerance:
    """Decides for the core about missing and unknown values."""

    def unknown(self, value: Any) -> bool:
        """Whether a value is a stand-in, or an instance of a class derived from one."""
        return isinstance(value, (StandIn, StandInBase))

    def missing(self, owner: type | None, field: str) -> Any:
        """A stand-in for a required value; `None` for an optional field of the first version."""
        try:
            ledger.current()
        except RuntimeError:
            raise LookupError(field) from None
        name = f"{owner.__module__}.{owner.__qualname__}" if owner else "pydantic"
        if pydantic_v1.is_in_use() and owner is not None and _is_optional(owner, field):
            return None
        return child_of(name, field)

    def forgives(self, owner: type | None, values: Any) -> bool:
        """Whether to accept invalid values: those with stand-ins, and settings, whose real values are not known."""
        return pydantic_settings.is_settings(owner) or any(self.unknown(value) for value in _parts(values))


def _is_optional(owner: type, field: str) -> bool:
    annotation = getattr(owner.__dict__["__pydantic_fields__"].get(field), "annotation", None)
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)


def _parts(values: Any) -> list[Any]:
    """A value and its direct items."""
    inside = getattr(values, "__dict__", values) if not isinstance(values, StandIn) else ()
    if isinstance(inside, Mapping):
        return [values, *inside.values()]
    return [values, *inside] if isinstance(inside, (list, tuple, set, frozenset)) else [values]


def _adapt_core(module: Any) -> None:
    """Install the tolerance."""
    import_module("pydantic_core._pydantic_core.tolerance").install(Tolerance())


def _adapt_config(module: Any) -> None:
    """Build nothing before its first use, accept every class as a type, and skip absent bases."""
    module.config_defaults.update(defer_build=True, arbitrary_types_allowed=True)
    wrapper = module.ConfigWrapper
    original = wrapper.for_model.__func__

    def for_model(cls: Any, bases: tuple[type, ...], *args: Any, **kwargs: Any) -> Any:
        there = tuple(base for base in bases if any("model_config" in vars(item) for item in base.__mro__))
        return original(cls, there, *args, **kwargs)

    wrapper.for_model = classmethod(for_model)


def _adapt_construction(module: Any) -> None:
    """Treat a stand-in without an annotation as a method or a marker; rebuild models late."""
    original = module.default_ignored_types
    module.default_ignored_types = lambda: (*original(), StandIn)
    complete = module.complete_model_class

    def complete_model_class(cls: Any, wrapper: Any, names: Any, **options: Any) -> Any:
        """Unless an instance is requested, only determine the fields, with the names known at this moment."""
        if not options.get("raise_errors", True) or options.get("is_force_rebuild"):
            return complete(cls, wrapper, names, **options)
        if not cls.__pydantic_fields_complete__:
            cls.__pydantic_fields__, cls.__pydantic_extra_info__ = module.rebuild_model_fields(
                cls,
                config_wrapper=wrapper,
                ns_resolver=names,
                typevars_map=module.get_model_typevars_map(cls),
            )
        module.set_model_mocks(cls)
        return True

    module.complete_model_class = complete_model_class


def _adapt_schemas(module: Any) -> None:
    """Accept types that have no schema and names that can't be resolved."""
    generator = module.GenerateSchema
    resolve = generator._resolve_forward_ref

    def resolve_forward_ref(self: Any, obj: Any) -> Any:
        try:
            return resolve(self, obj)
        except Exception:
            return Any

    generator._unknown_type_schema = lambda self, obj: {"type": "any"}
    generator._resolve_forward_ref = resolve_forward_ref
    module.check_decorator_fields_exist = lambda *args: None


def _adapt_collection(module: Any) -> None:
    """Complete a model even if its annotations contain unknown names."""
    rebuild = module.rebuild_model_fields

    def rebuild_model_fields(cls: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return rebuild(cls, *args, **kwargs)
        except Exception:
            known = {name: _known(field) for name, field in cls.__pydantic_fields__.items()}
            return known, None

    module.rebuild_model_fields = rebuild_model_fields


def _known(field: Any) -> Any:
    """A field with `Any` in place of an incomplete annotation."""
    if field._complete:
        return field
    made = field._copy()
    made.annotation, made._complete = Any, True
    return made


def _adapt_plugins(module: Any) -> None:
    """Load no plugins."""
    module.get_plugins = tuple


def _adapt_networks(module: Any) -> None:
    """Accept every address: the validator is not available."""
    module.import_email_validator = lambda: None
    module.validate_email = lambda value: (value.partition("@")[0], value)


ADAPTERS: dict[str, Callable[[Any], None]] = {
    "pydantic_core": _adapt_core,
    "pydantic._internal._config": _adapt_config,
    "pydantic._internal._fields": _adapt_collection,
    "pydantic._internal._generate_schema": _adapt_schemas,
    "pydantic._internal._model_construction": _adapt_construction,
    "pydantic.networks": _adapt_networks,
    "pydantic.plugin._loader": _adapt_plugins,
    **pydantic_v1.ADAPTERS,
    **pydantic_settings.ADAPTERS,
}
