use belljar_dialect::Database;
use sqlparser::tokenizer::{Token, Whitespace};

use crate::{
    clients, mssql, routine,
    sql::{Refused, depth, is_blank, is_comment, tokens},
};

/// The origin of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was generated from names and values, without comments.
    Made,
    /// The code gives it as a whole, such as the query of a view or a trigger; comments are the author's.
    Copied,
}

/// Checks that a text is one statement for the database, and no part of it a command for a client.
///
/// # Errors
///
/// Says what stands against it.
pub fn statement(text: &str, dialect: Database, origin: Origin) -> Result<(), Refused> {
    let text = if origin == Origin::Copied { bare(text, dialect) } else { text };
    let found = tokens(text, dialect)?;
    clients::check(text, &found, dialect)?;
    match origin {
        Origin::Made => made(&found)?,
        Origin::Copied => copied(&found, dialect)?,
    }
    let mut open = 0;
    for token in &found {
        open = depth(open, token).ok_or(Refused("it closes a parenthesis that it did not open"))?;
        if matches!(token, Token::Backslash) {
            return Err(Refused("it contains a backslash outside quotes"));
        }
        if let Token::Whitespace(Whitespace::MultiLineComment(comment)) = token {
            if comment.starts_with('!') || comment.starts_with("M!") {
                return Err(Refused("it contains a comment that MySQL executes"));
            }
            if comment.contains("/*") {
                return Err(Refused("it contains a nested comment, which databases interpret differently"));
            }
        }
    }
    if open > 0 {
        return Err(Refused("it leaves a parenthesis open"));
    }
    // A terminating semicolon would be part of the comment.
    match found.last() {
        Some(Token::Whitespace(Whitespace::SingleLineComment { .. })) => {
            Err(Refused("it ends with a comment"))
        }
        _ => Ok(()),
    }
}

/// A generated statement contains nothing that could hide a part of it.
fn made(tokens: &[Token]) -> Result<(), Refused> {
    for token in tokens {
        match token {
            Token::SemiColon => return Err(Refused(SEVERAL)),
            Token::DollarQuotedString(_) => return Err(Refused("it contains a dollar-quoted string")),
            _ if is_comment(token) => return Err(Refused("it contains a comment")),
            _ => {}
        }
    }
    Ok(())
}

const SEVERAL: &str = "it contains more than one statement, or leaves a block open";

/// What the code gives as a whole is one statement, of those that a file of SQL may have.
fn copied(tokens: &[Token], dialect: Database) -> Result<(), Refused> {
    clients::begins_statement(tokens, dialect)?;
    if !routine::is_one(tokens, dialect) {
        return Err(Refused(SEVERAL));
    }
    if dialect == Database::Mssql { mssql::one(tokens) } else { Ok(()) }
}

/// A statement of the code without what ends it.
pub fn bare(text: &str, dialect: Database) -> &str {
    let text = text.trim_end();
    let text = match text.strip_suffix('/') {
        Some(rest) if dialect == Database::Oracle && rest.ends_with('\n') => rest.trim_end(),
        _ => text,
    };
    text.trim_end_matches(|letter: char| letter == ';' || letter.is_whitespace())
}

/// How a statement is terminated in a file, for the client that executes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Terminated with a semicolon.
    Semicolon,
    /// Terminated with a semicolon and the end of the batch: SQL Server requires some statements alone.
    Batch,
    /// Contains its own semicolon, and ends with the line that terminates an Oracle unit.
    Unit,
    /// Terminated with another delimiter than the semicolons within.
    Delimiter(&'static str),
}

/// Delimiters for a statement with semicolons in it.
const DELIMITERS: [&str; 4] = ["//", "$$", "@@", "%%%%"];

/// Determines how a statement is terminated.
///
/// # Errors
///
/// Where nothing is left that may end it.
pub fn end(text: &str, dialect: Database) -> Result<End, Refused> {
    match dialect {
        Database::Mssql => Ok(End::Batch),
        Database::Oracle if routine::is_unit_of_oracle(&tokens(text, dialect)?) => Ok(End::Unit),
        Database::Mysql | Database::Mariadb
            if tokens(text, dialect)?.iter().any(|token| matches!(token, Token::SemiColon)) =>
        {
            DELIMITERS
                .into_iter()
                .find(|sign| !text.contains(sign))
                .map(End::Delimiter)
                .ok_or(Refused("no delimiter is left to end it with"))
        }
        _ => Ok(End::Semicolon),
    }
}

