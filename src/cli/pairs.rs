//! `atelier predict --pairs`: a file of user-item pairs.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};

use super::failure::{Failure, Outcome, ResultExt as _};
use super::lookup::Lookup;
use super::model::Model;
use super::output::{Output, say};
use crate::record::files;

/// Writes every line of `from` with one more column, the prediction. A first line is a header if neither its user nor its item is in
/// the data.
pub(super) fn predict(
    model: &Model,
    from: &Path,
    to: Option<&Path>,
    skip_unknown: bool,
    out: &mut Output,
) -> Outcome {
    let delimiter = delimiter_of(from)?;
    let since = Rc::default();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(Trim::All)
        .from_reader(Bounded {
            file: open(from)?,
            since: Rc::clone(&since),
        });
    let mut lines = Lines {
        reader: &mut reader,
        since: &since,
    };
    match to {
        Some(path) => {
            let file = File::create(path).map_err(|error| {
                Failure::wrong(format!("cannot write {}: {error}", path.display()))
            })?;
            let report = write(model, &mut lines, from, delimiter, skip_unknown, file)?;
            report.print();
            out.line(&super::plain_text::path(path))?;
        }
        None => write(model, &mut lines, from, delimiter, skip_unknown, out)?.print(),
    }
    Ok(())
}

/// A longer line, or a quote that never ends, is no user and item.
const LONGEST: u64 = 64 << 10;

/// A file of which no more is read for one record than makes sense.
struct Bounded {
    file: File,
    /// Bytes since the last record.
    since: Rc<Cell<u64>>,
}

impl Read for Bounded {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > LONGEST {
            let what =
                format!("a line has more than {LONGEST} bytes; each line needs a user and an item");
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let count = self.file.read(bytes)?;
        self.since.set(self.since.get() + count as u64);
        Ok(count)
    }
}

/// The lines of such a file.
struct Lines<'a> {
    reader: &'a mut csv::Reader<Bounded>,
    since: &'a Cell<u64>,
}

impl Iterator for Lines<'_> {
    type Item = csv::Result<StringRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        self.since.set(0);
        self.reader.records().next()
    }
}

#[derive(Default)]
struct Report {
    skipped: u64,
    first: Option<String>,
}

impl Report {
    fn print(&self) {
        if let Some(first) = &self.first {
            say!(
                "warning: {} lines without a prediction; the first: {first}",
                self.skipped
            );
        }
    }
}

fn write(
    model: &Model,
    lines: &mut Lines<'_>,
    from: &Path,
    delimiter: u8,
    skip_unknown: bool,
    to: impl Write,
) -> Outcome<Report> {
    let data = model.data();
    let users = Lookup::new("user", &data.users);
    let items = Lookup::new("item", &data.items);
    let mut writer = WriterBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_writer(to);
    let mut report = Report::default();
    for (index, record) in lines.enumerate() {
        let record =
            record.map_err(|error| Failure::wrong(format!("{}: {error}", from.display())))?;
        let line = record.position().map_or(0, csv::Position::line);
        let place = format!("{}, line {line}", from.display());
        let (Some(user), Some(item)) = (record.get(0), record.get(1)) else {
            return Err(Failure::wrong(format!(
                "{place}: only one column; each line needs a user and an item"
            )));
        };
        let (user, item) = (users.find(user), items.find(item));
        let prediction = match (user, item) {
            (Ok(user), Ok(item)) => model.predictor().predict(user, item).to_string(),
            (Err(_), Err(_)) if index == 0 => "prediction".to_owned(),
            (Err(failure), _) | (_, Err(failure)) => {
                let Failure::Wrong(error) = failure else {
                    return Err(failure);
                };
                let problem = format!("{place}: {error}");
                if !skip_unknown {
                    return Err(Failure::wrong(format!(
                        "{problem} (--skip-unknown leaves such predictions empty)"
                    )));
                }
                report.skipped += 1;
                report.first.get_or_insert(problem);
                String::new()
            }
        };
        let mut extended: StringRecord = record;
        extended.push_field(&prediction);
        writer.write_record(&extended).or_failed()?;
    }
    writer.flush()?;
    Ok(report)
}

/// The list of pairs; a device or a pipe, which may never end, is none.
fn open(path: &Path) -> Outcome<File> {
    files::open_named(path).map_err(|error| {
        Failure::wrong(format!(
            "cannot read {}: {error}; check the path",
            path.display()
        ))
    })
}

/// The delimiter that the first line has most of: comma, tab or semicolon.
fn delimiter_of(path: &Path) -> Outcome<u8> {
    let mut line = Vec::new();
    Read::take(BufReader::new(open(path)?), LONGEST)
        .read_until(b'\n', &mut line)
        .map_err(|error| Failure::wrong(format!("cannot read {}: {error}", path.display())))?;
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    Ok([b'\t', b';', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b','))
}
