//! Nothing here may panic, hang, grow without end, or overflow the stack. Tests print how long they took.

use std::time::Instant;

use belljar_artefacts::{codeowners, dataform, lookml, tableau};
use proptest::prelude::*;

use crate::tableau::{WORKBOOK, packed};

#[track_caller]
fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = run();
    println!("{what}: {:?}", start.elapsed());
    out
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 200_000;
    let text = "view: a { ".repeat(deep);
    let reading = timed("lookml", || lookml::parse_file(text.as_bytes(), "a"));
    assert!(reading.diagnostics[0].message.contains("nested more than"), "{:?}", reading.diagnostics[0]);
    let text = format!("<workbook>{}", "<a>".repeat(deep));
    let reading = timed("tableau", || tableau::parse_workbook(text.as_bytes(), "a"));
    assert!(reading.diagnostics[0].message.contains("nested more than"), "{:?}", reading.diagnostics[0]);
    let text = format!("{{\"tables\":{}", "[".repeat(deep));
    let reading = timed("dataform", || dataform::parse_graph(text.as_bytes(), "a"));
    assert_eq!(reading.diagnostics[0].code, "graph-not-json");
}

/// A billion laughs: the entities stay what they are.
#[test]
fn entities_are_not_expanded() {
    let mut text = "<!DOCTYPE workbook [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..30 {
        let inner = format!("&a{};", level - 1).repeat(10);
        text.extend(["<!ENTITY a", &level.to_string(), " \"", &inner, "\">"]);
    }
    text += "]><workbook><datasources><datasource name='&a29;'><connection><relation type='text' name='q'>&a29;</relation></connection></datasource></datasources></workbook>";
    let reading = timed("entities", || tableau::parse_workbook(text.as_bytes(), "a"));
    let source = &reading.value.sources[0];
    assert_eq!(source.name, "&a29;");
    assert_eq!(source.relations[0].kind, tableau::RelationKind::Query("&a29;".into()));
}

#[test]
fn a_zip_bomb_has_an_end() {
    let bomb = packed("a.twb", &vec![b' '; tableau::LARGEST + 2]);
    println!("packed: {} bytes", bomb.len());
    let reading = timed("zip bomb", || tableau::parse_workbook(&bomb, "a.twbx"));
    assert!(reading.diagnostics[0].message.contains("it unpacks to more than"), "{:?}", reading.diagnostics);
    // A small one may be all blanks.
    let blank = packed("a.twb", &vec![b' '; 4 << 20]);
    assert_eq!(tableau::parse_workbook(&blank, "a.twbx").diagnostics[0].code, "tableau-not-a-workbook");
}

