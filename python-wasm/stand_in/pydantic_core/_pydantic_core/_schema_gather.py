"""Finds the references in a schema, so that pydantic can put in place what is used once."""

from collections.abc import Mapping
from typing import Any


class MissingDefinitionError(LookupError):
    """A reference to no definition."""

    def __init__(self, schema_reference: str, /) -> None:
        """Take the reference."""
        super().__init__(schema_reference)
        self.schema_reference = schema_reference


def gather_schemas_for_cleaning(
    schema: Any, definitions: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Any]]:
    """Give the references, each with its schema where it is the only one, and what waits for a discriminator."""
    walk = _Walk(definitions)
    walk.visit(schema)
    return walk.references, walk.deferred


class _Walk:
    """One walk through a schema."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.references: dict[str, Any] = {}
        self.deferred: list[Any] = []
        self._definitions = definitions
        self._inside: set[str] = set()

    def visit(self, item: Any) -> None:
        """Look at a schema, a list of them, or a dictionary of them."""
        if isinstance(item, (list, tuple)):
            for part in item:
                self.visit(part)
            return
        if not isinstance(item, dict):
            return
        if item.get("type") == "definition-ref":
            self._reference(item)
        if "pydantic_internal_union_discriminator" in (item.get("metadata") or {}):
            self.deferred.append(item)
        for key, part in item.items():
            if key in _NESTED:
                self.visit(list(part.values()) if key in _NAMED and isinstance(part, dict) else part)

    def _reference(self, item: dict[str, Any]) -> None:
        name = item["schema_ref"]
        if name not in self._definitions:
            raise MissingDefinitionError(name)
        if name in self.references:
            self.references[name] = None
            return
        self.references[name] = item
        if name in self._inside:
            self.references[name] = None
            return
        self._inside.add(name)
        self.visit(self._definitions[name])
        self._inside.discard(name)


#: Keys under which schemas lie, and those of them under which they have names.
_NAMED = ("fields", "choices")
_NESTED = (
    "schema items_schema keys_schema values_schema extras_schema extras_keys_schema choices fields steps "
    "lax_schema strict_schema json_schema python_schema arguments_schema var_args_schema var_kwargs_schema "
    "return_schema computed_fields definitions serialization"
).split()
