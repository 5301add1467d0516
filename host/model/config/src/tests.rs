use crate::*;

/// The same settings in every format.
const SAME: [(&str, &str); 4] = [
    (
        "belljar.toml",
        "sqlalchemy = '2.0'\n[check]\nfail-on = 'note'\nindex-columns = 3\ndatabases = ['mysql']\n[rules]\nBJ101 = 'off'\nx.on = true\n",
    ),
    (
        "pyproject.toml",
        "[project]\nname = 'x'\n[tool.belljar]\nsqlalchemy = '2.0'\n[tool.belljar.check]\nfail-on = 'note'\nindex-columns = 3\ndatabases = ['mysql']\n[tool.belljar.rules]\nBJ101 = 'off'\nx.on = true\n[tool.other]\ny = 1\n",
    ),
    (
        "belljar.yaml",
        "# c\nsqlalchemy: '2.0'\ncheck:\n  fail-on: note # d\n  index-columns: 3\n  databases: [mysql]\n  doubtful:\nrules:\n  BJ101: off\n  x: {on: true}\n",
    ),
    (
        "belljar.json",
        "{\"$schema\": \"x\", \"sqlalchemy\": \"2.0\",\n \"check\": {\"fail-on\": \"n\\u006fte\", \"index-columns\": 3, \"databases\": [\"mysql\"], \"doubtful\": null},\n \"rules\": {\"BJ101\": \"off\", \"x\": {\"on\": true}}}",
    ),
];

fn shown(path: &str, text: &str) -> String {
    fn plain(value: &Value<'_>) -> String {
        match value.get_ref() {
            toml::de::DeValue::String(text) => format!("{text:?}"),
            toml::de::DeValue::Array(items) => format!("{:?}", items.iter().map(plain).collect::<Vec<_>>()),
            toml::de::DeValue::Table(table) => table_text(table),
            toml::de::DeValue::Integer(number) => number.to_string(),
            toml::de::DeValue::Boolean(flag) => flag.to_string(),
            other => format!("{other:?}"),
        }
    }
    fn table_text(table: &toml::de::DeTable<'_>) -> String {
        let mut all: Vec<String> =
            entries(table).into_iter().map(|(key, value)| format!("{}={}", key.name, plain(value))).collect();
        all.sort();
        format!("{all:?}")
    }
    let (text, problems) = parse_config(ConfigText::new(path, text), |_, root| table_text(root));
    assert_eq!(problems, [], "{path}");
    text
}

#[test]
fn every_format_says_the_same() {
    let expected = shown(SAME[0].0, SAME[0].1);
    assert!(expected.contains("BJ101"), "{expected}");
    for (path, text) in SAME {
        assert_eq!(shown(path, text), expected, "{path}");
    }
}

#[test]
fn places_are_those_of_the_file() {
    for (path, text, line) in [
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.belljar]\na = 1\n", 4),
        ("belljar.yaml", "# c\n\na: 1\n", 3),
        ("a/belljar.yml", "---\nä: ü\na: 1\n", 3),
        ("belljar.json", "{\n\"b\": [\"ä\"],\n \"a\":\n 1}", 4),
    ] {
        let (lines, problems) = parse_config(ConfigText::new(path, text), |walk, root| {
            let all = entries(root).into_iter().filter(|(key, _)| key.name == "a");
            all.map(|(_, value)| walk.line(value.span().start)).collect::<Vec<_>>()
        });
        assert_eq!((lines, problems), (vec![line], vec![]), "{path}");
    }
}

