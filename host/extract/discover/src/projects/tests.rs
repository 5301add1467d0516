use belljar_tree::Tree;

use crate::{Options, discover};

const MODEL: &str = "from versions import Versioned\nBase = declarative_base()\n";

/// Two libraries that offer one package with different files, and what a service says of them.
fn search(service: &[(&str, &str)], libraries: [&str; 2]) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let mut files: Vec<(String, String)> =
        service.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.push(("service/app/__init__.py".to_owned(), String::new()));
    files.push(("service/app/models.py".to_owned(), MODEL.to_owned()));
    for (number, library) in libraries.iter().enumerate() {
        files.push((format!("{library}/versions/__init__.py"), format!("number = {number}\n")));
        files.push((format!("{library}/pyproject.toml"), "[project]\nname = 'versions'\n".to_owned()));
    }
    let tree = Tree::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let found = discover(&tree, &Options::default());
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    let root = found.candidates.first().unwrap().root;
    let path = |root: &usize| found.roots.get(*root).unwrap().path.clone();
    let search = found.searches.get(root).unwrap();
    let doubtful = search.doubtful.iter();
    let doubtful = doubtful.map(|(name, roots)| (name.clone(), roots.iter().map(path).collect()));
    (search.roots.iter().map(path).collect(), doubtful.collect())
}

/// What each tool has for a dependency on `libs/b`, seen from `service`.
const SAYS_B: [(&str, &str); 22] = [
    (
        "service/pyproject.toml",
        "[project]\ndependencies = ['versions @ git+https://example.com/x.git@main#subdirectory=libs/b']\n",
    ),
    (
        "service/pyproject.toml",
        "[project]\ndependencies = ['versions @ file:///${PROJECT_ROOT}/../libs/b']\n",
    ),
    ("service/pyproject.toml", "[project]\ndependencies = ['versions @ {root:parent:uri}/libs/b']\n"),
    ("service/pyproject.toml", "[project]\ndependencies = ['versions @ {root:uri}/../libs/b']\n"),
    (
        "service/pyproject.toml",
        "[tool.poetry.dependencies]\nversions = {path = '../libs/b', develop = true}\n",
    ),
    (
        "service/pyproject.toml",
        "[tool.poetry.group.dev.dependencies]\nversions = {git = 'https://example.com/x', subdirectory = 'libs/b'}\n",
    ),
    (
        "service/pyproject.toml",
        "[tool.poetry.dependencies]\nversions = [{path = '../libs/b', python = '>3'}]\n",
    ),
    (
        "service/pyproject.toml",
        "[project]\ndependencies = ['versions']\n[tool.uv.sources]\nversions = {path = '../libs/b'}\n",
    ),
    (
        "service/pyproject.toml",
        "[project]\ndependencies = ['versions']\n[tool.uv.sources]\nversions = {git = 'https://x', subdirectory = 'libs/b'}\n",
    ),
    (
        "service/pyproject.toml",
        "[tool.pdm.dev-dependencies]\na = ['-e file:///${PROJECT_ROOT}/../libs/b#egg=versions']\n",
    ),
    ("service/pyproject.toml", "[tool.hatch.envs.default]\nworkspace.members = ['../libs/b']\n"),
    (
        "service/pyproject.toml",
        "[tool.pixi.pypi-dependencies]\nversions = {path = '../libs/b', editable = true}\n",
    ),
    ("service/pixi.toml", "[pypi-dependencies]\nversions = {path = '../libs/b'}\n"),
    ("service/requirements.txt", "-e ../libs/b\n"),
    ("service/requirements.txt", "--editable=../libs/b[x]  # why\n"),
    ("service/requirements.txt", "../libs/b\n"),
    ("service/requirements.txt", "file:../libs/b\n"),
    ("service/requirements/base.txt", "-e ../../libs/b\n"),
    ("service/requirements.txt", "git+https://example.com/x.git#egg=versions&subdirectory=libs/b\n"),
    ("service/Pipfile", "[packages]\nversions = {path = '../libs/b', editable = true}\n"),
    (
        "service/poetry.lock",
        "[[package]]\nname = \"versions\"\nversion = \"1\"\n\n[package.source]\ntype = \"directory\"\nurl = \"../libs/b\"\n",
    ),
    (
        "service/uv.lock",
        "[[package]]\nname = \"versions\"\nversion = \"1\"\nsource = { editable = \"../libs/b\" }\n",
    ),
];

