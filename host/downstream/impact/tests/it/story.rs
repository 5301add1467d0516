//! One story from end to end: an application whose `orders.total` becomes `orders.amount`, the warehouse it is brought to,
//! the dbt project and the LookML on top of it, the contract over it, and the comment that the pull request gets.

use belljar_artefacts::{codeowners, dbt, inputs, lookml};
use belljar_contract::Contracts;
use belljar_diff::{Options as DiffOptions, Rename, diff};
use belljar_impact::{Options, impact, render::Markdown};
use belljar_lineage::{Builder, Dialect};
use belljar_replication::Replications;
use belljar_testing::make::{column, document, id, table};

const CONFIG: &str = include_str!("../data/story/belljar.toml");
const COMMENT: &str = include_str!("../data/story/comment.md");

#[test]
fn a_renamed_column_from_end_to_end() {
    let orders = vec![id(), column("customer_id", "INTEGER"), column("total", "NUMERIC(10, 2)")];
    let base = document(vec![table("orders", orders)]);
    let mut head = base.clone();
    head.tables[0].columns[2].name = "amount".to_owned();

    let (replications, problems) = Replications::parse(CONFIG);
    assert_eq!(problems, []);
    assert_eq!(replications.check("", &base), []);
    let mut builder = Builder::new();
    builder.application("", &base, Dialect::Postgres, &replications, Dialect::Snowflake);
    let options = dbt::Options { path: "target/manifest.json".to_owned(), ..dbt::Options::default() };
    dbt::parse_project(include_bytes!("../data/story/manifest.json"), None, &options).give(&mut builder);
    let looker =
        lookml::parse_file(include_bytes!("../data/story/customers.view.lkml"), "looker/customers.view.lkml");
    assert_eq!(looker.diagnostics, []);
    let project = lookml::Project::from_files(&[looker.value]);
    for input in inputs::lookml(&project, Dialect::Snowflake) {
        builder.add(input);
    }
    let graph = builder.finish();

    let owners =
        codeowners::parse_file(include_bytes!("../data/story/CODEOWNERS"), ".github/CODEOWNERS").value;
    let of = |path: &str| owners.owners(path).into_iter().map(|owner| owner.name).collect();
    let renames = Rename::parse("orders.total=orders.amount").into_iter().collect();
    let diff = diff(&base, &head, &DiffOptions { renames, ..DiffOptions::default() });
    let impact = impact(&graph, &diff, &Options { application: "", owners: &of });
    let comment = Markdown(&impact).to_string();
    println!("{comment}");
    if std::env::var_os("BELLJAR_WRITE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/story/comment.md"), &comment)
            .expect("it is written");
    }
    assert_eq!(comment, COMMENT, "the comment is not the one that is written down");

    let (contracts, problems) = Contracts::parse(CONFIG);
    assert_eq!(problems, []);
    let breaches = contracts.check(&base, &head, &diff);
    let outcomes: Vec<String> =
        breaches.iter().map(|one| format!("{}: {} {}", one.contract, one.code, one.message)).collect();
    assert_eq!(outcomes, ["revenue: contract-column-gone `orders.total` was renamed to `orders.amount`"]);
}
