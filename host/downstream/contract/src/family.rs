use belljar_schema::ColumnType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of values of a type; the logical types of ODCS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Text of any length.
    String,
    /// A date without a time of day.
    Date,
    /// A date with a time of day.
    Timestamp,
    /// A time of day.
    Time,
    /// A number with a fraction.
    Number,
    /// A whole number of any size.
    Integer,
    /// A structured document, such as JSON.
    Object,
    /// A list of values.
    Array,
    /// A truth value, true or false.
    Boolean,
    /// Bytes, which ODCS has no type for.
    Bytes,
}

impl Family {
    /// The name in ODCS; bytes are strings there.
    pub const fn text(self) -> &'static str {
        match self {
            Self::String | Self::Bytes => "string",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Time => "time",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Object => "object",
            Self::Array => "array",
            Self::Boolean => "boolean",
        }
    }

    /// The family of an SQL type; `None` if unknown, such as an enumeration or a domain.
    pub fn from_ddl(ddl: &str) -> Option<Self> {
        let ddl = ddl.trim().to_ascii_uppercase();
        if ddl.ends_with("[]") || ddl.starts_with("ARRAY") {
            return Some(Self::Array);
        }
        let word = ddl.split(|one: char| !one.is_ascii_alphanumeric()).next().unwrap_or_default();
        Some(match word {
            "CHAR" | "CHARACTER" | "VARCHAR" | "VARCHAR2" | "NVARCHAR" | "NVARCHAR2" | "NCHAR" | "TEXT"
            | "STRING" | "CLOB" | "NCLOB" | "CITEXT" | "UUID" | "UNIQUEIDENTIFIER" | "LONGTEXT"
            | "MEDIUMTEXT" | "TINYTEXT" | "ENUM" | "NTEXT" => Self::String,
            "DATE" => Self::Date,
            "TIMESTAMP" | "TIMESTAMPTZ" | "DATETIME" | "DATETIME2" | "DATETIMEOFFSET" | "SMALLDATETIME" => {
                Self::Timestamp
            }
            "TIME" | "TIMETZ" => Self::Time,
            "NUMERIC" | "DECIMAL" | "FLOAT" | "DOUBLE" | "REAL" | "MONEY" | "FLOAT8" | "FLOAT4"
            | "NUMBER" => Self::Number,
            "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "MEDIUMINT" | "SERIAL" | "BIGSERIAL"
            | "SMALLSERIAL" | "INT2" | "INT4" | "INT8" => Self::Integer,
            "JSON" | "JSONB" | "HSTORE" | "VARIANT" | "OBJECT" => Self::Object,
            "BOOL" | "BOOLEAN" | "BIT" => Self::Boolean,
            "BYTEA" | "BLOB" | "BINARY" | "VARBINARY" | "LONGBLOB" | "RAW" => Self::Bytes,
            _ => return None,
        })
    }

    /// The family of a column. An enumeration is a string for its readers.
    pub fn of_column(ty: &ColumnType) -> Option<Self> {
        if ty.enum_values.is_some() {
            return Some(Self::String);
        }
        [&ty.postgresql, &ty.mysql, &ty.sqlite, &ty.mssql, &ty.oracle]
            .into_iter()
            .flatten()
            .find_map(|ddl| Self::from_ddl(ddl))
    }

    /// Finds a family by its name in ODCS.
    pub fn find(text: &str) -> Option<Self> {
        const ALL: &[Family] = &[
            Family::String,
            Family::Date,
            Family::Timestamp,
            Family::Time,
            Family::Number,
            Family::Integer,
            Family::Object,
            Family::Array,
            Family::Boolean,
        ];
        ALL.iter().copied().find(|family| family.text() == text)
    }

    /// Whether a reader of one family can read the other: an integer is a number.
    pub fn fits(self, promised: Self) -> bool {
        self == promised
            || matches!(
                (self, promised),
                (Self::Integer, Self::Number) | (Self::Bytes, Self::String) | (Self::String, Self::Bytes)
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (ddl, family) in [
            ("VARCHAR(320)", Some(Family::String)),
            ("character varying", Some(Family::String)),
            ("TIMESTAMP WITH TIME ZONE", Some(Family::Timestamp)),
            ("NUMERIC(10, 2)", Some(Family::Number)),
            ("int", Some(Family::Integer)),
            ("INTEGER[]", Some(Family::Array)),
            ("JSONB", Some(Family::Object)),
            ("geometry(POINT,4326)", None),
            ("", None),
        ] {
            assert_eq!(Family::from_ddl(ddl), family, "{ddl}");
        }
        assert!(Family::Integer.fits(Family::Number) && !Family::Number.fits(Family::Integer));
        assert_eq!(Family::find("timestamp"), Some(Family::Timestamp));
    }
}
