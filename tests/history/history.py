"""Compares what `belljar diff` says of a repository's commits with what their Alembic version files do.

    python3 tests/history/history.py target/release/belljar REPO [REPO …] [--limit 100] [--kept build/history]

For each commit that changes models and adds version files both sides are read, and what only one of them has is
reported with its class. Documents are kept under `--kept`, in a folder for each build of the program.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agree import Agreement, compare
from changes import changes
from classify import CLASSES, Sides, classify, classify_kind, classify_null
from commits import Commit, commits, other_versions
from facts import Fact
from kept import document
from migration import is_baseline, operations


def main() -> int:
    """Zero when every disagreement is explained and none is the program's."""
    arguments = _arguments()
    with arguments.belljar.open("rb") as file:
        arguments.kept /= hashlib.file_digest(file, "sha256").hexdigest()[:12]
    total: Counter[str] = Counter()
    judged = _judged(Path(__file__).with_name("judged.tsv"))
    for text in arguments.repo:
        repo, _, dialect = text.partition("=")
        counts = _repository(Path(repo), dialect or "postgresql", arguments, judged)
        print(f"{repo}: {_line(counts)}\n", flush=True)
        total += counts
    print(f"all: {_line(total)}")
    for name, meaning in CLASSES.items():
        if total[name]:
            print(f"  {total[name]:4} {name}: {meaning}")
    return 1 if total["open"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("belljar", type=Path)
    parser.add_argument(
        "repo", nargs="+", help="a git repository with its history; `path=mysql` says its database"
    )
    parser.add_argument("--limit", type=int, default=100, help="commits of each, the newest")
    parser.add_argument("--kept", type=Path, default=Path("build/history"), help="where documents are kept")
    parser.add_argument("--differ", type=Path, help="a program that gives the JSON of two documents instead")
    return parser.parse_args()


def _repository(
    repo: Path,
    dialect: str,
    arguments: argparse.Namespace,
    judged: dict[tuple[str, str], str],
) -> Counter[str]:
    counts: Counter[str] = Counter()
    versions = other_versions(repo)
    others = {path: _read([text], dialect, path) for path, text in versions.items()}
    kept = arguments.kept / f"{repo.resolve().parent.name}-{repo.resolve().name}"
    for commit in commits(repo, arguments.limit):
        if any(is_baseline(text) for text in commit.versions.values()):
            counts["baseline"] += 1
            continue
        file = _read(list(commit.versions.values()), dialect, commit.sha)
        if not file:
            counts["data"] += 1
            continue
        try:
            base, head = (document(arguments.belljar, repo, sha, kept) for sha in (commit.parent, commit.sha))
            diff = _diff(arguments, base, head)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"{commit.sha[:10]} not compared: {error}")
            counts["failed"] += 1
            continue
        agreement = compare(file, changes(diff, dialect))
        counts["commits"] += 1
        counts["both"] += sum(not fact.part for fact, _ in agreement.both)
        counts["parts"] += sum(fact.part for fact, _ in agreement.both)
        if agreement.is_whole():
            counts["alike"] += 1
            continue
        elsewhere = [fact for path, facts in others.items() if path not in commit.versions for fact in facts]
        sides = Sides(json.loads(base.read_bytes()), json.loads(head.read_bytes()), commit.lines, elsewhere)
        print(f"{commit.sha[:10]} {commit.date} {commit.subject[:70]} ({len(agreement.both)} agree)")
        for reason in _disagreements(commit, agreement, sides, judged):
            counts["alone"] += 1
            counts[reason] += 1
    return counts


def _read(texts: list[str], dialect: str, name: str) -> list[Fact]:
    try:
        return operations(texts, dialect)
    except (SyntaxError, RecursionError) as error:
        print(f"{name}: not read: {error}", file=sys.stderr)
        return []


def _diff(arguments: argparse.Namespace, base: Path, head: Path) -> dict[str, object]:
    command = [str(arguments.differ), str(base), str(head)]
    if arguments.differ is None:
        command = [str(arguments.belljar), "diff", str(base), str(head), "--format", "json", "--quiet"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _disagreements(
    commit: Commit, agreement: Agreement, sides: Sides, judged: dict[tuple[str, str], str]
) -> Iterator[str]:
    """Tells each, and gives its class."""
    found = [("file", fact, classify(fact, "file", sides), str(fact)) for fact in agreement.file]
    found += [("diff", fact, classify(fact, "diff", sides), str(fact)) for fact in agreement.diff]
    found += [
        ("both", one, classify_kind(one, two, sides), f"{one} {one.kind}, {two.kind}")
        for one, two in agreement.kinds
    ]
    found += [("both", one, "by-hand", f"{one}, {two}") for one, two in agreement.hand]
    found += [
        ("both", one, classify_null(one, two, sides), f"{one}, {two.detail}") for one, two in agreement.null
    ]
    for side, fact, name, text in found:
        reason = judged.get((commit.sha[:10], text), "")
        if reason:
            name = "open" if reason.startswith("ours") else "judged"  # noqa: PLW2901 - a person knows better
        print(f"    {side}: {text} [{fact.origin}] {name}{': ' + reason if reason else ''}")
        if fact.doubt:
            print(f"          {fact.doubt}")
        yield name


def _judged(path: Path) -> dict[tuple[str, str], str]:
    """Commit and fact, and why they disagree; three columns of tabs."""
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {(commit, fact): reason for commit, fact, reason in rows}


def _line(counts: Counter[str]) -> str:
    agree, alone = counts["both"], counts["alone"]
    share = 100 * agree / max(agree + alone, 1)
    own = alone - counts["open"] - counts["reported"]
    without = 100 * agree / max(agree + alone - own, 1)
    return (
        f"{counts['commits']} commits, {counts['alike']} alike; "
        f"{agree} operations agree ({counts['parts']} more within new tables), {alone} do not: {share:.1f} %; "
        f"{own} of these are the repository's own, without them {without:.1f} %; "
        f"{counts['data']} commits with data alone, {counts['baseline']} with a first version file, "
        f"{counts['failed']} not compared"
    )


if __name__ == "__main__":
    sys.exit(main())
