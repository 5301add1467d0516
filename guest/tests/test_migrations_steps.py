"""The statements of versions that are judged: each with its tables before and after it, and how it is carried out."""

from typing import Any

from belljar_guest import frames
from case import GENERATIONS
from generated_history import ENV
from migration_case import MigrationCase, record, version

USERS = (
    "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True), sa.Column('age', sa.Integer))"
)


def steps(bodies: list[str], generation: str = GENERATIONS[-1], **given: Any) -> str:
    """Record a chain of versions, and render the statements of the last one."""
    files = {"migrations/env.py": given.pop("env", ENV)}
    for number, body in enumerate(bodies, 1):
        down = f"v{number - 1}" if number > 1 else None
        files[f"migrations/versions/v{number}.py"] = version(f"v{number}", down, body)
    judged = given.pop("judged", [f"migrations/versions/v{len(bodies)}.py"])
    found = record(files, generation, judged=judged, **given)
    tables = {frame.metadata: frame for frame in found if isinstance(frame, frames.Table)}

    def columns(labels: list[str]) -> str:
        return " ".join(
            f"{tables[label].name}({','.join(column.name for column in tables[label].columns)})"
            for label in labels
        )

    lines = []
    for frame in found:
        if isinstance(frame, frames.Step):
            about = [
                frame.kind,
                frame.table,
                frame.name,
                frame.text and f"[{frame.text}]",
                ",".join(frame.flags),
            ]
            line = frame.place.line if frame.place else 0
            head = " ".join(part for part in about if part)
            lines.append(f"{line}: {head}: {columns(frame.before)} -> {columns(frame.after)}")
    return "\n".join(lines)


