//! The beginning of a file, for the preview.

use super::format::format_of;
use super::sniff::{Sample, Shape, recognize};
use super::source::Source;
use super::table;
use crate::data::preview::{Guess, GuessedBy, Preview, PreviewColumn, PreviewRow, Role, RowPart};
use crate::data::{self, DataError, Monitor};

/// Lines that are shown.
const SHOWN: usize = 50;

/// Fills a preview from the beginning of a file.
pub(crate) fn preview(
    source: &data::Source,
    monitor: &Monitor,
    preview: &mut Preview,
) -> Result<(), DataError> {
    let file = Source::open(source.path(), monitor)?;
    let format = format_of(file.head());
    format.name().clone_into(&mut preview.format);
    if format.name() != "delimited text" {
        return Ok(());
    }
    let (path, head, whole) = (file.path(), file.head(), file.head_is_all());
    let sample = Sample::of(path, head, whole, "Give a table")?;
    for (at, row) in sample.rows.iter().take(SHOWN).enumerate() {
        let text = |field: &&[u8]| String::from_utf8_lossy(field).into_owned();
        preview.rows.push(PreviewRow {
            line: (sample.comments + at) as u64 + 1,
            cells: row.iter().map(text).collect(),
            part: RowPart::Data,
        });
    }
    preview.more = !whole || sample.rows.len() > SHOWN;
    preview.guesses.push(Guess {
        key: "delimiter",
        label: "Delimiter".to_owned(),
        value: sample.delimiter.name().into(),
        shown: sample.delimiter.name().to_owned(),
        by: GuessedBy::Likely,
        why: format!("it cuts the lines into {} fields", sample.columns),
        choices: Vec::new(),
    });
    let mut roles = vec![Role::Cell; sample.columns];
    let mut skip = sample.comments;
    match source {
        data::Source::Ratings(_) => {
            if let Shape::Triplets {
                layout, skip: own, ..
            } = recognize(path, head, whole)?
            {
                skip = own;
                roles = vec![Role::NotUsed; sample.columns];
                for (at, role) in [
                    (layout.user, Role::User),
                    (layout.item, Role::Item),
                    (layout.rating, Role::Rating),
                ] {
                    roles[at] = role;
                }
            }
        }
        _ => {
            if let (table::Text::Grid(grid), _) = table::recognize(path, head, whole)? {
                if grid.row_names {
                    roles[0] = Role::Name;
                }
                skip += usize::from(grid.column_names);
            }
        }
    }
    let header = (skip > sample.comments).then(|| {
        preview.rows[0].part = RowPart::Header;
        preview.rows[0].cells.clone()
    });
    preview.columns = roles
        .into_iter()
        .enumerate()
        .map(|(at, role)| PreviewColumn {
            name: header
                .as_ref()
                .and_then(|names| names.get(at).cloned())
                .unwrap_or_default(),
            role,
        })
        .collect();
    Ok(())
}
