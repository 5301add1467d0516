"""The content of `app.config` when Flask is absent and the values are in the repository."""

import unittest

from case import Case

SETTINGS = """\
WORD = "d"
LENGTH = 10
lower = 1
class Base:
    LONGER = 77
class Development(Base):
    DEBUG = True
"""

MODELS = """\
{prelude}
from flask import Flask, current_app
class Own(Flask):
    pass
app = APPLICATION
LOADED
def column(name):
    return Column(name, String(app.config["LENGTH"]), default=app.config["WORD"])
t = Table("t", metadata, column("a"))
"""


class Configuration(Case):
    """Values in the code are exact; others are stand-ins."""

    def test_values_of_the_code(self) -> None:
        for loaded in (
            "app.config.from_object('settings')",
            "import settings\napp.config.from_object(settings)",
            "app.config.from_object('settings.Development')\napp.config.update(LENGTH=10, WORD='d')",
            "app.config.from_object('settings:Development')\napp.config.update({'LENGTH': 10}, WORD='d')",
            "app.config.from_mapping(LENGTH=10, WORD='d')",
            "app.config['LENGTH'] = 10\napp.config.setdefault('WORD', 'd')",
            "app.config.from_pyfile('settings.py')",
            "import json\napp.config.from_file('settings.json', load=json.load)",
            "app.config.from_json('settings.json')",
            "app.config.from_object('settings')\napp.config.from_pyfile('absent.cfg', silent=True)",
            "app.config.from_object('settings')\napp.config.from_envvar('APP_SETTINGS')",
            "app.config.from_object('settings')\napp.config.from_prefixed_env()",
            "app.config.from_object('settings')\napp.config.from_object('absent.Production')",
            "app.config.from_object('settings')\nassert 'lower' not in app.config and not app.config['TESTING']",
            "current_app.config.from_object('settings')",
        ):
            for application in ("Flask(__name__)", "Own(__name__)"):
                with self.subTest(loaded, application=application):
                    source = MODELS.replace("LOADED", loaded).replace(
                        "APPLICATION", f"{application}\napp.config"
                    )
                    self.check(
                        {
                            "models.py": source,
                            "settings.py": SETTINGS,
                            "settings.json": '{"LENGTH": 10, "WORD": "d", "lower": 1}',
                        },
                        "t\n  a VARCHAR(10) default=scalar:'d'",
                        show="statementskipped guess",
                        since="2.1",
                    )

    def test_values_that_come_from_elsewhere(self) -> None:
        source = """\
            {prelude}
            from flask import Flask
            app = Flask(__name__)
            closed = Flask(__name__)
            app.config.from_envvar("APP_SETTINGS", silent=True)
            app.config["LENGTH"] = 5
            t = Table("t", metadata, Column("a", String(app.config["LENGTH"])), Column("b", String(app.config["OTHER"])),
                Column("c", Integer, default=app.config.get("OTHER")), Column("d", Integer, default=app.config.get("X", 3)),
                Column("e", Integer, default=closed.config.get("OTHER")))
            """
        self.check(
            source,
            """\
            t
              a VARCHAR(5)
              b … ?stand-in-type ?stand-in-value
              c INTEGER ?stand-in-option
              d INTEGER default=scalar:3
              e INTEGER
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
