"""`SchemaSerializer`: from values to plain data, as a schema says."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from .output import ALL, Options, Selection, infer, json_key, text

Serialize = Callable[[Any, Options, Selection], Any]
Builder = Callable[[Mapping[str, Any], "Scope"], Serialize]


class Scope:
    """Where a schema is built: the definitions around it."""

    def __init__(self) -> None:
        """Start at the root of a schema."""
        self.definitions: dict[str, Serialize] = {}

    def build(self, schema: Mapping[str, Any]) -> Serialize:
        """Make the serializer of a schema."""
        own = schema.get("serialization")
        builder = _OWN.get(own["type"]) if own else None
        made = builder(schema, self) if builder else _BUILDERS.get(schema["type"], _by_type)(schema, self)
        if "ref" in schema:
            self.definitions[schema["ref"]] = made
        return made


class Info:
    """What a serializer function hears of the serialization."""

    def __init__(self, options: Options, selection: Selection, *, is_field: bool) -> None:
        """Take it from the options."""
        self.include = selection.include
        self.exclude = selection.exclude
        for name in (
            *("context", "mode", "by_alias", "exclude_unset", "exclude_defaults", "exclude_none"),
            *("exclude_computed_fields", "serialize_as_any", "polymorphic_serialization", "round_trip"),
        ):
            setattr(self, name, getattr(options, name))
        if is_field:
            self.field_name = options.field_name

    def mode_is_json(self) -> bool:
        """Tell whether JSON is wanted."""
        return bool(self.__dict__["mode"] == "json")

    def __repr__(self) -> str:
        return f"SerializationInfo({', '.join(f'{key}={value!r}' for key, value in vars(self).items())})"


def _by_type(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    return infer


def _inside(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    """Serialize as what is inside says: validators and defaults say nothing of output."""
    return scope.build(schema["schema"]) if "schema" in schema else infer


def _nullable(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    inner = scope.build(schema["schema"])
    return lambda value, options, selection: None if value is None else inner(value, options, selection)


# Functions of the model's author


def _used(when: str, value: Any, options: Options) -> bool:
    if when.endswith("unless-none") and value is None:
        return False
    return options.is_json or not when.startswith("json")


def _without_own(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("serialization", "ref")}


def _function(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    own = schema["serialization"]
    wraps = own["type"] == "function-wrap"
    inner = scope.build(own["schema"] if "schema" in own else _without_own(schema))
    returned = scope.build(own["return_schema"]) if "return_schema" in own else infer
    function, when = own["function"], own.get("when_used", "always")
    is_field = own.get("is_field_serializer", False)

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not _used(when, value, options):
            return inner(value, options, selection)
        arguments = [options.model, value] if is_field else [value]
        if wraps:
            arguments.append(lambda given, key=None: inner(given, options, _within(selection, key)))
        if own.get("info_arg", False):
            arguments.append(Info(options, selection, is_field=is_field))
        made = function(*arguments)
        if made is value and returned is infer and not options.is_json:
            return made  # it would be asked for ever
        return returned(made, options, ALL)

    return serialize


def _within(selection: Selection, key: Any) -> Selection:
    return selection if key is None else selection.of(key) or ALL


def _to_text(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    own = schema["serialization"]
    when = own.get("when_used", "json-unless-none")
    form = own.get("formatting_string", "")

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not _used(when, value, options):
            return value
        return format(value, form) if form else str(value)

    return serialize


# Containers


def _filter(schema: Mapping[str, Any]) -> Selection:
    own = schema.get("serialization") or {}
    return Selection(own.get("include"), own.get("exclude"))


def _sequence(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    item_schema = schema.get("items_schema")
    places = [scope.build(item) for item in item_schema] if isinstance(item_schema, list) else None
    item = scope.build(item_schema) if isinstance(item_schema, dict) else infer
    variadic = schema.get("variadic_item_index")
    own = _filter(schema)

    def pick(index: int, count: int) -> Serialize:
        if places is None:
            return item
        if variadic is not None and index >= variadic:
            behind = count - len(places) + 1
            index = variadic if index < variadic + behind else index - behind + 1
        return places[index] if index < len(places) else infer

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not isinstance(value, _SEQUENCES):
            return infer(value, options, selection)
        made = []
        for index, element in enumerate(value):
            within = selection.of(index, len(value)) if own.of(index, len(value)) else None
            if within is not None:
                made.append(pick(index, len(value))(element, options, within))
        if options.is_json or isinstance(value, list):
            return made
        return next(kind for kind in _SEQUENCES if isinstance(value, kind))(made)

    return serialize


_SEQUENCES: tuple[Any, ...] = (list, tuple, set, frozenset)


def _dict(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    key_of = scope.build(schema.get("keys_schema", {"type": "any"}))
    item = scope.build(schema.get("values_schema", {"type": "any"}))
    own = _filter(schema)

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not isinstance(value, Mapping):
            return infer(value, options, selection)
        made = {}
        for key, element in value.items():
            within = selection.of(key) if own.of(key) else None
            if within is None or (options.exclude_none and element is None):
                continue
            written = key_of(key, options, ALL)
            made[json_key(written, options) if options.is_json else written] = item(element, options, within)
        return made

    return serialize


# Models


class _Field:
    """One field of a model."""

    def __init__(self, name: str, schema: Mapping[str, Any], scope: Scope) -> None:
        self.name = name
        self.alias = schema.get("serialization_alias", schema.get("alias", name))
        self.excluded = schema.get("serialization_exclude", False)
        self.exclude_if = schema.get("serialization_exclude_if")
        inner = schema.get("schema") or schema.get("return_schema") or {"type": "any"}
        self.serialize = scope.build(inner)
        self.schema = inner

    def is_left_out(self, value: Any, options: Options) -> bool:
        """Tell whether the value is not written."""
        if self.excluded or (options.exclude_none and value is None):
            return True
        if options.exclude_defaults and self._is_default(value):
            return True
        return repr(value) == "<MISSING>" or bool(self.exclude_if and self.exclude_if(value))

    def _is_default(self, value: Any) -> bool:
        if "default" in self.schema:
            return bool(value == self.schema["default"])
        factory = self.schema.get("default_factory")
        return (
            factory is not None and not self.schema.get("default_factory_takes_data") and value == factory()
        )


class _Fields:
    """The fields of a model, a dataclass or a typed dictionary."""

    def __init__(self, schema: Mapping[str, Any], scope: Scope) -> None:
        given = schema["fields"]
        pairs = given.items() if isinstance(given, dict) else [(item["name"], item) for item in given]
        self.fields = {name: _Field(name, field, scope) for name, field in pairs}
        computed = schema.get("computed_fields") or []
        self.computed = [_Field(item["property_name"], item, scope) for item in computed]
        self.extras = scope.build(schema["extras_schema"]) if "extras_schema" in schema else infer

    def write(
        self, values: Mapping[str, Any], model: Any, options: Options, selection: Selection
    ) -> dict[str, Any]:
        """Write the values of an instance."""
        made: dict[str, Any] = {}
        given = getattr(model, "__pydantic_fields_set__", None) if options.exclude_unset else None
        outside = options.model, options.field_name
        options.model = model
        for name, value in values.items():
            field = self.fields.get(name)
            within = selection.of(name)
            if within is None or (given is not None and name not in given):
                continue
            if field is None:
                if not (options.exclude_none and value is None):
                    made[name] = self.extras(value, options, within)
            elif not field.is_left_out(value, options):
                options.field_name = name
                made[field.alias if options.by_alias else name] = field.serialize(value, options, within)
        if not (options.round_trip or options.exclude_computed_fields):
            made.update(self._computed(model, options, selection))
        options.model, options.field_name = outside
        return made

    def _computed(self, model: Any, options: Options, selection: Selection) -> Iterator[tuple[str, Any]]:
        for field in self.computed:
            within = selection.of(field.name)
            value = getattr(model, field.name) if within is not None else None
            if within is not None and not field.is_left_out(value, options):
                options.field_name = field.name
                name = field.alias if options.by_alias else field.name
                yield name, field.serialize(value, options, within)


def _plain_fields(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    fields = _Fields(schema, scope)

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not isinstance(value, Mapping):
            return infer(value, options, selection)
        return fields.write(value, value, options, selection)

    return serialize


def _fields_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find the fields behind the validators around them."""
    while "fields" not in schema or schema["type"] == "dataclass":
        schema = schema["schema"]
    return schema


