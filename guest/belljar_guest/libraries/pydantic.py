"""pydantic and its settings: schemas late, absent types, missing values, and what its first version offered.

A model is only validated when an instance is made, so nothing is built before that. A value that a stand-in stands
for is taken as it is. A required value that nobody gives is a stand-in: that is what an environment would have set.
"""

import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from types import UnionType
from typing import Any, Union, get_args, get_origin

from ..stand_in import ledger
from ..stand_in.base import StandInBase
from ..stand_in.value import StandIn, child_of

#: What the environment of a run holds: a machine has it, and no configuration is meant by it.
_MACHINE = frozenset("HOME LANG PATH TZ USER".split())

#: What an example of a settings file is called beside it.
_EXAMPLES = tuple("{}.example {}.sample {}.template {}.dist {}-example {}.default".split())

#: Whether the code speaks the first version's language, in which an optional field has a default.
_first_version = False


# What is not known


class Tolerance:
    """Answers the core's questions about values that are missing or not known."""

    def unknown(self, value: Any) -> bool:
        """Tell whether a value is a stand-in, or an instance of a class that stands on one."""
        return isinstance(value, (StandIn, StandInBase))

    def missing(self, owner: type | None, field: str) -> Any:
        """Stand in for a required value; the first version had a default for an optional one."""
        try:
            ledger.current()
        except RuntimeError:
            raise LookupError(field) from None
        name = f"{owner.__module__}.{owner.__qualname__}" if owner else "pydantic"
        if _first_version and owner is not None and _is_optional(owner, field):
            return None
        return child_of(name, field)

    def forgives(self, owner: type | None, values: Any) -> bool:
        """Take what a stand-in has a part in; of settings take everything: their real values are not here."""
        return _is_settings(owner) or any(self.unknown(value) for value in _parts(values))


def _is_optional(owner: type, field: str) -> bool:
    annotation = getattr(owner.__dict__["__pydantic_fields__"].get(field), "annotation", None)
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)


def _is_settings(owner: type | None) -> bool:
    return owner is not None and any(base.__name__ == "BaseSettings" for base in owner.__mro__)


def _parts(values: Any) -> list[Any]:
    """Give a value and what lies directly in it."""
    inside = getattr(values, "__dict__", values) if not isinstance(values, StandIn) else ()
    if isinstance(inside, Mapping):
        return [values, *inside.values()]
    return [values, *inside] if isinstance(inside, (list, tuple, set, frozenset)) else [values]


def _adapt_core(module: Any) -> None:
    """Put the tolerance in place."""
    import_module("pydantic_core._pydantic_core.tolerance").install(Tolerance())


def _adapt_config(module: Any) -> None:
    """Build nothing before it is used, take every class for a type, and ask no absent base for its configuration."""
    module.config_defaults.update(defer_build=True, arbitrary_types_allowed=True)
    wrapper = module.ConfigWrapper
    original = wrapper.for_model.__func__

    def for_model(cls: Any, bases: tuple[type, ...], *args: Any, **kwargs: Any) -> Any:
        there = tuple(base for base in bases if any("model_config" in vars(item) for item in base.__mro__))
        return original(cls, there, *args, **kwargs)

    wrapper.for_model = classmethod(for_model)


def _adapt_construction(module: Any) -> None:
    """Take a stand-in without an annotation for what it most likely is: a method, or a mark; rebuild late."""
    original = module.default_ignored_types
    module.default_ignored_types = lambda: (*original(), StandIn)
    complete = module.complete_model_class

    def complete_model_class(cls: Any, wrapper: Any, names: Any, **options: Any) -> Any:
        """Where code asks for it and not an instance, find out the fields alone, with the names of that moment."""
        if not options.get("raise_errors", True) or options.get("is_force_rebuild"):
            return complete(cls, wrapper, names, **options)
        if not cls.__pydantic_fields_complete__:
            cls.__pydantic_fields__, cls.__pydantic_extra_info__ = module.rebuild_model_fields(
                cls, config_wrapper=wrapper, ns_resolver=names, typevars_map=module.get_model_typevars_map(cls)
            )
        module.set_model_mocks(cls)
        return True

    module.complete_model_class = complete_model_class


