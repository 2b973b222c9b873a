//! `atelier predict --pairs`: a file of user-item pairs.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write};
use std::path::Path;

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
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(Trim::All)
        .from_reader(open(from)?);
    match to {
        Some(path) => {
            let file = File::create(path).map_err(|error| {
                Failure::wrong(format!("cannot write {}: {error}", path.display()))
            })?;
            let report = write(model, &mut reader, from, delimiter, skip_unknown, file)?;
            report.print();
            out.line(&super::plain_text::path(path))?;
        }
        None => write(model, &mut reader, from, delimiter, skip_unknown, out)?.print(),
    }
    Ok(())
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
    reader: &mut csv::Reader<File>,
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
    for (index, record) in reader.records().enumerate() {
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
    /// A longer first line is no list of pairs.
    const MOST: u64 = 64 << 10;
    let mut line = Vec::new();
    std::io::Read::take(BufReader::new(open(path)?), MOST)
        .read_until(b'\n', &mut line)
        .map_err(|error| Failure::wrong(format!("cannot read {}: {error}", path.display())))?;
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    Ok([b'\t', b';', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b','))
}