/// Each of these is long, and reading it must not take the square of its length.
#[test]
fn long_files_take_no_square() {
    let many = 200_000;
    let cases = [
        "view: a {\nsql:\n".repeat(many),
        "view: a {\n label: \"\n".repeat(many),
        "x\n".repeat(many),
        "explore: a {}\n".repeat(many),
        format!("view: a {{ dimension: {} {{ }} }}", "x".repeat(4 << 20)),
        format!("view: a {{ {} }}", "dimension: x {} ".repeat(many)),
    ];
    for (at, text) in cases.iter().enumerate() {
        let reading = timed(&format!("lookml {at}"), || lookml::parse_file(text.as_bytes(), "a"));
        timed(&format!("project {at}"), || lookml::Project::from_files(&[reading.value]));
    }
    let nested: Vec<String> = (0..3_000)
        .map(|at| format!("view: v{at} {{ extends: [v{}] dimension: d{at} {{}} }}\n", at + 1))
        .collect();
    let nested = nested.concat();
    let reading = lookml::parse_file(nested.as_bytes(), "a");
    let project = timed("chain", || lookml::Project::from_files(&[reading.value]));
    assert!(project.diagnostics.iter().any(|one| one.code == "lookml-extends-too-many"));
    let text = format!(
        "<workbook><datasources><datasource name='a'>{}</datasource></datasources></workbook>",
        "<column name='[x]'/>".repeat(many)
    );
    timed("tableau", || tableau::parse_workbook(text.as_bytes(), "a"));
    let start = "<workbook><datasources><datasource name='a'>";
    let relations = "<relation/>".repeat(many);
    for (at, text) in [
        format!("{start}{}", "<relation>x</relation>".repeat(many)),
        format!("{start}{relations}<clause>{}", "<expression op='x'/>".repeat(many)),
        format!("{start}{}{}", "<a>".repeat(900), "<a/>".repeat(many)),
    ]
    .iter()
    .enumerate()
    {
        timed(&format!("tableau {at}"), || tableau::parse_workbook(text.as_bytes(), "a"));
    }
    let fields: Vec<String> =
        (0..20_000).map(|at| format!("dimension: d{at} {{ sql: ${{d{}}} ;; }}\n", at + 1)).collect();
    let reading = lookml::parse_file(format!("view: a {{ {} }}", fields.concat()).as_bytes(), "a");
    let project = lookml::Project::from_files(&[reading.value]);
    timed("references", || belljar_artefacts::inputs::lookml(&project, belljar_lineage::Dialect::Generic));
    let rules: Vec<String> = (0..19_000).map(|at| format!("/a{at}/**/*x{at}*.py @a\n")).collect();
    let text = rules.concat();
    let reading = timed("codeowners", || codeowners::parse_file(text.as_bytes(), "CODEOWNERS"));
    timed("codeowners match", || reading.value.owners(&"a/".repeat(2_000)));
}

#[test]
fn names_stay_as_they_are() {
    let name = "\u{202e}<script>\u{1b}[31m`x`";
    let text = format!("view: v {{ sql_table_name: {name} ;; }}");
    let reading = lookml::parse_file(text.as_bytes(), "a");
    assert_eq!(
        reading.value.views[0].table.as_ref().map(|sql| sql.text.as_str()),
        Some(name),
        "who shows it escapes it"
    );
}

