//! Names of an example, for the pages of rules.

/// Names for the page of a rule, which is about no change.
const EXAMPLES: &[(&str, &str)] = &[
    ("table", "orders"),
    ("name", "total"),
    ("columns", "customer_id"),
    ("target", "customers"),
    ("index", "ix_orders_customer_id"),
    ("key", "fk_orders_customer_id"),
    ("check", "ck_orders_total"),
    ("condition", "total >= 0"),
    ("before", "INTEGER"),
    ("after", "NUMERIC(12, 2)"),
    ("type", "NUMERIC(12, 2)"),
    ("mysql_type", "NUMERIC(12, 2)"),
    ("default", "0"),
    ("old", "amount"),
    ("new", "total_new"),
    ("nullable", "total"),
    ("trash", "orders_to_drop"),
    ("where", ""),
    ("unique", ""),
    ("action", "CASCADE"),
];

/// Other names for some rules, whose placeholders stand for something else.
const OTHER_EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    ("change-sequence", &[("table", "orders_id_seq")]),
    ("drop-sequence", &[("table", "orders_id_seq")]),
    ("drop-type", &[("table", "order_status")]),
    ("drop-enum-value", &[("type", "order_status"), ("old_type", "order_status_old")]),
    ("enum-value-added", &[("type", "order_status"), ("value", "'returned'")]),
    ("enum-value-inserted", &[("type", "order_status"), ("value", "'returned'"), ("next", "'paid'")]),
    ("stored-enum-value", &[("name", "status")]),
    ("drop-index", &[("name", "ix_orders_customer_id")]),
    ("rename-table", &[("table", "orders"), ("old", "purchases"), ("new", "orders")]),
    ("move-table", &[("table", "sales.orders"), ("old", "public.orders"), ("schema", "sales")]),
    ("delete-action", &[("old", "fk_orders_customer_id"), ("new", "fk_orders_customer_id_new")]),
    ("change-primary-key", &[("old", "pk_orders"), ("index", "pk_orders_new"), ("columns", "id")]),
    ("change-partitioning", &[("old", "orders_2026")]),
    ("unique-on-existing", &[("columns", "email"), ("table", "customers"), ("index", "uq_customers_email")]),
    ("unique-locks", &[("columns", "email"), ("table", "customers"), ("index", "uq_customers_email")]),
    ("index-becomes-unique", &[("columns", "email"), ("table", "customers")]),
];

/// A text of a recipe with the names of an example in the place of `{name}`.
pub(crate) fn example(rule: &str, text: &str) -> String {
    let own = OTHER_EXAMPLES.iter().find(|(name, _)| *name == rule).map_or(&[][..], |(_, names)| names);
    own.iter()
        .chain(EXAMPLES)
        .fold(text.to_owned(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
}