#[test]
fn what_is_no_configuration() {
    let deep = |open: &str, times: usize| open.repeat(times);
    for (path, text, line, message) in [
        ("belljar.yaml", "a: &x 1\nb: *x\n".to_owned(), 1, "anchors are not supported"),
        ("belljar.yaml", "a: !!str 1\n".to_owned(), 1, "tags are not supported"),
        ("belljar.yaml", "a: 1\na: 2\n".to_owned(), 2, "duplicate key `a`"),
        ("belljar.yaml", "- a\n".to_owned(), 1, "the configuration must be a mapping"),
        ("belljar.yaml", "a: 1\n---\nb: 1\n".to_owned(), 2, "it has more than one document"),
        ("belljar.yaml", "a:\n  -\n".to_owned(), 2, "a list can't contain an empty value"),
        ("belljar.yaml", "? [a]\n: 1\n".to_owned(), 1, "a key must be a string"),
        ("belljar.json", "{\"a\": 1,\n \"a\": 2}".to_owned(), 2, "duplicate key `a`"),
        ("belljar.json", "[]".to_owned(), 1, "the configuration must be an object"),
        ("belljar.json", "{\"a\": [null]}".to_owned(), 1, "a list can't contain `null`"),
        ("belljar.json", "{\n\"a\": 1,\n}".to_owned(), 3, "key must be a string"),
        ("belljar.json", "{\"a\": 1} x".to_owned(), 1, "trailing characters"),
        (
            "belljar.json",
            format!("{{\"a\": {}{}}}", deep("[", 100), deep("]", 100)),
            1,
            "it is nested more than 64 levels deep",
        ),
        ("pyproject.toml", "[tool]\nbelljar = 1\n".to_owned(), 2, "`tool.belljar` must be a table"),
        (
            "pyproject.toml",
            format!("[tool.belljar]\na = '{}'", "x".repeat(LONGEST)),
            1,
            "`tool.belljar` has 65545 bytes; the limit is 65536",
        ),
        ("pyproject.toml", " ".repeat(bounded::LARGEST_TOML + 1), 1, "it is larger than 512 KiB"),
    ] {
        let ((), problems) = parse_config(ConfigText::new(path, &text), |_, _| ());
        let found: Vec<(usize, &str)> = problems.iter().map(|one| (one.line, one.message.as_str())).collect();
        assert_eq!(found, [(line, message)], "{path}");
    }
}

/// Neither depth nor size makes a parser fail otherwise than with an error.
#[test]
fn hostile_texts() {
    let mut texts: Vec<String> = [
        "[", "{", "a: [", "- ", "? ", "{\"a\":", "\"", "'", "|", "\t", "&a ", "*a ", "!", "\\", "{a: ",
        "a:\n ",
    ]
    .into_iter()
    .flat_map(|part| [1, 100, 3_000].map(|times| part.repeat(times)))
    .collect();
    texts.push((0..4_000).map(|depth| [" ".repeat(depth % 200), "a:\n".to_owned()].concat()).collect());
    for text in texts {
        for path in ["belljar.toml", "belljar.yaml", "belljar.json", "pyproject.toml"] {
            let ((), _) = parse_config(ConfigText::new(path, &text), |_, _| ());
        }
    }
}

#[test]
fn every_problem_is_reported_with_its_line() {
    let text = "a = 1\n\nb = 'x'\nc = ['y', 2]\n";
    let ((), problems) = parse_config(text, |walk, root| {
        for (key, value) in entries(root) {
            match key.name {
                "a" => assert_eq!(walk.text("a", value), None),
                "b" => assert_eq!(walk.choice("b", value, &[("xx", 1)]), None),
                _ => assert_eq!(walk.texts("c", value), ["y"]),
            }
        }
    });
    let reported: Vec<(usize, &str)> = problems.iter().map(|one| (one.line, one.message.as_str())).collect();
    assert_eq!(
        reported,
        [
            (1, "`a` must be a string, but is an integer"),
            (3, "`b` is `x`, which is not one of `xx`"),
            (4, "`c` must be a string, but is an integer"),
        ]
    );
    assert_eq!(parse_config("a = ", |_, _| ()).1[0].line, 1);
    assert_eq!(parse_config("#".repeat(LONGEST + 1).as_str(), |_, _| ()).1.len(), 1);
}
