//! Converts the results of the readers to datasets of the lineage graph.

mod dataform;
mod lookml;
mod tableau;

pub use dataform::dataform;
pub use lookml::lookml;
pub use tableau::tableau;
