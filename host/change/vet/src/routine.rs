//! Statements that contain statements: which they are, and where their blocks end.
//!
//! Words such as `BEGIN` are also names in most databases. Mistaking a name for the start of a block would make several
//! statements look like one, so each such word has to be where only a block can begin. `END` may be taken for the end
//! of a block anywhere: what follows is then rejected.

use belljar_dialect::Database;
use sqlparser::tokenizer::Token;

use crate::sql::{depth, is_blank};

/// First words of statements within a block of MySQL. An empty block looks like a name at the end of a `CASE`.
const IN_BLOCKS: &str = "ALTER ANALYZE BEGIN CALL CASE CLOSE COMMIT CREATE DECLARE DELETE DO DROP EXECUTE FETCH FOR GET GRANT IF \
    INSERT ITERATE LEAVE LOOP OPEN PREPARE REPEAT REPLACE RESIGNAL RETURN REVOKE ROLLBACK SAVEPOINT SELECT SET SIGNAL START \
    TRUNCATE UPDATE WHILE WITH";

/// Words after which a nested block of MySQL begins.
const BEFORE_BLOCKS: &str = "BEGIN DO ELSE LOOP REPEAT SQLEXCEPTION SQLWARNING THEN";

/// Words of MySQL between the parameters of a routine and its body.
const OF_MYSQL_ROUTINES: &str =
    "COMMENT CONTAINS DATA DEFINER DETERMINISTIC INVOKER LANGUAGE MODIFIES NO NOT READS SECURITY SQL";

/// Words that may follow the name of a MySQL type.
const OF_MYSQL_TYPES: &str = "CHARSET CHARACTER SET COLLATE PRECISION SIGNED UNSIGNED VARYING ZEROFILL";

fn is(token: Option<&&Token>, list: &str) -> bool {
    matches!(token, Some(Token::Word(word)) if word.quote_style.is_none()
        && list.split_ascii_whitespace().any(|one| word.value.eq_ignore_ascii_case(one)))
}

/// The tokens of a text without white space.
fn plain(tokens: &[Token]) -> Vec<&Token> {
    tokens.iter().filter(|token| !is_blank(token)).collect()
}

/// Whether the rest of the batch of SQL Server belongs to the statement.
pub(crate) fn is_routine_of_mssql(tokens: &[Token]) -> bool {
    kind(&plain(tokens), Database::Mssql).is_some()
}

/// Where the word stands that says what kind of routine is declared.
fn kind(tokens: &[&Token], dialect: Database) -> Option<usize> {
    let is_at = |place: usize, list: &str| is(tokens.get(place), list);
    if !is_at(0, if dialect == Database::Mssql { "CREATE ALTER" } else { "CREATE" }) {
        return None;
    }
    let mut place = 1;
    if is_at(place, "OR") && is_at(place + 1, if dialect == Database::Mssql { "ALTER" } else { "REPLACE" }) {
        place += 2;
    }
    match dialect {
        Database::Mysql | Database::Mariadb => place = behind_definer(tokens, place),
        Database::Sqlite if is_at(place, "TEMP TEMPORARY") => place += 1,
        Database::Oracle if is_at(place, "EDITIONABLE NONEDITIONABLE") => place += 1,
        _ => {}
    }
    let kinds = match dialect {
        // `psql` knows of these alone.
        Database::Postgresql => "FUNCTION PROCEDURE",
        Database::Mysql | Database::Mariadb => "FUNCTION PROCEDURE TRIGGER EVENT",
        Database::Sqlite => "TRIGGER",
        Database::Mssql => "FUNCTION PROC PROCEDURE TRIGGER",
        Database::Oracle => "FUNCTION PACKAGE PROCEDURE TRIGGER TYPE",
    };
    is_at(place, kinds).then_some(place)
}

/// Skips `DEFINER = name@host` and `AGGREGATE`.
fn behind_definer(tokens: &[&Token], start: usize) -> usize {
    let mut place = start;
    if is(tokens.get(place), "DEFINER") && matches!(tokens.get(place + 1), Some(Token::Eq)) {
        place += 3;
        match tokens.get(place) {
            Some(Token::AtSign | Token::LParen) => place += 2,
            Some(Token::Placeholder(_)) => place += 1,
            _ => {}
        }
    }
    if is(tokens.get(place), "AGGREGATE") { place + 1 } else { place }
}

/// Whether each semicolon of a text stands within a block of the one routine that it declares, and every block is closed.
pub(crate) fn is_one(tokens: &[Token], dialect: Database) -> bool {
    let found = plain(tokens);
    if dialect == Database::Oracle && is_unit_of_oracle(tokens) {
        return true;
    }
    let Some(kind) = kind(&found, dialect) else { return !found.iter().any(|token| is_end(token)) };
    match dialect {
        // Its batch ends with a line of its own, as a unit of Oracle's does.
        Database::Mssql | Database::Oracle => true,
        Database::Postgresql => block_of(&found, |place| is(found.get(place + 1), "ATOMIC")),
        Database::Sqlite => block_of(&found, |_| true),
        Database::Mysql | Database::Mariadb => blocks_of_mysql(&found, kind),
    }
}

fn is_end(token: &Token) -> bool {
    matches!(token, Token::SemiColon)
}

