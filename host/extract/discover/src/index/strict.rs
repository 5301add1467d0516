//! Further comparisons of a column with its changed text: honest code deviates in these facts at times, so they only
//! count if the text of the base differs.

use belljar_dialect::Database;
use belljar_schema::Column;

use super::facts::ColumnFacts;

/// What a type is called by the dialects, and by those that have another word for it.
struct Words {
    class: &'static str,
    usual: &'static [&'static str],
    /// Also allowed for one dialect.
    special: &'static [(&'static str, &'static [&'static str])],
}

/// The combined names of all generations, for types whose DDL depends on class and numbers alone.
const WORDS: [Words; 10] = [
    Words { class: "Integer", usual: &["INTEGER", "INT"], special: &[("oracle", &["NUMBER"])] },
    Words { class: "BigInteger", usual: &["BIGINT"], special: &[("oracle", &["NUMBER"])] },
    Words { class: "SmallInteger", usual: &["SMALLINT"], special: &[("oracle", &["NUMBER"])] },
    Words {
        class: "String",
        usual: &["VARCHAR"],
        special: &[("oracle", &["VARCHAR2", "NVARCHAR2"]), ("mssql", &["NVARCHAR"])],
    },
    Words {
        class: "Text",
        usual: &["TEXT"],
        special: &[("oracle", &["CLOB", "NCLOB"]), ("mssql", &["VARCHAR", "NVARCHAR"])],
    },
    Words {
        class: "Boolean",
        usual: &["BOOLEAN", "BOOL"],
        special: &[("mysql", &["TINYINT"]), ("mssql", &["BIT"]), ("oracle", &["SMALLINT", "NUMBER"])],
    },
    Words {
        class: "Numeric",
        usual: &["NUMERIC"],
        special: &[("mysql", &["DECIMAL"]), ("mssql", &["DECIMAL"]), ("oracle", &["NUMBER"])],
    },
    Words { class: "Date", usual: &["DATE"], special: &[("mssql", &["DATETIME"])] },
    Words {
        class: "DateTime",
        usual: &["DATETIME", "TIMESTAMP"],
        special: &[("mssql", &["DATETIME2", "DATETIMEOFFSET"]), ("oracle", &["DATE"])],
    },
    Words {
        class: "Float",
        usual: &["FLOAT", "DOUBLE", "REAL"],
        special: &[("oracle", &["BINARY_DOUBLE", "BINARY_FLOAT", "NUMBER"])],
    },
];

impl ColumnFacts {
    /// How a column contradicts its text in facts that [`ColumnFacts::contradiction`] does not compare.
    pub fn disagreement(&self, column: &Column) -> Option<String> {
        self.rendering(column)
            .or_else(|| self.members(column))
            .or_else(|| self.default(column))
            .or_else(|| self.actions(column))
    }

    /// A type that a dialect renders differently from its text, as a variant does.
    pub fn rendering(&self, column: &Column) -> Option<String> {
        let class = self.ty.as_deref()?;
        let words = WORDS.iter().find(|words| words.class == class)?;
        renderings(column).into_iter().find_map(|(dialect, ddl)| {
            let ddl = ddl?;
            let fits = words.fit(dialect, ddl) && self.numbers_fit(class, ddl);
            (!fits).then(|| {
                format!("its text declares `{class}{}`, but {dialect} renders it as `{ddl}`", self.written())
            })
        })
    }

    fn written(&self) -> String {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        if numbers.is_empty() { String::new() } else { format!("({})", numbers.join(", ")) }
    }

    fn numbers_fit(&self, class: &str, ddl: &str) -> bool {
        let written = self.written();
        let written = written.trim_end_matches(')');
        let is_sized = matches!(class, "String" | "Numeric") && !self.numbers.is_empty();
        !is_sized || ddl.contains(&format!("{written})")) || ddl.contains(&format!("{written} CHAR)"))
    }

    fn members(&self, column: &Column) -> Option<String> {
        let (written, has) = (self.members.as_ref()?, column.ty.enum_values.as_ref()?);
        (written != has).then(|| {
            format!("its text has the values `{}`, but its type has `{}`", written.join(", "), has.join(", "))
        })
    }

    fn default(&self, column: &Column) -> Option<String> {
        let (written, has) = (self.default.as_ref()?, column.server_default.as_ref()?);
        (written.trim() != has.trim())
            .then(|| format!("its text declares the server default `{written}`, but it has `{has}`"))
    }

    fn actions(&self, column: &Column) -> Option<String> {
        let reference = self.reference.as_ref()?;
        let ending = format!(".{reference}");
        let key = column
            .foreign_keys
            .iter()
            .find(|key| key.target == *reference || key.target.ends_with(&ending))?;
        let pairs =
            [("ON DELETE", &self.ondelete, &key.ondelete), ("ON UPDATE", &self.onupdate, &key.onupdate)];
        pairs.into_iter().find_map(|(name, written, has)| {
            let (written, has) = (written.as_deref()?, has.as_deref().unwrap_or_default());
            let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
            (!written.eq_ignore_ascii_case(has)).then(|| {
                format!(
                    "its text declares {name} `{}` of `{reference}`, but it has `{}`",
                    or_none(written),
                    or_none(has)
                )
            })
        })
    }

    /// The foreign key of a column whose text has none.
    pub fn key_without_text(&self, column: &Column) -> Option<String> {
        let key = column.foreign_keys.first().filter(|_| self.no_reference)?;
        Some(format!("its text declares no reference, but it refers to `{}`", key.target))
    }
}

impl Words {
    fn fit(&self, dialect: &str, ddl: &str) -> bool {
        let word = ddl.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let special = self.special.iter().filter(|(name, _)| *name == dialect).flat_map(|(_, words)| *words);
        self.usual.iter().chain(special).any(|known| known.eq_ignore_ascii_case(word))
    }
}

/// The DDL of a column's type for each dialect; MariaDB shares that of MySQL.
fn renderings(column: &Column) -> impl Iterator<Item = (&'static str, Option<&str>)> {
    let own = Database::ALL.into_iter().filter(|database| database.family() == *database);
    own.map(|database| (database.name(), column.ty.ddl(database)))
}
