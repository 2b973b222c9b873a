//! The lines around one that cannot be read.

use super::fields::{Cut, cut};
use super::format::{Options, format_for};
use super::list::What;
use super::look_text::row;
use super::plan;
use super::source::Source;
use crate::data::preview::{PreviewRow, RowPart};
use crate::data::{self, DataError, Monitor};

/// Lines that are shown before and after.
const BESIDE: u64 = 4;
/// Most bytes of a line that are shown.
const MOST_BYTES: usize = 4 << 10;

/// The lines around `line` of the file that `source` names, each cut into its fields where the file is a delimited text, else whole as it
/// stands there.
pub(crate) fn around(
    source: &data::Source,
    line: u64,
    monitor: &Monitor,
) -> Result<Vec<PreviewRow>, DataError> {
    let options = match source {
        data::Source::Ratings(own) => own.options(),
        data::Source::Matrix(own) => own.options(),
        data::Source::Images(_) => return Ok(Vec::new()),
    };
    let what = match source {
        data::Source::Ratings(_) => What::Ratings,
        data::Source::Matrix(_) | data::Source::Images(_) => What::Cells,
    };
    let mut file = Source::open_with(source.path(), &options, monitor)?;
    let fields = fields_of(&file, what, &options);
    let wanted = line.saturating_sub(BESIDE).max(1)..=line.saturating_add(BESIDE);
    let (mut rows, mut number, mut block) = (Vec::new(), 0, Vec::new());
    while number < *wanted.end() && file.next_block(&mut block)? {
        let breaks = memchr::memchr_iter(b'\n', &block).count() as u64;
        if number + breaks < *wanted.start() && block.ends_with(b"\n") {
            number += breaks;
            continue;
        }
        for text in block.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            if wanted.contains(&number) {
                let text = text.strip_suffix(b"\n").unwrap_or(text);
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                let text = &text[..text.len().min(MOST_BYTES)];
                let by = fields.filter(|(by, columns)| {
                    // Others may be a part of a field with line breaks.
                    cut(text, *by, |_, _| ()).is_ok_and(|count| number == line || count == *columns)
                });
                rows.push(match by {
                    Some((by, _)) => row(text, number, Some(by)),
                    None => PreviewRow {
                        line: number,
                        cells: vec![String::from_utf8_lossy(text).into_owned()],
                        part: RowPart::Data,
                    },
                });
            }
        }
    }
    Ok(rows)
}

/// How the lines of a delimited text are cut, and into how many fields most of them.
fn fields_of(file: &Source<'_>, what: What, options: &Options<'_>) -> Option<(Cut, usize)> {
    let format = format_for(file, options).ok()?;
    if format.name() != "delimited text" {
        return None;
    }
    let whole = file.head_is_all();
    let survey = plan::survey(file.path(), file.head(), whole, what, options).ok()?;
    Some((survey.dialect.cut, survey.columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::RatingsSource;

    fn lines(text: &str, line: u64) -> Vec<(u64, String)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ratings.csv");
        std::fs::write(&path, text).unwrap();
        let source = RatingsSource {
            path,
            ..RatingsSource::default()
        };
        let rows = around(&source.into(), line, &Monitor::default()).unwrap();
        let pair = |row: PreviewRow| (row.line, row.cells.join("|"));
        rows.into_iter().map(pair).collect()
    }

    #[test]
    fn a_line_is_shown_with_those_beside_it_wherever_it_stands() {
        let text: String = (1..=400_000).map(|n| format!("user,{n},3\r\n")).collect();
        // More than a block.
        assert!(text.len() > 4 << 20);
        let found = lines(&text, 123_456);
        assert_eq!(found.len(), 9);
        assert_eq!(found[0], (123_452, "user|123452|3".to_owned()));
        assert_eq!(found[4], (123_456, "user|123456|3".to_owned()));
        assert_eq!(lines(&text, 1).len(), 5);
        let last = lines(&text, 400_000);
        assert_eq!(last.last().unwrap().0, 400_000);
        assert!(lines(&text, 500_000).is_empty());
        assert_eq!(lines("1,1,3\n1,2,x", 2)[1], (2, "1|2|x".to_owned()));
        // Too many fields in the line that fails are shown as such.
        let text = "user,item,rating\n1,1,3\n1,2,4\n1,3,4,5\n1,4,4\n2,1,3\n";
        let found: Vec<String> = lines(text, 4).into_iter().map(|(_, row)| row).collect();
        assert_eq!(found[1..4], ["1|1|3", "1|2|4", "1|3|4|5"]);
    }
}
