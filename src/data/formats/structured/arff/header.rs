//! The attributes that an ARFF file declares.

use super::super::super::delimited::Wrong;
use super::super::scan::{self, Lines};
use super::row;
use crate::data::DataError;

/// What the values of an attribute are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Date,
    /// One of these.
    Nominal(Vec<String>),
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub name: String,
    pub kind: Kind,
}

/// Reads down to `@data`.
pub(super) fn read(lines: &mut Lines<'_, '_>) -> Result<Vec<Attribute>, DataError> {
    let mut attributes = Vec::new();
    loop {
        let Some(line) = lines.next_filled()? else {
            return Err(lines.wrong(scan::wrong(
                "there is no @data",
                "Write @data below the attributes, and the rows below it",
            )));
        };
        let line = line.trim_ascii();
        if is_keyword(line, b"@data") {
            return match attributes.is_empty() {
                true => Err(lines.wrong(scan::wrong(
                    "there is no attribute above @data",
                    "Declare every column: @attribute name numeric",
                ))),
                false => Ok(attributes),
            };
        }
        if line.starts_with(b"%") || is_keyword(line, b"@relation") {
            continue;
        }
        match attribute(line) {
            Ok(attribute) => attributes.push(attribute),
            Err(wrong) => return Err(lines.wrong(wrong)),
        }
    }
}

/// True if a line begins with a keyword, in any case.
pub(super) fn is_keyword(line: &[u8], keyword: &[u8]) -> bool {
    let (start, after) = (line.get(..keyword.len()), line.get(keyword.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(keyword))
        && after.is_none_or(u8::is_ascii_whitespace)
}

fn attribute(line: &[u8]) -> Result<Attribute, Wrong> {
    const REMEDY: &str = "Write @attribute, a name (in quotes if it has blanks) and numeric, string, date or {the, classes}";
    let unknown = |what: &str| {
        let problem = format!("{} {what}", super::super::super::delimited::shown(line));
        scan::wrong(problem, REMEDY)
    };
    const KEYWORD: &[u8] = b"@attribute";
    if !is_keyword(line, KEYWORD) {
        return Err(unknown("is not an attribute"));
    }
    let (name, rest) = row::value(&line[KEYWORD.len()..]).ok_or_else(|| unknown("has no name"))?;
    let kind = rest.trim_ascii();
    let word = kind
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let kind = match word.to_ascii_lowercase().as_slice() {
        b"numeric" | b"real" | b"integer" => Kind::Number,
        b"string" => Kind::Text,
        b"date" => Kind::Date,
        [b'{', ..] => {
            let inner = kind
                .strip_prefix(b"{")
                .and_then(|kind| kind.strip_suffix(b"}"));
            let inner = inner.ok_or_else(|| unknown("has a { that is not closed on its line"))?;
            Kind::Nominal(
                row::values(inner)?
                    .into_iter()
                    .map(|value| scan::text(&value))
                    .collect(),
            )
        }
        b"relational" => return Err(unknown("is a table of its own, which is not read")),
        _ => return Err(unknown("has no known type")),
    };
    let name = scan::text(&name);
    Ok(Attribute { name, kind })
}
