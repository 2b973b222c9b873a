//! Test pictures and what systems make of them, in a grid.

use std::path::Path;

use image::RgbImage;

use super::sheet::{Anchor, PictureError, Sheet, Type, fit, picture};
use super::{MARGIN, SIZE};

/// Top of the grid, in points.
const TOP: f64 = 92.0;
const GAP: f64 = 8.0;
const BOTTOM: f64 = 24.0;

/// What a grid shows.
pub(crate) struct TranslationGrid<'a> {
    pub(crate) title: &'a str,
    pub(crate) note: &'a str,
    /// Above each column.
    pub(crate) headings: Vec<String>,
    /// A cell for each heading; all of one shape.
    pub(crate) rows: Vec<Vec<Option<&'a RgbImage>>>,
}

/// Draws a grid; nothing if it has no cell.
pub(crate) fn translations(path: &Path, grid: &TranslationGrid<'_>) -> Result<(), PictureError> {
    let columns = grid.headings.len();
    let Some(cell) = grid.rows.iter().flatten().flatten().next() else {
        return Ok(());
    };
    let room = f64::from(SIZE.0) - 2.0 * MARGIN;
    let width = (room - GAP * (columns - 1) as f64) / columns as f64;
    let height = width * f64::from(cell.height()) / f64::from(cell.width());
    let rows = grid.rows.len() as f64;
    let bottom = TOP + rows * height + (rows - 1.0) * GAP + BOTTOM;
    picture(path, (SIZE.0, bottom.ceil() as u32), |sheet| {
        sheet.title(grid.title, grid.note)?;
        for (column, heading) in grid.headings.iter().enumerate() {
            let left = MARGIN + column as f64 * (width + GAP);
            let heading = fit(heading, width, Type::HEADING)?;
            sheet.text(&heading, (left, TOP - 10.0), Anchor::Left, Type::HEADING)?;
        }
        for (row, cells) in grid.rows.iter().enumerate() {
            let top = TOP + row as f64 * (height + GAP);
            draw_row(sheet, cells, top, (width, height))?;
        }
        Ok(())
    })
}

fn draw_row(
    sheet: &Sheet<'_>,
    cells: &[Option<&RgbImage>],
    top: f64,
    (width, height): (f64, f64),
) -> Result<(), PictureError> {
    for (column, cell) in cells.iter().enumerate() {
        let left = MARGIN + column as f64 * (width + GAP);
        if let Some(cell) = cell {
            // Enlarged smoothly: photographs are no matrices.
            let pixels = ((width * 4.0) as u32, (height * 4.0) as u32);
            let filter = image::imageops::FilterType::CatmullRom;
            let shown = image::imageops::resize(*cell, pixels.0.max(1), pixels.1.max(1), filter);
            sheet.image(&shown, (left, top), (left + width, top + height))?;
        }
    }
    Ok(())
}
