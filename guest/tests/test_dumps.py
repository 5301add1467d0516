"""Reading dumps; `tests/compare_metadata/dumps.py` compares those of real servers with the servers."""

import tempfile
import unittest
from pathlib import Path

from belljar_guest import frames
from case import Case
from native import native

POSTGRESQL = """--
-- PostgreSQL database dump
--

\\restrict abc
-- Dumped from database version 18.4
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.mood AS ENUM ('ok', 'it''s; not');
CREATE TABLE public.users (
    id integer NOT NULL,
    name character varying(20) DEFAULT 'a;b'::character varying NOT NULL,
    mood public.mood DEFAULT 'ok'::public.mood,
    CONSTRAINT long CHECK (((length((name)::text) > 3) AND (id > 0)))
);
ALTER TABLE public.users OWNER TO postgres;
CREATE SEQUENCE public.users_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX ix ON public.users USING btree (lower((name)::text)) WHERE (id > 1);
CREATE FUNCTION public.f() RETURNS integer
    LANGUAGE sql
    AS $_$SELECT 1; -- $$ ' $_$;
COMMENT ON COLUMN public.users.name IS 'a -- name';
CREATE VIEW public.v AS
 SELECT id AS "the id"
   FROM public.users
  WHERE (id > 1);
\\unrestrict abc
"""

MARIADB = """/*M!999999\\- enable the sandbox mode */
-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for Linux (x86_64)
-- Host: localhost    Database: shop
-- Server version\t10.11.14-MariaDB
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `a`;
CREATE TABLE `a` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `n``m` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'x;\\'y',
  PRIMARY KEY (`id`),
  KEY `k` (`n``m`(5))
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='it''s';
/*!50001 CREATE VIEW `v` AS SELECT 1 AS `id` */;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN
SET NEW.id = 1; END */;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `a`.`id` AS `id` from `a` */;
"""

SQLITE = """CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT DEFAULT 'x;y');
CREATE TABLE sqlite_sequence(name,seq);
CREATE INDEX ix ON a (n);
CREATE VIEW v AS SELECT id FROM a
/* v(id) */;
CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET n = CASE WHEN 1 THEN 2 END; DELETE FROM a; END;
"""


