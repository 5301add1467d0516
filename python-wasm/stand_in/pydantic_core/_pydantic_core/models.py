"""Validators that make instances: of models, and of dataclasses."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from .errors import Invalid, LineError, invalid
from .fields import DataclassArguments, ModelFields, NamedTuple, TypedDict, given_fields
from .functions import assigner
from .state import LAX, STRICT, Builder, Scope, State
from .tolerance import forgives, unknown
from .values import PydanticUndefined

_set = object.__setattr__


class Model:
    """A class that derives from `BaseModel`."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema; inside a model its own configuration is in force."""
        self._cls = schema["cls"]
        self._scope = scope.within(self._cls, schema.get("config", {}))
        self._inner = self._scope.build(schema["schema"])
        self._revalidate = self._scope.option(schema, "revalidate_instances", "never")
        self._post_init: str = schema.get("post_init") or ""
        self._is_root = schema.get("root_model", False)
        self._custom_init = schema.get("custom_init", False)
        self._frozen = schema.get("frozen", False)
        self._origin = schema.get("generic_origin")

    def __call__(self, value: Any, state: State) -> Any:
        """Give an instance."""
        instance, state.self_instance = state.self_instance, None
        if instance is not None:
            return self._fill(instance, value, state)
        if unknown(value):
            return value
        if isinstance(value, self._cls):
            return self._again(value, state)
        state.lower(LAX)
        if self._origin is not None and isinstance(value, self._origin):
            value = dict(given_fields(value))  # the same model with another parameter
        if self._custom_init and isinstance(value, Mapping):
            return self._cls(**value)
        return self._fill(self._cls.__new__(self._cls), value, state)

    def _again(self, value: Any, state: State) -> Any:
        """Take an instance as it is, unless it is to be looked at again."""
        if type(value) is not self._cls:
            state.lower(STRICT)
        if not (
            self._revalidate == "always"
            or (self._revalidate == "subclass-instances" and type(value) is not self._cls)
        ):
            return value
        given = value.root if self._is_root else dict(given_fields(value))
        return self._fill(self._cls.__new__(self._cls), given, state)

    def _fill(self, instance: Any, value: Any, state: State) -> Any:
        made = self._inner(value, state)
        if self._is_root:
            _set(instance, "__dict__", {"root": made})
            _set(instance, "__pydantic_fields_set__", set() if value is PydanticUndefined else {"root"})
        else:
            _store(instance, *made)
        if self._post_init:
            self._finish(instance, state)
        return instance

    def _finish(self, instance: Any, state: State) -> None:
        """Run the model's own last step."""
        try:
            getattr(instance, self._post_init)(state.context)
        except (ValueError, AssertionError) as error:
            if not forgives(self._cls, instance.__dict__):
                kind = "assertion_error" if isinstance(error, AssertionError) else "value_error"
                raise Invalid([LineError(kind, instance, {"error": error})]) from error
        except Exception:
            if not forgives(self._cls, instance.__dict__):
                raise

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Validate and carry out an assignment."""
        if self._frozen:
            raise Invalid([LineError("frozen_instance", value, None, (field,))])
        if self._is_root:
            _set(target, "__dict__", {"root": self._inner(value, state)})
            return target
        values = {**target.__dict__, **(target.__pydantic_extra__ or {})}
        made, extra, given = assigner(self._inner)(values, field, value, state)
        for name in target.__pydantic_extra__ or ():
            made.pop(name, None)
        _set(target, "__dict__", made)
        if extra:
            _set(target, "__pydantic_extra__", {**(target.__pydantic_extra__ or {}), **extra})
        _set(target, "__pydantic_fields_set__", target.__pydantic_fields_set__ | given)
        return target


def _store(instance: Any, values: dict[str, Any], extra: dict[str, Any] | None, given: set[str]) -> None:
    _set(instance, "__dict__", values)
    _set(instance, "__pydantic_extra__", extra)
    _set(instance, "__pydantic_fields_set__", given)


class Dataclass:
    """A dataclass, pydantic's or the standard library's."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        self._cls = schema["cls"]
        self._scope = scope.within(self._cls, schema.get("config"))
        self._inner = self._scope.build(schema["schema"])
        self._is_strict = self._scope.strictness(schema)
        self._revalidate = self._scope.option(schema, "revalidate_instances", "never")
        self._post_init = schema.get("post_init", False)
        self._frozen = schema.get("frozen", False)

    def __call__(self, value: Any, state: State) -> Any:
        """Give an instance."""
        instance, state.self_instance = state.self_instance, None
        if instance is None:
            if unknown(value):
                return value
            if isinstance(value, self._cls):
                if self._revalidate != "always":
                    return value
                value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            elif self._is_strict(state) and state.mode == "python":
                raise invalid("dataclass_exact_type", value, class_name=self._cls.__name__)
            state.lower(LAX)
            instance = self._cls.__new__(self._cls)
        values, hooked = self._inner(value, state)
        for name, item in values.items():
            _set(instance, name, item)
        if self._post_init:
            instance.__post_init__(*(hooked or ()))
        return instance

    def assign(self, target: Any, field: str, value: Any, state: State) -> Any:
        """Validate and carry out an assignment."""
        if self._frozen:
            raise Invalid([LineError("frozen_instance", value, None, (field,))])
        values, _ = assigner(self._inner)(dict(target.__dict__), field, value, state)
        _set(target, "__dict__", values)
        return target


BUILDERS: dict[str, Builder] = {
    "model": Model,
    "model-fields": ModelFields,
    "dataclass": Dataclass,
    "dataclass-args": DataclassArguments,
    "typed-dict": TypedDict,
    "named-tuple": NamedTuple,
}
