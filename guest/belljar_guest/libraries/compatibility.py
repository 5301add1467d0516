"""The releases of a library whose tables the carried release, or an adapter, reproduces.

They were compared with installed releases. If a project requires an earlier release, tables that the library has a part
in are in doubt.
"""

from collections.abc import Iterable, Iterator

from .. import frames
from . import versions

#: By top-level module: the project, and the first compatible release, by class name or for all others.
_SINCE: dict[str, tuple[str, dict[str, str]]] = {
    "advanced_alchemy": ("advanced-alchemy", {"": "0.3"}),
    "authlib": (
        "authlib",
        {
            "OAuth2AuthorizationCodeMixin": "1.6",
            "OAuth2ClientMixin": "0.13",
            "OAuth2TokenMixin": "1.0",
        },
    ),
    "fastapi_users_db_sqlalchemy": (
        "fastapi-users-db-sqlalchemy",
        {"": "4", "SQLAlchemyBaseAccessTokenTable": "4.0.5"},
    ),
    "flask_appbuilder": ("flask-appbuilder", {"RegisterUser": "4.5", "User": "4.5"}),
    "geoalchemy2": ("geoalchemy2", {"": "0.5"}),
    "sqlalchemy_continuum": ("sqlalchemy-continuum", {"": "1.3.9"}),
    "sqlalchemy_mptt": ("sqlalchemy-mptt", {"": "0.4"}),
    "sqlalchemy_utils": ("sqlalchemy-utils", {"": "0.31", "PasswordType": "0.32.11"}),
}


def doubts(classes: Iterable[type]) -> Iterator[frames.Reason]:
    """Doubts about tables with these base classes."""
    for cls in classes:
        project, since = _SINCE.get(str(cls.__module__).partition(".")[0], ("", {}))
        release = since.get(cls.__name__, since.get(""))
        if release is not None and versions.before(project, release):
            message = f"the project asks for `{project}` before {release}, whose `{cls.__name__}` may differ"
            yield frames.Reason("library-release", message, None)
