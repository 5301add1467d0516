"""Advanced Alchemy: a primary key that older releases filled from a sequence."""

from typing import Any

from . import versions

#: The release since which `IdentityBase` has an identity.
_IDENTITY = "1.7.0"


def _adapt(module: Any) -> None:
    if not versions.before("advanced-alchemy", _IDENTITY):
        return
    from sqlalchemy.orm import Mapped, declared_attr, mapped_column

    def key(cls: type) -> Mapped[int]:
        """The primary key of a table."""
        return mapped_column(module.BigIntIdentity, primary_key=True, autoincrement=True)

    module.IdentityPrimaryKey.id = declared_attr(key)


ADAPTERS = {"advanced_alchemy.mixins.bigint": _adapt}
