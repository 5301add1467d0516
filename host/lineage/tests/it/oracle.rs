//! Pairs of small queries with what sqlglot says of them.
