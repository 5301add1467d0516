use belljar_artefacts::lookml::{Derived, FieldKind, File, Project, Reference, parse_file, references};

const VIEWS: &str = r#"# customers
include: "/views/*.view"
connection: "warehouse"

view: customers {
  sql_table_name: `acme.raw.users` ;;
  dimension: id { primary_key: yes type: number sql: ${TABLE}.id ;; }
  dimension: mail {
    label: "E-mail # of the \"customer\""
    sql: lower(${TABLE}."Email") ;;  # a comment
  }
  dimension_group: created {
    type: time
    timeframes: [raw, date, month]
    sql: ${TABLE}.created_at ;;
  }
  measure: big { type: count filters: [customers.mail: "-NULL", amount: ">1"] }
  measure: old { type: count filters: { field: status value: "x" } }
  dimension: tier { case: { when: { sql: ${TABLE}.points > 3 ;; label: "gold" } else: "none" } }
  set: detail { fields: [id, mail] }
}

view: sums {
  derived_table: { sql: select user_id, sum(total) as total from ${orders.SQL_TABLE_NAME} group by 1 ;; }
  dimension: total { sql: total ;; hidden: yes }
}

view: native {
  derived_table: {
    explore_source: customers { column: mail { field: customers.mail } column: id {} derived_column: rank { sql: rank() over () ;; } }
  }
}

explore: customers {
  sql_always_where: ${customers.id} > 0 ;;
  join: orders { from: order_facts type: left_outer relationship: one_to_many sql_on: ${customers.id} = ${orders.user_id} ;; }
}
explore: empty
explore: last { extends: [customers] }
"#;

fn file(text: &str) -> File {
    let reading = parse_file(text.as_bytes(), "a.lkml");
    assert_eq!(reading.diagnostics, []);
    reading.value
}

#[test]
fn a_file() {
    let file = file(VIEWS);
    assert_eq!((file.connection.as_deref(), file.includes.len()), (Some("warehouse"), 1));
    let names: Vec<&str> = file.views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(names, ["customers", "sums", "native"]);
    let customers = &file.views[0];
    assert_eq!(customers.table.as_ref().map(|sql| sql.text.as_str()), Some("`acme.raw.users`"));
    assert_eq!(customers.fields.len(), 6);
    let mail = &customers.fields[1];
    assert_eq!(
        (mail.kind, mail.sql[0].text.as_str(), mail.sql[0].line),
        (FieldKind::Dimension, "lower(${TABLE}.\"Email\")", 10)
    );
    assert_eq!(references(&mail.sql[0].text).found, [Reference::Column("Email".into())]);
    assert_eq!(customers.fields[3].fields, ["customers.mail", "amount"]);
    assert_eq!(customers.fields[4].fields, ["status"]);
    assert_eq!(customers.fields[5].sql[0].text, "${TABLE}.points > 3");
    assert_eq!(customers.place.line, 5);
    assert!(
        matches!(&file.views[1].derived, Some(Derived::Sql(sql)) if sql.text.starts_with("select user_id"))
    );
    assert!(file.views[1].fields[0].hidden);
    let native = Derived::Explore {
        explore: "customers".into(),
        columns: vec![("mail".into(), "customers.mail".into()), ("id".into(), "id".into())],
        computed: match &file.views[2].derived {
            Some(Derived::Explore { computed, .. }) => computed.clone(),
            _ => Vec::new(),
        },
        line: 30,
    };
    assert_eq!(file.views[2].derived, Some(native));
    assert_eq!(file.explores.len(), 3);
    let explore = &file.explores[0];
    assert_eq!(explore.joins[0].view.as_deref(), Some("order_facts"));
    assert_eq!(explore.conditions[0].text, "${customers.id} > 0");
}

#[test]
fn extending_and_refining() {
    let base = file(
        "view: a { sql_table_name: t ;; dimension: x { sql: ${TABLE}.x ;; } dimension: y { type: string sql: ${TABLE}.y ;; } }",
    );
    let child = file(
        "view: b { extends: [a] dimension: y { sql: upper(${TABLE}.y) ;; } }\nview: up { extension: required extends: [b] }",
    );
    let refined = file(
        "view: +b { dimension: z { sql: ${x} ;; } }\nview: +gone { dimension: q {} }\nview: c { extends: [none, c] }\nview: b {}",
    );
    let project = Project::from_files(&[base, child, refined]);
    let names: Vec<&String> = project.views.keys().collect();
    assert_eq!(names, ["a", "b", "c", "gone"]);
    let b = &project.views["b"];
    assert_eq!(b.table.as_ref().map(|sql| sql.text.as_str()), Some("t"));
    let fields: Vec<(&str, &str)> =
        b.fields.iter().map(|field| (field.name.as_str(), field.sql[0].text.as_str())).collect();
    assert_eq!(fields, [("y", "upper(${TABLE}.y)"), ("z", "${x}"), ("x", "${TABLE}.x")]);
    assert_eq!(b.fields[0].ty.as_deref(), Some("string"));
    let codes: Vec<&str> = project.diagnostics.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["lookml-declared-twice", "lookml-refines-nothing", "lookml-extends-nothing"]);
}

#[test]
fn a_mistake_costs_its_block() {
    let text = "view: a { dimension: x { sql: ${TABLE}.x ;; } dimension y {} }\nview: b { dimension: z { sql: 1 ;; } }\n";
    let reading = parse_file(text.as_bytes(), "a.lkml");
    let names: Vec<(&str, usize)> =
        reading.value.views.iter().map(|view| (view.name.as_str(), view.fields.len())).collect();
    assert_eq!(names, [("a", 1), ("b", 1)]);
    assert_eq!(reading.diagnostics[0].message, "expected `:` after `dimension`, found `y {} }`");
    assert_eq!(reading.diagnostics[0].place.as_ref().map(|place| place.line), Some(1));
    let reading = parse_file(b"view: a {\n dimension: x {\n sql: 1\n", "a.lkml");
    assert_eq!(reading.diagnostics[0].message, "the value of `sql` does not end: `;;` is missing");
    assert_eq!(reading.value.views[0].fields[0].name, "x", "what is before the mistake is kept");
}
