"""What `belljar migrations` gives. Written by `python/generate.py` from `docs/schemas`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Literal, Optional, Tuple

from belljar._decode import Members, array, check_format, flag, integer, text, word
from .extract import Diagnostic, Place, Reason, Severity
from .diff import Certainty
from .check import FailOn

__all__ = [
    "Drift",
    "DriftFinding",
    "DriftKind",
    "MigrationsCheck",
]

DriftKind = Literal["not_migrated", "not_declared", "differs"]
"""The kind of a difference.

`"not_migrated"`: The models have it, and no migration creates it.

`"not_declared"`: The migrations create it, and no model declares it.

`"differs"`: Both have it, in different forms.
"""


@dataclass(frozen=True)
class DriftFinding:
    """One difference."""

    kind: DriftKind
    """The kind of difference."""
    code: str
    """The code of the change from the migrations to the models: `add-column`, `modify-column-type`."""
    severity: Severity
    """An error; a warning for what Alembic does not compare by default and for names; a note if it is
    undetermined.
    """
    certainty: Certainty
    """How certain it is."""
    name: str
    """The table or type, with its schema."""
    message: str
    """The difference as a sentence, with values in backticks."""
    notes: Tuple[str, ...]
    """Evidence, and reasons for doubt."""
    migrations: Optional[Place] = None
    """The operation of a migration that decides about it."""
    models: Optional[Place] = None
    """Where the models declare it."""
    part: Optional[str] = None
    """The column, constraint or value of it."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> DriftFinding:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "DriftFinding")
        return cls(
            kind=members.required("kind", word),
            code=members.required("code", text),
            severity=members.required("severity", word),
            certainty=members.required("certainty", word),
            name=members.required("name", text),
            message=members.required("message", text),
            notes=members.required("notes", array(text)),
            migrations=members.optional("migrations", Place.from_json, None),
            models=members.optional("models", Place.from_json, None),
            part=members.optional("part", text, None),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "kind": self.kind,
            "code": self.code,
            "severity": self.severity,
            "certainty": self.certainty,
            "name": self.name,
            "message": self.message,
            "notes": list(self.notes),
        }
        if self.migrations is not None:
            out["migrations"] = self.migrations.to_json()
        if self.models is not None:
            out["models"] = self.models.to_json()
        if self.part is not None:
            out["part"] = self.part
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class Drift:
    """The differences between the head of an environment and the models."""

    environment: str
    """The name of the environment."""
    dialect: str
    """The dialect that is compared for."""
    heads: Tuple[str, ...]
    """The revisions that no other follows."""
    versions: int
    """The number of versions."""
    migrated_tables: int
    """The number of tables of the migrations that are compared."""
    model_tables: int
    """The number of tables of the models that are compared."""
    migrated_in_doubt: int
    """The number of compared tables of the migrations that are in doubt, or have a column that is."""
    models_in_doubt: int
    """The same for the models."""
    problems: Tuple[Diagnostic, ...]
    """What is wrong with the history or its run."""
    reasons: Tuple[Reason, ...]
    """Why the head may have more or fewer tables than those recorded."""
    findings: Tuple[DriftFinding, ...]
    """The differences: what the models have, what the migrations create, what differs; the certain ones
    first.
    """
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> Drift:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "Drift")
        return cls(
            environment=members.required("environment", text),
            dialect=members.required("dialect", text),
            heads=members.required("heads", array(text)),
            versions=members.required("versions", integer),
            migrated_tables=members.required("migrated_tables", integer),
            model_tables=members.required("model_tables", integer),
            migrated_in_doubt=members.required("migrated_in_doubt", integer),
            models_in_doubt=members.required("models_in_doubt", integer),
            problems=members.required("problems", array(Diagnostic.from_json)),
            reasons=members.required("reasons", array(Reason.from_json)),
            findings=members.required("findings", array(DriftFinding.from_json)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "environment": self.environment,
            "dialect": self.dialect,
            "heads": list(self.heads),
            "versions": self.versions,
            "migrated_tables": self.migrated_tables,
            "model_tables": self.model_tables,
            "migrated_in_doubt": self.migrated_in_doubt,
            "models_in_doubt": self.models_in_doubt,
            "problems": [item.to_json() for item in self.problems],
            "reasons": [item.to_json() for item in self.reasons],
            "findings": [item.to_json() for item in self.findings],
        }
        out.update(self.unknown)
        return out


@dataclass(frozen=True)
class MigrationsCheck:
    """The differences between migrations and models, for each database of each environment."""

    FORMAT: ClassVar[str] = "1.0"
    """The version of the format that this class was made from."""

    format: str
    """`FORMAT_VERSION` of the writer."""
    belljar: str
    """Version of Belljar that made the comparison."""
    passed: bool
    """Whether nothing fails it."""
    fail_on: FailOn
    """The lowest severity at which a finding fails it."""
    environments: Tuple[Drift, ...]
    """The environments, sorted by their folders of scripts."""
    unknown: Dict[str, Any] = field(default_factory=dict, repr=False)
    """Members that a newer program wrote and this class does not know."""

    @classmethod
    def from_json(cls, value: object) -> MigrationsCheck:
        """Reads it from plain JSON; `DocumentError` where that is something else."""
        members = Members(value, "MigrationsCheck")
        check_format(members, "migrations", cls.FORMAT)
        return cls(
            format=members.required("format", text),
            belljar=members.required("belljar", text),
            passed=members.required("passed", flag),
            fail_on=members.required("fail_on", word),
            environments=members.required("environments", array(Drift.from_json)),
            unknown=members.rest(),
        )

    def to_json(self) -> Dict[str, Any]:
        """Plain JSON, as the program writes it."""
        out: Dict[str, Any] = {
            "format": self.format,
            "belljar": self.belljar,
            "passed": self.passed,
            "fail_on": self.fail_on,
            "environments": [item.to_json() for item in self.environments],
        }
        out.update(self.unknown)
        return out
