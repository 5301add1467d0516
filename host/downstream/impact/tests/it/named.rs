//! What a query names and takes nowhere, and relations that nobody describes.

use belljar_impact::Verdict;
use belljar_lineage::{Builder, Dialect};
use belljar_replication::Replications;
use belljar_schema::Document;

use super::{brought, impact_on, model, shop, without_total};

/// Name and verdict of all that is affected by the change, the replicated tables aside.
fn verdicts(
    graph: &belljar_lineage::graph::Graph,
    change: impl FnOnce(&mut Document),
) -> Vec<(String, Verdict)> {
    let found = impact_on(graph, change);
    let all = found.changes.iter().flat_map(|change| &change.affected);
    let impact_of = all.filter(|one| {
        one.verdict != Verdict::NotAffected && one.system != belljar_lineage::graph::System::Landing
    });
    impact_of.map(|one| (one.name.clone(), one.verdict)).collect()
}

#[test]
fn a_column_in_an_unused_expression() {
    let sql = "with o as (select id, total from raw.shop.orders), f as (select id from o) select * from f";
    let graph = brought("none", &[("m", sql), ("next", "select id from analytics.dbt.m")], &[]);
    let found = verdicts(&graph, without_total);
    assert!(found.contains(&("m".to_owned(), Verdict::Breaks)), "{found:?}");
    assert!(
        found.contains(&("next".to_owned(), Verdict::Breaks)),
        "what reads it has nothing to read: {found:?}"
    );
    // Another type, or null, is nothing to who takes no value.
    let nullable =
        |head: &mut Document| head.tables[0].columns.iter_mut().for_each(|column| column.nullable = true);
    assert_eq!(verdicts(&graph, nullable), []);
}

#[test]
fn an_undescribed_relation_is_no_reader() {
    let graph_of = |sql| {
        let mut builder = Builder::new();
        builder.application("", &shop(), Dialect::Postgres, &Replications::default(), Dialect::Snowflake);
        builder.add(model("m", sql, None));
        builder.finish()
    };
    assert_eq!(verdicts(&graph_of("select id from raw.public.orders"), without_total), []);
    let found = verdicts(&graph_of("select total from raw.public.orders"), without_total);
    assert!(found.iter().all(|(name, _)| name == "m") && !found.is_empty(), "{found:?}");
    // Rows that are one value lose a part of it without an error.
    for sql in [
        "select _airbyte_data:total as total from raw.public._airbyte_raw_orders",
        "select json_extract_path_text(_airbyte_data, 'total') as total from raw.public._airbyte_raw_orders",
    ] {
        let found = verdicts(&graph_of(sql), without_total);
        assert_eq!(found.first(), Some(&("m".to_owned(), Verdict::ChangesSilently)), "{sql}: {found:?}");
    }
}
