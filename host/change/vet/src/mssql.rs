//! Checks that a text is one statement for SQL Server, which needs no separator between two.
//!
//! A word that can begin a statement may follow the first one only where the grammar of the statement allows it. Text
//! in parentheses begins no statement.

use sqlparser::tokenizer::Token;

use crate::{
    routine,
    sql::{Refused, depth, is_blank, word},
};

/// Words that begin a statement.
const BEGINNERS: &str = "ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE \
    DELETE DENY DISABLE DROP DUMP ENABLE EXEC EXECUTE FETCH GET GOTO GRANT IF INSERT KILL LINENO LOAD MERGE MOVE OPEN \
    PRINT RAISERROR READTEXT RECEIVE RECONFIGURE RENAME RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SELECT SEND SET \
    SETUSER SHUTDOWN THROW TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT";

/// Of these, words that may be names: a view, which is alone in its batch, may use them.
const MAYBE_NAMES: &str = "DISABLE ENABLE GET MOVE RECEIVE RENAME SEND THROW";

/// Words after which a query in parentheses is part of the statement.
const BEFORE_QUERIES: &str = "ALL AND ANY APPLY AS BETWEEN BY EXCEPT EXISTS FROM IN INTERSECT JOIN LIKE NOT ON OR \
    SELECT SOME THEN ELSE UNION USING WHEN WHERE";

/// Words after `BEGIN` that start something other than a block.
const NO_BLOCKS: &str = "ATOMIC CATCH CONVERSATION DIALOG DISTRIBUTED TRAN TRANSACTION TRY";

/// The maximum number of conditions that are checked.
const MOST_CONDITIONS: usize = 50;

/// A token outside parentheses.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    /// A word without quotes, such as a keyword.
    Word(&'a str),
    /// A quoted name, a number or a string.
    Value,
    /// A group in parentheses, and whether it is a query.
    Group(bool),
    /// A comma, a point or an operator.
    Sign,
}

impl Piece<'_> {
    fn is(&self, list: &str) -> bool {
        matches!(self, Self::Word(word) if among(list, word))
    }
}

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word))
}

/// Checks that a text from the code is one statement for SQL Server.
pub(crate) fn one(tokens: &[Token]) -> Result<(), Refused> {
    // After the head of a routine, the rest of its batch is its body.
    if routine::is_routine_of_mssql(tokens) {
        return Ok(());
    }
    let pieces = pieces(tokens).ok_or(Refused("it contains invalid SQL"))?;
    if is_one(&pieces) { Ok(()) } else { Err(Refused("SQL Server would start another statement in it")) }
}

fn pieces(tokens: &[Token]) -> Option<Vec<Piece<'_>>> {
    let mut found: Vec<Piece<'_>> = Vec::new();
    let (mut open, mut is_first) = (0, false);
    for token in tokens.iter().filter(|token| !is_blank(token)) {
        if matches!(token, Token::LBrace | Token::RBrace) {
            return None;
        }
        if is_first && let Some(Piece::Group(is_query)) = found.last_mut() {
            *is_query =
                matches!(token, Token::LParen) || word(token).is_some_and(|word| among("SELECT WITH", word));
        }
        is_first = open == 0 && matches!(token, Token::LParen);
        let was = open;
        open = depth(open, token)?;
        match (was, open) {
            (0, 0) => found.push(piece(token, found.last())),
            (0, _) => found.push(Piece::Group(false)),
            _ => {}
        }
    }
    Some(found)
}

fn piece<'a>(token: &'a Token, before: Option<&Piece<'a>>) -> Piece<'a> {
    match token {
        Token::Word(_) => match word(token) {
            // After a point it is part of a name.
            Some(word) if !matches!(before, Some(Piece::Sign)) || !among(MAYBE_NAMES, word) => {
                Piece::Word(word)
            }
            _ => Piece::Value,
        },
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::Placeholder(_) => Piece::Value,
        _ => Piece::Sign,
    }
}

