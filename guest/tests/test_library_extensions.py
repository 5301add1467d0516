"""Parts of libraries for absent frameworks, and files in wheels besides their packages."""

import unittest

from case import Case


class Extensions(Case):
    """A part that fails without its framework does not affect others."""

    def test_bases_of_an_extension(self) -> None:
        for text in (
            "from advanced_alchemy.extensions.litestar import base, SQLAlchemyDTO, SQLAlchemyPlugin",
            "from advanced_alchemy.extensions.fastapi import base",
            "from advanced_alchemy.extensions.flask import base",
            "from advanced_alchemy.extensions.starlette import base, AdvancedAlchemy",
            "from advanced_alchemy.extensions.sanic import base",
            "from litestar.contrib.sqlalchemy import base",
            "from litestar.contrib.sqlalchemy.base import BigIntBase\nclass base: BigIntBase = BigIntBase",
            "from litestar.plugins.sqlalchemy import base, SQLAlchemyAsyncConfig",
        ):
            with self.subTest(text):
                self.check(
                    f"""\
{text}
from sqlalchemy.orm import Mapped
class A(base.BigIntBase):
    __tablename__ = "a"
    name: Mapped[str]
""",
                    """\
                    a
                      id BIGINT pk default=sequence:a_id_seq sequence=a_id_seq
                      name VARCHAR not-null
                    """,
                    since="2.0",
                    show="statementskipped",
                )

    def test_what_an_extension_lacks_is_stood_in_for(self) -> None:
        self.check(
            """\
            from advanced_alchemy.extensions.litestar import SQLAlchemyDTO, base
            from sqlalchemy.orm import Mapped
            class A(base.BigIntBase):
                __tablename__ = "a"
            class AData(SQLAlchemyDTO[A]):
                pass
            """,
            """\
            a
              id BIGINT pk default=sequence:a_id_seq sequence=a_id_seq
            """,
            since="2.0",
            show="modulefailed",
        )

    def test_tests_of_the_project(self) -> None:
        self.check(
            {
                "tests/models.py": """\
                    {prelude}
                    a = Table("a", metadata, Column("id", Integer, primary_key=True))
                    """,
                "models.py": """\
                    {prelude}
                    from tests.models import a
                    b = Table("b", a.metadata, Column("id", Integer, primary_key=True))
                    """,
            },
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk
            """,
            show="statementskipped",
        )


class Passwords(Case):
    """The length of a password column is that of its longest scheme."""

    def test_schemes(self) -> None:
        for arguments, length in (
            ("schemes=['pbkdf2_sha512', 'md5_crypt'], deprecated=['md5_crypt']", 1137),
            ("schemes=['bcrypt']", 1024),
            ("schemes=['scrypt', 'pbkdf2_sha256']", 1094),
            ("max_length=77, schemes=['pbkdf2_sha512']", 77),
            ("onload=lambda **kwargs: {'schemes': ['pbkdf2_sha1'], **kwargs}", 1076),
        ):
            with self.subTest(arguments):
                self.check(
                    f"""\
                    {{prelude}}
                    from sqlalchemy.dialects import mysql
                    from sqlalchemy_utils import PasswordType
                    kind = PasswordType({arguments}).load_dialect_impl(mysql.dialect())
                    t = Table("t", metadata, Column("x", String(kind.length)))
                    """,
                    f"t\n  x VARCHAR({length})",
                )


if __name__ == "__main__":
    unittest.main()
