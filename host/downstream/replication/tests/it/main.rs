//! Where tables land, and the way back.
#![expect(clippy::indexing_slicing, reason = "the lints do not take the helpers of tests for tests")]

use belljar_lineage::{Replication, graph::Relation};
use belljar_replication::{Origins, Replications};
use belljar_schema::Certainty;
use belljar_schema::{Document, Table};
use belljar_testing::make::{column, document, id, table};
use proptest::prelude::*;

#[track_caller]
fn replications(text: &str) -> Replications {
    let (replications, problems) = Replications::parse(text);
    assert_eq!(problems, []);
    replications
}

fn shop() -> Document {
    let mut crm = table("orders", vec![id(), column("totalAmount", "INTEGER")]);
    crm.schema = Some("crm".to_owned());
    document(vec![table("users", vec![id(), column("email", "TEXT"), column("password", "TEXT")]), crm])
}

fn users() -> Table {
    shop().tables.remove(0)
}

#[track_caller]
fn check(config: &str, table: &Table, relation: &str, columns: &[&str], certainty: Certainty) {
    let replicated = replications(config).replicate("shop", table);
    assert_eq!(replicated.len(), 1, "{replicated:?}");
    assert_eq!(replicated[0].relation.to_string(), relation);
    let found: Vec<&str> = replicated[0].columns.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(found, columns);
    assert_eq!(replicated[0].certainty, certainty);
}

#[test]
fn by_service() {
    let orders = shop().tables.remove(1);
    let fivetran = "[[landing]]\nservice = 'fivetran'\nwarehouse = 'snowflake'\ndatabase = 'raw'\nschema = \
                    'pg_{schema}'\nsource-schema = 'public'\n";
    check(fivetran, &users(), "raw.pg_public.users", &["id", "email", "password"], Certainty::Certain);
    check(fivetran, &orders, "raw.pg_crm.orders", &["id", "total_amount"], Certainty::Likely);
    let source = format!("{fivetran}naming = 'source'\n");
    check(&source, &orders, "raw.pg_crm.orders", &["id", "totalAmount"], Certainty::Certain);
    let airbyte = "[[landing]]\nservice = 'airbyte'\nwarehouse = 'bigquery'\ndatabase = 'acme'\nschema = 'raw'\nprefix \
                   = 'shop_'\n";
    check(airbyte, &orders, "acme.raw.shop_orders", &["id", "totalAmount"], Certainty::Likely);
    check(
        "[[landing]]\nservice = 'airbyte'\n",
        &orders,
        "crm.orders",
        &["id", "totalamount"],
        Certainty::Likely,
    );
    let stitch =
        "[[landing]]\nservice = 'stitch'\nwarehouse = 'redshift'\nschema = 'shop'\nschema-in-names = true\n";
    check(stitch, &orders, "shop.crm__orders", &["id", "totalamount"], Certainty::Likely);
    check(
        "[[landing]]\nservice = 'none'\n",
        &orders,
        "crm.orders",
        &["id", "totalAmount"],
        Certainty::Certain,
    );
}

#[test]
fn what_a_service_adds() {
    let replicated =
        replications("[[landing]]\nservice = 'fivetran'\nwarehouse = 'snowflake'\n").replicate("", &users());
    assert_eq!(replicated[0].added, ["_FIVETRAN_SYNCED", "_FIVETRAN_DELETED"]);
    let replicated =
        replications("[[landing]]\nservice = 'airbyte'\nwarehouse = 'bigquery'\n").replicate("", &users());
    assert_eq!(replicated[0].added.len(), 4);
}

#[test]
fn a_mapping_goes_before_the_conventions() {
    let config = "[[landing]]\nservice = 'fivetran'\nschema = 'shop'\n[landing.tables]\nusers = \
                  'raw.app.people'\n[landing.columns]\n'users.email' = 'mail'\n'users.password' = ''\n";
    let replicated = replications(config).replicate("shop", &users());
    let there = |name: &str| (name.to_owned(), name.to_owned());
    assert_eq!(replicated[0].columns, [there("id"), ("email".to_owned(), "mail".to_owned())]);
    assert_eq!(replicated[0].relation.to_string(), "raw.app.people");
    assert_eq!(replicated[0].place.as_ref().map(|place| place.line), Some(5));
    assert_eq!(replications(config).check("shop", &shop()), []);
}

#[test]
fn a_mapping_that_fits_nothing() {
    let config = "[[landing]]\nservice = 'fivetran'\nonly = ['user_*']\n[landing.tables]\nuserss = \
                  'a'\n[landing.columns]\n'users.mail' = 'x'\n'oders.id' = 'x'\n";
    let said: Vec<(String, u32, Option<String>)> = replications(config)
        .check("shop", &shop())
        .into_iter()
        .map(|one| (one.message, one.place.map_or(0, |place| place.line), one.hint))
        .collect();
    let hint = |text: &str| Some(text.to_owned());
    assert_eq!(
        said,
        [
            ("there is no table `userss`".to_owned(), 5, hint("did you mean `users`?")),
            ("there is no table `oders`".to_owned(), 8, hint("did you mean `orders`?")),
            ("table `users` has no column `mail`".to_owned(), 7, hint("did you mean `email`?")),
            ("`only` and `except` exclude every table".to_owned(), 1, None),
        ]
    );
}

