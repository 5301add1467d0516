//! LookML, Tableau and CODEOWNERS.

use std::io::{Cursor, Write as _};

use belljar_artefacts::{codeowners, lookml, tableau};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Reader,
    Said::{Any, No, Yes},
    fill, numbered,
};

const MIB: usize = 1 << 20;

pub(crate) fn views() {
    let read = |bytes: &[u8]| lookml::parse_file(bytes, "a.lkml").diagnostics;
    let reader = Reader { name: "LookML", fixed: MIB, for_each: 64, read: &read };
    reader.holds("parameters", fill("", "a:b ", "", 2 * MIB), Any);
    reader.holds("views", fill("", "view:a{}", "", 2 * MIB), No);
    reader.holds("views in the most that is read", fill("", "view:a{}", "", 16 * MIB), Yes);
    reader.holds("measures", fill("view: a {", "measure:a{sql:a;;}", "}", 2 * MIB), No);
    reader.holds("a list", fill("a: [", "a,", "]", 2 * MIB), Yes);
    reader.holds("depth", fill("", "a:{", "", 16 * MIB), Yes);
    reader.holds("what does not end", fill("", "view: a { sql:\n", "", 2 * MIB), Yes);
}

pub(crate) fn workbooks() {
    let read = |bytes: &[u8]| tableau::parse_workbook(bytes, "a.twb").diagnostics;
    let reader = Reader { name: "Tableau", fixed: 48 * MIB, for_each: 32, read: &read };
    let start = "<workbook><datasources><datasource name='a'>";
    let end = "</datasource></datasources></workbook>";
    reader.holds("columns", numbered(start, "<column name='#'/>", end, 2 * MIB), No);
    reader.holds("connections", fill(start, "<connection/>", end, 2 * MIB), No);
    reader.holds("relations", fill(start, "<relation>x</relation>", end, 2 * MIB), No);
    let relations = format!("{start}{}<clause>", "<relation/>".repeat(20_000));
    reader.holds("joins", fill(&relations, "<expression op='x'/>", &format!("</clause>{end}"), 2 * MIB), No);
    reader.holds(
        "data sources",
        fill("<workbook><datasources>", "<datasource/>", "</datasources></workbook>", 2 * MIB),
        No,
    );
    reader.holds("worksheets", fill("<workbook>", "<worksheet/>", "</workbook>", 2 * MIB), No);
    reader.holds("depth", fill("<workbook>", "<a>", "", 8 * MIB), Yes);
    reader.holds(
        "much within depth",
        fill(&format!("{start}{}", "<a>".repeat(900)), "<a/>", "", 2 * MIB),
        Yes,
    );
    reader.holds("attributes", fill("<workbook><a ", "a='' ", "/></workbook>", 4 * MIB), No);
    reader.holds("entities", fill("<workbook><a x='", "&a;", "'/></workbook>", 4 * MIB), No);
    reader.holds("a small package", packed(fill(start, "<connection/>", end, 2 * MIB).as_bytes()), No);
    // A package may unpack to 200 times its size, in a buffer that grows by doubling.
    let reader = Reader { name: "Tableau", fixed: MIB, for_each: 600, read: &read };
    reader.holds("a bomb", packed(&vec![b' '; 100 * MIB]), Yes);
}

/// A package that is as small as it gets for what is in it.
fn packed(inner: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a.twb", SimpleFileOptions::default()).unwrap();
    archive.write_all(inner).unwrap();
    archive.finish().unwrap().into_inner()
}

pub(crate) fn owners() {
    let read = |bytes: &[u8]| codeowners::parse_file(bytes, "CODEOWNERS").diagnostics;
    let size = codeowners::LARGEST - 1;
    let reader = Reader { name: "CODEOWNERS", fixed: 112 * MIB, for_each: 42, read: &read };
    reader.holds("rules", fill("", "a b\n", "", size), Yes);
    reader.holds("wildcards", numbered("", "/*#*/?#/**/x b\n", "", size), Yes);
    reader.holds("long patterns", fill("", &format!("{} b\n", "*?".repeat(490)), "", size), Yes);
    reader.holds("folders", fill("", &format!("{} b\n", "**/a/".repeat(190)), "", size), Yes);
    reader.holds("classes", fill("[s]\n", &format!("{} b\n", "[a-\u{ffff}]".repeat(140)), "", size), Yes);
    reader.holds("sections", numbered("", "[#]\n", "", size), No);
    reader.holds("owners", fill("a ", "b ", "", size), No);
    reader.holds("as many as are read", numbered("", "/#/*.py b\n", "", 200_000), No);
}
