"""Pairs by chance on one database: `python -m generated target/debug/belljar --database sqlite --pairs 100 --seed 1`.

Pairs that failed once are kept as files in `kept`, and tried before all others. Ends with 1 where a way is wrong, or a
database refuses a statement, or more is left out than may be.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from databases import Databases
from documents import Program
from versions import Case

from . import changing, drawing, serving
from .kinds import Json
from .native import Native
from .shrinking import shrunk
from .source import body
from .trial import REFUSED, SAID, WRONG, NoPairError, Outcome, Pair, Trial

_KEPT = Path(__file__).with_name("kept")

#: So many pairs are read in one run of the program.
_BATCH = 50

#: The share of pairs of which something may be left out.
_LEFT_OUT = 0.02


class Generated:
    """Makes pairs, tries them, counts."""

    def __init__(self, binary: Path, databases: Databases, database: str) -> None:
        """Take the program and the databases."""
        self._binary = binary
        self._databases = databases
        self._database = database
        self.counts: Counter[str] = Counter()
        self.bad: list[tuple[Pair, Outcome]] = []
        self.said: Counter[str] = Counter()

    def check(self, pairs: list[Pair]) -> None:
        """Try pairs, batch by batch."""
        for start in range(0, len(pairs), _BATCH):
            for pair, outcome in self.outcomes(pairs[start : start + _BATCH]):
                self._count(pair, outcome)
            done = min(start + _BATCH, len(pairs))
            print(f"{done} of {len(pairs)}: {_shown(self.counts)}", file=sys.stderr, flush=True)

    def outcomes(self, pairs: list[Pair]) -> Iterator[tuple[Pair, Outcome | str]]:
        """What comes of each; a text where it is no pair."""
        with tempfile.TemporaryDirectory() as folder:
            plan = os.environ.get("BELLJAR_PLAN")
            own = Native(self._binary, Path(folder), Path(plan)) if plan else None
            program = own or Program(self._binary, Path(folder))
            cases = [case for pair in pairs if (case := self._case(pair)) is not None]
            documents, inexact = program.whole_documents(cases)
            trial = Trial(program, self._databases, self._database)
            for pair in pairs:
                pair.documents, pair.inexact = documents.get(pair.name), inexact.get(pair.name)
                try:
                    yield pair, trial.run_pair(pair)
                except NoPairError as error:
                    yield pair, str(error)

    def _case(self, pair: Pair) -> Case | None:
        """The models of a pair; nothing where a text names what is gone, as it may while a pair is shrunk."""
        try:
            return Case(pair.name, body(pair.base, self._database), body(pair.head, self._database))
        except KeyError:
            return None

    def _count(self, pair: Pair, outcome: Outcome | str) -> None:
        if isinstance(outcome, str):
            self.counts["no pair"] += 1
            self.said[f"no pair: {outcome}"] += 1
            return
        self.counts["pairs"] += 1
        for way, end in outcome.ways.items():
            self.counts[f"{way}: {end}"] += 1
        ends = set(outcome.ways.values())
        for end in (WRONG, REFUSED, SAID):
            self.counts[f"pairs {end}"] += end in ends
        lines = {line for text in outcome.texts.values() for line in text.splitlines()}
        self.said.update(line.partition("left out: ")[2] for line in lines if "left out: " in line)
        if outcome.is_bad():
            self.bad.append((pair, outcome))
            print("\n".join(wrong(pair, outcome)), file=sys.stderr, flush=True)

    def shrink(self, pair: Pair, outcome: Outcome) -> Pair:
        """The smallest pair that fails in the same ways."""
        wanted = _signature(outcome)

        def fails(sides: list[tuple[Json, Json]]) -> list[bool]:
            pairs = [Pair(f"{number}", base, head) for number, (base, head) in enumerate(sides)]
            return [
                not isinstance(found, str) and bool(_signature(found) & wanted)
                for _, found in self.outcomes(pairs)
            ]

        return Pair(pair.name, *shrunk(pair.base, pair.head, fails))


def _signature(outcome: Outcome) -> set[tuple[str, str]]:
    """What is wrong, without names: the way, and the message."""
    return {
        (
            way,
            outcome.ways[way]
            + "".join(sorted(word for word in text.split() if word.isalpha() and word.islower()))[:60],
        )
        for way, text in outcome.reported.items()
        if outcome.ways[way] in (WRONG, REFUSED)
    }


def distinct(bad: list[tuple[Pair, Outcome]]) -> list[tuple[Pair, Outcome]]:
    """Of those that fail in the same way the first."""
    found: dict[str, tuple[Pair, Outcome]] = {}
    for pair, outcome in bad:
        found.setdefault(" ".join(sorted(text for _, text in _signature(outcome))), (pair, outcome))
    return list(found.values())


def drawn(seed: int, count: int, database: str) -> list[Pair]:
    """Pairs by chance, the same for a seed."""
    found = []
    for number in range(count):
        rng = random.Random(f"{seed}/{database}/{number}")
        base = drawing.schema(rng, database)
        of_keys = random.Random(f"{seed}/{database}/{number}/keys")
        serving.change(base, of_keys, database)
        head = changing.changed(base, rng, database)
        serving.change(head, of_keys, database)
        found.append(Pair(f"{database}-{seed}-{number}", base, head))
    return found


def kept(database: str) -> list[Pair]:
    """Pairs that failed once."""
    found = []
    for path in sorted(_KEPT.glob(f"{database}-*.json")):
        sides = json.loads(path.read_text())
        found.append(Pair(path.stem, sides["base"], sides["head"]))
    return found


def _shown(counts: Counter[str]) -> str:
    return ", ".join(
        f"{counts[name]} {name}" for name in sorted(counts) if name.startswith(("pairs", "no pair"))
    )


def main() -> int:
    """Try the pairs that are kept and new ones, and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--database", choices=("postgresql", "sqlite", "mariadb"), default="sqlite")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="pairs whose name has this in it")
    parser.add_argument(
        "--shrink", type=int, default=0, help="shrink so many of those that fail, and keep them"
    )
    parser.add_argument("--show", action="store_true", help="show models and statements of what fails")
    arguments = parser.parse_args()
    database = arguments.database
    databases = Databases([name for name in ("postgresql", "mariadb") if name != database])
    if database in databases.absent:
        print(f"{database}: NOT compared with: {databases.absent[database]}")
        return 2
    try:
        generated = Generated(arguments.program.resolve(), databases, database)
        pairs = [*kept(database), *drawn(arguments.seed, arguments.pairs, database)]
        generated.check([pair for pair in pairs if arguments.only in pair.name])
        report(generated, database, show=arguments.show)
        for pair, outcome in distinct(generated.bad)[: arguments.shrink]:
            small = generated.shrink(pair, outcome)
            path = _KEPT / f"{pair.name}.json"
            path.write_text(json.dumps({"base": small.base, "head": small.head}, indent=1) + "\n")
            print(f"kept {path.name}", flush=True)
    finally:
        databases.close()
    left_out = generated.counts[f"pairs {SAID}"] > _LEFT_OUT * generated.counts["pairs"]
    return int(bool(generated.bad) or left_out or not generated.counts["pairs"])


def wrong(pair: Pair, outcome: Outcome) -> list[str]:
    """What is wrong, a line for each way."""
    bad = [way for way, end in outcome.ways.items() if end in (WRONG, REFUSED)]
    return [f"{pair.name}: {way}: {outcome.ways[way]}: {outcome.reported[way][:600]}" for way in bad]


def report(generated: Generated, database: str, *, show: bool) -> None:
    """Print what was counted, and what is wrong."""
    for name, count in sorted(generated.counts.items()):
        print(f"{count:6} {name}")
    print("said:")
    for text, count in generated.said.most_common(40):
        print(f"{count:6} {text[:200]}")
    for pair, outcome in generated.bad:
        print("\n".join(wrong(pair, outcome)))
        if show:
            print(body(pair.base, database), "-" * 70, body(pair.head, database), sep="\n")
            print("\n".join(outcome.texts.values()))


if __name__ == "__main__":
    sys.exit(main())
