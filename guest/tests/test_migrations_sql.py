"""SQL text of version files: what is interpreted, what is in doubt, and what is of no consequence."""

from generated_history import ENV
from migration_case import MigrationCase, record, show, version

_CREATE = """
op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("x", sa.Integer(), nullable=False, server_default="1"))
op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a_id", sa.Integer(), sa.ForeignKey("a.id")))
op.create_table("c d", sa.Column("id", sa.Integer(), primary_key=True))
op.create_table("e", sa.Column("id", sa.Integer()), schema="s")
op.create_index("ix_a", "a", ["x"])
op.execute("CREATE TYPE kind AS ENUM ('p', 'q')")
op.execute("ALTER TABLE b ADD COLUMN k kind")
"""


def head_of(texts: list[str], dialect: str = "postgresql") -> str:
    """The head behind the tables of this module and some statements."""
    body = "\n".join(f"op.execute({text!r})" for text in texts)
    files = {
        "migrations/env.py": ENV,
        "migrations/versions/v1.py": version("v1", None, _CREATE),
        "migrations/versions/v2.py": version("v2", "v1", body),
    }
    return show(record(files, dialect=dialect))


def doubtful(head: str) -> list[str]:
    """The tables in doubt, and `head` if the schema as a whole is."""
    found = [line for line in head.split("\n") if "?" in line and not line.startswith(" ")]
    return sorted("head" if line.startswith("head ") else line.partition(" ?")[0] for line in found)


class Texts(MigrationCase):
    """Statements by their text."""

    def test_statements_that_change_tables_behind_their_first_words(self) -> None:
        """A statement that begins like one on data or on the session may change tables all the same."""
        procedure = "CREATE PROCEDURE fix() LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE a DROP COLUMN x; END $$"
        for texts, expected in (
            ([procedure, "CALL fix()"], ["a"]),
            ([procedure], []),
            (["CALL unknown_routine()"], ["head"]),
            ([procedure.replace("PROCEDURE", "FUNCTION"), "SELECT fix()"], ["a"]),
            (["SELECT AddGeometryColumn('a', 'place', 4326)"], ["a"]),
            (["BEGIN EXECUTE IMMEDIATE 'ALTER TABLE a DROP COLUMN x'; END;"], ["a"]),
            (["SET @s = 'ALTER TABLE a DROP COLUMN x'", "PREPARE st FROM @s; EXECUTE st"], ["a", "head"]),
            (["DECLARE @c nvarchar(9) SELECT @c = name FROM o EXEC('ALTER TABLE a DROP ' + @c)"], ["a"]),
            (["UPDATE b SET a_id = 1 ALTER TABLE a DROP COLUMN x"], ["a", "b"]),
            (["SELECT * INTO b2 FROM a"], ["a"]),
            (["SET search_path TO other"], ["head"]),
            (["DO $$ BEGIN ALTER TYPE kind ADD VALUE 'r'; END $$"], ["b"]),
            (['ALTER TABLE "c d" SET UNLOGGED'], ["c d"]),
            (["ALTER TABLE absent ADD COLUMN a integer"], ["a", "absent"]),
            (["ALTER TABLE a ADD COLUMN t timestamp(3)"], ["a"]),
            (["COMMENT ON TABLE a IS $$text$$"], ["a"]),
            (["DROP INDEX absent"], ["head"]),
            (["ALTER INDEX absent RENAME TO other"], ["head"]),
            (["DROP TABLE absent"], ["head"]),
            (["DROP EXTENSION postgis CASCADE"], ["head"]),
        ):
            with self.subTest(texts=texts):
                self.assertEqual(doubtful(head_of(texts)), expected)

    def test_statements_without_consequence(self) -> None:
        """Ordinary statements on data, on the session and on other objects change nothing."""
        before = head_of([])
        for text in (
            "SELECT setval('a_id_seq', 3)",
            "SELECT setval(pg_get_serial_sequence('a', 'id'), max(id)) FROM a",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "SELECT 'put into' FROM a",
            "SET search_path TO public",
            "SET LOCAL lock_timeout = '5s'",
            "GRANT EXECUTE ON FUNCTION f() TO x",
            "INSERT INTO b VALUES ('DROP TABLE a')",
            "WITH q AS (SELECT 1) INSERT INTO b SELECT * FROM q",
            "DROP FUNCTION IF EXISTS f() CASCADE",
            "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f()",
            "DROP TABLE IF EXISTS absent",
            "DROP INDEX IF EXISTS absent",
            "DROP SCHEMA IF EXISTS absent CASCADE",
            "COMMENT ON FUNCTION f() IS 'text'",
            "LOCK TABLE a IN SHARE MODE",
        ):
            with self.subTest(text=text):
                self.assertEqual(head_of([text]), before)

    def test_what_goes_with_something_else(self) -> None:
        """`CASCADE`, and schemas with their tables."""
        for text, gone, new in (
            ("ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE", " -> a.id", ""),
            ("ALTER TABLE a DROP COLUMN id CASCADE", " -> a.id", ""),
            ("DROP TYPE kind CASCADE", "  k kind", ""),
            ("DROP SCHEMA s CASCADE", "s.e", ""),
            ("ALTER SCHEMA s RENAME TO t", "s.e", "t.e"),
            ("ALTER TABLE a ALTER x SET DEFAULT NULL", "server_default", ""),
        ):
            with self.subTest(text=text):
                head = head_of([text])
                self.assertEqual(doubtful(head), [])
                self.assertIn(gone, head_of([]))
                self.assertNotIn(gone, head)
                self.assertIn(new, head)

    def test_columns_of_mysql_with_a_time_stamp(self) -> None:
        """`TIMESTAMP` is no `DATETIME`."""
        self.assertIn("t TIMESTAMP", head_of(["ALTER TABLE a ADD COLUMN t timestamp"], "mysql"))