fn lookml_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("view: a {"),
        Just("}"),
        Just("dimension: x {"),
        Just("sql:"),
        Just(";;"),
        Just("["),
        Just("]"),
        Just("\""),
        Just(":"),
        Just("#"),
        Just("\n"),
        Just("explore: e {"),
        Just("extends: [a]"),
        Just("view: +a {"),
        Just("${TABLE}.x"),
        Just("ä"),
        Just("{%"),
        Just(",")
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Bytes at random are no workbook and no graph, and that is reported; what is read is the same every time.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (workbook, graph) = (tableau::parse_workbook(&bytes, "a"), dataform::parse_graph(&bytes, "a"));
        prop_assert!(workbook.value == tableau::Workbook::default() && !workbook.diagnostics.is_empty());
        prop_assert!(graph.value.actions.is_empty() && !graph.diagnostics.is_empty());
        let view = lookml::parse_file(&bytes, "a");
        prop_assert_eq!(&view, &lookml::parse_file(&bytes, "a"));
        let all = workbook.diagnostics.iter().chain(&graph.diagnostics).chain(&view.diagnostics);
        let lines = u32::try_from(bytes.split(|byte| *byte == b'\n').count()).unwrap();
        for place in all.filter_map(|one| one.place.as_ref()) {
            prop_assert!(place.path == "a" && place.line <= lines, "{place:?} of {lines} lines");
        }
        let text = String::from_utf8_lossy(&bytes);
        for owner in codeowners::parse_file(&bytes, "CODEOWNERS").value.owners("a/b") {
            prop_assert!(text.contains(&owner.name) && owner.line <= lines, "{owner:?}");
        }
    }

    #[test]
    fn any_lookml(text in lookml_like()) {
        let one = lookml::parse_file(text.as_bytes(), "a");
        let other = lookml::parse_file(text.as_bytes(), "a");
        prop_assert_eq!(&one, &other);
        lookml::Project::from_files(&[one.value.clone(), other.value]);
    }

    #[test]
    fn any_owners(text in "[a-z*/@#! \\[\\]^{}\\\\\n]{0,80}", path in "[a-z/*.]{0,20}") {
        let lines: Vec<&str> = text.lines().collect();
        for owner in codeowners::parse_file(text.as_bytes(), "CODEOWNERS").value.owners(&path) {
            // Each stands on the line of its rule, which is no comment, or at the head of the section.
            let line = lines[owner.line as usize - 1];
            let is_there = line.contains(&owner.name) || text.contains(&format!("] {}", owner.name));
            prop_assert!(is_there && !line.trim_start().starts_with('#'), "{owner:?} of {text:?}");
        }
    }

    #[test]
    fn any_reference(text in "[${}.TABLEa-c\"`\\[\\] +]{0,60}") {
        for reference in lookml::references(&text).found {
            let names = match reference {
                lookml::Reference::Column(name) | lookml::Reference::TableOf(name) => vec![name],
                lookml::Reference::Field(view, name) => view.into_iter().chain([name]).collect(),
                lookml::Reference::Table => vec!["TABLE".to_owned()],
            };
            for name in names {
                prop_assert!(text.contains(&name), "`{name}` is not in {text:?}");
            }
        }
        for reference in tableau::references(&text) {
            for name in reference.source.into_iter().chain([reference.column]) {
                let written = format!("[{}]", name.replace(']', "]]"));
                prop_assert!(text.contains(&written), "`{written}` is not in {text:?}");
            }
        }
    }

    /// A workbook with a byte changed and a piece left out. What is lost is reported; a packed one has a checksum, so no byte
    /// of what it holds can change without a report.
    #[test]
    fn a_damaged_workbook(at in 0..WORKBOOK.len(), byte in any::<u8>(), cut in 0_usize..40) {
        let mut bytes = WORKBOOK.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.drain(at..(at + cut).min(WORKBOOK.len()));
        let read = tableau::parse_workbook(&bytes, "a");
        prop_assert!(read.value != tableau::Workbook::default() || !read.diagnostics.is_empty());
        let whole = tableau::parse_workbook(WORKBOOK.as_bytes(), "a").value;
        let packed = packed("a.twb", WORKBOOK.as_bytes());
        let mut damaged = packed.clone();
        damaged[at % packed.len()] ^= byte;
        let read = tableau::parse_workbook(&damaged, "a");
        prop_assert!(read.value == whole || !read.diagnostics.is_empty(), "byte {} by {byte}", at % packed.len());
    }
}

/// A short reference may stand for a long text, and many of them for as many.
#[test]
fn references_do_not_grow_without_end() {
    let table = "t".repeat(1 << 20);
    let uses = "${long.SQL_TABLE_NAME} ".repeat(5_000);
    let text = format!(
        "view: long {{ sql_table_name: {table} ;; }}
         view: a {{ derived_table: {{ sql: select * from {uses} ;; }} dimension: b {{ sql: {uses} ;; }} }}"
    );
    let read = lookml::parse_file(text.as_bytes(), "a.lkml");
    let project = lookml::Project::from_files(&[read.value]);
    let inputs = timed("references", || {
        belljar_artefacts::inputs::lookml(&project, belljar_lineage::Dialect::Postgres)
    });
    let column_sources =
        |unknown: &belljar_lineage::Unknown| unknown.cause == belljar_lineage::Cause::OverLimit;
    let all: Vec<_> =
        inputs.iter().flat_map(|input| &input.unknowns).filter(|one| column_sources(one)).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(inputs.iter().all(|input| input.sql.is_none() && input.expressions.is_empty()));
}

/// Each of many references is found once, without a look at all before it.
#[test]
fn many_references_of_one_text_are_found() {
    let all: Vec<String> = (0..300_000).map(|at| format!("${{a{at}}}")).collect();
    let text = all.join(" ");
    assert_eq!(timed("references", || lookml::references(&text)).found.len(), 300_000);
}
