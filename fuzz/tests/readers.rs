//! exploratory
#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used)]
use std::time::Instant;
use belljar_discover::{discover, Options};
use belljar_tree::Tree;
use belljar_fuzz::held;

fn fill(start: &str, unit: &str, end: &str, size: usize) -> String {
    let n = (size - start.len() - end.len()) / unit.len();
    format!("{start}{}{end}", unit.repeat(n))
}
fn count(start: &str, unit: impl Fn(usize) -> String, end: &str, size: usize) -> String {
    let mut s = start.to_owned();
    let mut n = 0;
    loop { let u = unit(n); if s.len() + u.len() + end.len() > size { break } s.push_str(&u); n += 1; }
    s + end
}
fn go(name: &str, case: &str, bytes: &[u8], read: &dyn Fn(&[u8]) -> String) {
    if std::env::var("ONLY").is_ok_and(|only| !format!("{name} {case}").contains(&only)) { return }
    let t = Instant::now();
    let (out, h) = held(|| read(bytes));
    println!("{name:12} {case:28} {:>9} held {:>12} x{:<6} {:>6} ms {}", bytes.len(), h, h / bytes.len().max(1), t.elapsed().as_millis(), out.chars().take(100).collect::<String>());
}
#[test]
fn toml() {
    for file in ["pyproject.toml", "Pipfile"] {
        let size = 512 << 10;
        let read = |b: &[u8]| { let d = discover(&Tree::in_memory([(file, b.to_vec())]), &Options::default()); d.diagnostics.iter().map(|d| d.message.clone()).collect() };
        for (c, t) in [
            ("dots_at_cap", format!("{}a=1\n", "a.".repeat(8191))),
            ("dots_over_cap", fill("", "a.", "a=1\n", size)),
            ("dots_rows", count("", |n| format!("a{n}.b=1\n"), "", 100_000)),
            ("dots_rows_cap", (0..8192).map(|n| format!("a{n}.b=1\n")).collect()),
            ("inline_tables_cap", (0..21000).map(|n| format!("a{n}={{a=1}}\n")).collect()),
            ("array_tables_cap", (0..32700).map(|_| "[[a]]\n".to_owned()).collect()),
            ("array_tables_dots", (0..8192).map(|_| "[[a.b]]\n".to_owned()).collect()),
            ("tables_cap", (0..65000).map(|n| format!("[{n}]\n")).collect()),
            ("arrays_cap", fill("a=[", "[],", "]", 90000)),
            ("inline_empty_cap", fill("a=[", "{},", "]", 90000)),
            ("deep_arrays", fill("a=", "[", "", 65000)),
            ("deep_arrays_closed", format!("a={}{}", "[".repeat(65000), "]".repeat(65000))),
            ("deep_inline", fill("a=", "{a=", "", 90000)),
            ("errors_lines", fill("", "a\n", "", size)),
            ("errors_bang", fill("", "!", "", size)),
            ("errors_bang_lines", fill("", "!\n", "", size)),
            ("errors_space", fill("", "a ", "", size)),
            ("errors_closers", fill("", "]", "", size)),
            ("errors_closers2", fill("", "}\n", "", size)),
            ("errors_quotes", fill("", "'\n", "", size)),
            ("errors_quotes2", fill("", "\"\n", "", size)),
            ("errors_eq", fill("", "=\n", "", 120_000)),
            ("errors_value", fill("", "a=!\n", "", size / 2)),
            ("dup_keys", fill("", "a=1\n", "", size / 2)),
            ("dup_tables", fill("", "[a]\n", "", size / 2)),
            ("control", fill("", "\u{1}", "", size)),
            ("escapes", fill("a=\"", "\\z", "\"", size)),
            ("cr", fill("", "\r", "", size)),
            ("newlines", fill("", "\n", "", size)),
            ("comments", fill("", "#\n", "", size)),
            ("deps", fill("[project]\ndependencies=[", "'a',", "]", 260_000)),
            ("deps_sa", fill("[project]\ndependencies=[", "'sqlalchemy',", "]", size)),
            ("poetry", count("[tool.poetry.dependencies]\n", |n| format!("a{n}=1\n"), "", 400_000)),
            ("poetry_sa", fill("[tool.poetry.dependencies]\nsqlalchemy=[", "'1',", "]", 260_000)),
            ("long_ver", fill("[project]\ndependencies=['sqlalchemy==1", ".1", "']", size)),
            ("long_specs", fill("[project]\ndependencies=['sqlalchemy>1", ",>1", "']", size)),
            ("long_number", fill("a=", "1", "", size)),
            ("where", count("[tool.setuptools.packages.find]\nwhere=[", |n| format!("'{n}',"), "]", 400_000)),
        ] { go(file, c, t.as_bytes(), &read); }
    }
}
#[test]
fn lines() {
    let size = 4 << 20;
    for (file, cases) in [
        ("uv.lock", vec![
            ("dots", fill("", "a.", "a=1\n", size)),
            ("names", fill("", "name = \"sqlalchemy\"\n", "", size)),
            ("pairs", fill("", "name=\"sqlalchemy\"\nversion=\"1\"\n", "", size)),
            ("long_version", fill("name=\"sqlalchemy\"\nversion=\"1", ".1", "\"\n", size)),
            ("newlines", fill("", "\n", "", size)),
        ]),
        ("Pipfile.lock", vec![
            ("deep", fill("", "{\"a\":", "", size)),
            ("quotes", fill("", "\"", "", size)),
            ("lines", fill("", "\"sqlalchemy\":{\n\"version\":\"=1\"\n", "", size)),
        ]),
        ("requirements.txt", vec![
            ("short", fill("", "a\n", "", size)),
            ("many", count("", |n| format!("a{n}\n"), "", size)),
            ("sa", fill("", "sqlalchemy\n", "", size)),
            ("long_spec", fill("sqlalchemy>1", ",>1", "", size)),
            ("long_spec2", fill("sqlalchemy!=1.1", ",!=1.1", "", size)),
            ("long_spec_lines", fill("", &fill("sqlalchemy>1", ",>1", "\n", 4000), "", size)),
            ("long_marker", fill("sqlalchemy; a", " and a", "", size)),
            ("parens", fill("sqlalchemy; ", "(", "", size)),
            ("extras", fill("sqlalchemy[", "a,", "]", size)),
            ("long_name", fill("", "a", "", size)),
            ("long_version", fill("sqlalchemy==1", ".1", "", size)),
        ]),
        ("setup.cfg", vec![
            ("continued", fill("[options]\ninstall_requires=\n", " a\n", "", size)),
            ("keys", fill("", "a=\n", "", size)),
            ("keys2", fill("[options]\n", "a:1\n", "", size)),
            ("where", count("[options.packages.find]\nwhere=\n", |n| format!(" {n}\n"), "", size)),
            ("deep_where", fill("[options.packages.find]\nwhere=", "a/", "", size)),
            ("dirs", count("[options]\npackage_dir=\n", |n| format!(" {n}\n"), "", size)),
        ]),
        ("PKG-INFO", vec![("requires", fill("", "Requires-Dist:a\n", "", size))]),
        ("a.egg-info/requires.txt", vec![("markers", fill("", "[:a]\n", "", size)), ("m2", fill("[:", "(", "]", size))]),
        ("setup.py", vec![
            ("strings", fill("a=[", "'',", "]", size / 8)),
            ("strings_implicit", fill("a=(", "''", ")", size/8)),
            ("find", fill("", "find_packages('a')\n", "", size / 8)),
        ]),
    ] {
        for (c, t) in cases {
            let read = |b: &[u8]| { let d = discover(&Tree::in_memory([(file, b.to_vec())]), &Options::default()); d.diagnostics.iter().map(|d| d.message.clone()).collect() };
            go(file, c, t.as_bytes(), &read);
        }
    }
}
fn pythons(size: usize) -> Vec<(&'static str, String)> { vec![
    ("names", fill("", "a\n", "", size)),
    ("semis", fill("", "a;", "", size)),
    ("list", fill("[", "a,", "]", size)),
    ("lists", fill("[", "[],", "]", size)),
    ("dicts", fill("[", "{},", "]", size)),
    ("calls", fill("", "a()\n", "", size)),
    ("lambdas", fill("[", "lambda:0,", "]", size)),
    ("lambdas1", fill("[", "lambda a:0,", "]", size)),
    ("defs", fill("", "def a():0\n", "", size)),
    ("defs_args", fill("def a(", "a,", "):0\n", size)),
    ("classes", fill("", "class A:a\n", "", size)),
    ("classes_sa", fill("", "class A(Base):a=Column()\n", "", size)),
    ("tables", fill("", "Table()\n", "", size)),
    ("table_cols", fill("Table('a',b,", "Column('a'),", ")", size)),
    ("attrs", fill("class A(Base):\n", " a=Column()\n", "", size)),
    ("attrs2", fill("class A(Base):\n", " a:Mapped\n", "", size)),
    ("comprehensions", fill("[", "[a for a in a],", "]", size)),
    ("fstrings", fill("f'", "{a}", "'", size)),
    ("fstring2", fill("", "f''\n", "", size)),
    ("ifs", fill("", "if a:a\n", "", size)),
    ("try", fill("", "try:a\nexcept:a\n", "", size)),
    ("with", fill("", "with a:a\n", "", size)),
    ("match", fill("", "match a:\n case a:a\n", "", size)),
    ("imports", fill("", "import a\n", "", size)),
    ("import_names", fill("import a", ",a", "", size)),
    ("from_names", fill("from a import a", ",a", "", size)),
    ("global", fill("global a", ",a", "", size)),
    ("errors", fill("", "?", "", size)),
    ("errors2", fill("", "!\n", "", size)),
    ("errors3", fill("", ")", "", size)),
    ("errors4", fill("", "'\n", "", size)),
    ("errors5", fill("", ",", "", size)),
    ("errors6", fill("", "def\n", "", size)),
    ("errors7", fill("", "=\n", "", size)),
    ("errors8", fill("", "class\n", "", size)),
    ("errors9", fill("", ":", "", size)),
    ("errors10", fill("", "f'{\n", "", size)),
    ("errors11", fill("", "0a ", "", size)),
    ("numbers", fill("[", "1,", "]", size)),
    ("number", fill("a=", "1", "", size)),
    ("floats", fill("[", "1.,", "]", size)),
    ("newlines", fill("", "\n", "", size)),
    ("comments", fill("", "#\n", "", size)),
    ("bools", fill("", "a and ", "a", 15000)),
    ("compare", fill("(a", "<a", ")", 30000)),
    ("attr_chain", fill("a", ".a", "", 30000)),
    ("subscripts", fill("[", "a[a],", "]", size)),
    ("slices", fill("[", "a[:],", "]", size)),
    ("strings", fill("[", "'',", "]", size)),
    ("implicit", fill("(", "''", ")", size)),
    ("decorators", fill("", "@a\n", "def a():0\n", size)),
    ("type_params", fill("def a[", "a,", "]():0\n", size)),
    ("type_alias", fill("", "type a=a\n", "", size)),
    ("pass", fill("", "pass\n", "", size)),
    ("del", fill("del a", ",a", "", size)),
    ("assign_chain", fill("", "a=", "a", size)),
    ("starred", fill("[", "*a,", "]", size)),
    ("keywords", fill("a(", "a=a,", ")", size)),
    ("yield", fill("[", "(yield),", "]", size)),
    ("ternary", fill("[", "a if a else a,", "]", size)),
    ("walrus", fill("[", "(a:=a),", "]", size)),
    ("indent", fill("if a:\n", " a\n", "", size)),
    ("elif", fill("if a:a\n", "elif a:a\n", "", size)),
    ("ellipsis", fill("[", "...,", "]", size)),
    ("backslash", fill("", "\\\n", "", size)),
    ("ipython", fill("", "%a\n", "", size)),
]}
#[test]
fn python() {
    let head = "from sqlalchemy import Column, Table, orm; Base = orm.declarative_base()\n";
    for (c, t) in pythons(512 << 10) {
        let read = |b: &[u8]| { let d = discover(&Tree::in_memory([("m.py", b.to_vec())]), &Options::default()); d.diagnostics.iter().map(|d| d.message.clone()).collect() };
        go("models.py", c, format!("{head}{t}").as_bytes(), &read);
        let read = |b: &[u8]| { let d = discover(&Tree::in_memory([("setup.py", b.to_vec())]), &Options::default()); d.diagnostics.iter().map(|d| d.message.clone()).collect() };
        go("setup.py", c, t.as_bytes(), &read);
    }
}
#[test]
fn settings() {
    let size = 64 << 10;
    let read = |b: &[u8]| format!("{:?}", belljar_check::Config::parse(std::str::from_utf8(b).unwrap()).err().map(|e| (e.problems.len(), e.problems[0].message.clone())));
    for (c, t) in [
        ("dots", fill("", "a.", "a=1\n", size)),
        ("rows", fill("a.a=1\n", "b.a=1\n", "", size)),
        ("rows2", count("", |n| format!("{n}.a=1\n"), "", size)),
        ("keys", count("", |n| format!("{n}=1\n"), "", size)),
        ("keysck", count("[check]\n", |n| format!("{n}=1\n"), "", size)),
        ("arrays", fill("a=[", "[],", "]", size)),
        ("globs", count("[check]\nignore=[", |n| format!("'{n}*',"), "]", size)),
        ("contracts", count("", |n| format!("[contracts.a{n}]\n"), "", size)),
        ("contracts_t", count("[contracts.a.tables]\n", |n| format!("a{n}='*'\n"), "", size)),
        ("landing", count("", |n| format!("[[landing]]\n"), "", size)),
        ("deep", fill("a=", "[", "", size)),
    ] { go("belljar.toml", c, t.as_bytes(), &read); }
}
#[test]
fn odcs() {
    let size = 4 << 20;
    let read = |b: &[u8]| { let (c, d) = belljar_contract::read_odcs(b, "c.yaml"); format!("{:?} {:?}", c.map(|c| c.tables.len()), d.iter().map(|d| d.message.clone()).collect::<String>()) };
    let head = "kind: DataContract\napiVersion: v3.1.0\n";
    for (c, t) in [
        ("props", fill(&format!("{head}schema:\n- name: a\n  properties:\n"), "  - name: a\n", "", size)),
        ("props_flow", fill(&format!("{head}schema: [{{name: a, properties: ["), "{name: a},", "]}]", size)),
        ("objects", fill(&format!("{head}schema:\n"), "- name: a\n", "", size)),
        ("enum", fill(&format!("{head}schema: [{{name: a, properties: [{{name: a, enum: ["), "a,", "]}]}]", size)),
        ("enum_n", fill(&format!("{head}schema: [{{name: a, properties: [{{name: a, enum: ["), "1,", "]}]}]", size)),
        ("team", fill(&format!("{head}team: ["), "{},", "]", size)),
        ("team_m", fill(&format!("{head}team: {{members: ["), "{},", "]}", size)),
        ("team_other", fill(&format!("{head}team: {{other: ["), "[],", "]}", size)),
        ("team_scalars", fill(&format!("{head}team: ["), "a,", "]", size)),
        ("team_b", fill(&format!("{head}team:\n"), "- {}\n", "", size)),
        ("team_nest", fill(&format!("{head}team: "), "[", "", size)),
        ("desc", fill(&format!("{head}description: ["), "a,", "]", size)),
        ("desc_b", fill(&format!("{head}description:\n"), "- \n", "", size)),
        ("desc_map", count(&format!("{head}description:\n"), |n| format!("  a{n}: 1\n"), "", size)),
        ("desc_small", fill(&format!("{head}description: ["), "a,", "]", 450_000)),
        ("unknown", fill(&format!("{head}x: ["), "a,", "]", size)),
        ("unknown_s", fill(&format!("{head}x: ["), "a,", "]", 450_000)),
        ("deep_flow", fill(&format!("{head}x: "), "[", "", size)),
        ("deep_block", fill(head, "- ", "", size)),
        ("deep_map", fill(&format!("{head}x: "), "{a: ", "", size)),
        ("deep_indent", { let mut s = head.to_owned(); for n in 0..2500 { s += &format!("{}a:\n", " ".repeat(n)); } s }),
        ("anchors", count(head, |n| format!("a{n}: &a{n} 1\n"), "", size)),
        ("laughs", { let mut s = format!("{head}a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol]\n"); for n in 1..12 { s += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(",")); } s }),
        ("laughs_team", { let mut s = format!("{head}a0: &a0 [{{}},{{}},{{}},{{}},{{}},{{}},{{}},{{}}]\n"); for n in 1..12 { s += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(",")); } s + "team: *a11\n" }),
        ("alias_big", fill(&format!("{head}a: &a \"{}\"\nteam: [", "x".repeat(1 << 20)), "*a,", "]", size)),
        ("alias_big_enum", fill(&format!("{head}a: &a \"{}\"\nschema: [{{name: a, properties: [{{name: a, enum: [", "x".repeat(1 << 20)), "*a,", "]}]}]", (1 << 20) + 20_000)),
        ("alias_desc", fill(&format!("{head}a: &a \"{}\"\nschema: [", "x".repeat(100_000)), "{name: *a},", "]", 200_000)),
        ("dup", fill(head, "a: 1\n", "", size)),
        ("merge", fill(&format!("{head}a: &a {{name: a}}\nschema:\n"), "- <<: *a\n", "", size)),
        ("docs", fill(head, "---\n", "", size)),
        ("comments", fill(head, "#\n", "", size)),
        ("long", fill(&format!("{head}name: "), "a", "", size)),
        ("quoted", fill(&format!("{head}name: \""), "\\n", "\"", size)),
        ("block_scalar", fill(&format!("{head}name: |\n"), " a\n", "", size)),
        ("tags", fill(&format!("{head}name: "), "!a ", "", size)),
        ("number", fill(&format!("{head}schema: [{{name: a, properties: [{{name: a, enum: ["), "1", "]}]}]", size)),
        ("tabs", fill(head, "\t", "", size)),
        ("dashes", fill(head, "-\n", "", size)),
        ("question", fill(head, "? ", "", size)),
        ("colons", fill(head, ": ", "", size)),
    ] { go("odcs", c, t.as_bytes(), &read); }
}
fn jsons(size: usize) -> Vec<(&'static str, String)> { vec![
    ("zeros", fill("[", "0,", "0]", size)),
    ("arrays", fill("[", "[],", "0]", size)),
    ("objects", fill("[", "{},", "0]", size)),
    ("objects1", fill("[", "{\"\":0},", "0]", size)),
    ("strings", fill("[", "\"\",", "0]", size)),
    ("nested", fill("[", "[[[[[[0]]]]]],", "0]", size)),
    ("keys", count("{", |n| format!("\"{n}\":0,"), "\"\":0}", size)),
    ("deep", fill("", "[", "", size)),
    ("deep_o", fill("", "{\"a\":", "", size)),
    ("number", fill("", "1", "", size)),
    ("long", fill("\"", "a", "\"", size)),
    ("escapes", fill("\"", "\\n", "\"", size)),
]}
#[test]
fn json() {
    let size = 4 << 20;
    let head = "{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/manifest/v12.json\",\"adapter_type\":\"postgres\"},";
    let opt = belljar_lineage::dbt::Options::default();
    let manifest = |b: &[u8]| { let r = belljar_lineage::dbt::read(b, None, &opt); format!("{} {:?}", r.inputs.len(), r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    let catalog = |b: &[u8]| { let r = belljar_lineage::dbt::read(b"{}", Some(b), &opt); format!("{} {:?}", r.inputs.len(), r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    let dataform = |b: &[u8]| { let r = belljar_bi::dataform::read(b, "g"); format!("{:?}", r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    for (c, t) in jsons(size) {
        go("manifest", c, t.as_bytes(), &manifest);
        go("manifest", &format!("metrics_{c}"), format!("{head}\"metrics\":{{\"a\":{t}}}}}").as_bytes(), &manifest);
        go("manifest", &format!("config_{c}"), format!("{head}\"nodes\":{{\"a\":{{\"config\":{{\"x\":{t}}}}}}}}}").as_bytes(), &manifest);
        go("manifest", &format!("meta_{c}"), format!("{head}\"nodes\":{{\"a\":{{\"meta\":{{\"owner\":{t}}}}}}}}}").as_bytes(), &manifest);
        go("manifest", &format!("unknown_{c}"), format!("{head}\"x\":{t}}}").as_bytes(), &manifest);
        go("catalog", c, t.as_bytes(), &catalog);
        go("dataform", c, t.as_bytes(), &dataform);
        go("dataform", &format!("tables_{c}"), format!("{{\"tables\":{t}}}").as_bytes(), &dataform);
    }
    go("manifest", "nodes", count(&format!("{head}\"nodes\":{{"), |n| format!("\"{n}\":{{}},"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "nodes_model", count(&format!("{head}\"nodes\":{{"), |n| format!("\"{n}\":{{\"resource_type\":\"model\",\"name\":\"a{n}\"}},"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "nodes_bad", count(&format!("{head}\"nodes\":{{"), |n| format!("\"{n}\":0,"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "macros", count(&format!("{head}\"macros\":{{"), |n| format!("\"{n}\":{{}},"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "exposures", count(&format!("{head}\"exposures\":{{"), |n| format!("\"{n}\":{{}},"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "metrics_e", count(&format!("{head}\"metrics\":{{"), |n| format!("\"{n}\":{{}},"), "\"a\":{}}}", size).as_bytes(), &manifest);
    go("manifest", "semantic", count(&format!("{head}\"semantic_models\":{{"), |n| format!("\"{n}\":{{\"unique_id\":\"a{n}\"}},"), "\"a\":{}}}", size / 4).as_bytes(), &manifest);
    go("manifest", "columns", count(&format!("{head}\"nodes\":{{\"a\":{{\"resource_type\":\"model\",\"name\":\"a\",\"columns\":{{"), |n| format!("\"{n}\":{{}},"), "\"a\":{}}}}}", size).as_bytes(), &manifest);
    go("manifest", "depends", count(&format!("{head}\"nodes\":{{\"a\":{{\"resource_type\":\"model\",\"name\":\"a\",\"depends_on\":{{\"nodes\":["), |n| "\"\",".to_owned(), "\"a\"]}}}}", size).as_bytes(), &manifest);
    go("catalog", "nodes", count("{\"nodes\":{", |n| format!("\"{n}\":{{}},"), "\"a\":{}}}", size).as_bytes(), &catalog);
    go("catalog", "columns", count("{\"nodes\":{\"a\":{\"columns\":{", |n| format!("\"{n}\":{{}},"), "\"a\":{}}}}}", size).as_bytes(), &catalog);
    go("dataform", "actions", fill("{\"tables\":[", "{\"name\":\"a\"},", "0]}", size).as_bytes(), &dataform);
}
#[test]
fn lookml() {
    let size = 4 << 20;
    let read = |b: &[u8]| { let r = belljar_bi::lookml::read(b, "a.lkml"); format!("{:?}", r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    for (c, t) in [
        ("params", fill("", "a:b ", "", size)),
        ("views", fill("", "view:a{}", "", size)),
        ("dims", fill("view: a {", "dimension:a{}", "}", size)),
        ("measures", fill("view: a {", "measure:a{sql:a;;}", "}", size)),
        ("joins", fill("explore: a {", "join:a{}", "}", size)),
        ("list", fill("a: [", "a,", "]", size)),
        ("includes", fill("", "include:\"\"", "", size)),
        ("deep", fill("", "a:{", "", size)),
        ("mistakes", fill("", "}\nview:", "", size)),
        ("sql_open", fill("", "view: a { sql:\n", "", size)),
        ("sql_blank", fill("view: a { ", "sql: ", "", size)),
        ("hash", fill("", "#\n", "", size)),
        ("commas", fill("a:[", ",", "]", size)),
        ("quotes", fill("a:\"", "\\a", "\"", size)),
        ("constants", fill("", "constant:a{value:\"\"}", "", size)),
        ("invalid", String::new()),
    ] { if !t.is_empty() { go("lookml", c, t.as_bytes(), &read) } }
}
#[test]
fn tableau() {
    let size = 4 << 20;
    let read = |b: &[u8]| { let r = belljar_bi::tableau::read(b, "a.twb"); format!("{:?}", r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    let cols = "<workbook><datasources><datasource name='a'>";
    for (c, t) in [
        ("columns", count(cols, |n| format!("<column name='{n}'/>"), "</datasource></datasources></workbook>", size)),
        ("calcs", count(cols, |n| format!("<column name='{n}'><calculation formula='[a]'/></column>"), "</datasource></datasources></workbook>", size)),
        ("connections", fill(cols, "<connection/>", "</datasource></datasources></workbook>", size)),
        ("relations", fill(cols, "<relation/>", "</datasource></datasources></workbook>", size)),
        ("relations_text", fill(cols, "<relation>x</relation>", "</datasource></datasources></workbook>", size / 8)),
        ("relations_named", count(cols, |n| format!("<relation table='{n}'>x</relation>"), "</datasource></datasources></workbook>", size / 8)),
        ("expressions", fill(&format!("{cols}{}<clause>", "<relation/>".repeat(20_000)), "<expression op='x'/>", "</clause></datasource></datasources></workbook>", size / 4)),
        ("sources", fill("<workbook><datasources>", "<datasource/>", "</datasources></workbook>", size)),
        ("worksheets", fill("<workbook>", "<worksheet/>", "</workbook>", size)),
        ("dashboards", fill("<workbook>", "<dashboard/>", "</workbook>", size)),
        ("zones", count("<workbook><dashboard>", |n| format!("<zone name='{n}'/>"), "</dashboard></workbook>", size)),
        ("deps", count("<workbook><worksheet><datasource-dependencies datasource='a'>", |n| format!("<column name='{n}'/>"), "</datasource-dependencies></worksheet></workbook>", size)),
        ("deep", fill("<workbook>", "<a>", "", size)),
        ("deep_flat", fill(&format!("{cols}{}", "<a>".repeat(900)), "<a/>", "", size / 4)),
        ("attributes", fill("<workbook><a ", "a='' ", "/></workbook>", size)),
        ("attributes_el", fill("<workbook>", &format!("<a {}/>", "a='' ".repeat(200)), "</workbook>", size)),
        ("entities", fill("<workbook><a x='", "&a;", "'/></workbook>", size)),
        ("entities_t", fill("<workbook><relation>", "&a;", "</relation></workbook>", size)),
        ("doctype", format!("<!DOCTYPE a [<!ENTITY a \"{}\">{}]><workbook><a x='&a;'/></workbook>", "x".repeat(1000), (0..100).map(|n| format!("<!ENTITY a{n} \"&a;&a;\">")).collect::<String>())),
        ("records", count(cols, |n| format!("<metadata-record><remote-name>a</remote-name><local-name>[{n}]</local-name></metadata-record>"), "</datasource></datasources></workbook>", size)),
        ("groups", fill(&format!("{cols}<group name='[a]'>"), "<groupfilter level='[a]'/>", "</group></datasource></datasources></workbook>", size)),
        ("maps", count(&format!("{cols}<connection><cols>"), |n| format!("<map key='{n}' value='[a].[b]'/>"), "</cols></connection></datasource></datasources></workbook>", size)),
        ("comments", fill("<workbook>", "<!---->", "</workbook>", size)),
        ("closers", fill("<workbook>", "</a>", "</workbook>", size)),
        ("lt", fill("<workbook>", "<", "</workbook>", size)),
        ("formula", count(cols, |n| format!("<column name='{n}'><calculation formula='{}'/></column>", (0..900).map(|n| format!("[{n}]")).collect::<String>()), "</datasource></datasources></workbook>", size)),
    ] { go("tableau", c, t.as_bytes(), &read);
    }
    use std::io::Write;
    let mut z = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let o: zip::write::SimpleFileOptions = zip::write::SimpleFileOptions::default();
    z.start_file("a.twb", o).unwrap();
    let mb = vec![b' '; 1 << 20];
    for _ in 0..300 { z.write_all(&mb).unwrap(); }
    let bomb = z.finish().unwrap().into_inner();
    go("tableau", "bomb", &bomb, &read);
    let mut z = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for n in 0..60000 { z.start_file(format!("{n}"), o).unwrap(); }
    go("tableau", "zip_entries", &z.finish().unwrap().into_inner(), &read);
}
#[test]
fn codeowners() {
    let size = (3 << 20) - 1;
    let read = |b: &[u8]| { let r = belljar_bi::codeowners::read(b, "CODEOWNERS"); format!("{:?}", r.diagnostics.iter().map(|d| d.message.clone()).collect::<String>()) };
    for (c, t) in [
        ("rules", fill("", "a b\n", "", size)),
        ("globs", count("", |n| format!("/*{n}*/?{n}/**/x b\n"), "", size)),
        ("long_globs", fill("", &format!("{} b\n", "*?".repeat(490)), "", size)),
        ("long_dirs", fill("", &format!("{} b\n", "**/a/".repeat(190)), "", size)),
        ("classes", fill("[s]\n", &format!("{} b\n", "[a-z]".repeat(190)), "", size)),
        ("uclasses", fill("[s]\n", &format!("{} b\n", "[a-\u{ffff}]".repeat(140)), "", size)),
        ("sections", count("", |n| format!("[{n}]\n"), "", size)),
        ("owners", fill("a ", "b ", "", size)),
        ("owners_default", fill("[s] ", "b ", "", size)),
    ] { go("codeowners", c, t.as_bytes(), &read); }
}
