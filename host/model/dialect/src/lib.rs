//! The supported databases and SQL dialects, each named in one place.
//!
//! * [`Database`]: a database for a schema; SQLAlchemy compiles DDL for it, and rules know its releases. MySQL
//!   and MariaDB are two of them, as they differ in limits and locks.
//! * [`Dialect`]: the SQL that a query is written in, as dbt, Looker or a warehouse has it. MySQL and MariaDB are one of
//!   them, and most are warehouses that no schema of SQLAlchemy's is made in.
//! * [`Reserved`]: words that are not plain names without quotes, and the contexts.

mod database;
mod dialect;
mod reserved;

pub use database::Database;
pub use dialect::Dialect;
pub use reserved::Reserved;
