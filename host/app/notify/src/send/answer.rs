//! What a server answers, as part of a message.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use belljar_text::{brief, safe};
use ureq::http::{Uri, uri::PathAndQuery};

/// How much of an answer is shown, in bytes.
const SHOWN: usize = 200;

/// The shortest text that counts as a secret: shorter ones occur by chance.
const SHORTEST: usize = 5;

/// The beginning of an answer. Servers repeat what they were asked: an answer with one of the secrets is not shown.
pub(super) fn shown(answer: &str, secrets: &[String]) -> String {
    let answer = answer.trim();
    let lower = answer.to_lowercase();
    let is_secret = |text: &String| text.len() >= SHORTEST && lower.contains(&text.to_lowercase());
    if secrets.iter().any(is_secret) {
        return "an answer that repeats a secret, and is not shown".to_owned();
    }
    safe(&brief(answer, SHOWN))
}

/// The parts of an address that are secrets, all but its host and port, and its user as a header has it.
pub(super) fn of_address(uri: &Uri) -> Vec<String> {
    let user = uri.authority().and_then(|authority| Some(authority.as_str().rsplit_once('@')?.0));
    let path = uri.path_and_query().map(PathAndQuery::as_str);
    let parts = user.into_iter().chain(path).flat_map(|text| text.split(['/', '?', '&', '=', ':']));
    parts.map(str::to_owned).chain(user.map(|user| STANDARD.encode(user))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let secrets = of_address(&Uri::from_static(
            "https://me:passwd@a.example/services/T0/B012345/abcDEF?key=s3cret",
        ));
        for answer in
            ["no POST /services/T0", "b012345", "ABCdef", "key s3cret", "passwd", "Basic bWU6cGFzc3dk"]
        {
            assert!(shown(answer, &secrets).starts_with("an answer"), "{answer}");
        }
        assert_eq!(shown(" no_team\n\x1b[2J", &secrets), "no_team\\u{a}\\u{1b}[2J");
        assert_eq!(shown(&"x".repeat(900), &secrets).len(), SHOWN + '…'.len_utf8());
    }
}
