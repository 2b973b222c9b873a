use std::io::{Cursor, Write as _};

use super::*;
use crate::data::formats::Options;
use crate::data::formats::source::Source;
use crate::data::{self, Monitor, RatingsSource};

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive
            .start_file(*name, ::zip::write::FileOptions::default())
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook with these sheets (name, attributes, rows in XML), texts within, and a style 1 for dates.
fn xlsx(sheets: &[(&str, &str, &str)], shared: Option<&str>) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let list: String = (1..)
        .zip(sheets)
        .map(|(at, (name, more, _))| {
            format!("<sheet name=\"{name}\" sheetId=\"{at}\" r:id=\"rId{at}\"{more}/>")
        })
        .collect();
    let links: String = (1..=sheets.len())
        .map(|at| format!("<Relationship Id=\"rId{at}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"))
        .collect();
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"
                .to_owned(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{package}\">{links}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    if let Some(shared) = shared {
        files.push(("xl/sharedStrings.xml".to_owned(), shared.to_owned()));
    }
    for (at, (_, _, rows)) in (1..).zip(sheets) {
        files.push((
            format!("xl/worksheets/sheet{at}.xml"),
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    zip(&files)
}

fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn number(place: &str, value: &str) -> String {
    format!("<c r=\"{place}\"><v>{value}</v></c>")
}

/// Ratings that begin in the second column and the second row, with a date, an error and a truth.
fn ratings() -> String {
    [
        format!(
            "<row r=\"2\">{}{}{}{}</row>",
            text("B2", "user"),
            text("C2", "item"),
            text("D2", "rating"),
            text("E2", "timestamp")
        ),
        format!(
            "<row r=\"3\">{}{}{}<c r=\"E3\" s=\"1\"><v>43616</v></c></row>",
            text("B3", "ann"),
            text("C3", "\"Heat\"&#10;(1995)"),
            number("D3", "4.5")
        ),
        format!(
            "<row r=\"4\">{}{}{}<c r=\"E4\" s=\"1\"><v>43617.5</v></c></row>",
            number("B4", "7"),
            text("C4", "Up"),
            number("D4", "3")
        ),
    ]
    .concat()
}

fn read(bytes: &[u8], wanted: Option<&str>) -> Result<(String, Vec<String>), String> {
    let sheet = super::read(
        Path::new("book"),
        bytes,
        wanted,
        "Set data.variable to the one to read",
    );
    sheet
        .map(|sheet| (String::from_utf8(sheet.text).unwrap(), sheet.notices))
        .map_err(|error| error.to_string())
}

#[test]
fn a_sheet_is_read_as_lines_with_tabs() {
    let (text, notices) = read(&xlsx(&[("Ratings", "", &ratings())], None), None).unwrap();
    assert_eq!(
        text,
        "\t\t\t\nuser\titem\trating\ttimestamp\nann\t\"\"\"Heat\"\" (1995)\"\t4.5\t2019-05-31\n7\tUp\t3\t2019-06-01 12:00:00\n"
    );
    assert_eq!(notices, ["read the sheet Ratings"]);
}

#[test]
fn errors_are_missing_and_truths_are_numbers_and_both_are_said() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"e\"><v>#N/A</v></c><c r=\"B1\" t=\"b\"><v>1</v></c><c r=\"C1\"><v>2</v></c></row><row r=\"2\"><c r=\"A2\"><v>5</v></c><c r=\"B2\" t=\"b\"><v>0</v></c><c r=\"C2\"><v>1e21</v></c></row>";
    let (text, notices) = read(&xlsx(&[("S", "", rows)], None), None).unwrap();
    assert_eq!(text, "\t1\t2\n5\t0\t1000000000000000000000\n");
    assert_eq!(notices.len(), 3, "{notices:?}");
    assert!(
        notices[1].starts_with("1 cell with an error"),
        "{notices:?}"
    );
    assert!(notices[2].starts_with("TRUE and FALSE"), "{notices:?}");
}

#[test]
fn formulas_whose_values_were_not_saved_are_said() {
    let formula = |place: &str, value: &str| format!("<c r=\"{place}\"><f>A1+1</f>{value}</c>");
    let rows = [
        format!("<row r=\"1\">{}{}</row>", text("A1", "a"), text("B1", "b")),
        format!(
            "<row r=\"2\">{}{}</row>",
            number("A2", "1"),
            formula("B2", "")
        ),
        format!(
            "<row r=\"3\">{}{}</row>",
            number("A3", "2"),
            formula("B3", "<v>3</v>")
        ),
        format!(
            "<row r=\"4\">{}<c r=\"B4\" t=\"str\"><f>IF(A4,\"\",1)</f><v></v></c></row>",
            number("A4", "3")
        ),
    ];
    let (text, notices) = read(&xlsx(&[("S", "", &rows.concat())], None), None).unwrap();
    assert_eq!(text, "a\tb\n1\t\n2\t3\n3\t\n");
    let said = notices.join("\n");
    assert!(
        said.contains("1 cell holds a formula without a value"),
        "{said}"
    );
}

#[test]
fn the_only_sheet_with_something_is_read_and_several_are_listed() {
    let one = format!("<row r=\"1\">{}</row>", number("A1", "1"));
    let book = xlsx(
        &[
            ("Empty", "", ""),
            ("Hidden", " state=\"hidden\"", &one),
            ("Full", "", &one),
        ],
        None,
    );
    assert_eq!(read(&book, None).unwrap().0, "1\n");
    let book = xlsx(&[("A", "", &one), ("B", "", &ratings())], None);
    assert_eq!(names(&book), ["A", "B"]);
    let problem = read(&book, None).unwrap_err();
    assert!(
        problem.contains("2 sheets: A, B. Set data.variable"),
        "{problem}"
    );
    assert!(read(&book, Some("B")).unwrap().0.contains("ann"));
    let problem = read(&book, Some("C")).unwrap_err();
    assert!(
        problem.starts_with("data.variable: \"C\" is no sheet"),
        "{problem}"
    );
}

#[test]
fn ratings_in_a_spreadsheet_are_ratings_like_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.xlsx");
    std::fs::write(&path, xlsx(&[("Ratings", "", &ratings())], None)).unwrap();
    let source = RatingsSource {
        path: path.clone(),
        ..RatingsSource::default()
    };
    let loaded = data::load(&source.into(), folder.path(), 1, &Monitor::default()).unwrap();
    let ratings = loaded.ratings().unwrap();
    assert_eq!(ratings.users.ids().collect::<Vec<_>>(), ["ann", "7"]);
    assert_eq!(
        ratings.items.ids().collect::<Vec<_>>(),
        ["\"Heat\" (1995)", "Up"]
    );
    assert_eq!(ratings.scale, (3.0, 4.5));
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(ratings.fingerprint.hash, blake3::hash(&bytes).to_string());
    assert_eq!(data::variables(&path, &Monitor::default()), ["Ratings"]);
    let monitor = Monitor::default();
    let options = Options {
        encoding: Some("latin1"),
        ..Options::default()
    };
    let problem = Source::open_with(&path, &options, &monitor)
        .err()
        .unwrap()
        .to_string();
    assert!(
        problem.starts_with("data.encoding: is only for text"),
        "{problem}"
    );
}