/// Conditions and blocks are followed; each must contain one statement, or be within the block.
fn is_one(pieces: &[Piece<'_>]) -> bool {
    let mut left = vec![pieces];
    let mut conditions = 0;
    while let Some(next) = left.pop() {
        match next {
            [] => return false,
            [first, rest @ ..] if first.is("IF") => {
                conditions += 1;
                let Some(start) = rest.iter().position(|piece| piece.is(BEGINNERS)) else { return false };
                let body = rest.get(start..).unwrap_or_default();
                let end = if body.first().is_some_and(|piece| piece.is("BEGIN")) {
                    behind_block(body)
                } else {
                    Some(body.iter().position(|piece| piece.is("ELSE")).unwrap_or(body.len()))
                };
                let Some((then, otherwise)) = end.and_then(|end| body.split_at_checked(end)) else {
                    return false;
                };
                left.push(then);
                match otherwise {
                    [] => {}
                    [first, rest @ ..] if first.is("ELSE") => left.push(rest),
                    _ => return false,
                }
                if conditions > MOST_CONDITIONS {
                    return false;
                }
            }
            [first, ..] if first.is("BEGIN") => {
                if behind_block(next) != Some(next.len()) {
                    return false;
                }
            }
            _ => {
                if !is_plain(next) {
                    return false;
                }
            }
        }
    }
    true
}

/// The end of the block that these tokens begin.
fn behind_block(pieces: &[Piece<'_>]) -> Option<usize> {
    let mut open = 0_usize;
    for (place, piece) in pieces.iter().enumerate() {
        if piece.is("BEGIN") && pieces.get(place + 1).is_none_or(|next| next.is(NO_BLOCKS)) {
            return None;
        }
        if piece.is("BEGIN CASE") {
            open += 1;
        } else if piece.is("END") {
            open = open.checked_sub(1)?;
            if open == 0 {
                return Some(place + 1);
            }
        }
    }
    None
}

/// Whether no word after the first one begins a statement.
fn is_plain(pieces: &[Piece<'_>]) -> bool {
    let behind_name = behind_name(pieces);
    (1..pieces.len()).all(|place| {
        let (before, rest) = pieces.split_at(place);
        match rest {
            [piece @ Piece::Word(_), after @ ..] if piece.is(BEGINNERS) => {
                is_wanted(before, *piece, after, place == behind_name)
            }
            [Piece::Group(true), ..] => {
                before.last().is_some_and(|last| last.is(BEFORE_QUERIES) || matches!(last, Piece::Sign))
            }
            _ => true,
        }
    })
}

/// The end of the name after two words: `ALTER TABLE a.b`.
fn behind_name(pieces: &[Piece<'_>]) -> usize {
    let mut place = 3;
    while let Some([Piece::Sign, Piece::Word(_) | Piece::Value]) = pieces.get(place..place + 2) {
        place += 2;
    }
    place
}

/// Whether the statement around a word that can begin one requires the word.
fn is_wanted(before: &[Piece<'_>], word: Piece<'_>, after: &[Piece<'_>], is_behind_name: bool) -> bool {
    let is = |place: usize, list: &str| before.get(place).is_some_and(|piece| piece.is(list));
    let last = |list: &str| before.last().is_some_and(|piece| piece.is(list));
    let next = |list: &str| after.first().is_some_and(|piece| piece.is(list));
    let has = |list: &str| before.iter().skip(1).any(|piece| piece.is(list));
    if word.is("SELECT") && last("UNION ALL EXCEPT INTERSECT") {
        return true;
    }
    if word.is("IF") {
        // `DROP … IF EXISTS name`; in a condition, `EXISTS` is followed by parentheses.
        return next("EXISTS") && !matches!(after.get(1), Some(Piece::Group(_)) | None);
    }
    let is_view = is(1, "VIEW") || (is(1, "OR") && is(3, "VIEW")) || is(1, "MATERIALIZED");
    if is(0, "CREATE ALTER") && is_view {
        let is_name =
            word.is(MAYBE_NAMES) && (last("AS BY SELECT") || matches!(before.last(), Some(Piece::Sign)));
        return word.is("SELECT") && !has("SELECT") || is_name || is_rest_of_rows(before, word, after);
    }
    if is(0, "CREATE ALTER") && is(1, "TABLE") {
        let is_action = word.is("DELETE UPDATE") && last("ON") && next("CASCADE NO SET");
        let is_set = word.is("SET") && last("DELETE UPDATE") && next("NULL DEFAULT");
        let is_clause = is(0, "ALTER") && is_behind_name && word.is("ALTER DROP SET ENABLE DISABLE");
        return is_action || (is_set && second_last_is_on(before)) || is_clause;
    }
    if is(0, "ALTER") && is(1, "DATABASE") {
        return is_behind_name && word.is("SET");
    }
    if is(0, "ALTER") && is(1, "INDEX") {
        return word.is("DISABLE") && after.is_empty()
            || word.is("SET") && matches!(after, [Piece::Group(_)]);
    }
    if is(0, "CREATE ALTER") && is(1, "SECURITY") {
        return word.is("INSERT UPDATE DELETE") && last("AFTER BEFORE");
    }
    if is(0, "GRANT REVOKE DENY") {
        return !has("ON TO FROM");
    }
    if is(0, "INSERT") {
        return word.is("SELECT EXEC EXECUTE") && !has("SELECT EXEC EXECUTE VALUES");
    }
    if is(0, "UPDATE") {
        return word.is("SET") && !has("SET");
    }
    is(0, "WITH") && word.is("SELECT") && matches!(before.last(), Some(Piece::Group(_))) && !has("SELECT")
}

fn second_last_is_on(before: &[Piece<'_>]) -> bool {
    before.len().checked_sub(2).and_then(|place| before.get(place)).is_some_and(|piece| piece.is("ON"))
}

/// `OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY`
fn is_rest_of_rows(before: &[Piece<'_>], word: Piece<'_>, after: &[Piece<'_>]) -> bool {
    let is_behind_rows = before.last().is_some_and(|piece| piece.is("ROW ROWS"));
    let is_count = matches!(after, [one, Piece::Value | Piece::Group(_), ..] if one.is("NEXT FIRST"));
    word.is("FETCH") && is_behind_rows && is_count
}
