"""Each version up, down and up again."""

import textwrap

from belljar_guest import frames
from generated_history import ENV
from migration_case import MigrationCase, record, version


def with_downgrade(revision: str, down: str | None, body: str, back: str) -> str:
    """A version file with both functions."""
    return (
        version(revision, down, body)
        + f"\ndef downgrade():\n{textwrap.indent(textwrap.dedent(back).strip(), '    ')}\n"
    )


class Tested(MigrationCase):
    """What comes of the functions of a version."""

    def trips(self, *bodies: tuple[str, str]) -> list[tuple[str, str, list[str], int, int]]:
        """The comparisons: revision, kind, flags, and how many tables were expected and came."""
        files = {"migrations/env.py": ENV}
        for number, (body, back) in enumerate(bodies, 1):
            down = f"v{number - 1}" if number > 1 else None
            files[f"migrations/versions/v{number}.py"] = with_downgrade(f"v{number}", down, body, back)
        found = record(files, tested=True)
        self.assertTrue(any(isinstance(frame, frames.Done) for frame in found))
        steps = [frame for frame in found if isinstance(frame, frames.Step)]
        self.texts = [step.text for step in steps]
        return [(it.revision, it.kind, list(it.flags), len(it.before), len(it.after)) for it in steps]

    CREATE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))'
    ADD = 'op.add_column("t", sa.Column("n", sa.Integer))'

    def test_what_returns_the_schema(self) -> None:
        found = self.trips(
            (self.CREATE, 'op.drop_table("t")'),
            (self.ADD, 'op.drop_column("t", "n")'),
            (
                'op.alter_column("t", "n", new_column_name="m")',
                'op.alter_column("t", "m", new_column_name="n")',
            ),
            ('op.create_index("i", "t", ["m"])', 'op.drop_index("i", "t")'),
            ('op.rename_table("t", "u")', 'op.rename_table("u", "t")'),
            ('op.execute("UPDATE u SET m = 1")', "pass"),
        )
        kinds = ["test-downgrade", "test-upgrade"]
        self.assertEqual(found, [(f"v{n}", kind, [], 0, 0) for n in range(1, 7) for kind in kinds])

    def test_what_does_not(self) -> None:
        found = self.trips(
            (self.CREATE, 'op.drop_table("t")'),
            (self.ADD, "pass"),
            ('op.alter_column("t", "n", nullable=False)', 'op.drop_column("t", "n")'),
            ('op.create_index("i", "t", ["n"])', 'op.drop_index("i", "t")'),
        )
        self.assertEqual(found[2][:2], ("v2", "test-downgrade"))
        self.assertEqual(found[2][3:], (1, 1), "the column is left")
        self.assertEqual(found[4][3:], (1, 1), "the column is gone")
        self.assertEqual(found[6][2:], ([], 0, 0), "what one version leaves is not blamed on the next")

    def test_what_refuses_or_fails(self) -> None:
        found = self.trips(
            (self.CREATE, 'raise NotImplementedError("one way")'),
            (self.ADD, "import absent_package\nabsent_package.undo(op)"),
            ('op.create_index("i", "t", ["n"])', "1 / 0"),
        )
        self.assertIn("failed", found[0][2])
        self.assertIn("NotImplementedError: one way", self.texts[0] or "")
        self.assertIn("doubt", [flag for it in found if it[0] == "v3" for flag in it[2]])
        self.assertNotIn(("v2", "test-downgrade", [], 0, 0), found)

    def test_the_head_is_the_same_with_and_without(self) -> None:
        files = {
            "migrations/env.py": ENV,
            "migrations/versions/v1.py": with_downgrade("v1", None, self.CREATE, 'raise ValueError("x")'),
            "migrations/versions/v2.py": with_downgrade("v2", "v1", self.ADD, 'op.drop_table("t")'),
        }
        kinds = (
            frames.Table,
            frames.RecordedHead,
            frames.Migration,
            frames.Operation,
            frames.StatementSkipped,
        )

        def head(*, tested: bool) -> list[frames.Frame]:
            found = record(files, tested=tested)
            of_head = [it for it in found if isinstance(it, kinds)]
            return [it for it in of_head if not (isinstance(it, frames.Table) and "test" in it.metadata)]

        self.assertEqual(head(tested=False), head(tested=True))