/// A statement as it is written: SQLAlchemy begins lines with tabs, for which blanks stand where no value has lines.
pub fn layout(text: &str, dialect: Database) -> String {
    let has_lines = |token: &Token| !is_blank(token) && token.to_string().contains('\n');
    let found = tokens(text, dialect).unwrap_or_default();
    let text = text.trim_end();
    if found.is_empty() || found.iter().any(has_lines) {
        return text.to_owned();
    }
    let line = |line: &str| {
        let rest = line.trim_start_matches('\t');
        format!("{}{}", "    ".repeat(line.len() - rest.len()), rest.trim_end())
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Database; 6] = Database::ALL;

    fn made(text: &str, dialect: Database) -> bool {
        statement(text, dialect, Origin::Made).is_ok()
    }

    fn copied(text: &str, dialect: Database) -> bool {
        statement(text, dialect, Origin::Copied).is_ok()
    }

    #[test]
    fn values_in_their_quotes_are_values() {
        for dialect in EVERY {
            assert!(made("CREATE TABLE t (a INTEGER DEFAULT 'x; -- /* \\! $$')", dialect), "{dialect:?}");
            assert!(made("ALTER TABLE t ADD CHECK (a > 0)", dialect), "{dialect:?}");
        }
        assert!(made("COMMENT ON TABLE \"a\"\"; \\! x\" IS 'a\nb :x ''; \\!'", Database::Postgresql));
        assert!(made("CREATE TABLE `a``; b` (c INTEGER COMMENT 'x\\\\''; --')", Database::Mysql));
        assert!(made("SELECT a::text, b[1:2]", Database::Postgresql));
    }

    #[test]
    fn a_name_that_is_looked_up_is_made_of_values() {
        let asked = "SET @belljar = (SELECT concat('ALTER TABLE `a''b``c\\\\d` DROP FOREIGN KEY `', \
                     replace(constraint_name, '`', '``'), '`') FROM information_schema.key_column_usage \
                     WHERE table_schema = DATABASE() AND table_name = 'a''b`c\\\\d' GROUP BY constraint_name \
                     HAVING count(*) = 1 AND sum((ordinal_position, column_name) IN ((1, 'x :y'))) = 1)";
        for text in [asked, "PREPARE belljar FROM @belljar", "EXECUTE belljar", "DEALLOCATE PREPARE belljar"]
        {
            assert_eq!(statement(text, Database::Mysql, Origin::Made), Ok(()), "{text}");
            assert_eq!(end(text, Database::Mysql), Ok(End::Semicolon), "{text}");
        }
        assert!(!made(&asked.replace("a''b", "a'b"), Database::Mysql));
    }

    #[test]
    fn lines_begin_with_blanks_and_values_stay() {
        let text = "CREATE TABLE t (\n\ta INTEGER, \n\tb INTEGER DEFAULT 'x\ty'\n)\n";
        let wanted = "CREATE TABLE t (\n    a INTEGER,\n    b INTEGER DEFAULT 'x\ty'\n)";
        assert_eq!(layout(text, Database::Postgresql), wanted);
        let value = "COMMENT ON TABLE t IS 'a \n\tb'";
        assert_eq!(layout(value, Database::Postgresql), value);
    }

    #[test]
    fn what_leaves_its_statement_is_refused() {
        let bad = [
            "DROP TABLE a; DROP TABLE b",
            "DROP TABLE a;",
            "SELECT 1 -- x",
            "SELECT 1 /* x */",
            "SELECT 'a",
            "SELECT \"a",
            "SELECT 1 \\! id",
            "SELECT (1",
            "SELECT 1)",
            "SELECT 1 /* x",
            "SELECT '\0'",
        ];
        for text in bad {
            assert!(EVERY.into_iter().all(|dialect| !made(text, dialect)), "{text}");
        }
        assert!(!made("SELECT 'a\\\\' ; DROP TABLE x; -- '", Database::Mysql));
        assert!(!made("SELECT 'a\\' ; DROP TABLE x; -- '", Database::Postgresql));
        assert!(!copied("SELECT 1 /*! ; DROP TABLE x */", Database::Mysql));
        for text in [
            "SELECT :x",
            "SELECT :'HOME'",
            "SELECT a[1:USER]",
            "CREATE DOMAIN d AS TEXT CHECK (VALUE <> $$x$$)",
        ] {
            assert!(!made(text, Database::Postgresql), "{text}");
        }
    }

    #[test]
    fn a_line_that_a_client_would_carry_out_is_refused() {
        for line in ["GO", "go 5", ":!! calc", "!! calc", ":r file", "exit"] {
            assert!(!made(&format!("SELECT 'a\n{line}\nb'"), Database::Mssql), "{line}");
            assert!(made(&format!("SELECT 'a\n{line}\nb'"), Database::Postgresql), "{line}");
        }
        assert!(!made("SELECT '$(PATH)'", Database::Mssql));
        assert!(made("SELECT 'a\nGOAL'", Database::Mssql));
        for text in [
            "SELECT 'a\n\nHOST calc\n'",
            "SELECT 'a\n/\n'",
            "SELECT 'a\n@x'",
            "SELECT '&x'",
            "SELECT 'a\r\rx'",
        ] {
            assert!(!made(text, Database::Oracle), "{text}");
        }
        assert!(made("SELECT 'R & D\nx'", Database::Oracle));
    }

    #[test]
    fn a_statement_of_the_code_is_one() {
        let body = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END";
        assert!(copied(body, Database::Sqlite));
        assert!(!made(body, Database::Sqlite));
        assert!(!copied(&format!("{body}; DROP TABLE x"), Database::Sqlite));
        assert!(!copied("CREATE VIEW v AS SELECT 1; DROP TABLE x", Database::Postgresql));
        assert!(copied("CREATE VIEW v AS SELECT 1 -- one\n FROM a /* b */ WHERE c", Database::Postgresql));
        assert!(!copied("CREATE VIEW v AS SELECT 1 -- one", Database::Postgresql));
        assert!(copied(
            "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN x; END; $$ LANGUAGE plpgsql",
            Database::Postgresql
        ));
        assert!(!copied("CREATE VIEW v AS SELECT 1 \\! id", Database::Postgresql));
        let loops = "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; SELECT 2; END";
        assert!(copied(loops, Database::Mysql));
    }

    /// Texts that are single statements.
    const WHOLE: [&str; 19] = [
        "CREATE TABLE t (\n\ta INTEGER NOT NULL IDENTITY,\n\tCHECK (a IN (SELECT 1)))",
        "CREATE TABLE s.t (a INTEGER) ON [PRIMARY] WITH (DATA_COMPRESSION = PAGE)",
        "CREATE UNIQUE NONCLUSTERED INDEX i ON s.t (a) INCLUDE (b) WHERE a IS NOT NULL",
        "ALTER TABLE s.t ADD CONSTRAINT k FOREIGN KEY(a) REFERENCES u (b) ON DELETE SET NULL ON UPDATE CASCADE",
        "ALTER TABLE t WITH NOCHECK ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE [drop].t DROP CONSTRAINT IF EXISTS c",
        "execute sp_addextendedproperty 'MS_Description', N'drop table x', 'schema', N'dbo', 'table', N't'",
        "CREATE SEQUENCE s START WITH 1 INCREMENT BY 1",
        "CREATE SCHEMA shop AUTHORIZATION dbo",
        "CREATE VIEW v AS WITH c AS (SELECT 1 AS a) SELECT a FROM c UNION ALL SELECT 2 ORDER BY 1 OFFSET 1 ROWS \
         FETCH NEXT 2 ROWS ONLY",
        "CREATE TRIGGER g ON t AFTER INSERT AS BEGIN UPDATE u SET a = 1; DELETE FROM w END",
        "CREATE OR ALTER PROCEDURE p AS SELECT 1; SELECT 2",
        "IF NOT EXISTS (SELECT 1 FROM sys.schemas WHERE name = 'x') EXEC('CREATE SCHEMA x')",
        "IF OBJECT_ID('t') IS NULL BEGIN CREATE TABLE t (a INTEGER) CREATE TABLE u (a INTEGER) END ELSE DROP TABLE \
         u",
        "DROP TABLE IF EXISTS t",
        "GRANT SELECT, INSERT, UPDATE ON t TO shop",
        "INSERT INTO t (a) SELECT a FROM u",
        "UPDATE t SET a = 1 WHERE b IN (SELECT 2)",
        "CREATE SYNONYM x FOR y;",
    ];

    /// Text that starts another statement in SQL Server.
    const TAILS: [&str; 33] = [
        "DROP TABLE pwn",
        "\nDROP TABLE pwn",
        "/* */DROP TABLE pwn",
        "DELETE FROM users",
        "UPDATE users SET a = 1",
        "EXEC sp_who",
        "exec('x')",
        "EXECUTE AS LOGIN = 'sa'",
        "SELECT * FROM users",
        "(SELECT * FROM users)",
        "INSERT INTO users SELECT 1",
        "INSERT users EXEC p",
        "MERGE users USING b ON (a = b) WHEN MATCHED THEN DELETE",
        "TRUNCATE TABLE users",
        "ALTER TABLE users DROP COLUMN a",
        "CREATE LOGIN a WITH PASSWORD = 'b'",
        "GRANT CONTROL TO a",
        "BACKUP DATABASE a TO DISK = 'b'",
        "SHUTDOWN",
        "USE master",
        "SET ROWCOUNT 1",
        "DECLARE @x INT",
        "WHILE 1 = 1 PRINT 'x'",
        "IF 1 = 1 DROP TABLE pwn",
        "IF EXISTS (SELECT 1) DROP TABLE pwn",
        "BEGIN DROP TABLE pwn END",
        "BEGIN TRAN",
        "WAITFOR DELAY '1'",
        "DISABLE TRIGGER a ON b",
        "{ call p }",
        "label: DROP TABLE pwn",
        "ON DELETE FROM users",
        "ON DELETE CASCADE DROP TABLE pwn",
    ];

    #[test]
    fn a_second_statement_of_sql_server_is_seen() {
        for text in WHOLE {
            assert_eq!(statement(text, Database::Mssql, Origin::Copied), Ok(()), "{text}");
        }
        // The text after the head of a routine or a block is part of it, and `CREATE SCHEMA` contains statements.
        let taken = |text: &str, tail: &str| {
            text.contains("TRIGGER g")
                || text.contains("PROCEDURE p")
                || (text.starts_with("GRANT") && tail.contains("ON DELETE"))
        };
        for text in WHOLE {
            for tail in TAILS {
                let text = text.trim_end_matches(';');
                if !taken(text, tail) {
                    assert!(!copied(&format!("{text} {tail}"), Database::Mssql), "{text} {tail}");
                }
            }
        }
        for text in [
            "SET NOCOUNT ON DELETE FROM users",
            "GRANT CREATE TABLE TO a DROP TABLE b",
            "ALTER DATABASE a SET x ON DROP TABLE b",
            "ALTER TABLE a ADD b INT ON DELETE SET ROWCOUNT 1",
            "INSERT INTO a VALUES (1) SELECT 1",
            "BEGIN SELECT 1 END CONVERSATION @x DROP TABLE b END",
            "BEGIN SELECT 1 BEGIN TRAN END DROP TABLE x END",
            "CREATE USER trigger DROP TABLE b",
            "CREATE SCHEMA a CREATE TABLE b (c INTEGER)",
            "SELECT 1 /* /* */ DROP TABLE x -- */",
        ] {
            assert!(!copied(text, Database::Mssql), "{text}");
        }
        let deep = "IF 1 = 1 ".repeat(100_000);
        assert!(!copied(&format!("{deep} DROP TABLE a"), Database::Mssql));
    }

    #[test]
    fn a_name_is_not_taken_for_the_begin_of_a_block() {
        for text in [
            "CREATE VIEW v AS SELECT event, 1 AS begin; DROP TABLE x; SELECT 1 AS end",
            "CREATE DEFINER = event VIEW v AS SELECT 1 AS begin; DROP TABLE x; SELECT 1 AS end",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @a = begin; DROP TABLE x; SET @b = end",
            "CREATE PROCEDURE p() SELECT max(a) begin FROM t; DROP TABLE x; SELECT 1 AS end",
            "CREATE PROCEDURE p() UPDATE (SELECT 1) begin SET a = 1; DROP TABLE x; SELECT 1 end",
            "CREATE PROCEDURE p() BEGIN SELECT 1 AS begin; END; DROP TABLE x; SELECT 1 AS end",
            "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN 1 THEN begin END; END; DROP TABLE x; SELECT 1 end",
            "CREATE PROCEDURE p() BEGIN UPDATE t begin SET a = 1; END; DROP TABLE x; SELECT 1 end",
            "CREATE EVENT do ON SCHEDULE EVERY 1 DAY DO SELECT 1 AS begin; DROP TABLE x; SELECT 1 AS end",
            "CREATE FUNCTION begin() RETURNS int RETURN 1; DROP TABLE x; SELECT 1 AS end",
        ] {
            assert!(!copied(text, Database::Mysql), "{text}");
        }
        for text in [
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'; DROP TABLE x; SELECT 1 AS end",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT begin atomic FROM t; END; DROP TABLE x; \
             SELECT 1 AS end",
            "CREATE PROCEDURE p(case int) LANGUAGE sql AS 'x'; DROP TABLE x; SELECT 1 AS end",
        ] {
            assert!(!copied(text, Database::Postgresql), "{text}");
        }
        for text in [
            "CREATE TRIGGER t AFTER INSERT ON begin BEGIN SELECT 1; END; DROP TABLE x; SELECT 1 AS end",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1 AS begin; END; DROP TABLE x; SELECT 1 AS end",
            "CREATE TABLE trigger (begin); DROP TABLE x; SELECT 1 AS end",
        ] {
            assert!(!copied(text, Database::Sqlite), "{text}");
        }
        for text in [
            "CREATE DEFINER=`a`@`b` TRIGGER t BEFORE INSERT ON s.a FOR EACH ROW FOLLOWS u BEGIN SET @a = 1; SET @b = \
             2; END",
            "CREATE FUNCTION f(a INT) RETURNS VARCHAR(20) CHARACTER SET utf8mb4 NOT DETERMINISTIC READS SQL DATA \
             COMMENT 'x' BEGIN DECLARE EXIT HANDLER FOR NOT FOUND BEGIN SET @a = 1; END; RETURN 'a'; END",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
            "CREATE PROCEDURE p() l: BEGIN IF a THEN BEGIN SELECT 1; END; END IF; CASE a WHEN 1 THEN SELECT 1; ELSE \
             BEGIN SELECT 2; END; END CASE; END",
        ] {
            assert_eq!(statement(text, Database::Mysql, Origin::Copied), Ok(()), "{text}");
        }
        let atomic = "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
        assert_eq!(statement(atomic, Database::Postgresql, Origin::Copied), Ok(()));
    }

    #[test]
    fn a_text_is_no_command_of_a_client() {
        for (dialect, text) in [
            (Database::Mysql, "system id"),
            (Database::Mysql, "/* x */ source /etc/passwd"),
            (Database::Mysql, "-- x\ntee /tmp/x"),
            (Database::Mysql, "CREATE VIEW v AS SELECT 1 AS delimiter \n FROM t"),
            (Database::Sqlite, ".shell id"),
            (Database::Sqlite, "-- x\n.shell id"),
            (Database::Sqlite, "CREATE VIEW v AS SELECT 1 AS\ngo\nDROP TABLE x"),
            (Database::Sqlite, "CREATE VIEW v AS SELECT 1\n / \n2"),
            (Database::Postgresql, "COPY t FROM STDIN"),
            (Database::Oracle, "HOST id"),
            (Database::Oracle, "ho id"),
            (Database::Oracle, "!id"),
            (Database::Oracle, "@file"),
            (Database::Oracle, "EXECUTE p"),
            (Database::Mssql, "sp_configure 'xp_cmdshell', 1"),
        ] {
            assert!(!copied(text, dialect), "{text}");
        }
    }

    #[test]
    fn each_client_knows_where_a_statement_ends() {
        let body = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = '//'; END";
        assert_eq!(end(body, Database::Mysql), Ok(End::Delimiter("$$")));
        assert_eq!(end("CREATE VIEW v AS SELECT ';'", Database::Mysql), Ok(End::Semicolon));
        assert_eq!(end("CREATE TABLE t (a INTEGER)", Database::Oracle), Ok(End::Semicolon));
        let unit = "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a BEGIN :new.a := 1; END;\n/\n";
        assert_eq!(
            bare(unit, Database::Oracle),
            "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a BEGIN :new.a := 1; END"
        );
        assert_eq!(statement(unit, Database::Oracle, Origin::Copied), Ok(()));
        assert_eq!(end(unit, Database::Oracle), Ok(End::Unit));
        assert_eq!(end("CREATE TABLE t (a INTEGER)", Database::Mssql), Ok(End::Batch));
    }
}