def _model(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    cls = schema["cls"]
    if schema.get("root_model"):
        root = scope.build(schema["schema"])
        return lambda value, options, selection: root(getattr(value, "root", value), options, selection)
    fields = _Fields(_fields_of(schema["schema"]), scope)

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        if not isinstance(value, cls) or (options.serialize_as_any and type(value) is not cls):
            return infer(value, options, selection)
        if schema["type"] == "dataclass":
            values = {name: getattr(value, name) for name in fields.fields if hasattr(value, name)}
        else:
            own = {name: item for name, item in value.__dict__.items() if name in fields.fields}
            values = {**own, **(value.__pydantic_extra__ or {})}
        return fields.write(values, value, options, selection)

    return serialize


# Choices and references


def _union(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    given = schema["choices"]
    listed = list(given.values()) if isinstance(given, dict) else given
    choices = [choice[0] if isinstance(choice, tuple) else choice for choice in listed]
    made = [(_class_of(choice), scope.build(choice)) for choice in choices]

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        for exact in (True, False):
            for cls, choice in made:
                if cls is not None and (type(value) is cls if exact else isinstance(value, cls)):
                    return choice(value, options, selection)
        return infer(value, options, selection)

    return serialize


_CLASSES = {"str": str, "int": int, "float": float, "bool": bool, "bytes": bytes, "list": list, "dict": dict}


def _class_of(schema: Mapping[str, Any]) -> type | None:
    """Give the class whose instances a choice writes, when it is that simple."""
    found = schema.get("cls") or _CLASSES.get(schema["type"])
    while found is None and isinstance(schema.get("schema"), dict):
        schema = schema["schema"]
        found = schema.get("cls") or _CLASSES.get(schema["type"])
    return found if isinstance(found, type) else None


def _definitions(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    for definition in schema["definitions"]:
        scope.build(definition)
    return scope.build(schema["schema"])


def _reference(schema: Mapping[str, Any], scope: Scope) -> Serialize:
    name, definitions = schema["schema_ref"], scope.definitions

    def serialize(value: Any, options: Options, selection: Selection) -> Any:
        return definitions[name](value, options, selection)  # which may not be there yet

    return serialize


_OWN: dict[str, Builder] = {
    "function-plain": _function,
    "function-wrap": _function,
    "format": _to_text,
    "to-string": _to_text,
    "any": _by_type,
}
_BUILDERS: dict[str, Builder] = {
    **dict.fromkeys(
        ("function-before", "function-after", "function-wrap", "default", "custom-error", "json"), _inside
    ),
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), _sequence),
    **dict.fromkeys(("union", "tagged-union"), _union),
    **dict.fromkeys(("model", "dataclass"), _model),
    **dict.fromkeys(("typed-dict", "model-fields", "dataclass-args"), _plain_fields),
    "nullable": _nullable,
    "dict": _dict,
    "chain": lambda schema, scope: scope.build(schema["steps"][-1]),
    "lax-or-strict": lambda schema, scope: scope.build(schema["strict_schema"]),
    "json-or-python": lambda schema, scope: scope.build(schema["json_schema"]),
    "definitions": _definitions,
    "definition-ref": _reference,
}


class SchemaSerializer:
    """Serializes values as a schema says."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        config: Mapping[str, Any] | None = None,
        _use_prebuilt: bool = True,  # noqa: FBT001, FBT002  # pydantic's own signature
    ) -> None:
        """Take the schema; it is built when it is first used."""
        self._schema, self._config = schema, config or {}

    @cached_property
    def _serialize(self) -> Serialize:
        return Scope().build(self._schema)

    def to_python(self, value: Any, *, include: Any = None, exclude: Any = None, **given: Any) -> Any:
        """Give plain data."""
        return self._serialize(value, Options(given, self._config), Selection(include, exclude))

    def to_json(
        self,
        value: Any,
        *,
        indent: int | None = None,
        ensure_ascii: bool = False,
        include: Any = None,
        exclude: Any = None,
        **given: Any,
    ) -> bytes:
        """Give JSON text."""
        made = self.to_python(value, include=include, exclude=exclude, **{**given, "mode": "json"})
        return text(made, indent, ensure_ascii=ensure_ascii)

    def serialize(self, value: Any, options: Options, selection: Selection) -> Any:
        """Serialize as part of something larger."""
        return self._serialize(value, options, selection)

    def __repr__(self) -> str:
        return "SchemaSerializer()"

    def __reduce__(self) -> Any:
        raise TypeError("a serializer can't be pickled")
