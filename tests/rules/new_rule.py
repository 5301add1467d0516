"""Begin a rule: `new_rule.py BJ917 my-rule`.

It writes the file, lists it, and adds a case that fails until the rule works.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2] / "host/change/rules"
RULES = HERE / "src/rules"
CASES = HERE / "tests/it/cases.rs"

FOLDERS = {
    "00": "downstream",
    "01": "review",
    "1": "destructive",
    "2": "data_dependent",
    "3": "backward_incompatible",
    "4": "locks",
    "5": "enums",
    "6": "mysql",
    "7": "sqlite",
    "8": "naming",
    "9": "design",
}

RULE = """use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {{
    code: "{code}",
    name: "{name}",
    title: "what it finds: a lower-case fragment",
    explanation: "Why it matters, in sentences.",
    recipe: &[Step::advise("What to do instead.")],
    check,
    ..Rule::BASE
}};

fn check(_context: &RuleContext<'_>, _change: &Change) -> Vec<Draft> {{
    vec![]
}}
"""

CASE = """        case("{code}", [same, |d| users(d).columns.push(column("found", "TEXT"))], [same, same]),
"""


def main(code: str, name: str) -> str:
    """Write all that a rule needs; gives back its file."""
    if not re.fullmatch(r"BJ\d{3}", code) or not re.fullmatch(r"[a-z][a-z0-9-]+", name):
        raise SystemExit("usage: new_rule.py BJ917 my-rule")
    if any(f'"{code}"' in path.read_text() for path in RULES.rglob("*.rs")):
        raise SystemExit(f"{code} is the code of another rule; a code is never given twice")
    folder = RULES / (FOLDERS.get(code[2:4]) or FOLDERS[code[2]])
    module = name.replace("-", "_")
    path = folder / f"{module}.rs"
    if path.exists():
        raise SystemExit(f"{path} is there already")
    path.write_text(RULE.format(code=code, name=name))
    listed(folder / "mod.rs", code, module)
    text = CASES.read_text()
    start = (
        text.index(f"fn {folder.name}()") if f"fn {folder.name}()" in text else text.index("fn destructive()")
    )
    end = text.index("    ]\n", start)
    CASES.write_text(text[:end] + CASE.format(code=code) + text[end:])
    return str(path)


def listed(path: Path, code: str, module: str) -> None:
    """Add a module, and the rule in the order of the codes."""
    text = path.read_text()
    modules = sorted([*re.findall(r"^mod (\w+);$", text, re.MULTILINE), module])
    rules = [*re.findall(r"^    (\w+)::RULE,$", text, re.MULTILINE), module]
    codes = {name: (path.parent / f"{name}.rs").read_text().split('code: "')[1][:5] for name in rules}
    codes[module] = code
    head, rest = text.split("mod ", 1)
    tail = rest[rest.index("\nuse crate::Rule;") :]
    before = tail[: tail.index("= &[\n") + 5]
    ordered = sorted(rules, key=lambda name: codes[name])
    path.write_text(
        head
        + "".join(f"mod {name};\n" for name in modules)
        + before
        + "".join(f"    {name}::RULE,\n" for name in ordered)
        + "];\n"
    )


if __name__ == "__main__":
    code, name = [*sys.argv[1:3], "", ""][:2]
    print(main(code, name))
