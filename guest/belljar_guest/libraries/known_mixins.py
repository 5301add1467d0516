"""Absent base classes that are known to have no columns, so that a table is complete without them.

According to the sources of the packages, they have only methods and properties.
"""

_EMPTY = {
    "dictalchemy": "DictableModel",
    "flask_login": "AnonymousUserMixin UserMixin",
    "flask_security": "AnonymousUser RoleMixin UserMixin WebAuthnMixin",
    "flask_security.core": "AnonymousUser RoleMixin UserMixin WebAuthnMixin",
    "flask_user": "UserMixin",
    "sqlalchemy_serializer": "SerializerMixin",
}
_EMPTY["flask_login.mixins"] = _EMPTY["flask_login"]
_EMPTY["flask.ext.login"] = _EMPTY["flask_login"]
_EMPTY["flask.ext.security"] = _EMPTY["flask_security"]

_ORIGINS = frozenset(f"{module}.{name}" for module, names in _EMPTY.items() for name in names.split())


def brings_no_columns(origin: str) -> bool:
    """Whether a class of this origin is known not to affect a table."""
    return origin in _ORIGINS
