"""Validators of named fields: of models, typed dictionaries, dataclasses and named tuples."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .errors import Invalid, LineError, invalid
from .functions import Default
from .state import Scope, State
from .tolerance import forgives, missing, unknown
from .values import ArgsKwargs, PydanticOmit

_ABSENT = object()


class Field:
    """One named field: where its value is found, and what it must be."""

    def __init__(self, name: str, schema: Mapping[str, Any], scope: Scope, *, required: bool = True) -> None:
        """Take the name and the schema."""
        self.name = name
        self.frozen = schema.get("frozen", False)
        self.validate = scope.build(schema["schema"])
        self.paths = _paths(schema.get("validation_alias", schema.get("alias")))
        self.required = required
        self.kw_only = schema.get("kw_only", True)
        self.init = schema.get("init", True)
        self.init_only = schema.get("init_only", False)
        self._owner = scope.owner

    def look_up(
        self, source: "Source", *, by_alias: bool, by_name: bool
    ) -> tuple[tuple[int | str, ...], Any]:
        """Find the value in the input, and the place it has there."""
        for path in self.paths if by_alias else ():
            value = source.follow(path)
            if value is not _ABSENT:
                return path, value
        if by_name or not self.paths:
            value = source.get(self.name)
            if value is not _ABSENT:
                return (self.name,), value
        return (self.name,), _ABSENT

    def read(
        self, source: "Source", state: State, *, by_alias: bool, by_name: bool, loc_by_alias: bool
    ) -> tuple[Any, tuple[int | str, ...] | None]:
        """Give the value, validated or by default, and where it was found."""
        path, value = self.look_up(source, by_alias=by_alias, by_name=by_name)
        if value is not _ABSENT:
            try:
                return self.checked(value, state), path
            except Invalid as error:
                raise Invalid(error.under(*(path if loc_by_alias else (self.name,)))) from None
        found = self.validate.default(state) if isinstance(self.validate, Default) else None
        if found is not None:
            return found.value, None
        if not self.required or not self.init:
            raise PydanticOmit
        try:
            if state.choosing:
                raise LookupError(self.name)
            return missing(self._owner, self.name), None
        except LookupError:
            place = self.paths[0] if self.paths and loc_by_alias else (self.name,)
            raise Invalid([LineError("missing", source.value, None, place)]) from None

    def checked(self, value: Any, state: State) -> Any:
        """Validate a value; one that is not known, or that is forgiven, is taken as it is."""
        state.field_name = self.name
        try:
            return self.validate(value, state)
        except Invalid:
            if not forgives(self._owner, value):
                raise
            return value


def _paths(alias: Any) -> list[tuple[int | str, ...]]:
    """Read an alias: a name, a path, or several paths."""
    if alias is None:
        return []
    if isinstance(alias, str):
        return [(alias,)]
    return [tuple(path) for path in alias] if isinstance(alias[0], list) else [tuple(alias)]


class Source:
    """Input that fields are looked up in: a mapping, or an object with attributes."""

    def __init__(self, value: Any, *, attributes: bool) -> None:
        """Take the input."""
        self.value = value
        self._attributes = attributes

    def get(self, name: str) -> Any:
        """Give one value."""
        return _step(self.value, name, attributes=self._attributes)

    def follow(self, path: tuple[int | str, ...]) -> Any:
        """Give the value at the end of a path."""
        value = self.value
        for index, step in enumerate(path):
            value = _step(value, step, attributes=self._attributes and not index)
            if value is _ABSENT:
                break
        return value

    def names(self) -> Iterable[Any]:
        """Give the names there are, of a mapping."""
        return () if self._attributes else list(self.value)


_EMPTY = Source({}, attributes=False)


def _step(value: Any, step: int | str, *, attributes: bool) -> Any:
    if attributes or (isinstance(step, str) and not isinstance(value, Mapping)):
        return getattr(value, step, _ABSENT) if isinstance(step, str) else _ABSENT
    try:
        return value[step] if not isinstance(value, str) else _ABSENT
    except (LookupError, TypeError):
        return _ABSENT


class Fields:
    """The fields of one class together."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope, fields: Mapping[str, Field]) -> None:
        """Take the schema that the fields are of."""
        self.fields = fields
        self.scope = scope
        self._extra = scope.option(schema, "extra_behavior", "ignore", config="extra_fields_behavior")
        self._extras = scope.build(schema["extras_schema"]) if "extras_schema" in schema else None
        keys = schema.get("extras_keys_schema")
        self._extra_keys = scope.build(keys) if keys else None
        self._loc_by_alias = scope.config.get("loc_by_alias", True)

    def naming(self, state: State) -> dict[str, bool]:
        """Tell which names of a field count: aliases, its own, or both."""
        config = self.scope.config
        by_alias = config.get("validate_by_alias", True) if state.by_alias is None else state.by_alias
        by_name = config.get("validate_by_name", False) if state.by_name is None else state.by_name
        return {"by_alias": by_alias, "by_name": by_name}

    def collect(self, source: Source, state: State) -> tuple[dict[str, Any], dict[str, Any] | None, set[str]]:
        """Validate every field and what is left over: the values, the extra ones, the names that were given."""
        values: dict[str, Any] = {}
        given: set[str] = set()
        used: set[int | str] = set()
        wrong: list[LineError] = []
        options = {**self.naming(state), "loc_by_alias": self._loc_by_alias}
        before = state.data, state.field_name
        state.data = values
        for field in self.fields.values():
            try:
                values[field.name], path = field.read(source if field.init else _EMPTY, state, **options)
            except PydanticOmit:
                continue
            except Invalid as error:
                wrong += error.errors
                used.update(str(line.loc[0]) for line in error.errors if line.loc)
                continue
            if path is not None:
                used.add(path[0])
                given.add(field.name)
        extra = self._rest(source, used, wrong, state)
        state.data, state.field_name = before
        if wrong:
            raise Invalid(wrong)
        state.add_fields(len(given))
        return values, extra, given | set(extra or ())

    def _rest(
        self, source: Source, used: set[int | str], wrong: list[LineError], state: State
    ) -> dict[str, Any] | None:
        """Deal with what no field asked for."""
        behaviour = state.extra or self._extra
        if behaviour == "ignore":
            return None
        extra: dict[str, Any] = {}
        for name in source.names():
            if name in used:
                continue
            if not isinstance(name, str):
                wrong.append(LineError("invalid_key", name, None, (str(name),)))
            elif behaviour == "forbid" and forgives(self.scope.owner, source.get(name)):
                continue
            elif behaviour == "forbid":
                wrong.append(LineError("extra_forbidden", source.get(name), None, (name,)))
            else:
                try:
                    key = self._extra_keys(name, state) if self._extra_keys else name
                    extra[key] = self._extras(source.get(name), state) if self._extras else source.get(name)
                except Invalid as error:
                    wrong += error.under(name)
        return extra if behaviour == "allow" else None

    def assigned(self, values: dict[str, Any], name: str, value: Any, state: State) -> Any:
        """Validate the new value of one field beside the others' values."""
        field = self.fields.get(name)
        if field is None:
            if (state.extra or self._extra) != "allow":
                raise Invalid([LineError("no_such_attribute", value, {"attribute": name}, (name,))])
            return self._extras(value, state) if self._extras else value
        if field.frozen:
            raise Invalid([LineError("frozen_field", value, None, (name,))])
        before = state.data
        state.data = {key: item for key, item in values.items() if key != name}
        try:
            return field.checked(value, state)
        except Invalid as error:
            raise Invalid(error.under(name)) from None
        finally:
            state.data = before


