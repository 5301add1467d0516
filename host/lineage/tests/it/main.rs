//! Tests of the lineage crate.