#[test]
fn cells_far_off_and_promised_texts_take_no_memory() {
    let far = format!(
        "<row r=\"1\">{}</row><row r=\"1048576\">{}</row>",
        number("A1", "1"),
        number("XFD1048576", "2")
    );
    let problem = read(&xlsx(&[("S", "", &far)], None), None).unwrap_err();
    assert!(
        problem.contains("1048576 rows and 16384 columns"),
        "{problem}"
    );
    let shared = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"1\" uniqueCount=\"999999999999\"><si><t>a</t></si></sst>";
    let one = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";
    let problem = read(&xlsx(&[("S", "", one)], Some(shared)), None).unwrap_err();
    assert!(problem.contains("more texts than it holds"), "{problem}");
    let fair = shared.replace("999999999999", "1");
    assert_eq!(
        read(&xlsx(&[("S", "", one)], Some(&fair)), None).unwrap().0,
        "a\n"
    );
}

/// A document with one sheet of these rows.
fn ods(rows: &str) -> Vec<u8> {
    let urn = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<office:document-content xmlns:office=\"{urn}:office:1.0\" xmlns:table=\"{urn}:table:1.0\" xmlns:text=\"{urn}:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"S\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", manifest),
    ])
}

#[test]
fn a_document_of_libre_office_is_read_and_its_repetitions_are_bounded() {
    let cell = |value: &str| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{value}\"><text:p>{value}</text:p></table:table-cell>"
        )
    };
    let name =
        "<table:table-cell office:value-type=\"string\"><text:p>ann</text:p></table:table-cell>";
    let day = "<table:table-cell office:value-type=\"date\" office:date-value=\"2019-05-31\"><text:p>31.05.19</text:p></table:table-cell>";
    let empty = "<table:table-cell table:number-columns-repeated=\"16380\"/>";
    let rest = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let rows = format!(
        "<table:table-row>{name}{}{day}{empty}</table:table-row><table:table-row table:number-rows-repeated=\"2\">{}<table:table-cell/>{}{empty}</table:table-row>{rest}",
        cell("4.5"),
        cell("1"),
        cell("3")
    );
    assert_eq!(
        read(&ods(&rows), None).unwrap().0,
        "ann\t4.5\t2019-05-31\n1\t\t3\n1\t\t3\n"
    );
    let bomb = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row>";
    let problem = read(&ods(bomb), None).unwrap_err();
    assert!(problem.contains("more than 20 million cells"), "{problem}");
}