#[test]
fn what_the_project_needs_comes_first() {
    for (file, text) in SAYS_B {
        let mut files = vec![(file, text)];
        if !file.ends_with("pyproject.toml") {
            files.push(("service/pyproject.toml", "[project]\nname = 'service'\n"));
        }
        let (roots, doubtful) = search(&files, ["libs/a", "libs/b"]);
        assert_eq!(roots, ["service", "libs/b", "libs/a"], "{file}: {text}");
        assert_eq!(doubtful, [], "{file}: {text}");
    }
}

#[test]
fn what_is_needed_in_turn_counts_too() {
    let files = [
        ("service/pyproject.toml", "[project]\ndependencies = ['middle']\n"),
        ("middle/pyproject.toml", "[project]\nname = 'Middle'\ndependencies = ['x @ file:../libs/b']\n"),
        ("middle/middle/__init__.py", ""),
    ];
    let (roots, doubtful) = search(&files, ["libs/a", "libs/b"]);
    assert_eq!(roots, ["service", "middle", "libs/b", "libs/a"]);
    assert_eq!(doubtful, []);
}

#[test]
fn a_target_of_a_build_tool() {
    let build = "python_sources(dependencies=['//libs/b/versions:lib', ':x'])\n";
    let (roots, doubtful) = search(&[("service/app/BUILD", build)], ["libs/a", "libs/b"]);
    assert_eq!((roots[1].as_str(), doubtful), ("libs/b", vec![]));
}

#[test]
fn ambiguous_roots_are_both_named() {
    let both = vec![("versions".to_owned(), vec!["libs/a".to_owned(), "libs/b".to_owned()])];
    for text in [
        "[project]\nname = 'service'\n",
        "[project]\ndependencies = ['versions']\n",
        "[project]\ndependencies = ['versions @ git+https://example.com/elsewhere.git']\n",
        "[project]\ndependencies = ['a @ file:../libs/a', 'b @ file:../libs/b']\n",
    ] {
        assert_eq!(search(&[("service/pyproject.toml", text)], ["libs/a", "libs/b"]).1, both, "{text}");
    }
}

#[test]
fn what_is_the_same_is_no_doubt() {
    let files = [
        ("a/pyproject.toml", ""),
        ("a/lib/__init__.py", "x = 1\n"),
        ("b/pyproject.toml", ""),
        ("b/lib/__init__.py", "x = 1\n"),
        ("c/pyproject.toml", ""),
        ("c/app/__init__.py", ""),
        ("c/app/models.py", MODEL),
    ];
    let doubtful = |files: &[(&str, &str)]| {
        let found = discover(&Tree::in_memory(files.iter().copied()), &Options::default());
        let root = found.candidates.first().unwrap().root;
        found.searches.get(root).unwrap().doubtful.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(doubtful(&files), Vec::<String>::new());
    let another = [files.as_slice(), &[("b/lib/more.py", "")]].concat();
    assert_eq!(doubtful(&another), ["lib"]);
    // Portions of one namespace are one package, unless they have the same part.
    let uses = ("c/app/use.py", "from space.one import x\nfrom space.two import y\n");
    let portions = [("a/space/one.py", ""), ("b/space/two.py", ""), uses];
    assert_eq!(doubtful(&[files.as_slice(), &portions].concat()), Vec::<String>::new());
    let same = [("a/space/one.py", ""), ("b/space/one.py", "1"), uses];
    assert_eq!(doubtful(&[files.as_slice(), &same].concat()), ["space.one"]);
}

#[test]
fn its_own_comes_first_and_is_certain() {
    let own = [("service/versions/__init__.py", "own = 1\n"), ("service/pyproject.toml", "")];
    let (roots, doubtful) = search(&own, ["libs/a", "libs/b"]);
    assert_eq!((roots[0].as_str(), doubtful), ("service", vec![]));
}

#[test]
fn a_lock_file_and_what_describes_the_project_count_more_than_a_list() {
    let list = ("service/requirements.txt", "-e ../libs/a\n");
    let project = ("service/pyproject.toml", "[project]\ndependencies = ['versions @ file:../libs/b']\n");
    let (roots, doubtful) = search(&[list, project], ["libs/a", "libs/b"]);
    assert_eq!((roots[1].as_str(), doubtful), ("libs/b", vec![]));
    let lock = (
        "service/uv.lock",
        "[[package]]\nname = \"versions\"\nversion = \"1\"\nsource = { directory = \"../libs/a\" }\n",
    );
    let (roots, doubtful) = search(&[lock, project], ["libs/a", "libs/b"]);
    assert_eq!((roots[1].as_str(), doubtful), ("libs/a", vec![]));
}
