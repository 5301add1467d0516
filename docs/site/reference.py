"""Writes docs/commands.md from what the program says of itself, and the tables of docs/formats.md from docs/schemas.

`reference.py PROGRAM` writes; with `--check` it fails where a page is not what it would write.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent
FORMATS = ("extract", "diff", "check", "impact", "lineage", "migrations", "drift", "log", "notification")
# An option or an argument in the help: at most eight columns in, with its text below it or two columns after it.
ENTRY = re.compile(r"^ {2,8}(-\S.*?|[<\[].*?)(?:  +(\S.*))?$")
POSSIBLE = re.compile(r"- (\S+?)(?::\s*(.*))?$")
NOTE = re.compile(r"\[(default|possible values|env|alias(?:es)?): ([^\]]*)\]")
FLAG = re.compile(r"--?[a-z][a-z-]*")
# An option that so many commands have is described once.
SHARED, MOST = 3, 6
BEGIN = "<!-- What follows is written by docs/site/reference.py. -->"


@dataclass
class Entry:
    """An option or an argument, with its text."""

    name: str
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The text as one cell of a table."""
        parts: list[str] = []
        values: list[list[str]] = []
        for line in whole_notes(self.lines):
            value = POSSIBLE.match(line) if values or parts[-1:] == ["Possible values:"] else None
            if value:
                values.append([value[1], value[2] or ""])
            elif values and line and not line.startswith("["):
                values[-1][1] += f" {line}"
            elif line:
                parts.append(line)
        before = [NOTE.sub("", part).strip() for part in parts if part != "Possible values:"]
        after = [note(found) for part in parts for found in NOTE.finditer(part)]
        if values:
            listed = "; ".join(
                f"`{name}`: {text.strip()}" if text.strip() else f"`{name}`" for name, text in values
            )
            before.append(f"Values: {listed}.")
        return sentence([*before, *after])


def whole_notes(lines: list[str]) -> list[str]:
    """The lines of a text, where a note in brackets that is broken is on one line."""
    found: list[str] = []
    for line in (line.strip() for line in lines):
        if found and found[-1].rfind("[") > found[-1].rfind("]"):
            found[-1] += f" {line}"
        else:
            found.append(line)
    return found


def sentence(parts: list[str]) -> str:
    """Parts of a text, joined: each ends with a full stop."""
    whole = " ".join(part for part in parts if part).strip()
    whole = re.sub(r"(?<=[\w`)\]]) (?=(?:Values|Default|One of|Environment|Alias)\b: )", ". ", whole)
    return cell(whole if not whole or whole[-1] in ".:" else f"{whole}.")


def note(found: re.Match[str]) -> str:
    """What the help has in brackets behind a text, such as `[default: .]`."""
    values = ", ".join(f"`{one.strip().removesuffix('=')}`" for one in found[2].split(","))
    word = {"default": "Default", "env": "Environment", "possible values": "One of"}.get(found[1], "Alias")
    return f"{word}: {values}."


def literal(text: str) -> str:
    """A text between backticks in a cell of a table."""
    return text.replace("|", "\\|")


def cell(text: str) -> str:
    """A text in a cell of a table, where tags would be taken for those of HTML."""
    parts = re.split(r"(`[^`]*`)", text.replace("|", "\\|"))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


@dataclass
class Help:
    """The help of a command, taken apart."""

    about: str
    usage: str
    sections: list[tuple[str, list[str]]]

    def entries(self, section: int) -> list[Entry]:
        """The options or arguments of a section."""
        found: list[Entry] = []
        for line in self.sections[section][1]:
            entry = ENTRY.match(line)
            if entry:
                found.append(Entry(entry[1].strip(), [entry[2]] if entry[2] else []))
            elif found and line.strip():
                found[-1].lines.append(line)
        return [entry for entry in found if not entry.name.startswith("-h, --help")]


def parsed(text: str) -> Help:
    """The parts of what `--help` prints."""
    head, _, rest = text.partition("\nUsage: ")
    usage, _, rest = rest.partition("\n\n")
    sections: list[tuple[str, list[str]]] = []
    for line in rest.splitlines():
        heading = re.match(r"^([A-Z][\w ]+):(.*)$", line)
        if heading:
            sections.append((heading[1], [heading[2].strip()] if heading[2].strip() else []))
        elif sections:
            sections[-1][1].append(line)
    about = " ".join(head.split())
    return Help(about, " ".join(usage.split()), sections)