class Steps(MigrationCase):
    """What is sent of a version."""

    def check_steps(self, body: str, *expected: str, **given: Any) -> None:
        """Compare the statements of a version after one that creates a table."""
        for generation in GENERATIONS:
            with self.subTest(generation=generation):
                self.assertEqual(steps([USERS, body], generation, **given), "\n".join(expected))

    def test_loops_over_rows(self) -> None:
        """A statement that a loop repeats until it finds no row is marked; another loop asks."""
        self.check_steps(
            """
            bind = op.get_bind()
            while True:
                done = bind.execute(sa.text('UPDATE users SET age = 1 WHERE age IS NULL LIMIT :n'), {'n': 10})
                if done.rowcount < 10:
                    break
            """,
            "9: statement [UPDATE users SET age = 1 WHERE age IS NULL LIMIT :n]:  -> ",
            "9: statement [UPDATE users SET age = 1 WHERE age IS NULL LIMIT :n] repeated:  -> ",
        )
        ask = "question [UPDATE users SET age = 1 WHERE id > :n]:  -> "
        self.check_steps(
            """
            last, n = 0, 1
            while n:
                n = op.get_bind().execute(sa.text('UPDATE users SET age = 1 WHERE id > :n'), {'n': last}).rowcount
                last += 10
            """,
            "9: statement [UPDATE users SET age = 1 WHERE id > :n]:  -> ",
            "9: statement [UPDATE users SET age = 1 WHERE id > :n]:  -> ",
            f"9: {ask}",
        )
        one = "statement [DELETE FROM users WHERE age = 1 LIMIT 5]:  -> "
        self.check_steps(
            """
            while True:
                n = op.get_bind().execute(sa.text('DELETE FROM users WHERE age = 1 LIMIT 5')).rowcount
                if n:
                    break
            """,
            f"8: {one}",
            "8: question [DELETE FROM users WHERE age = 1 LIMIT 5]:  -> ",
        )

    def test_operations(self) -> None:
        """An operation has its names, its line, and the table before and after it."""
        self.check_steps(
            """
            op.add_column('users', sa.Column('name', sa.String(20)))
            op.create_index('ix', 'users', ['name'])
            op.alter_column('users', 'name', nullable=False)
            op.drop_column('users', 'age')
            """,
            "7: add_column users name: users(id,age) -> users(id,age,name)",
            "8: create_index users ix: users(id,age,name) -> users(id,age,name)",
            "9: alter_column users name: users(id,age,name) -> users(id,age,name)",
            "10: drop_column users age: users(id,age,name) -> users(id,name)",
        )

    def test_tables(self) -> None:
        """A table that is created is only there after it, and one that is dropped only before it."""
        self.check_steps(
            """
            op.create_table('posts', sa.Column('id', sa.Integer, primary_key=True))
            op.rename_table('users', 'people')
            op.drop_table('posts')
            """,
            "7: create_table posts:  -> posts(id)",
            "8: rename_table users people: users(id,age) -> people(id,age)",
            "9: drop_table posts: posts(id) -> ",
        )

    def test_how_it_is_carried_out(self) -> None:
        """What is outside of the transaction, concurrent, not validated, or a batch says so."""
        self.check_steps(
            """
            with op.get_context().autocommit_block():
                op.create_index('ix', 'users', ['age'], postgresql_concurrently=True)
            op.drop_index('ix', 'users', postgresql_concurrently=True)
            with op.batch_alter_table('users') as batch:
                batch.add_column(sa.Column('x', sa.Integer))
            op.execute("COMMIT")
            op.execute("VACUUM users")
            """,
            "8: create_index users ix autocommit,concurrently: users(id,age) -> users(id,age)",
            "9: drop_index users ix concurrently: users(id,age) -> users(id,age)",
            "11: add_column users x batch: users(id,age) -> users(id,age,x)",
            "12: statement [COMMIT]:  -> ",
            "13: statement [VACUUM users] autocommit:  -> ",
        )

    def test_conversions_and_indexes(self) -> None:
        """How values are converted is said, and an index becomes a constraint."""
        self.check_steps(
            """
            op.alter_column('users', 'age', type_=sa.Text(), postgresql_using='age::text')
            op.create_index('ix', 'users', ['age'], unique=True)
            op.execute('ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX ix')
            op.execute('ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX other')
            """,
            "7: alter_column users age using: users(id,age) -> users(id,age)",
            "8: create_index users ix: users(id,age) -> users(id,age)",
            "9: statement [ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX ix]: users(id,age) -> users(id,age)",
            "10: statement [ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX other] doubt: "
            "users(id,age) -> users(id,age)",
        )

    def test_statements(self) -> None:
        """Each statement of a text is one; what is not interpreted is in doubt; queries are none."""
        self.check_steps(
            """
            op.execute("ALTER TABLE users ADD COLUMN a INTEGER; UPDATE users SET a = 1")
            op.execute("ALTER TABLE users ADD EXCLUDE (a WITH =)")
            t = sa.table('users', sa.column('a', sa.Integer))
            op.execute(t.update().values(a=2))
            op.bulk_insert(t, [{'a': 1}])
            op.get_bind().execute(sa.text("SELECT 1"))
            op.get_bind().execute(sa.text("DELETE FROM users"))
            for _ in op.get_bind().execute(sa.text("SELECT 2")):
                pass
            """,
            "7: statement [ALTER TABLE users ADD COLUMN a INTEGER]: users(id,age) -> users(id,age,a)",
            "7: statement [UPDATE users SET a = 1]:  -> ",
            "8: statement [ALTER TABLE users ADD EXCLUDE (a WITH =)] doubt: users(id,age,a) -> users(id,age,a)",
            "10: statement [UPDATE users SET a=2]:  -> ",
            "11: bulk_insert users:  -> ",
            "13: statement [DELETE FROM users]:  -> ",
            "14: question [SELECT 2]:  -> ",
        )

    def test_a_table_that_no_version_creates(self) -> None:
        """It is there before the statement, with the column that is changed."""
        self.check_steps(
            """
            op.add_column('other', sa.Column('x', sa.Integer))
            op.alter_column('third', 'y', existing_type=sa.Integer(), nullable=False)
            op.drop_column('fourth', 'z')
            """,
            "7: add_column other x: other() -> other(x)",
            "8: alter_column third y: third(y) -> third(y)",
            "9: drop_column fourth z: fourth(z) -> fourth()",
        )

    def test_only_what_is_judged(self) -> None:
        """Other versions send none, and a loop without end sends a limited number."""
        self.assertEqual(steps([USERS, "op.drop_table('users')"], judged=[]), "")
        text = steps([USERS, "for _ in range(1000):\n    op.execute('DELETE FROM users')"])
        self.assertEqual(len(text.split("\n")), 400)

    def test_an_environment_without_transactions(self) -> None:
        """`transactional_ddl=False` leaves each statement outside of a transaction."""
        env = ENV.replace("context.configure(", "context.configure(transactional_ddl=False, ")
        self.assertNotEqual(env, ENV)
        found = steps([USERS, "op.add_column('users', sa.Column('x', sa.Integer))"], env=env)
        self.assertIn("autocommit", found)
