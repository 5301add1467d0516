"""What the program makes of the versions: documents, differences, statements, scripts."""

import json
import subprocess
from pathlib import Path
from typing import Any

from versions import PRELUDE, Case


class Program:
    """The program, with a folder for its files."""

    def __init__(self, binary: Path, folder: Path) -> None:
        """Take the program, and where its files go."""
        self._binary = binary
        self._folder = folder

    def documents(self, cases: list[Case]) -> dict[str, tuple[Path, Path]]:
        """A document of each version, by the name of its case.

        All versions of a side are read at once, each a module with its own `MetaData`, and taken apart by that.
        """
        found: dict[str, list[Path]] = {case.name: [] for case in cases}
        for side in ("base", "head"):
            source = self._folder / side
            source.mkdir()
            for number, case in enumerate(cases):
                (source / f"case_{number}.py").write_text(PRELUDE + getattr(case, side))
            whole = self._folder / f"{side}.json"
            self.run("extract", str(source), "--format", "json", "--output", str(whole), "--quiet")
            document = json.loads(whole.read_text())
            for number, case in enumerate(cases):
                path = self._folder / f"{case.name}.{side}.json"
                path.write_text(json.dumps(_part(document, f"case_{number}")))
                found[case.name].append(path)
        return {name: (paths[0], paths[1]) for name, paths in found.items()}

    def whole_documents(self, cases: list[Case]) -> tuple[dict[str, tuple[Path, Path]], dict[str, str]]:
        """Documents with views and all else, by the name of the case, and why others have none."""
        found: dict[str, list[Path]] = {case.name: [] for case in cases}
        why: dict[str, str] = {}
        for side in ("base", "head"):
            source = self._folder / f"whole-{side}"
            source.mkdir()
            for number, case in enumerate(cases):
                (source / f"case_{number}.py").write_text(PRELUDE + getattr(case, side))
            whole = self._folder / f"whole-{side}.json"
            self.run("extract", str(source), "--format", "json", "--output", str(whole), "--quiet")
            document = json.loads(whole.read_text())
            for number, case in enumerate(cases):
                path = self._folder / f"whole-{number}.{side}.json"
                try:
                    path.write_text(json.dumps(_part(document, f"case_{number}", whole=True)))
                except RuntimeError as error:
                    why[case.name] = f"not exact: {error}"
                found[case.name].append(path)
        return {name: (paths[0], paths[1]) for name, paths in found.items() if name not in why}, why

    def changes(self, base: Path, head: Path) -> list[dict[str, Any]]:
        """The changes of a diff."""
        _, text = self.run("diff", str(base), str(head), "--format", "json", "--quiet")
        changes: list[dict[str, Any]] = json.loads(text)["changes"]
        return changes

    def rendered(self, base: Path, head: Path, form: str, dialect: str) -> tuple[str, bool]:
        """Statements or a script, and whether something is left out."""
        status, text = self.run(
            "diff", str(base), str(head), "--format", form, "--dialect", dialect, "--quiet"
        )
        return text, status == 1

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run the program; raises where it could not."""
        done = subprocess.run([str(self._binary), *arguments], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"belljar {' '.join(arguments)}: {done.returncode}: {done.stderr}")
        return done.returncode, done.stdout


def _part(document: dict[str, Any], module: str, *, whole: bool = False) -> dict[str, Any]:
    """What of a document belongs to one module."""

    def own(item: dict[str, Any]) -> bool:
        name = item.get("metadata") or item.get("name") or ""
        return str(name).partition(":")[0] == module

    kept = {
        name: [item for item in document[name] if own(item)]
        for name in ("tables", "sequences", "types", "classes", *(("views", "objects") if whole else ()))
    }
    if any(item["status"] != "exact" for item in kept["tables"]):
        raise RuntimeError(f"{module} is not exact: {kept['tables']}")
    nothing: dict[str, list[Any]] = {
        name: []
        for name in ("views", "objects", "unresolved", "needs", "stand_ins", "diagnostics")
        if name not in kept
    }
    text = json.dumps({**document, **kept, **nothing})
    # The same module on both sides, whatever its number.
    part: dict[str, Any] = json.loads(
        text.replace(f'"{module}:', '"models:').replace(f'"{module}.py', '"models.py')
    )
    return part
