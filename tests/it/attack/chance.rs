//! The random source: the same in every run, and no secret of the host is in it.

use crate::support::repeats;

#[test]
fn chance_is_no_chance() {
    let code = "
import random, secrets, uuid
try_('urandom', lambda: os.urandom(16).hex())
try_('random', lambda: random.random())
try_('token', lambda: secrets.token_hex(8))
try_('uuid', lambda: uuid.uuid4())
try_('hash', lambda: hash('text'))
try_('differs', lambda: os.urandom(16) != os.urandom(16))
";
    let found = repeats(code);
    assert!(found.contains(&"differs: True".to_owned()), "{found:?}");
    assert_eq!(found.len(), 6);
}
