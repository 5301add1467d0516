//! What older versions of Python had: a failure of code that needs it names the version that removed it.

/// The Python that runs the code.
const HERE: &str = "3.14";

/// Modules, by the version that dropped them.
const MODULES: [(&str, &str); 6] = [
    ("3.7", "macurl2path"),
    ("3.9", "_dummy_thread dummy_threading xml.etree.cElementTree"),
    ("3.10", "formatter parser symbol macpath"),
    ("3.11", "binhex"),
    ("3.12", "asynchat asyncore distutils imp smtpd"),
    (
        "3.13",
        "aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau \
         telnetlib uu xdrlib",
    ),
];

/// Names of modules, by the version that dropped them.
const NAMES: [(&str, &str, &str); 26] = [
    ("ast", "3.14", "Bytes Ellipsis NameConstant Num Str"),
    ("asyncio", "3.11", "coroutine"),
    (
        "asyncio",
        "3.14",
        "AbstractChildWatcher PidfdChildWatcher SafeChildWatcher get_child_watcher set_child_watcher",
    ),
    ("base64", "3.9", "decodestring encodestring"),
    ("cgi", "3.8", "escape parse_qs parse_qsl"),
    (
        "collections",
        "3.10",
        "Callable Hashable Iterable Iterator Mapping MutableMapping MutableSet Sequence Set",
    ),
    ("collections.abc", "3.14", "ByteString"),
    ("configparser", "3.12", "SafeConfigParser"),
    ("fractions", "3.9", "gcd"),
    ("gettext", "3.11", "bind_textdomain_codeset ldgettext ldngettext lgettext lngettext"),
    ("html.parser", "3.9", "HTMLParseError"),
    ("importlib", "3.12", "find_loader"),
    ("importlib.abc", "3.12", "Finder"),
    ("importlib.abc", "3.14", "ResourceReader Traversable TraversableResources"),
    ("inspect", "3.11", "formatargspec getargspec"),
    ("locale", "3.12", "format"),
    ("pkgutil", "3.14", "find_loader get_loader"),
    ("platform", "3.8", "dist linux_distribution popen"),
    ("ssl", "3.12", "match_hostname wrap_socket"),
    ("string", "3.0", "joinfields letters lowercase maketrans uppercase"),
    ("sys", "3.9", "getcheckinterval setcheckinterval"),
    ("threading", "3.9", "_Timer isAlive"),
    ("time", "3.8", "clock"),
    ("typing", "3.13", "io re"),
    ("typing", "3.14", "ByteString"),
    ("unittest", "3.13", "findTestCases getTestCaseNames makeSuite"),
];

/// The version that dropped a module, or one that it is in.
pub(super) fn dropped(module: &str) -> Option<&'static str> {
    let holds = |names: &str| {
        names
            .split_whitespace()
            .any(|name| module == name || module.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    };
    MODULES.iter().find(|(_, names)| holds(names)).map(|(version, _)| *version)
}

/// What to know of an exception that an older Python would not have raised, as the end of a message.
pub(super) fn remark(error: &str, message: &str) -> String {
    match found(error, message) {
        Some((what, version)) => {
            format!(" (`{what}` is gone since Python {version}, and {HERE} runs the code)")
        }
        None => String::new(),
    }
}

/// The same for a text that ends with an exception.
pub(super) fn remark_in(text: &str) -> String {
    let found = ["ModuleNotFoundError", "AttributeError", "ImportError"].iter().find_map(|error| {
        let (_, message) = text.split_once(&format!("{error}: "))?;
        Some(remark(error, message))
    });
    found.unwrap_or_default()
}

/// What is missing, and since when.
fn found(error: &str, message: &str) -> Option<(String, &'static str)> {
    let quoted: Vec<&str> = message.split('\'').skip(1).step_by(2).collect();
    let (module, name) = match (error, quoted.as_slice()) {
        ("ModuleNotFoundError", [module, ..]) => return Some(((*module).to_owned(), dropped(module)?)),
        ("AttributeError", [module, name, ..]) if message.starts_with("module '") => (*module, *name),
        ("ImportError", [name, module, ..]) if message.starts_with("cannot import name") => (*module, *name),
        _ => return None,
    };
    let of_module = NAMES.iter().filter(|(known, ..)| *known == module);
    let version = of_module
        .filter(|(_, _, names)| names.split_whitespace().any(|known| known == name))
        .map(|(_, version, _)| *version)
        .next()?;
    Some((format!("{module}.{name}"), version))
}

/// Why a module that was dropped is not there.
pub(super) fn hint(module: &str, version: &str) -> String {
    format!(
        "`{module}` is gone since Python {version}, and {HERE} runs the code; a package that brings it back can be given with `--wheelhouse`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_older_pythons_had() {
        for (error, message, expected) in [
            ("ModuleNotFoundError", "No module named 'imp'", "`imp` is gone since Python 3.12"),
            (
                "AttributeError",
                "module 'inspect' has no attribute 'formatargspec'",
                "`inspect.formatargspec` is gone since Python 3.11",
            ),
            (
                "AttributeError",
                "module 'locale' has no attribute 'format'",
                "`locale.format` is gone since Python 3.12",
            ),
            (
                "ImportError",
                "cannot import name 'Mapping' from 'collections' (/x.py)",
                "`collections.Mapping` is gone since Python 3.10",
            ),
            (
                "ImportError",
                "cannot import name 'makeSuite' from 'unittest' (/x.py)",
                "`unittest.makeSuite` is gone since Python 3.13",
            ),
        ] {
            let found = remark(error, message);
            assert!(found.contains(expected), "{message}: {found}");
        }
        for (error, message) in [
            ("ModuleNotFoundError", "No module named 'shop'"),
            ("AttributeError", "module 'shop' has no attribute 'format'"),
            ("AttributeError", "'NoneType' object has no attribute 'format'"),
            ("KeyError", "'imp'"),
        ] {
            assert_eq!(remark(error, message), "", "{message}");
        }
        let found = remark_in(
            "it depends on line 3, which failed: AttributeError: module 'time' has no attribute 'clock'",
        );
        assert!(found.contains("`time.clock` is gone since Python 3.8"), "{found}");
        assert_eq!((dropped("distutils.core"), dropped("distutilsx")), (Some("3.12"), None));
    }
}
