//! Based on "System tables and columns" (stitchdata.com/docs/replication/loading/system-tables-columns), and what the
//! page of each destination says of column names and their lengths. All tables of an integration land in one schema
//! ("Database Integration Table Name Collisions").

use belljar_lineage::Dialect;

/// Columns of every table.
pub(super) const ADDED: &[&str] =
    &["_sdc_received_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_table_version"];

/// Columns for sources read by key, without a key, and for lists in documents.
pub(super) const SOMETIMES_ADDED: &[&str] =
    &["_sdc_extracted_at", "_sdc_deleted_at", "_sdc_primary_key", "__sdc_primary_key", "_sdc_level_0_id"];

/// Columns with longer names are rejected.
pub(super) const fn longest(warehouse: Dialect, is_table: bool) -> usize {
    match (warehouse, is_table) {
        (Dialect::Redshift, true) => 127,
        (Dialect::Redshift, false) => 115,
        (Dialect::Snowflake, true) => 255,
        (Dialect::Snowflake, false) => 251,
        (Dialect::BigQuery, true) => 1_024,
        (Dialect::BigQuery, false) => 128,
        (Dialect::Databricks, true) => 78,
        (Dialect::Databricks, false) => 122,
        (_, true) => 63,
        (_, false) => 59,
    }
}

pub(super) fn convert_name(name: &str, warehouse: Dialect) -> String {
    let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let underscored = |one: char| if is_word(one) { one } else { '_' };
    match warehouse {
        Dialect::BigQuery | Dialect::Databricks => {
            let out: String = name.chars().map(underscored).collect::<String>().to_lowercase();
            match out.trim_start_matches(|one: char| one.is_ascii_digit()) {
                rest if rest.len() == out.len() => out,
                rest if warehouse == Dialect::BigQuery => format!("_{}", rest.trim_start_matches('_')),
                _ => format!("_{out}"),
            }
        }
        Dialect::Snowflake => {
            let spaced = name.chars().map(|one| if one == ' ' { '_' } else { one });
            let out: String = spaced.filter(|one| is_word(*one)).collect();
            without_start(&out).to_uppercase()
        }
        Dialect::Redshift => {
            let out: String = name.chars().filter(|one| is_word(*one) || matches!(one, ' ' | '$')).collect();
            without_start(&out).to_lowercase()
        }
        Dialect::Postgres => {
            let out: String = name.chars().filter(|one| is_word(*one)).collect();
            without_start(&out).to_owned()
        }
        _ => name.chars().map(underscored).collect::<String>().to_lowercase(),
    }
}

/// Without leading characters that are not letters.
fn without_start(name: &str) -> &str {
    name.trim_start_matches(|one: char| !one.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the documentation.
    #[test]
    fn by_warehouse() {
        for (from, warehouse, to) in [
            ("CuStOmErId", Dialect::Redshift, "customerid"),
            ("customer#id", Dialect::Redshift, "customerid"),
            ("_customerid", Dialect::Redshift, "customerid"),
            ("customer id", Dialect::Redshift, "customer id"),
            ("customer id", Dialect::Snowflake, "CUSTOMER_ID"),
            ("!CUSTOMERID", Dialect::Snowflake, "CUSTOMERID"),
            ("4CUSTOMERID", Dialect::Snowflake, "CUSTOMERID"),
            ("cUsTomErId", Dialect::BigQuery, "customerid"),
            ("customer#id", Dialect::BigQuery, "customer_id"),
            ("!customerid", Dialect::BigQuery, "_customerid"),
            ("4customerid", Dialect::BigQuery, "_customerid"),
            ("4customerid", Dialect::Databricks, "_4customerid"),
            ("!CuStoMeRId", Dialect::Postgres, "CuStoMeRId"),
        ] {
            assert_eq!(convert_name(from, warehouse), to, "{from} {warehouse:?}");
        }
    }
}
