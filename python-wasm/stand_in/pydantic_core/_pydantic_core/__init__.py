"""Stands in for pydantic's compiled core: validators and serializers in Python.

pydantic itself is Python and is taken as it is published; it turns annotations into *core schemas*, dictionaries
with a `type`, and leaves the rest to this module. Each schema is built once into nested callables:

* `state`, `errors`, `values`: what they share
* `scalars`, `temporal`, `containers`, `url`: single values and collections
* `fields`, `models`: named fields, and the classes that hold them
* `functions`, `unions`, `arguments`: what stands around and between
* `validator`, `serializer`, `output`: the two ways in
* `tolerance`: what to do about input that is not known; nothing, unless somebody puts one in place
"""

from . import _schema_gather
from .errors import (
    PydanticCustomError,
    PydanticKnownError,
    PydanticSerializationError,
    PydanticSerializationUnexpectedValue,
    SchemaError,
    ValidationError,
)
from .messages import MESSAGES
from .output import from_json, to_json, to_jsonable_python
from .serializer import SchemaSerializer
from .url import MultiHostUrl, Url
from .validator import SchemaValidator
from .values import (
    ArgsKwargs,
    PydanticOmit,
    PydanticUndefined,
    PydanticUndefinedType,
    PydanticUseDefault,
    Some,
    TzInfo,
)

#: The version that the pinned pydantic asks for.
__version__ = "2.50.4"
build_profile = "release"
build_info = "in Python"
_recursion_limit = 255


def list_all_errors() -> list[dict[str, object]]:
    """List the known kinds of error."""
    return [{"type": kind, "message_template_python": text} for kind, text in MESSAGES.items()]


__all__ = [
    "ArgsKwargs",
    "MultiHostUrl",
    "PydanticCustomError",
    "PydanticKnownError",
    "PydanticOmit",
    "PydanticSerializationError",
    "PydanticSerializationUnexpectedValue",
    "PydanticUndefined",
    "PydanticUndefinedType",
    "PydanticUseDefault",
    "SchemaError",
    "SchemaSerializer",
    "SchemaValidator",
    "Some",
    "TzInfo",
    "Url",
    "ValidationError",
    "__version__",
    "_recursion_limit",
    "_schema_gather",
    "build_info",
    "build_profile",
    "from_json",
    "list_all_errors",
    "to_json",
    "to_jsonable_python",
]