/// Follows the single block of a routine, and each `CASE … END` in it: `CASE` is not a name.
fn block_of(tokens: &[&Token], begins: impl Fn(usize) -> bool) -> bool {
    let (mut groups, mut open, mut has_begun) = (0, 0_usize, false);
    for (place, token) in tokens.iter().enumerate() {
        let Some(now) = depth(groups, token) else { return false };
        groups = now;
        if is(Some(token), "BEGIN") && groups == 0 && !has_begun && begins(place) {
            has_begun = true;
            open += 1;
        } else if is(Some(token), "CASE") {
            open += usize::from(open > 0);
        } else if is(Some(token), "END") {
            open = open.saturating_sub(1);
        } else if is_end(token) && open == 0 {
            return false;
        }
    }
    open == 0
}

/// Follows the blocks of a MySQL routine.
fn blocks_of_mysql(tokens: &[&Token], kind: usize) -> bool {
    let body = body_of_mysql(tokens, kind);
    let (mut open, mut place) = (0_usize, 0);
    while let Some(token) = tokens.get(place) {
        if is(Some(token), "BEGIN") && (Some(place) == body || begins_in_mysql(tokens, place)) {
            open += 1;
        } else if is(Some(token), "CASE") {
            open += usize::from(open > 0);
        } else if is(Some(token), "END") {
            // These end a statement that was not counted.
            if is(tokens.get(place + 1), "IF LOOP WHILE REPEAT FOR") {
                place += 1;
            } else {
                place += usize::from(is(tokens.get(place + 1), "CASE"));
                open = open.saturating_sub(1);
            }
        } else if is_end(token) && open == 0 {
            return false;
        }
        place += 1;
    }
    open == 0
}

/// Whether a nested block begins.
fn begins_in_mysql(tokens: &[&Token], place: usize) -> bool {
    let Some(before) = place.checked_sub(1) else { return false };
    let is_found = is(tokens.get(before), "FOUND") && before > 0 && is(tokens.get(before - 1), "NOT");
    let is_behind = matches!(tokens.get(before), Some(Token::SemiColon | Token::Colon))
        || is(tokens.get(before), BEFORE_BLOCKS)
        || is_found;
    is_behind && is(tokens.get(place + 1), IN_BLOCKS)
}

/// The start of the body of a routine, if it is known to be a block.
fn body_of_mysql(tokens: &[&Token], kind: usize) -> Option<usize> {
    let mut place = kind + 1;
    if is(tokens.get(place), "IF") && is(tokens.get(place + 1), "NOT") {
        place += 3;
    }
    place = behind_name(tokens, place);
    place = if is(tokens.get(kind), "TRIGGER") {
        behind_trigger(tokens, place)?
    } else if is(tokens.get(kind), "EVENT") {
        let rest = tokens.get(place..)?;
        place + rest.iter().position(|token| is(Some(token), "DO"))? + 1
    } else {
        behind_signature(tokens, place)?
    };
    // The target of a loop, a label.
    if matches!(tokens.get(place + 1), Some(Token::Colon)) {
        place += 2;
    }
    is(tokens.get(place), "BEGIN").then_some(place)
}

fn behind_name(tokens: &[&Token], start: usize) -> usize {
    if matches!(tokens.get(start + 1), Some(Token::Period)) { start + 3 } else { start + 1 }
}

/// `BEFORE INSERT ON t FOR EACH ROW FOLLOWS x`
fn behind_trigger(tokens: &[&Token], start: usize) -> Option<usize> {
    let is_head = is(tokens.get(start), "BEFORE AFTER")
        && is(tokens.get(start + 1), "INSERT UPDATE DELETE")
        && is(tokens.get(start + 2), "ON");
    let place = behind_name(tokens, start + 3);
    let is_head = is_head && is(tokens.get(place), "FOR") && is(tokens.get(place + 2), "ROW");
    let place = place + 3;
    is_head.then(|| {
        if is(tokens.get(place), "FOLLOWS PRECEDES") { behind_name(tokens, place + 1) } else { place }
    })
}

/// Skips the parameters, the return type, and the characteristics of the routine.
fn behind_signature(tokens: &[&Token], start: usize) -> Option<usize> {
    let mut place = behind_group(tokens, start)?;
    if is(tokens.get(place), "RETURNS") {
        place += 2;
        while let Some(token) = tokens.get(place) {
            match token {
                Token::LParen => place = behind_group(tokens, place)?,
                // A character set and a collation have names.
                _ if is(Some(token), "SET CHARSET COLLATE") => place += 2,
                _ if is(Some(token), OF_MYSQL_TYPES) => place += 1,
                _ => break,
            }
        }
    }
    while is(tokens.get(place), OF_MYSQL_ROUTINES)
        || matches!(tokens.get(place), Some(Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)))
    {
        place += 1;
    }
    Some(place)
}

fn behind_group(tokens: &[&Token], start: usize) -> Option<usize> {
    let mut open = 0;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        open = depth(open, token)?;
        if open == 0 {
            return matches!(token, Token::RParen).then_some(place + 1);
        }
    }
    None
}

/// Whether SQL*Plus reads a text up to the line that ends it: a routine, or an anonymous block.
pub(crate) fn is_unit_of_oracle(tokens: &[Token]) -> bool {
    let found = plain(tokens);
    is(found.first(), "BEGIN DECLARE") || kind(&found, Database::Oracle).is_some()
}
