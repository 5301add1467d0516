"""Has dbt itself make manifests of the project `shop`, for tests of the crate that run without dbt.

    real_manifest.py DBT

DBT is the program, with dbt-duckdb beside it. Of what it writes, macros of dbt's own packages are left out, for they
are most of it, as are times and what tells one run from another. What is stored is of dbt 1.10.23, dbt-duckdb 1.9.6.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STORED = HERE.parents[1] / "host" / "downstream" / "artefacts" / "tests" / "data" / "dbt"
KEPT = ("dbt_schema_version", "dbt_version", "project_name", "adapter_type")


def plain(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What is the same in every run."""
    manifest["metadata"] = {name: manifest["metadata"][name] for name in KEPT}
    own = {id: macro for id, macro in manifest["macros"].items() if macro["package_name"] == "shop"}
    manifest["macros"] = own
    for entries in manifest.values():
        for entry in entries.values() if isinstance(entries, dict) else []:
            if isinstance(entry, dict):
                entry.pop("created_at", None)
                entry.pop("root_path", None)
    text = json.dumps(manifest)
    if str(folder) in text:
        raise SystemExit("error: the manifest names a folder of this machine")
    return manifest


def main() -> int:
    dbt = Path(sys.argv[1]).resolve()
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    STORED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "shop"
        shutil.copytree(HERE / "shop", project)
        for command in ("parse", "compile"):
            arguments = [str(dbt), "--quiet", command, "--profiles-dir", ".", "--no-partial-parse"]
            subprocess.run(arguments, cwd=project, env=environment, check=True)
            made = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
            text = json.dumps(plain(made, Path(folder)), sort_keys=True)
            (STORED / f"{command}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
