"""How far back the releases of a library give what the carried one gives, or what an adapter makes of it.

Compared with the releases themselves, where they are installed. A project that asks for one before them gets a doubt on
the tables that the library has a part in.
"""

from collections.abc import Iterable, Iterator

from .. import frames
from . import versions

#: By top-level module: the project, and the release since which classes of a name, or all others, are the same.
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
    """Doubts about what stands on these classes."""
    for cls in classes:
        project, since = _SINCE.get(str(cls.__module__).partition(".")[0], ("", {}))
        release = since.get(cls.__name__, since.get(""))
        if release is not None and versions.before(project, release):
            message = (
                f"the project asks for `{project}` before {release}, whose `{cls.__name__}` may be another"
            )
            yield frames.Reason("library-release", message, None)