def reads_attributes(value: Any) -> bool:
    """Tell whether attributes may be read from a value: not from the language's own types."""
    return not unknown(value) and not isinstance(value, type) and type(value).__module__ != "builtins"


class ModelFields(Fields):
    """The fields of a model."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        fields = {name: Field(name, field, scope) for name, field in schema["fields"].items()}
        super().__init__(schema, scope, fields)
        self._attributes = scope.option(schema, "from_attributes", default=False)
        self._name = schema.get("model_name", "Model")
        self._is_strict = scope.strictness(schema)

    def __call__(self, value: Any, state: State) -> Any:
        """Validate the input of a model."""
        if isinstance(value, Mapping):
            return self.collect(Source(value, attributes=False), state)
        attributes = self._attributes if state.from_attributes is None else state.from_attributes
        if attributes and reads_attributes(value):
            return self.collect(Source(value, attributes=True), state)
        if attributes:
            raise invalid("model_attributes_type", value)
        raise invalid("model_type", value, class_name=self._name)

    def assign(self, target: dict[str, Any], field: str, value: Any, state: State) -> Any:
        """Validate the new value of one field: all the values, the extra ones, the name."""
        values, extra = dict(target), None
        if field in self.fields:
            values[field] = self.assigned(target, field, value, state)
        else:
            extra = {field: self.assigned(target, field, value, state)}
        return values, extra, {field}


class TypedDict(Fields):
    """A dictionary with known keys."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        inner = scope.within(schema.get("cls"), schema.get("config"))
        total = inner.option(schema, "total", default=True, config="typed_dict_total")
        fields = {
            name: Field(name, field, inner, required=field.get("required", total))
            for name, field in schema["fields"].items()
        }
        super().__init__(schema, inner, fields)

    def __call__(self, value: Any, state: State) -> dict[str, Any]:
        """Validate a dictionary."""
        if not isinstance(value, Mapping):
            raise invalid("dict_type", value)
        values, extra, _ = self.collect(Source(value, attributes=False), state)
        return {**values, **(extra or {})}