def _adapt_schemas(module: Any) -> None:
    """Take anything for what has no schema, or whose name says nothing here."""
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
    """Let a model be complete whose annotations name what is nowhere."""
    rebuild = module.rebuild_model_fields

    def rebuild_model_fields(cls: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return rebuild(cls, *args, **kwargs)
        except Exception:
            known = {name: _known(field) for name, field in cls.__pydantic_fields__.items()}
            return known, None

    module.rebuild_model_fields = rebuild_model_fields


def _known(field: Any) -> Any:
    """Give a field whose annotation is known to say nothing, where it is not known at all."""
    if field._complete:
        return field
    made = field._copy()
    made.annotation, made._complete = Any, True
    return made


def _adapt_plugins(module: Any) -> None:
    """Look for no plugins."""
    module.get_plugins = tuple


def _adapt_networks(module: Any) -> None:
    """Take every address: what would check it is not here."""
    module.import_email_validator = lambda: None
    module.validate_email = lambda value: (value.partition("@")[0], value)


# The first version


def _adapt_migration(module: Any) -> None:
    """Give settings from where they are now, and stand in for what is gone."""
    original = module.getattr_migration

    def getattr_migration(name: str) -> Callable[[str], Any]:
        ask = original(name)

        def getattr_(attribute: str) -> Any:
            if (name, attribute) in (("pydantic", "BaseSettings"), ("pydantic.env_settings", "BaseSettings")):
                global _first_version  # noqa: PLW0603  # said once, it holds for the run
                _first_version = True
                return import_module("pydantic_settings").BaseSettings
            try:
                return ask(attribute)
            except Exception as error:
                if attribute.startswith("__"):
                    raise AttributeError(attribute) from error
                return child_of(name, attribute)

        return getattr_

    module.getattr_migration = getattr_migration


def _renamed(module: Any, name: str, old: Mapping[str, str | None]) -> None:
    """Let a function take the first version's keywords: under their new names, or not at all."""
    original = getattr(module, name)

    @wraps(original)
    def renamed(*args: Any, **kwargs: Any) -> Any:
        for keyword in old.keys() & kwargs.keys():
            new, value = old[keyword], kwargs.pop(keyword)
            if new is not None:
                kwargs.setdefault(new, value)
        return original(*args, **kwargs)

    setattr(module, name, renamed)


def _adapt_fields(module: Any) -> None:
    _renamed(module, "Field", {"regex": "pattern", "const": None, "unique_items": None})


def _adapt_types(module: Any) -> None:
    _renamed(module, "constr", {"regex": "pattern", "curtail_length": None})
    for name in ("conlist", "conset", "confrozenset"):
        _renamed(module, name, {"min_items": "min_length", "max_items": "max_length", "unique_items": None})


def _adapt_decorators(module: Any) -> None:
    """Let a root validator run after the others, as it once did by default."""
    original = module.root_validator

    @wraps(original)
    def root_validator(*args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("pre"):
            kwargs["skip_on_failure"] = True
        made = original(**kwargs)
        return made(*args) if args else made

    module.root_validator = root_validator


def _adapt_signatures(module: Any) -> None:
    """Leave out a validator whose signature nobody understands any more."""
    original = module.make_generic_v1_field_validator

    def make_generic_v1_field_validator(validator: Any) -> Any:
        try:
            return original(validator)
        except Exception:
            return lambda value, info: value

    module.make_generic_v1_field_validator = make_generic_v1_field_validator


# Settings


def _adapt_environment(module: Any) -> None:
    """Hide the machine."""
    source = module.EnvSettingsSource
    load = source._load_env_vars

    def load_env_vars(self: Any) -> dict[str, Any]:
        return {name: value for name, value in load(self).items() if name.upper() not in _MACHINE}

    source._load_env_vars = load_env_vars


def _adapt_files(module: Any) -> None:
    """Read a settings file that lies below another import root, or its example."""
    source = module.DotEnvSettingsSource
    read = source._read_env_files

    def read_env_files(self: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = read(self)
        given = self.env_file
        names = [given] if isinstance(given, (str, os.PathLike)) else list(given or ())
        if found or not names:
            return found
        paths = [path for path in (_other_file(os.fspath(name)) for name in names) if path is not None]
        made: dict[str, Any] = {}
        for path in paths:
            ledger.current().guess(path, "contents")
            made.update(self._read_env_file(module.Path(path)))
        return made

    source._read_env_files = read_env_files


def _other_file(path: str) -> str | None:
    """Find a file below an import root, or else its example."""
    if os.path.isabs(path):
        folders, name = [os.path.dirname(path)], os.path.basename(path)
    else:
        folders, name = list(dict.fromkeys([os.getcwd(), *sys.path])), path
    for form in ("{}", *_EXAMPLES):
        for folder in folders:
            found = os.path.join(folder, form.format(name))
            if os.path.isfile(found):
                return found
    return None


ADAPTERS: dict[str, Callable[[Any], None]] = {
    "pydantic_core": _adapt_core,
    "pydantic._migration": _adapt_migration,
    "pydantic._internal._config": _adapt_config,
    "pydantic._internal._decorators_v1": _adapt_signatures,
    "pydantic._internal._fields": _adapt_collection,
    "pydantic._internal._generate_schema": _adapt_schemas,
    "pydantic._internal._model_construction": _adapt_construction,
    "pydantic.deprecated.class_validators": _adapt_decorators,
    "pydantic.fields": _adapt_fields,
    "pydantic.networks": _adapt_networks,
    "pydantic.plugin._loader": _adapt_plugins,
    "pydantic.types": _adapt_types,
    "pydantic_settings.sources.providers.dotenv": _adapt_files,
    "pydantic_settings.sources.providers.env": _adapt_environment,
}