/// Stitch puts all into one schema.
#[test]
fn tables_that_land_on_each_other() {
    let mut other = users();
    other.schema = Some("crm".to_owned());
    let document = document(vec![users(), other]);
    let found = replications("[[landing]]\nservice = 'stitch'\nschema = 's'\n").check("", &document);
    assert_eq!(found[0].message, "`users` and `crm.users` are both replicated to `s.users`");
}

#[test]
fn a_configuration_that_is_wrong() {
    let text = "[[landing]]\nservice = 'fivetrna'\nshcema = 'x'\nonly = ['[']\n[[landing]]\nschema = \
                'y'\n[[landing]]\nservice = 'none'\ncolumns = { id = 'x' }\n";
    let (replications, problems) = Replications::parse(text);
    let said: Vec<(usize, &str, Option<&str>)> =
        problems.iter().map(|one| (one.line, one.message.as_str(), one.hint.as_deref())).collect();
    assert_eq!(replications.all.len(), 1);
    assert_eq!(said[1].2, Some("did you mean `fivetran`?"));
    let lines: Vec<usize> = said.iter().map(|one| one.0).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 9], "{said:?}");
    assert_eq!(Replications::parse("[check]\nfail-on = 3\n").1, [], "other tables are none of its business");
}

/// Two applications in one warehouse, and the way back.
#[test]
fn the_way_back() {
    let config = "[[landing]]\napplication = 'shop'\nservice = 'fivetran'\ndatabase = 'raw'\nschema = \
                  'shop'\n[[landing]]\napplication = 'crm'\nservice = 'airbyte'\ndatabase = 'raw'\nschema = 'crm'\n";
    let (shop, crm) = (shop(), document(vec![table("users", vec![id(), column("name", "TEXT")])]));
    let origins = Origins::new(&replications(config), [("shop", &shop), ("crm", &crm)]);
    let names = |relation: &str, column: &str| -> Vec<String> {
        let show = |origin: belljar_replication::Origin| {
            let column = origin.column.unwrap_or_else(|| if origin.added { "+".into() } else { "-".into() });
            format!("{}:{}.{column} {:?}", origin.application, origin.table, origin.certainty)
        };
        origins.column(&Relation::parse(relation), column).into_iter().map(show).collect()
    };
    assert_eq!(names("RAW.SHOP.USERS", "EMAIL"), ["shop:users.email Certain"]);
    assert_eq!(names("shop.orders", "total_amount"), ["shop:crm.orders.totalAmount Likely"]);
    assert_eq!(names("users", "id"), ["crm:users.id Likely", "shop:users.id Likely"]);
    assert_eq!(names("raw.shop.users", "_fivetran_synced"), ["shop:users.+ Certain"]);
    assert_eq!(names("raw.shop.users", "_fivetran_active"), ["shop:users.+ Certain"]);
    assert_eq!(names("raw.shop.users", "nothing"), Vec::<String>::new());
    assert_eq!(names("raw.other.users", "id"), Vec::<String>::new());
    assert_eq!(origins.suggest(&Relation::parse("raw.shop.user")).as_deref(), Some("raw.shop.users"));
    assert_eq!(origins.table(&Relation::parse("raw.crm.users"))[0].application, "crm");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Whatever stands there: a block is a rule, or what is wrong with it is reported, with a line that the text has.
    #[test]
    fn any_configuration(text in "(\\[\\[landing\\]\\]\n)?([a-z\\-]{1,9} = ('[a-z*\\[{}]{0,5}'|3|\\[\\])\n){0,4}") {
        let (replications, problems) = Replications::parse(&text);
        let lines = text.lines().count();
        prop_assert!(problems.iter().all(|problem| problem.line <= lines.max(1)), "{:?}", problems);
        let is_rule = |problems: usize| problems > 0 || !replications.all.is_empty();
        prop_assert_eq!(text.starts_with("[[landing]]") && !is_rule(problems.len()), false, "{:?}", text);
        for place in replications.check("", &shop()).iter().filter_map(|one| one.place.as_ref()) {
            prop_assert!(place.line as usize <= lines, "{:?}", place);
        }
    }

    /// What is landed is found again.
    #[test]
    fn any_name(name in "\\PC{1,20}", service in 0_usize..4) {
        let services = ["fivetran", "airbyte", "stitch", "none"];
        let rules = replications(&format!("[[landing]]\nservice = '{}'\ndatabase = 'd'\nschema = 's'\n", services[service]));
        let document = document(vec![table("t", vec![column(&name, "TEXT")])]);
        let origins = Origins::new(&rules, [("", &document)]);
        let replicated = rules.replicate("", &document.tables[0]).remove(0);
        let there = &replicated.columns[0].1;
        prop_assume!(!there.is_empty() && !there.starts_with("_sdc") && !there.starts_with("_a") && !there.starts_with("_f"));
        let found = origins.column(&replicated.relation, there);
        prop_assert_eq!(found[0].column.as_deref(), Some(name.as_str()));
    }
}
