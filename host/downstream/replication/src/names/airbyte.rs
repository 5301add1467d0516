//! Based on "Airbyte metadata fields" (docs.airbyte.com/understanding-airbyte/airbyte-metadata-fields), "Namespaces"
//! (docs.airbyte.com/using-airbyte/core-concepts/namespaces), and the name transformers of its destinations, which the
//! documentation does not describe: letters and digits of ASCII and underscores, the rest becomes an underscore.

use belljar_lineage::Dialect;

use super::without_accents;

/// Columns of every final table since "Destinations V2".
pub(super) const ADDED: &[&str] =
    &["_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"];

/// Columns of sources with change capture, and of older tables.
pub(super) const SOMETIMES_ADDED: &[&str] = &[
    "_airbyte_loaded_at",
    "_ab_cdc_lsn",
    "_ab_cdc_cursor",
    "_ab_cdc_deleted_at",
    "_ab_cdc_updated_at",
    "_ab_cdc_log_file",
    "_ab_cdc_log_pos",
    "_airbyte_ab_id",
    "_airbyte_emitted_at",
    "_airbyte_normalized_at",
    "_airbyte_unique_key",
];

/// Longer names are truncated in the middle.
pub(super) const fn longest(warehouse: Dialect) -> usize {
    match warehouse {
        Dialect::BigQuery => 300,
        Dialect::Snowflake | Dialect::Databricks => 255,
        Dialect::Redshift => 127,
        _ => 63,
    }
}

pub(super) fn convert_name(name: &str, warehouse: Dialect) -> String {
    let mut out = String::new();
    let mut blank = false;
    for letter in without_accents(name).chars() {
        // Consecutive spaces become one.
        if letter.is_whitespace() {
            if !blank {
                out.push('_');
            }
            blank = true;
            continue;
        }
        blank = false;
        out.push(if letter.is_ascii_alphanumeric() { letter } else { '_' });
    }
    if matches!(warehouse, Dialect::BigQuery | Dialect::Snowflake)
        && out.starts_with(|one: char| one.is_ascii_digit())
    {
        out.insert(0, '_');
    }
    match warehouse {
        Dialect::Snowflake => out.to_uppercase(),
        Dialect::BigQuery => out,
        _ => out.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_warehouse() {
        for (from, warehouse, to) in [
            ("userData", Dialect::BigQuery, "userData"),
            ("userData", Dialect::Snowflake, "USERDATA"),
            ("userData", Dialect::Redshift, "userdata"),
            ("2fa", Dialect::BigQuery, "_2fa"),
            ("2fa", Dialect::Redshift, "2fa"),
            ("a  b-c.é", Dialect::BigQuery, "a_b_c_e"),
        ] {
            assert_eq!(convert_name(from, warehouse), to, "{from} {warehouse:?}");
        }
    }
}