class DumpCase(Case):
    """Runs over dumps, each in a fresh fork of the newest generation."""

    def read(self, text: str, dialect: str | None = None) -> list[frames.Frame]:
        """The frames of a dump."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "dump.sql")
            path.write_text(text, encoding="utf-8")
            return native("2.1").run({"inspect": {"dump": str(path), "dialect": dialect}})

    def remarks(self, text: str, dialect: str | None = None) -> list[str]:
        """What is said about a dump."""
        found = self.read(text, dialect)
        self.assertIsInstance(found[-1], frames.Done)
        return [item.message for item in found if isinstance(item, frames.Remark)]


class TestDumps(DumpCase):
    """The dumps of each database."""

    def test_postgresql(self) -> None:
        found = self.read(POSTGRESQL)
        (users,) = (item for item in found if isinstance(item, frames.Table))
        self.assertEqual([item.name for item in users.columns], ["id", "name", "mood"])
        self.assertEqual(
            [item.server_default for item in users.columns], [None, "'a;b'::character varying", "'ok'::mood"]
        )
        self.assertEqual([item.sql for item in users.checks], ["length(name::text) > 3 AND id > 0"])
        self.assertEqual([part.sql for part in users.indexes[0].elements], ["lower(name::text)"])
        self.assertEqual(users.columns[1].comment, "a -- name")
        (view,) = (item for item in found if isinstance(item, frames.View))
        self.assertEqual([item.name for item in view.columns], ["the id"])
        self.assertEqual(view.reads, ["users"])
        (kind,) = (item for item in found if isinstance(item, frames.NamedType))
        self.assertEqual(kind.values, ["ok", "it's; not"])
        (function,) = (item for item in found if isinstance(item, frames.Object))
        self.assertIn("AS $function$SELECT 1; -- $$ ' $function$", function.definition or "")
        self.assertEqual([item for item in found if isinstance(item, frames.Remark)], [])

    def test_mariadb(self) -> None:
        found = self.read(MARIADB)
        (table,) = (item for item in found if isinstance(item, frames.Table))
        self.assertEqual([item.name for item in table.columns], ["id", "n`m"])
        self.assertEqual([item.autoincrement for item in table.columns], ["auto", "auto"])
        self.assertEqual(table.columns[1].server_default, "'x;\\'y'")
        self.assertEqual(table.comment, "it's")
        (view,) = (item for item in found if isinstance(item, frames.View))
        self.assertEqual(
            ([item.name for item in view.columns], view.query), (["id"], "select `a`.`id` AS `id` from `a`")
        )
        (trigger,) = (item for item in found if isinstance(item, frames.Object))
        self.assertIn("SET NEW.id = 1; END", trigger.definition or "")
        (database,) = (item for item in found if isinstance(item, frames.Database))
        self.assertEqual(
            (database.dialect, database.version, database.schema), ("mariadb", "10.11.14", "shop")
        )
        self.assertEqual([item for item in found if isinstance(item, frames.Remark)], [])

    def test_sqlite(self) -> None:
        found = self.read(SQLITE)
        (table,) = (item for item in found if isinstance(item, frames.Table))
        self.assertEqual([item.name for item in table.indexes], ["ix"])
        (view,) = (item for item in found if isinstance(item, frames.View))
        self.assertEqual([item.name for item in view.columns], ["id"])
        (trigger,) = (item for item in found if isinstance(item, frames.Object))
        self.assertTrue((trigger.definition or "").endswith("DELETE FROM a; END"))
        self.assertEqual([item for item in found if isinstance(item, frames.Remark)], [])

    def test_which_database(self) -> None:
        plain = "CREATE TABLE a (id integer NOT NULL);"
        (message,) = self.remarks(plain)
        self.assertIn("name it with `--dialect`", message)
        for dialect in ("postgresql", "mysql", "mariadb", "sqlite"):
            found = self.read(plain.replace("(", " (") + "\n", dialect)
            tables = [item.name for item in found if isinstance(item, frames.Table)]
            self.assertEqual(tables, ["a"], dialect)
        # What a dump says counts, and not what the user says.
        (database,) = (item for item in self.read(POSTGRESQL, "mysql") if isinstance(item, frames.Database))
        self.assertEqual(database.dialect, "postgresql")
        (message,) = self.remarks(POSTGRESQL + "-- MySQL dump 10.13\n")
        self.assertIn("several databases", message)
        (message,) = self.remarks("-- MySQL dump 10.13\nCREATE TABLE `a` (\n  `b` int\n);\n")
        self.assertIn("`mysql` or `mariadb`", message)


class TestWhatIsNotFollowed(DumpCase):
    """Nothing is left out in silence."""

    def test_statements(self) -> None:
        head = "-- PostgreSQL database dump\n"
        table = "CREATE TABLE public.a (id integer);\n"
        cases = {
            "CREATE TABLE public.b (id integer PRIMARY KEY);": "CREATE TABLE public.b",
            "CREATE TABLE public.b (LIKE public.a);": "CREATE TABLE public.b",
            "CREATE TABLE public.b AS SELECT 1;": "CREATE TABLE public.b AS",
            "ALTER TABLE public.a DROP COLUMN id;": "ALTER TABLE public.a DROP",
            "ALTER TABLE public.b ADD CONSTRAINT c CHECK (true);": "unknown table b",
            "DROP TABLE public.a;": "a removal",
            "DO $$ BEGIN EXECUTE 'x'; END $$;": "DO $$ BEGIN",
            "SELECT create_hypertable('public.a');": "SELECT create_hypertable",
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN x;": "CREATE FUNCTION f()",
            "CREATE FROBNICATION x;": "CREATE FROBNICATION",
            "CREATE INDEX i ON public.a USING btree (id) FROBNICATED;": "FROBNICATED",
            "CREATE TABLE public.a (id integer);": "second table",
            "ALTER TYPE public.x RENAME TO y;": "ALTER TYPE",
            "CREATE AGGREGATE public.s(integer) (SFUNC = x, STYPE = integer);": "aggregates (1)",
            "CREATE TYPE public.p AS (x integer);": "composite types (1)",
            "\\copy a from 'x'": "`\\copy`",
            "\\! rm -rf /": "`\\!`",
            "CREATE TABLE public.b (x numeric(a, b));": "ValueError",
            "CREATE VIEW public.w AS SELECT a.id + 1 FROM public.a;": "CREATE VIEW public.w",
        }
        for statement, expected in cases.items():
            with self.subTest(statement=statement):
                found = self.read(f"{head}{table}{statement}\n{table.replace('.a', '.z')}")
                (message,) = (item.message for item in found if isinstance(item, frames.Remark))
                self.assertIn(expected, message)
                names = [item.name for item in found if isinstance(item, frames.Table)]
                self.assertEqual(names, ["a", "z"])

    def test_mysql(self) -> None:
        head = MARIADB.partition("DROP TABLE")[0]
        cases = {
            "ALTER TABLE `a` ADD COLUMN x int;": "ALTER TABLE",
            "CREATE TABLE `b` (\n  `x` int FROBNICATED\n) ENGINE=InnoDB;": "FROBNICATED",
            "CREATE TABLE `b` SELECT 1;": "CREATE TABLE `b`",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1;": "events (1)",
            "LOAD DATA INFILE '/etc/passwd' INTO TABLE a;": "LOAD DATA",
        }
        for statement, expected in cases.items():
            with self.subTest(statement=statement):
                (message,) = self.remarks(f"{head}{statement}\n")
                self.assertIn(expected, message)

    def test_sqlite_runs_nothing_else(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "made.db")
            for statement in (
                f"ATTACH '{path}' AS x;",
                f"VACUUM INTO '{path}';",
                "SELECT load_extension('x');",
                "ALTER TABLE a ADD COLUMN x;",
                ".read /etc/passwd",
                ".shell id",
            ):
                with self.subTest(statement=statement):
                    messages = self.remarks(f"{SQLITE}{statement}\n")
                    self.assertEqual(len(messages), 1)
                    self.assertFalse(path.exists())


class TestHostileDumps(DumpCase):
    """A dump is a stranger's file: it ends with an error, or with remarks."""

    def test_cut_off(self) -> None:
        head = "-- PostgreSQL database dump\n"
        for text in (
            "CREATE FUNCTION f() AS $x$ a;",
            "SELECT 'a;",
            'SELECT "a;',
            "/* a;",
            "SELECT (a;",
            "COPY a FROM stdin;\n1\n",
        ):
            with self.subTest(text=text):
                (message,) = self.remarks(head + text)
                self.assertIn("begins on line 2", message)
        for text in ("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a;", "CREATE TABLE `a"):
            (message,) = self.remarks(f"{SQLITE}{text}")
            self.assertIn("is cut off", message)

    def test_deep(self) -> None:
        head = "-- PostgreSQL database dump\n"
        for deep in ("(" * 5_000 + "1" + ")" * 5_000, "(" * 90 + "1" + ")" * 90):
            (*messages,) = self.remarks(
                f"{head}CREATE TABLE public.a (id integer, CONSTRAINT c CHECK ({deep}));"
            )
            self.assertEqual(len(messages), 1 if len(deep) > 1000 else 0)
        self.read(f"CREATE TABLE a (x CHECK ({'(' * 5000}1{')' * 5000}));", "sqlite")

    def test_names(self) -> None:
        name = "x\x1b[31m\u202e`"
        found = self.read(f'-- PostgreSQL database dump\nCREATE TABLE public."{name}" (id integer);')
        (table,) = (item for item in found if isinstance(item, frames.Table))
        self.assertEqual(table.name, name)
        (message,) = self.remarks(
            f'-- PostgreSQL database dump\nCREATE TABLE public."{"x" * 2000}" (id integer);'
        )
        self.assertIn("a name that is none", message)

    def test_several_databases(self) -> None:
        text = "-- PostgreSQL database dump\n\\connect a\nCREATE TABLE public.a (id integer);\n\\connect b\n"
        (message,) = self.remarks(text)
        self.assertIn("several databases; another begins on line 4", message)
        (message,) = self.remarks(MARIADB + "USE `other`;\nUSE `third`;\n")
        self.assertIn("several databases", message)

    def test_garbage(self) -> None:
        for text in (
            "",
            "  \n",
            "\x00",
            "';",
            "$$",
            "\\",
            "(",
            ")",
            "CREATE",
            "CREATE TABLE",
            "CREATE TABLE a",
            "COMMENT ON",
        ):
            for dialect in ("postgresql", "mysql", "sqlite"):
                with self.subTest(text=text, dialect=dialect):
                    self.assertTrue(self.remarks(text, dialect))


if __name__ == "__main__":
    unittest.main()
