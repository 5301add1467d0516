//! What projects configure and require, and `belljar.toml`.

use belljar_discover::{Options, discover};
use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{
    Reader,
    Said::{Any, No, Yes},
    fill, numbered,
};

const MIB: usize = 1 << 20;

/// What discovery says of one file.
pub(crate) fn discovered(file: &str) -> impl Fn(&[u8]) -> Vec<Diagnostic> {
    move |bytes| discover(&Tree::in_memory([(file, bytes.to_vec())]), &Options::default()).diagnostics
}

pub(crate) fn toml() {
    let size = 512 << 10;
    for name in ["pyproject.toml", "Pipfile"] {
        // A file at its limits: 512 KiB.
        let reader = Reader { name, fixed: 64 * MIB, for_each: 2, read: &discovered(name) };
        reader.holds("a chain of dots", fill("", "a.", "a = 1\n", size), Yes);
        reader.holds("chains of dots", fill("", "b.c.d.e = 1\n", "", size), Yes);
        reader.holds("as many dots as are read", numbered("", "a#.b = 1\n", "", 78_000), No);
        reader.holds("inline tables", numbered("", "a# = {a=1}\n", "", 260_000), No);
        reader.holds("inline tables in a list", fill("a = [", "{a=1},", "]", 100_000), No);
        reader.holds("lists of tables", fill("", "[[a]]\n", "", 190_000), No);
        reader.holds("lists", fill("a = [", "[],", "]", size), Yes);
        reader.holds("deep lists", fill("a = ", "[", "", 60_000), Yes);
        reader.holds("deep tables", fill("a = ", "{a=", "", 60_000), Yes);
        reader.holds("a mistake a line", fill("", "!\n", "", size), Yes);
        reader.holds("as many mistakes as are read", fill("", "=\n", "", 65_000), Yes);
        reader.holds("returns", fill("", "\r", "", size), Yes);
        reader.holds("one key", fill("", "a = 1\n", "", 190_000), Yes);
        reader.holds("a number", fill("a = ", "1", "", size), Any);
        reader.holds("escapes", fill("a = \"", "\\z", "\"", 400_000), Yes);
        reader.holds("versions", fill("[project]\ndependencies = ['sqlalchemy>1", ",>1", "']", size), No);
        reader.holds("a requirement a word", fill("[project]\ndependencies = [", "'a',", "]", 190_000), No);
        reader.holds("more than is read", fill("", "\n", "", size + 1), Yes);
    }
}

pub(crate) fn lines() {
    for (name, case, text) in [
        ("uv.lock", "dots", fill("", "a.", "a = 1\n", 2 * MIB)),
        ("uv.lock", "packages", fill("", "name = \"sqlalchemy\"\nversion = \"1\"\n", "", 2 * MIB)),
        ("poetry.lock", "a version", fill("name = \"sqlalchemy\"\nversion = \"1", ".1", "\"\n", 2 * MIB)),
        ("pdm.lock", "names", fill("", "name = \"sqlalchemy\"\n", "", 2 * MIB)),
        ("Pipfile.lock", "depth", fill("", "{\"a\":", "", 2 * MIB)),
        ("Pipfile.lock", "quotes", fill("", "\"", "", 2 * MIB)),
        ("requirements.txt", "names", numbered("", "a#\n", "", MIB)),
        ("requirements.txt", "a requirement", fill("sqlalchemy>1", ",>1", "", MIB)),
        ("requirements.txt", "a version", fill("sqlalchemy==1", ".1", "", MIB)),
        ("requirements.txt", "markers", fill("sqlalchemy; ", "(", "", MIB)),
        ("setup.cfg", "keys", fill("", "a=\n", "", MIB)),
        ("setup.cfg", "lines of a value", fill("[options]\ninstall_requires=\n", " a\n", "", MIB)),
        ("setup.cfg", "a path", fill("[options.packages.find]\nwhere=", "a/", "", MIB)),
        ("setup.cfg", "paths", numbered("[options.packages.find]\nwhere=\n", " #\n", "", MIB)),
        ("PKG-INFO", "headers", fill("", "Requires-Dist:a\n", "", MIB)),
        ("a.egg-info/requires.txt", "markers", fill("", "[:a]\n", "", MIB)),
    ] {
        let reader = Reader { name, fixed: MIB, for_each: 80, read: &discovered(name) };
        reader.holds(case, text, No);
    }
}

pub(crate) fn settings() {
    let read = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap();
        let problems = belljar_check::CheckConfig::parse(text).err().map(|error| error.problems);
        let say = |problem: belljar_check::Problem| Diagnostic::new(Severity::Error, "x", problem.message);
        problems.unwrap_or_default().into_iter().map(say).collect()
    };
    let size = 64 << 10;
    let reader = Reader { name: "belljar.toml", fixed: 24 * MIB, for_each: 1, read: &read };
    reader.holds("a chain of dots", fill("", "a.", "a = 1\n", size), Yes);
    reader.holds("dots", numbered("", "a#.a = 1\n", "", size / 2), Yes);
    reader.holds("lists", fill("a = [", "[],", "]", size), Yes);
    reader.holds("depth", fill("a = ", "[", "", size), Yes);
    reader.holds("promises", numbered("[contracts.a.tables]\n", "a#='*'\n", "", size / 2), No);
    reader.holds("more than is read", fill("", "#", "", size + 1), Yes);
}

pub(crate) fn contracts() {
    let read = |bytes: &[u8]| belljar_contract::read_odcs(bytes, "contract.yaml").1;
    let head = "kind: DataContract\napiVersion: v3.1.0\n";
    let laughs = |first: &str| {
        let level =
            |at: usize| format!("a{at}: &a{at} [{}]\n", [format!("*a{}", at - 1).as_str(); 9].join(","));
        let levels: String = (1..12).map(level).collect();
        format!("{head}a0: &a0 [{}]\n{levels}team: *a11\n", [first; 9].join(","))
    };
    let reader = Reader { name: "ODCS", fixed: 28 * MIB, for_each: 30, read: &read };
    let of_columns = format!("{head}schema:\n- name: a\n  properties:\n");
    let of_values = format!("{head}schema: [{{name: a, properties: [{{name: a, enum: [");
    reader.holds("columns", fill(&of_columns, "  - name: a\n", "", MIB), Any);
    reader.holds("values", fill(&of_values, "a,", "]}]}]", MIB), Any);
    reader.holds("a number", fill(&of_values, "1", "]}]}]", 4 * MIB), Any);
    reader.holds("members", fill(&format!("{head}team: ["), "{},", "]", MIB), Any);
    reader.holds("a description", numbered(&format!("{head}description:\n"), "  a#: 1\n", "", MIB), Any);
    reader.holds("depth", fill(&format!("{head}x: "), "[", "", 4 * MIB), Yes);
    reader.holds("depth of maps", fill(&format!("{head}x: "), "{a: ", "", 4 * MIB), Yes);
    reader.holds("anchors", numbered(head, "a#: &a# 1\n", "", MIB), Yes);
    reader.holds("laughs", laughs("lol"), Yes);
    reader.holds("laughs of maps", laughs("{}"), Yes);
    let long = format!("{head}a: &a \"{}\"\nschema: [", "x".repeat(100_000));
    reader.holds("aliases of a long text", fill(&long, "{name: *a},", "]", 200_000), Yes);
    reader.holds("one key", fill(head, "a: 1\n", "", MIB), Yes);
    reader.holds("more than is read", fill(head, "#\n", "", 4 * MIB + 2), Yes);
}
