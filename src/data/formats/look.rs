//! The beginning of a file, for the preview.

use super::format::{Options, format_for};
use super::look_text;
use super::source::Source;
use super::{Names, Table};
use crate::data::load::counted;
use crate::data::preview::{Guess, GuessedBy, Preview, PreviewColumn, PreviewRow, Role, RowPart};
use crate::data::{self, Cells, DataError, Labels, Monitor};

/// Rows and columns of a matrix that are shown.
const SHOWN: usize = 20;
/// A larger file is not read to show its cells.
const MOST_BYTES: u64 = 8 << 20;

/// The keys that say how a file of this source is read.
pub(super) fn options(source: &data::Source) -> Options<'_> {
    match source {
        data::Source::Ratings(source) => source.options(),
        data::Source::Matrix(source) => source.options(),
        data::Source::Images(_) => Options::default(),
    }
}

/// Fills a preview from the beginning of a file.
pub(crate) fn preview(
    source: &data::Source,
    monitor: &Monitor,
    preview: &mut Preview,
) -> Result<(), DataError> {
    let options = options(source);
    let mut file = Source::open_with(source.path(), &options, monitor)?;
    let format = format_for(&file, &options)?;
    format.name().clone_into(&mut preview.format);
    preview.oddities = file.notices();
    if format.name() == "delimited text" {
        return look_text::preview(source, &mut file, preview);
    }
    let size = std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len());
    if size > MOST_BYTES {
        return Ok(());
    }
    if let data::Source::Ratings(_) = source {
        let mut names = Names::default();
        let table = format.ratings(&mut file, &mut names, &options)?;
        show_ratings(&table, &names, preview);
        preview.oddities.extend(table.notices);
        return Ok(());
    }
    let raw = format.matrix(&mut file, &options)?;
    show_cells(&raw.cells, &raw.rows, &raw.columns, preview);
    preview.oddities.extend(raw.notices);
    if raw.variables.len() > 1 {
        let (value, by) = match options.variable {
            Some(name) => (name.into(), GuessedBy::You),
            None => (serde_json::Value::Null, GuessedBy::Likely),
        };
        preview.guesses.push(Guess {
            key: "variable",
            label: "Array".to_owned(),
            shown: options.variable.unwrap_or_default().to_owned(),
            value,
            by,
            why: "the file holds several arrays".to_owned(),
            choices: (raw.variables.into_iter())
                .map(|name| (name.as_str().into(), name))
                .collect(),
        });
    }
    Ok(())
}

fn show_ratings(table: &Table, names: &Names, preview: &mut Preview) {
    preview.format = format!(
        "{}, {} by {}",
        preview.format,
        counted(table.len(), "rating", "ratings"),
        counted(names.users.len(), "user", "users")
    );
    let column = |name: &str, role| PreviewColumn {
        name: name.to_owned(),
        role,
    };
    preview.columns = vec![
        column("user", Role::User),
        column("item", Role::Item),
        column("rating", Role::Rating),
    ];
    let ratings = table.chunks.iter().flat_map(|chunk| {
        let pairs = chunk.users.iter().zip(&chunk.items);
        pairs.zip(&chunk.values)
    });
    preview.rows = (1..)
        .zip(ratings.take(SHOWN))
        .map(|(line, ((&user, &item), value))| PreviewRow {
            line,
            cells: vec![
                names.users.display(user as usize).to_owned(),
                names.items.display(item as usize).to_owned(),
                value.to_string(),
            ],
            part: RowPart::Data,
        })
        .collect();
    preview.more = table.len() > SHOWN;
}

fn show_cells(cells: &Cells, rows: &Labels, columns: &Labels, preview: &mut Preview) {
    preview.format = format!("{}, {} × {}", preview.format, cells.rows(), cells.columns());
    let width = cells.columns().min(SHOWN);
    preview.columns.push(PreviewColumn {
        name: String::new(),
        role: Role::Name,
    });
    preview.columns.extend((0..width).map(|at| PreviewColumn {
        name: columns.display(at).to_owned(),
        role: Role::Cell,
    }));
    for row in 0..cells.rows().min(SHOWN) {
        let mut shown = vec![String::new(); width + 1];
        rows.display(row).clone_into(&mut shown[0]);
        for (column, value) in cells.row(row).filter(|(column, _)| *column < width) {
            shown[column + 1] = value.to_string();
        }
        preview.rows.push(PreviewRow {
            line: row as u64 + 1,
            cells: shown,
            part: RowPart::Data,
        });
    }
    preview.more = cells.rows() > SHOWN || cells.columns() > SHOWN;
}