class DataclassArguments(Fields):
    """What a dataclass is made of."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        fields = {field["name"]: Field(field["name"], field, scope) for field in schema["fields"]}
        super().__init__(schema, scope, fields)
        self._name = schema["dataclass_name"]
        self.collects_init_only = schema.get("collect_init_only", False)

    def __call__(self, value: Any, state: State) -> tuple[dict[str, Any], tuple[Any, ...] | None]:
        """Validate the arguments of a dataclass: its attributes, and what is for its own hook alone."""
        if isinstance(value, ArgsKwargs):
            given = value
            try:
                values, extra, _ = self.collect(Source(self._by_name(given), attributes=False), state)
            except Invalid as error:
                raise Invalid([self._as_argument(line, given) for line in error.errors]) from None
        elif isinstance(value, Mapping):
            values, extra, _ = self.collect(Source(value, attributes=False), state)
        else:
            raise invalid("dataclass_type", value, class_name=self._name)
        only = [field.name for field in self.fields.values() if field.init_only]
        hooked = tuple(values.pop(name) for name in only if name in values)
        return {**values, **(extra or {})}, hooked if self.collects_init_only else None

    def _by_name(self, given: ArgsKwargs) -> dict[str, Any]:
        positional = [field for field in self.fields.values() if not field.kw_only and field.init]
        if len(given.args) > len(positional):
            place = (len(positional),)
            value = given.args[len(positional)]
            raise Invalid([LineError("unexpected_positional_argument", value, None, place)])
        named = dict(given.kwargs or {})
        for field, value in zip(positional, given.args, strict=False):
            name = str(field.paths[0][0]) if field.paths else field.name
            if name in named:
                raise Invalid([LineError("multiple_argument_values", named[name], None, (name,))])
            named[name] = value
        return named

    def _as_argument(self, line: LineError, given: ArgsKwargs) -> LineError:
        """Name an error's place as the call does: what was given by position by its number."""
        if line.kind == "extra_forbidden" and len(line.loc) == 1:
            line.kind = "unexpected_keyword_argument"
        names = [name for name, field in self.fields.items() if not field.kw_only and field.init]
        if line.loc and line.loc[0] in names[: len(given.args)]:
            line.loc = (names.index(str(line.loc[0])), *line.loc[1:])
        return line

    def assign(self, target: dict[str, Any], field: str, value: Any, state: State) -> Any:
        """Validate the new value of one field."""
        return {**target, field: self.assigned(target, field, value, state)}, None


class NamedTuple(Fields):
    """A named tuple."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        """Take the schema."""
        fields = {field["name"]: Field(field["name"], field, scope) for field in schema["fields"]}
        super().__init__({"extra_behavior": "forbid", **schema}, scope, fields)
        self._cls = schema["cls"]

    def __call__(self, value: Any, state: State) -> Any:
        """Validate a tuple or its like, or a dictionary with its names."""
        if isinstance(value, ArgsKwargs):
            value = {**dict(zip(self.fields, value.args, strict=False)), **(value.kwargs or {})}
        if isinstance(value, Mapping):
            values, _, _ = self.collect(Source(value, attributes=False), state)
            return self._cls(**values)
        if unknown(value) or isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
            raise invalid("named_tuple_type", value, class_name=self._cls.__name__)
        return self._of_items(list(value), value, state)

    def _of_items(self, items: list[Any], value: Any, state: State) -> Any:
        count = len(self.fields)
        if len(items) > count:
            raise invalid("too_long", value, field_type="Tuple", max_length=count, actual_length=len(items))
        try:
            values, _, _ = self.collect(
                Source(dict(zip(self.fields, items, strict=False)), attributes=False), state
            )
        except Invalid as error:  # by position, as they were given
            places = list(self.fields)
            for line in error.errors:
                line.loc = (places.index(str(line.loc[0])), *line.loc[1:])
            raise
        return self._cls(**values)


def given_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Give the fields of an instance that were set, and its extra ones."""
    for name in value.__pydantic_fields_set__:
        if name in value.__dict__:
            yield name, value.__dict__[name]
    yield from (getattr(value, "__pydantic_extra__", None) or {}).items()
