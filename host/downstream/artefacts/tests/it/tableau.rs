use std::io::{Cursor, Write};

use belljar_artefacts::tableau::{FieldReference, RelationKind, Workbook, parse_workbook};

pub(crate) const WORKBOOK: &str = r"<?xml version='1.0' encoding='utf-8' ?>
<workbook version='18.1'>
  <datasources>
    <datasource caption='Shop &amp; more' name='federated.1'>
      <connection class='federated'>
        <named-connections>
          <named-connection caption='wh' name='snowflake.1'>
            <connection class='snowflake' dbname='RAW' schema='SHOP' server='x' />
          </named-connection>
        </named-connections>
        <_.fcp.ObjectModelEncapsulateLegacy.false...relation join='inner' type='join'>
          <clause type='join'>
            <expression op='='><expression op='[ORDERS].[USER_ID]' /><expression op='[USERS].[ID]' /></expression>
          </clause>
          <relation connection='snowflake.1' name='ORDERS' table='[SHOP].[ORDERS]' type='table' />
          <relation connection='snowflake.1' name='USERS' table='[SHOP].[USERS]' type='table' />
        </_.fcp.ObjectModelEncapsulateLegacy.false...relation>
        <relation connection='snowflake.1' name='Custom SQL Query' type='text'>select id, &quot;Email&quot; as mail
from users where a &lt; 3</relation>
        <cols><map key='[EMAIL]' value='[USERS].[EMAIL]' /></cols>
        <metadata-records>
          <metadata-record class='column'>
            <remote-name>TOTAL</remote-name><local-name>[Total]</local-name><parent-name>[ORDERS]</parent-name>
          </metadata-record>
        </metadata-records>
      </connection>
      <column caption='Mail' datatype='string' name='[EMAIL]' role='dimension' type='nominal' />
      <column caption='Per Mail' name='[Calculation_1]' role='measure'>
        <calculation class='tableau' formula='SUM([Total]) / COUNTD([EMAIL])&#10;// done' />
      </column>
      <object-graph><objects><object><properties>
        <relation connection='snowflake.1' name='ORDERS' table='[SHOP].[ORDERS]' type='table' />
      </properties></object></objects></object-graph>
    </datasource>
    <datasource name='sqlproxy.1'><repository-location id='Published' path='/datasources' /></datasource>
  </datasources>
  <worksheets>
    <worksheet name='Revenue'>
      <table><view>
        <datasources><datasource caption='Shop' name='federated.1' /></datasources>
        <datasource-dependencies datasource='federated.1'>
          <column caption='Mail' name='[EMAIL]' />
          <column-instance column='[Calculation_1]' derivation='User' name='[usr:Calculation_1:qk]' />
        </datasource-dependencies>
      </view></table>
    </worksheet>
  </worksheets>
  <dashboards>
    <dashboard name='Board'>
      <zones><zone type-v2='text' name='no sheet' /><zone name='Revenue' /></zones>
    </dashboard>
  </dashboards>
</workbook>";

fn check(workbook: &Workbook) {
    let names: Vec<&str> = workbook.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["federated.1", "sqlproxy.1"]);
    let source = &workbook.sources[0];
    assert_eq!(source.caption.as_deref(), Some("Shop & more"));
    assert_eq!(source.connections[1].database.as_deref(), Some("RAW"));
    assert_eq!(
        (source.connections[1].name.as_deref(), source.connections[1].class.as_str()),
        (Some("snowflake.1"), "snowflake")
    );
    let reference =
        |source: &str, column: &str| FieldReference { source: Some(source.into()), column: column.into() };
    let kinds: Vec<&RelationKind> = source.relations.iter().map(|relation| &relation.kind).collect();
    assert_eq!(
        kinds,
        [
            &RelationKind::Join(vec![reference("ORDERS", "USER_ID"), reference("USERS", "ID")]),
            &RelationKind::Table(vec!["SHOP".into(), "ORDERS".into()]),
            &RelationKind::Table(vec!["SHOP".into(), "USERS".into()]),
            &RelationKind::Query("select id, \"Email\" as mail\nfrom users where a < 3".into()),
        ],
        "the one in the object graph is the same"
    );
    assert_eq!(source.relations[1].place.line, 15);
    let columns: Vec<(&str, Option<(&str, &str)>)> = source
        .columns
        .iter()
        .map(|column| {
            (column.name.as_str(), column.remote.as_ref().map(|(one, other)| (one.as_str(), other.as_str())))
        })
        .collect();
    assert_eq!(
        columns,
        [("Calculation_1", None), ("EMAIL", Some(("USERS", "EMAIL"))), ("Total", Some(("ORDERS", "TOTAL")))]
    );
    assert_eq!(source.columns[0].formula.as_deref(), Some("SUM([Total]) / COUNTD([EMAIL])\n// done"));
    assert_eq!(workbook.sources[1].published.as_deref(), Some("Published"));
    let used =
        [("federated.1".to_owned(), "Calculation_1".to_owned()), ("federated.1".into(), "EMAIL".into())];
    assert_eq!(workbook.worksheets[0].columns, used);
    assert_eq!(workbook.dashboards[0].worksheets, ["Revenue"]);
}

pub(crate) fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("Data/x.hyper", &b"not read"[..]), (name, bytes)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a new entry");
        zip.write_all(bytes).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

#[test]
fn a_workbook() {
    let reading = parse_workbook(WORKBOOK.as_bytes(), "a.twb");
    assert_eq!(reading.diagnostics, []);
    check(&reading.value);
}

#[test]
fn a_packed_workbook() {
    let reading = parse_workbook(&packed("a/Book.TWB", WORKBOOK.as_bytes()), "a.twbx");
    assert_eq!(reading.diagnostics, []);
    check(&reading.value);
}

#[test]
fn a_data_source() {
    let start = WORKBOOK.find("<datasource caption").expect("it is there");
    let end = WORKBOOK.find("</datasource>").expect("it is there") + "</datasource>".len();
    let reading = parse_workbook(&WORKBOOK.as_bytes()[start..end], "a.tds");
    assert_eq!(reading.diagnostics, []);
    assert_eq!((reading.value.sources.len(), reading.value.sources[0].relations.len()), (1, 4));
}

/// What is damaged is named, and what stands before it is read.
#[test]
fn damaged() {
    let cut = &WORKBOOK.as_bytes()[..WORKBOOK.len() / 2];
    let reading = parse_workbook(cut, "a.twb");
    assert_eq!((reading.diagnostics[0].code.as_str(), reading.value.sources.len()), ("tableau-xml", 1));
    assert!(reading.value.sources[0].relations.len() >= 3);
    let cut_package = packed("a.twb", b"x");
    let cases: [(&[u8], &str); 6] = [
        (b"<workbook><a></b></workbook>", "tableau-xml"),
        (b"", "tableau-not-a-workbook"),
        (b"<html></html>", "tableau-not-a-workbook"),
        (b"PK\x03\x04garbage", "tableau-package"),
        (&packed("a.txt", b"x"), "tableau-package"),
        (cut_package.split_at(60).0, "tableau-package"),
    ];
    for (bytes, code) in cases {
        let reading = parse_workbook(bytes, "x.twb");
        assert_eq!(reading.diagnostics.first().map(|one| one.code.as_str()), Some(code), "{bytes:?}");
        assert_eq!(reading.diagnostics[0].place.as_ref().map(|place| place.path.as_str()), Some("x.twb"));
    }
}
