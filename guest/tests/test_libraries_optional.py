"""Parts of a schema library that need another package or a database."""

import unittest

from case import Case


class Optional(Case):
    """Optional packages are assumed to be installed, and commands that change a database are not run."""

    def test_types_that_need_a_package_for_their_values(self) -> None:
        self.check(
            """\
            {prelude}
            from sqlalchemy_utils import *
            from sqlalchemy_utils.types.encrypted.encrypted_type import StringEncryptedType, AesEngine, FernetEngine
            from absent import settings
            t = Table("t", metadata,
                Column("arrow", ArrowType), Column("color", ColorType), Column("locale", LocaleType),
                Column("password", PasswordType(schemes=["pbkdf2_sha512"])), Column("short", PasswordType(60)),
                Column("phone", PhoneNumberType(region="US")), Column("range", IntRangeType),
                Column("days", WeekDaysType), Column("currency", CurrencyType),
                Column("secret", EncryptedType(Unicode, "key", AesEngine, "pkcs5")),
                Column("token", StringEncryptedType(Unicode, lambda: settings.KEY, FernetEngine, length=255)),
                Column("hidden", StringEncryptedType(Unicode, settings.KEY)))
            """,
            """\
            t
              arrow TIMESTAMP WITHOUT TIME ZONE
              color VARCHAR(20)
              locale VARCHAR(10)
              password BYTEA
              short BYTEA
              phone VARCHAR(20)
              range INT4RANGE
              days BIT(7)
              currency VARCHAR(3)
              secret BYTEA
              token VARCHAR(255)
              hidden VARCHAR
            """,
            show="statementskipped",
        )

    def test_migrations_that_run_at_import(self) -> None:
        self.check(
            {
                "migrations/env.py": "raise RuntimeError('it is run')\n",
                "models.py": """\
                {prelude}
                from alembic import command
                from alembic.config import Config, main
                from alembic.script import ScriptDirectory
                config = Config()
                config.set_main_option("script_location", "migrations")
                command.upgrade(config, "head")
                command.stamp(config, revision="head")
                main(["upgrade", "head"])
                ScriptDirectory.from_config(config).run_env()
                a = Table("a", metadata, Column("x", Integer))
                """,
            },
            """\
            a
              x INTEGER
            skipped migrations/env.py:1 RuntimeError
            """,
            show="statementskipped",
        )

    def test_logging_that_is_set_up_at_import(self) -> None:
        self.check(
            """\
            {prelude}
            import logging.config
            from logging.config import dictConfig, fileConfig
            dictConfig({"version": 1, "formatters": {"access": {"()": "absent.AccessFormatter"}}})
            logging.config.fileConfig("/etc/logging.ini", disable_existing_loggers=False)
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_options_with_defaults_that_decide_about_a_table(self) -> None:
        self.check(
            {
                "conf.py": """\
                    from oslo_config import cfg
                    from keystoneauth1 import loading
                    CONF = cfg.CONF
                    CONF.register_opts([
                        cfg.StrOpt("connection", default="sqlite:///x.db"), cfg.IntOpt("length", default=64),
                        cfg.StrOpt("prefix"),
                    ], group="database")
                    loading.register_auth_conf_options(CONF, "auth")
                    """,
                "models.py": """\
                    {prelude}
                    from urllib import parse as urlparse
                    from conf import CONF
                    def table_args():
                        engine = urlparse.urlparse(CONF.database.connection).scheme
                        return {"mysql_engine": "InnoDB"} if engine == "mysql" else None
                    class A(Base):
                        __tablename__ = "a"
                        __table_args__ = table_args()
                        id = Column(Integer, primary_key=True)
                        name = Column(String(CONF.database.length))
                    """,
            },
            """\
            a
              id INTEGER pk
              name VARCHAR(64)
            """,
            show="statementskipped",
        )

    def test_names_of_an_older_flask_sqlalchemy(self) -> None:
        self.check(
            """\
            from flask_sqlalchemy import BaseQuery, Model, SQLAlchemy
            from sqlalchemy_utils import TimezoneType
            class Kept(Model):
                pass
            db = SQLAlchemy(model_class=Kept)
            class UserGroup(db.Model):
                id = db.Column(db.Integer, primary_key=True)
                zone = db.Column(TimezoneType(backend="pytz"))
            """,
            """\
            user_group
              id INTEGER pk
              zone VARCHAR(50)
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
