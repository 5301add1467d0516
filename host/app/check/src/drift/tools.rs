/// Tables that tools keep for themselves, and whose. They are ignored where the code does not declare them.
const KNOWN: [(&str, &str); 14] = [
    ("alembic_version", "Alembic"),
    ("databasechangelog", "Liquibase"),
    ("databasechangeloglock", "Liquibase"),
    ("flyway_schema_history", "Flyway"),
    ("schema_migrations", "a tool for migrations"),
    ("django_migrations", "Django"),
    ("_yoyo_log", "yoyo"),
    ("_yoyo_migration", "yoyo"),
    ("_yoyo_version", "yoyo"),
    ("yoyo_lock", "yoyo"),
    ("spatial_ref_sys", "PostGIS"),
    ("geometry_columns", "PostGIS and SpatiaLite"),
    ("geography_columns", "PostGIS"),
    ("raster_columns", "PostGIS"),
];

/// The tool that keeps a table for itself.
pub fn known_tool(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, tool)| *tool)
}

#[cfg(test)]
mod tests {
    use super::known_tool;

    #[test]
    fn tables_of_tools() {
        assert_eq!(known_tool("alembic_version"), Some("Alembic"));
        assert_eq!(known_tool("DATABASECHANGELOG"), Some("Liquibase"));
        assert_eq!(known_tool("versions"), None);
    }
}
