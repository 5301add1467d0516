"""MariaDB, rendered as MySQL with what the code declares for MariaDB alone."""

from typing import Any

Json = dict[str, Any]

_OWN, _BASE = "mariadb", "mysql"


def as_mysql(value: Any) -> Any:
    """A job whose MariaDB variants replace those of MySQL."""
    if isinstance(value, list):
        return [as_mysql(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: as_mysql(item) for key, item in value.items()}
    if "repr" in found and found.get(_OWN) is not None:
        found[_BASE] = found[_OWN]
    if isinstance(found.get("options"), dict):
        found["options"] = _options(found["options"])
    if isinstance(found.get("dialects"), list) and _OWN in found["dialects"]:
        found["dialects"] = [*found["dialects"], _BASE]
    if found.get("subject") == "sequence" and "certainty" in found:
        found["certainty"] = "cannot_tell"
        found["notes"] = [*found["notes"], {"message": "sequences of MariaDB are not rendered"}]
    sequence = found.get("sequence")
    if "autoincrement" in found and sequence is not None and "optional" not in sequence.get("options", {}):
        found["autoincrement"] = "false"  # the sequence produces the values
    return found


def _options(options: Json) -> Json:
    """The options for MariaDB under the prefix of MySQL; MariaDB does not read those of MySQL."""
    kept = {name: text for name, text in options.items() if not name.startswith(f"{_BASE}_")}
    found = {}
    for name, text in kept.items():
        place, colon, of = name.partition(":")
        if colon and of == _OWN:
            found[f"{place}:{_BASE}"] = text
        elif name.startswith(f"{_OWN}_"):
            found[f"{_BASE}_{name.removeprefix(f'{_OWN}_')}"] = text
        else:
            found.setdefault(name, text)
    return found
