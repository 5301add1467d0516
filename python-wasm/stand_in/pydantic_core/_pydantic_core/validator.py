"""`SchemaValidator`: a schema, built once, and the ways to ask it."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from . import arguments, containers, functions, models, scalars, temporal, unions, url
from .errors import Invalid, ValidationError
from .functions import Default, assigner
from .state import Builder, Scope, State, Validate
from .values import Some

BUILDERS: dict[str, Builder] = {
    **scalars.BUILDERS,
    **temporal.BUILDERS,
    **containers.BUILDERS,
    **functions.BUILDERS,
    **models.BUILDERS,
    **unions.BUILDERS,
    **arguments.BUILDERS,
    **url.BUILDERS,
}

#: Schemas that are named after what is inside.
_THROUGH = ("function-before", "function-after", "function-wrap", "default", "nullable", "definitions")


class SchemaValidator:
    """Validates input against a schema."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        config: Mapping[str, Any] | None = None,
        _use_prebuilt: bool = True,  # noqa: FBT001, FBT002  # pydantic's own signature
    ) -> None:
        """Take the schema; it is built when it is first used, which for most models is never."""
        self._schema, self._config = schema, config or {}
        self.title: str = (config or {}).get("title") or _title(schema)

    @cached_property
    def _validate(self) -> Validate:
        return Scope(BUILDERS, self._config).build(self._schema)

    def validate_python(self, input: Any, **options: Any) -> Any:  # noqa: A002  # pydantic's own name
        """Validate an object."""
        return self._run(input, State("python", **options))

    def validate_json(self, input: Any, **options: Any) -> Any:  # noqa: A002
        """Validate JSON text."""
        try:
            value = json.loads(input)
        except ValueError as error:
            line = {"type": "json_invalid", "input": input, "ctx": {"error": error}}
            raise ValidationError(self.title, [line]) from None
        return self._run(value, State("json", **options))

    def validate_strings(self, input: Any, **options: Any) -> Any:  # noqa: A002
        """Validate text, or a dictionary of text."""
        return self._run(input, State("strings", **options))

    def isinstance_python(self, input: Any, **options: Any) -> bool:  # noqa: A002
        """Tell whether an object is valid."""
        try:
            self._run(input, State("python", **options))
        except ValidationError:
            return False
        return True

    def validate_assignment(self, obj: Any, field_name: str, field_value: Any, **options: Any) -> Any:
        """Validate an assignment to a field."""
        state = State("python", **options)
        try:
            return assigner(self._validate)(obj, field_name, field_value, state)
        except Invalid as error:
            raise ValidationError(self.title, error.errors) from None

    def get_default_value(self, *, strict: bool | None = None, context: Any = None) -> Some | None:
        """Give the default, where there is one."""
        state = State("python", strict=strict, context=context)
        return self._validate.default(state) if isinstance(self._validate, Default) else None

    def _run(self, value: Any, state: State) -> Any:
        try:
            return self._validate(value, state)
        except Invalid as error:
            raise ValidationError(self.title, error.errors) from None

    def __repr__(self) -> str:
        return f"SchemaValidator(title={self.title!r})"

    def __reduce__(self) -> Any:
        raise TypeError("a validator can't be pickled")


def _title(schema: Mapping[str, Any]) -> str:
    """Name a schema in the heading of an error."""
    while schema["type"] in _THROUGH and "schema" in schema:
        schema = schema["schema"]
    named = (
        schema.get("cls")
        or schema.get("cls_name")
        or schema.get("model_name")
        or schema.get("dataclass_name")
    )
    return str(getattr(named, "__name__", named) or schema.get("function_name") or schema["type"])
