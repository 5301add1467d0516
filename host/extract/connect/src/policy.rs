use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
};

/// The hosts that may be connected to, and the files and sockets of this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Lists of which each has to contain a host; without a list, all hosts are allowed.
    lists: Vec<Vec<HostPattern>>,
}

/// A host, all hosts below a domain, or a path: `db.example.com`, `*.example.com`, `/run/postgresql`. A path is a socket or an
/// SQLite file, or a folder with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(String);

impl HostPattern {
    /// Reads a pattern; `None` if it is empty, or has a `*` anywhere but at its start.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("*.").unwrap_or(text);
        (!rest.is_empty() && !rest.contains('*')).then(|| Self(normal(text)))
    }

    /// The pattern as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn matches(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == self.0,
        }
    }

    /// Whether everything that another pattern allows is allowed by this one.
    pub fn covers(&self, other: &Self) -> bool {
        if other.0.starts_with('/') {
            return self.0.starts_with('/') && Path::new(&other.0).starts_with(&self.0);
        }
        // `*.a.example.com` is below `*.example.com` as `x.a.example.com` is.
        self == other || self.matches(other.0.strip_prefix('*').unwrap_or(&other.0))
    }
}

impl Policy {
    /// Allows these hosts alone; none of them means no host at all. Unix sockets and files are named by their paths.
    pub fn only(allowed: Vec<HostPattern>) -> Self {
        Self { lists: vec![allowed] }
    }

    /// Allows what both allow.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.lists.extend(other.lists);
        self
    }

    /// Whether a host is allowed, by the name in the URL.
    pub fn allows_host(&self, host: &str) -> bool {
        let host = normal(host);
        self.lists.iter().all(|list| list.iter().any(|pattern| pattern.matches(&host)))
    }

    /// Whether a socket or a file of this machine is allowed. Links are followed first, so that none leads elsewhere.
    pub fn allows_path(&self, path: &Path) -> bool {
        if self.lists.is_empty() {
            return true;
        }
        let Ok(found) = fs::canonicalize(path) else { return false };
        let is_in = |pattern: &HostPattern| {
            let folder = PathBuf::from(&pattern.0);
            folder.is_absolute() && found.starts_with(fs::canonicalize(&folder).unwrap_or(folder))
        };
        self.lists.iter().all(|list| list.iter().any(is_in))
    }

    /// Whether an address is allowed that a name leads to. Link-local addresses, and others at which clouds serve
    /// credentials, are none of a database.
    pub fn allows_address(&self, host: &str, address: IpAddr) -> bool {
        let is_written = host.parse::<IpAddr>().is_ok_and(|own| own == address);
        let is_listed = !self.lists.is_empty() && is_written;
        is_listed || !is_forbidden(address)
    }
}

/// The form of a host in which it is compared; a path is left as it is.
fn normal(host: &str) -> String {
    if host.starts_with('/') { host.to_owned() } else { host.trim_end_matches('.').to_ascii_lowercase() }
}

/// Where clouds serve credentials, besides link-local addresses: Alibaba, Oracle, Azure; over IPv6 AWS (instances, and pods of
/// EKS) and Google.
const METADATA: [IpAddr; 6] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// The IPv4 address that an address of IPv6 leads to: mapped, or through NAT64 (RFC 6052).
fn reached(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => match address.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
            }
            _ => IpAddr::V6(address),
        },
        address @ IpAddr::V4(_) => address,
    }
}

fn is_forbidden(address: IpAddr) -> bool {
    let address = reached(address);
    if METADATA.contains(&address) {
        return true;
    }
    match address {
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
    fn several_lists() {
        let both = only(&["*.example.com"]).and(only(&["db.example.com", "db.example.org"]));
        assert!(both.allows_host("db.example.com"));
        assert!(!both.allows_host("db.example.org") && !both.allows_host("other.example.com"));
        assert!(!only(&[]).and(Policy::default()).allows_host("db.example.com"));
    }

    #[test]
    fn patterns_within_patterns() {
        let cases = [
            ("db.example.com", "db.example.com", true),
            ("*.example.com", "DB.example.com", true),
            ("*.example.com", "*.example.com", true),
            ("*.example.com", "*.a.example.com", true),
            ("*.a.example.com", "*.example.com", false),
            ("*.example.com", "example.com", false),
            ("db.example.com", "*.example.com", false),
            ("/srv", "/srv/data", true),
            ("/srv/data", "/srv", false),
            ("/srv/data", "/srv/database", false),
            ("*.example.com", "/srv", false),
        ];
        for (outer, inner, expected) in cases {
            let parse = |text| HostPattern::parse(text).unwrap();
            assert_eq!(parse(outer).covers(&parse(inner)), expected, "{outer} {inner}");
        }
    }

    #[test]
    fn paths() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("in"), folder.path().join("out"));
        for one in [&inside, &outside] {
            std::fs::create_dir(one).unwrap();
            std::fs::write(one.join("a.db"), "").unwrap();
        }
        std::os::unix::fs::symlink(outside.join("a.db"), inside.join("link.db")).unwrap();
        let policy = only(&[inside.to_str().unwrap(), "db.example.com"]);
        for (path, expected) in [
            (inside.join("a.db"), true),
            (outside.join("a.db"), false),
            (inside.join("../out/a.db"), false),
            (inside.join("link.db"), false),
            (inside.join("missing.db"), false),
        ] {
            assert_eq!(policy.allows_path(&path), expected, "{}", path.display());
        }
        assert!(!only(&[]).allows_path(&inside.join("a.db")));
        assert!(Policy::default().allows_path(&inside.join("missing.db")));
        assert!(only(&[inside.join("a.db").to_str().unwrap()]).allows_path(&inside.join("a.db")));
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
            ("fd00:ec2::254", false),
            ("fd00:ec2::1", true),
            ("fd00:ec2::23", false),
            ("fd20:ce::254", false),
            ("fd20:ce::253", true),
            ("168.63.129.16", false),
            ("168.63.129.17", true),
            ("64:ff9b::a9fe:a9fe", false),
            ("64:ff9b::10.0.0.1", true),
            ("64:ff9b:1::a9fe:a9fe", true),
            ("100.100.100.200", false),
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
