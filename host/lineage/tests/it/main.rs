//! What is made from what: queries, whole graphs, manifests.

mod dbt;
mod graph;
mod hostile;
mod make;
mod sql;