def run(program: Path, *arguments: str) -> str:
    """What the program prints, whatever the user and the terminal are."""
    with tempfile.TemporaryDirectory() as folder:
        # The help names the program as it was called.
        (Path(folder) / "belljar").symlink_to(program)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "COLUMNS": "100", "NO_COLOR": "1"}
        command = [f"{folder}/belljar", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def commands(text: str) -> list[str]:
    """The commands that the help of the program lists."""
    part = text.partition("\nCommands:\n")[2].partition("\n\n")[0]
    return [name for name in re.findall(r"^  ([a-z][a-z-]*)", part, re.MULTILINE) if name != "help"]


def every_command(program: Path) -> list[str]:
    """All commands of the program; in place of one with commands of its own, those."""
    found: list[str] = []
    for name in commands(run(program, "--help")):
        inner = commands(run(program, name, "--help"))
        found += [f"{name} {one}" for one in inner] or [name]
    return found


def table(heading: str, entries: list[Entry]) -> str:
    """A table of options or arguments."""
    rows = "".join(f"| `{literal(entry.name)}` | {entry.text()} |\n" for entry in entries)
    return f"| {heading} | |\n|---|---|\n{rows}"


def of_several(helps: dict[str, Help]) -> dict[str, list[str]]:
    """The options that several commands have with the same text, each with the commands."""
    found: dict[str, list[str]] = {}
    for command, one in helps.items():
        for number, (heading, _) in enumerate(one.sections):
            for entry in one.entries(number) if heading not in {"Arguments", "Examples"} else []:
                found.setdefault(f"{entry.name}\n{entry.text()}", []).append(command)
    return {key: names for key, names in found.items() if len(names) >= SHARED}


def command_page(program: Path) -> str:
    """The commands and their options, for docs/commands.md."""
    helps = {name: parsed(run(program, *name.split(), "--help")) for name in every_command(program)}
    shared = of_several(helps)
    parts = ["\n## The commands\n\n| command | |\n|---|---|\n"]
    parts += [
        f"| [`{name}`](#belljar-{name.replace(' ', '-')}) | {cell(one.about)} |\n"
        for name, one in helps.items()
    ]
    parts += [section(name, one, shared) for name, one in helps.items()]
    parts.append("\n## Options of several commands\n\nEach means the same in all commands that have it.\n\n")
    parts.append("| option | | commands |\n|---|---|---|\n")
    for key, names in shared.items():
        option, text = key.split("\n")
        of = "all that read models" if len(names) > MOST else ", ".join(names)
        parts.append(f"| `{literal(option)}` | {text} | {of} |\n")
    return "".join(parts)


def examples(lines: list[str]) -> str:
    """Commands, with what the help says beside them as comments."""
    whole: list[str] = []
    for line in (line.strip() for line in lines):
        if whole and line and not line.startswith("belljar "):
            whole[-1] += f" {line}"
        elif line:
            whole.append(line)
    return "\n".join(re.sub(r" {2,}(?=\S)", "  # ", line, count=1) for line in whole)


def section(name: str, one: Help, shared: dict[str, list[str]]) -> str:
    """The section of one command."""
    parts = [f"\n## belljar {name}\n\n{cell(one.about).rstrip('.')}.\n\n```sh\n{one.usage}\n```\n"]
    left_out: list[str] = []
    for number, (heading, lines) in enumerate(one.sections):
        if heading == "Examples":
            parts.append(f"\nExamples:\n\n```sh\n{examples(lines)}\n```\n")
            continue
        entries = one.entries(number)
        if not entries and lines and heading not in {"Options", "Arguments"}:
            parts.append(f"\n{heading}: {cell(' '.join(' '.join(lines).split()))}\n")
        own = [entry for entry in entries if f"{entry.name}\n{entry.text()}" not in shared]
        left_out += [f"`{FLAG.findall(entry.name)[-1]}`" for entry in entries if entry not in own]
        if own:
            parts.append(
                "\n"
                + table({"Arguments": "argument", "Options": "option"}.get(heading, heading.lower()), own)
            )
    if left_out:
        parts.append(
            f"\nAnd [options of several commands](#options-of-several-commands): {', '.join(left_out)}.\n"
        )
    return "".join(parts)


def version(name: str) -> str:
    """The version of a format, as the source has it."""
    places = {
        "extract": "host/model/schema/src/document.rs",
        "diff": "host/change/diff/src/report.rs",
        "check": "host/app/check/src/verdict.rs",
        "migrations": "host/app/check/src/migrations/mod.rs",
        "drift": "host/app/check/src/drift/mod.rs",
        "log": "host/app/check/src/log/mod.rs",
        "notification": "host/app/notify/src/message/webhook.rs",
    }
    folders = {"impact": "host/downstream/impact/src", "lineage": "host/downstream/lineage/src"}
    root = DOCS.parent
    files = [root / places[name]] if name in places else sorted((root / folders[name]).rglob("*.rs"))
    for path in files:
        found = re.search(r'const FORMAT_VERSION: &str = "([0-9.]+)"', path.read_text(encoding="utf-8"))
        if found:
            return found[1]
    raise SystemExit(f"error: no version of the format of `{name}` in the source")


def kind(value: dict[str, Any]) -> str:
    """What the values of a member are, in a word."""
    if "$ref" in value:
        return f"`{value['$ref'].rpartition('/')[2]}`"
    if "anyOf" in value:
        return " or ".join(kind(one) for one in value["anyOf"])
    name = value.get("type", "any")
    if isinstance(name, list):
        return " or ".join(name)
    return f"{name} of {kind(value['items'])}" if name == "array" and "items" in value else str(name)


def format_tables() -> str:
    """The members of each document, from its schema."""
    parts = ["\n| document | version | schema |\n|---|---|---|\n"]
    parts += [f"| `{name}` | {version(name)} | [{name}.json](schemas/{name}.json) |\n" for name in FORMATS]
    for name in FORMATS:
        schema = json.loads((DOCS / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        parts.append(f"\n### The document of {name}\n\n| member | is | |\n|---|---|---|\n")
        for member, value in sorted(schema["properties"].items()):
            text = " ".join(
                value.get("description", "").replace("[`FORMAT_VERSION`]", "The format's version").split()
            )
            optional = "" if member in schema.get("required", []) else ", can be absent"
            parts.append(f"| `{member}` | {kind(value)}{optional} | {cell(text)} |\n")
    return "".join(parts)


def page(name: str, written: str) -> str:
    """A whole page: its beginning is its own, the rest is written."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n{written}"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    wrong = 0
    pages = {"commands.md": command_page(arguments.program.resolve()), "formats.md": format_tables()}
    for name, written in pages.items():
        path, text = DOCS / name, page(name, written)
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            print(
                f"error: docs/{name} is not what the program says; run `make commands-page`", file=sys.stderr
            )
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
