"""What validators share: the state of one validation, and the scope that one schema is built in."""

from collections.abc import Callable, Mapping
from typing import Any

#: A validator: gives the value to use, or raises `Invalid`.
Validate = Callable[[Any, "State"], Any]
#: Makes a validator of a schema.
Builder = Callable[[Mapping[str, Any], "Scope"], Validate]

#: How near an input is to what is asked for; of a union's choices the nearest wins.
EXACT, STRICT, LAX = 2, 1, 0


class State:
    """One validation on its way through the input."""

    __slots__ = (
        "by_alias",
        "by_name",
        "choosing",
        "context",
        "data",
        "exactness",
        "extra",
        "field_name",
        "fields_set",
        "from_attributes",
        "mode",
        "self_instance",
        "strict",
    )

    def __init__(self, mode: str = "python", **options: Any) -> None:
        """Take where the input comes from, and what the caller asks for."""
        self.mode = mode
        self.strict: bool | None = options.get("strict")
        self.extra: str | None = options.get("extra")
        self.from_attributes: bool | None = options.get("from_attributes")
        self.context = options.get("context")
        self.by_alias: bool | None = options.get("by_alias")
        self.by_name: bool | None = options.get("by_name")
        self.self_instance = options.get("self_instance")
        self.data: dict[str, Any] | None = None
        self.field_name: str | None = None
        self.choosing = False
        self.exactness = EXACT
        self.fields_set: int | None = None

    def add_fields(self, count: int) -> None:
        """Count the fields that an input set; there is no count where nothing has fields."""
        self.fields_set = (self.fields_set or 0) + count

    def lower(self, exactness: int) -> None:
        """Note that a value was not quite what was asked for."""
        self.exactness = min(self.exactness, exactness)


class Scope:
    """Where a schema is built: the configuration in force, the definitions around it, the class it belongs to."""

    def __init__(self, builders: Mapping[str, Builder], config: Mapping[str, Any]) -> None:
        """Start at the root of a schema."""
        self.builders = builders
        self.config = config
        self.definitions: dict[str, Validate] = {}
        self.owner: type | None = None

    def build(self, schema: Mapping[str, Any]) -> Validate:
        """Make the validator of a schema; one that nobody knows takes everything."""
        builder = self.builders.get(schema["type"])
        validate = builder(schema, self) if builder else _anything
        if "ref" in schema:
            self.definitions[schema["ref"]] = validate
        return validate

    def within(self, owner: type | None, config: Mapping[str, Any] | None) -> "Scope":
        """Give the scope inside a class."""
        inner = Scope(self.builders, self.config if config is None else config)
        inner.definitions = self.definitions
        inner.owner = owner
        return inner

    def option(self, schema: Mapping[str, Any], name: str, default: Any = None, config: str = "") -> Any:
        """Look up an option in the schema, then in the configuration."""
        if name in schema:
            return schema[name]
        return self.config.get(config or name, default)

    def strictness(self, schema: Mapping[str, Any]) -> Callable[[State], bool]:
        """Tell whether to be strict: as the caller says, else the schema, else the configuration."""
        own = bool(self.option(schema, "strict", default=False))

        def is_strict(state: State) -> bool:
            return own if state.strict is None else state.strict

        return is_strict


def _anything(value: Any, state: State) -> Any:
    return value
