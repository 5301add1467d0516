"""The interface of pydantic's first version, in the second one and in `pydantic.v1`."""

from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from ..stand_in.value import StandIn, child_of
from . import versions
from .pydantic_settings import MACHINE, is_settings

#: Whether a module has used a name that only the first version has.
_asked_for = False


def is_in_use() -> bool:
    """Whether the project uses the first version, in which an optional field has a default."""
    return _asked_for or versions.before("pydantic", "2") or versions.before("sqlmodel", "0.0.14")


# Required and optional fields of the first version

#: The attribute of a field whose default is `...`, which makes an optional field required.
REQUIRED = "_belljar_required"


def is_required(field: Any) -> bool:
    """Whether a field is required."""
    if getattr(field, REQUIRED, False):
        return True
    return _is_undefined(field) and not _allows_none(field.annotation)


def may_be_none(field: Any) -> bool:
    """Whether SQLModel considers a field nullable."""
    alternatives = [item for item in _alternatives(field.annotation) if item is not NoneType]
    if is_required(field):
        return _allows_none(field.annotation) and not versions.before("sqlmodel", "0.0.14")
    allowed = _allows_none(field.annotation) or (field.default is None and field.default_factory is None)
    return allowed and len(alternatives) < 2  # noqa: PLR2004  # of a union it was not told


def text_type(annotation: Any) -> type | None:
    """`str` for an address class, which used to derive from it; `None` for anything else."""
    found = [item for item in _alternatives(annotation) if isinstance(item, type)]
    if not is_in_use() or len(found) != 1 or not issubclass(found[0], _addresses()):
        return None
    return str


def _addresses() -> tuple[type, ...]:
    networks: Any = import_module("pydantic.networks")
    return networks._BaseUrl, networks._BaseMultiHostUrl


def _is_undefined(field: Any) -> bool:
    undefined = import_module("pydantic_core").PydanticUndefined
    return field.default is undefined and field.default_factory is None


def _alternatives(annotation: Any) -> list[Any]:
    """The alternatives of a union, including `NoneType`; otherwise the annotation itself."""
    if get_origin(annotation) not in (Union, UnionType):
        return [annotation]
    found = [item for part in get_args(annotation) for item in _alternatives(part)]
    return [item for item in found if item is not NoneType] + [NoneType] * (NoneType in found)


def _allows_none(annotation: Any) -> bool:
    json = import_module("pydantic.types").Json
    return NoneType in _alternatives(annotation) or annotation in (Any, object, None, json)


# Adapters for the second version


def _adapt_migration(module: Any) -> None:
    """Redirect settings to their new package, and stand in for removed names."""
    original = module.getattr_migration

    def getattr_migration(name: str) -> Callable[[str], Any]:
        ask = original(name)

        def getattr_(attribute: str) -> Any:
            if (name, attribute) in (("pydantic", "BaseSettings"), ("pydantic.env_settings", "BaseSettings")):
                global _asked_for  # noqa: PLW0603  # set once, it holds for the run
                _asked_for = True
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
    """Let a function accept keywords of the first version, under their new names or ignored."""
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
    """Accept old keywords, and add old attributes to fields."""
    _renamed(module, "Field", {"regex": "pattern", "const": None, "unique_items": None})
    field = module.FieldInfo

    def require(self: Any, value: Any) -> None:
        if not value and self.is_required():
            self.default = None

    field.required = property(field.is_required, require)
    field.allow_none = property(lambda self: not self.is_required(), lambda self, value: None)
    field.type_ = field.outer_type_ = property(lambda self: self.annotation)
    field.field_info = property(lambda self: self)


def _adapt_types(module: Any) -> None:
    _renamed(module, "constr", {"regex": "pattern", "curtail_length": None})
    for name in ("conlist", "conset", "confrozenset"):
        _renamed(module, name, {"min_items": "min_length", "max_items": "max_length", "unique_items": None})


def _adapt_decorators(module: Any) -> None:
    """Run a root validator after the others by default."""
    original = module.root_validator

    @wraps(original)
    def root_validator(*args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("pre"):
            kwargs["skip_on_failure"] = True
        made = original(**kwargs)
        return made(*args) if args else made

    module.root_validator = root_validator


def _adapt_models(module: Any) -> None:
    """Accept the names for forward references."""

    def update_forward_refs(cls: Any, /, **names: Any) -> None:
        cls.model_rebuild(_types_namespace=names)

    module.BaseModel.update_forward_refs = classmethod(update_forward_refs)


def _adapt_signatures(module: Any) -> None:
    """Skip a validator whose signature is no longer supported."""
    original = module.make_generic_v1_field_validator

    def make_generic_v1_field_validator(validator: Any) -> Any:
        try:
            return original(validator)
        except Exception:
            return lambda value, info: value

    module.make_generic_v1_field_validator = make_generic_v1_field_validator


# Adapters for `pydantic.v1`


def _adapt_own_config(module: Any) -> None:
    """Accept every class as a type."""
    module.BaseConfig.arbitrary_types_allowed = True


def _adapt_own_fields(module: Any) -> None:
    """Accept an absent type."""
    for name in ("prepare", "populate_validators"):
        setattr(module.ModelField, name, _with_known_type(getattr(module.ModelField, name)))


def _with_known_type(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def known(self: Any) -> None:
        if isinstance(self.type_, StandIn):
            self.type_ = Any
        if isinstance(self.outer_type_, StandIn):
            self.outer_type_ = self.annotation = Any
        original(self)

    return known


def _adapt_own_models(module: Any) -> None:
    """Add missing values of settings, and of models with unknown values."""
    validate = module.validate_model

    def validate_model(model: Any, data: Any, cls: Any = None) -> Any:
        values, given, error = validate(model, data, cls)
        if error is None or not (
            is_settings(model) or any(isinstance(item, StandIn) for item in data.values())
        ):
            return values, given, error
        for name, field in model.__fields__.items():
            if name not in values:
                absent = (
                    child_of(f"{model.__module__}.{model.__qualname__}", name) if field.required else None
                )
                values[name] = data.get(field.alias, absent if field.required else field.get_default())
        return values, given, None

    module.validate_model = validate_model


def _adapt_own_settings(module: Any) -> None:
    """Hide the variables of the machine."""
    source = module.EnvSettingsSource
    read = source.__call__

    def read_environment(self: Any, settings: Any) -> dict[str, Any]:
        return {name: value for name, value in read(self, settings).items() if name.upper() not in MACHINE}

    source.__call__ = read_environment


ADAPTERS: dict[str, Callable[[Any], None]] = {
    "pydantic._internal._decorators_v1": _adapt_signatures,
    "pydantic._migration": _adapt_migration,
    "pydantic.deprecated.class_validators": _adapt_decorators,
    "pydantic.fields": _adapt_fields,
    "pydantic.main": _adapt_models,
    "pydantic.types": _adapt_types,
    "pydantic.v1.config": _adapt_own_config,
    "pydantic.v1.env_settings": _adapt_own_settings,
    "pydantic.v1.fields": _adapt_own_fields,
    "pydantic.v1.main": _adapt_own_models,
}
