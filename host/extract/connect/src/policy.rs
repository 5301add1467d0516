use std::net::IpAddr;

/// The hosts that may be connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    allowed: Option<Vec<HostPattern>>,
}

/// A host, or all hosts below a domain: `db.example.com`, `*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(String);

impl HostPattern {
    /// Reads a pattern; `None` if it is empty, or has a `*` anywhere but at its start.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("*.").unwrap_or(text);
        (!rest.is_empty() && !rest.contains('*')).then(|| Self(normal(text)))
    }

    fn matches(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == self.0,
        }
    }
}

impl Policy {
    /// Allows these hosts alone; none of them means no host at all. Unix sockets are named by their path.
    pub fn only(allowed: Vec<HostPattern>) -> Self {
        Self { allowed: Some(allowed) }
    }

    /// Whether a host is allowed, by the name in the URL.
    pub fn allows_host(&self, host: &str) -> bool {
        let host = normal(host);
        self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|pattern| pattern.matches(&host)))
    }

    /// Whether an address is allowed that a name leads to. Link-local addresses, at which clouds serve credentials, are
    /// none of a database.
    pub fn allows_address(&self, host: &str, address: IpAddr) -> bool {
        let is_written = host.parse::<IpAddr>().is_ok_and(|own| own == address);
        let is_listed = self.allowed.is_some() && is_written;
        is_listed || !is_forbidden(address)
    }
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_forbidden(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || address.is_multicast() || address.is_unspecified()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HostPattern, Policy};

    fn only(patterns: &[&str]) -> Policy {
        Policy::only(patterns.iter().filter_map(|text| HostPattern::parse(text)).collect())
    }

    #[test]
    fn hosts() {
        let cases = [
            (&["db.example.com"][..], "db.example.com", true),
            (&["db.example.com"], "DB.Example.com.", true),
            (&["db.example.com"], "other.example.com", false),
            (&["db.example.com"], "db.example.com.evil.org", false),
            (&["*.example.com"], "a.b.example.com", true),
            (&["*.example.com"], "example.com", false),
            (&["*.example.com"], "evilexample.com", false),
            (&["/run/postgresql"], "/run/postgresql", true),
            (&[], "localhost", false),
        ];
        for (patterns, host, expected) in cases {
            assert_eq!(only(patterns).allows_host(host), expected, "{patterns:?} {host}");
        }
        assert!(Policy::default().allows_host("anything"));
        assert_eq!(HostPattern::parse("a*b"), None);
        assert_eq!(HostPattern::parse("*."), None);
    }

    #[test]
    fn addresses_that_are_none_of_a_database() {
        let cases = [
            ("10.0.0.1", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("169.254.169.254", false),
            ("::ffff:169.254.169.254", false),
            ("fe80::1", false),
            ("224.0.0.1", false),
            ("0.0.0.0", false),
            ("::", false),
        ];
        for (address, expected) in cases {
            let parsed = address.parse().unwrap();
            assert_eq!(Policy::default().allows_address("db.example.com", parsed), expected, "{address}");
            assert_eq!(only(&["*.com"]).allows_address("db.example.com", parsed), expected, "{address}");
            // An operator who lists the address itself means it.
            assert!(only(&[address]).allows_address(address, parsed), "{address}");
        }
    }
}
