//! A matrix in the order of its file, and folded into blocks.

use std::path::Path;

use image::{Rgb, RgbImage};
use plotters::style::{BLACK, Color as _};

use super::sheet::{Anchor, PictureError, Sheet, Type, picture};
use super::{MARGIN, SIZE, colors};
use crate::data::{Cells, MatrixData};
use crate::draw::Sequential;
use crate::record::{CoClusters, Side};

/// Top and bottom of the two matrices, in points.
const TOP: f64 = 96.0;
const BOTTOM: f64 = 450.0;
/// Thickness of the bars that show clusters, and their distance from the matrix.
const BAR: f64 = 6.0;
const GAP: f64 = 3.0;
/// Most bins along a side: more cannot be told apart.
const MOST_BINS: usize = 1200;
/// Share of the values below and above the ends of the color map.
const CLIPPED: f64 = 0.02;

/// The matrix as it is and sorted by cluster, side by side.
pub(crate) fn blocks(
    path: &Path,
    name: &str,
    matrix: &MatrixData,
    clusters: &CoClusters,
) -> Result<(), PictureError> {
    let (rows, columns) = (sorted(&clusters.rows), sorted(&clusters.columns));
    let range = range_of(&matrix.observed);
    picture(path, SIZE, |sheet| {
        sheet.title(
            &format!(
                "{name}: {} × {} blocks",
                clusters.rows.clusters, clusters.columns.clusters
            ),
            &format!(
                "{} rows and {} columns. Left: in the order of the file; right: sorted by the clusters that were found.",
                matrix.rows.len(),
                matrix.columns.len()
            ),
        )?;
        let middle = sheet.width / 2.0;
        let left = (MARGIN, middle - 14.0);
        let right = (middle + 14.0 + BAR + GAP, sheet.width - MARGIN);
        let plain = |count: usize| (0..count).collect::<Vec<_>>();
        let original = raster(
            matrix,
            &plain(matrix.rows.len()),
            &plain(matrix.columns.len()),
            range,
        );
        sheet.image(&original, (left.0, TOP), (left.1, BOTTOM))?;
        let folded = raster(matrix, &rows, &columns, range);
        sheet.image(&folded, (right.0, TOP), (right.1, BOTTOM))?;
        let across = Axis {
            from: right.0,
            to: right.1,
            side: &clusters.columns,
            order: &columns,
        };
        let down = Axis {
            from: TOP,
            to: BOTTOM,
            side: &clusters.rows,
            order: &rows,
        };
        bars(sheet, &down, &across)?;
        for (x, text) in [(left.0, "As it is"), (right.0, "Folded")] {
            sheet.text(
                text,
                (x, TOP - BAR - GAP - 6.0),
                Anchor::Left,
                Type::HEADING,
            )?;
        }
        legend(sheet, range, matrix.absent_is_missing)
    })
}

/// Rows by cluster, in the order of the file within each; those set aside last.
fn sorted(side: &Side) -> Vec<usize> {
    let mut order: Vec<usize> = (0..side.of.len()).collect();
    order.sort_by_key(|row| side.of[*row].map_or(usize::MAX, usize::from));
    order
}

/// The values at the ends of the color map.
fn range_of(cells: &Cells) -> (f32, f32) {
    let mut values: Vec<f32> = (0..cells.rows())
        .flat_map(|row| cells.row(row))
        .map(|(_, value)| value)
        .filter(|value| value.is_finite() && *value != 0.0)
        .collect();
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let clipped = (values.len() as f64 * CLIPPED) as usize;
    let last = values.len() - 1 - clipped;
    let (_, low, _) = values.select_nth_unstable_by(clipped.min(last), f32::total_cmp);
    let low = *low;
    let (_, high, _) = values.select_nth_unstable_by(last, f32::total_cmp);
    (low, *high)
}

/// One pixel a bin of cells: the color of their mean, paler where fewer are there.
fn raster(
    matrix: &MatrixData,
    rows: &[usize],
    columns: &[usize],
    (low, high): (f32, f32),
) -> RgbImage {
    let bins = |count: usize| count.clamp(1, MOST_BINS);
    let (height, width) = (bins(rows.len()), bins(columns.len()));
    let mut column_bin = vec![0; columns.len()];
    for (place, column) in columns.iter().enumerate() {
        column_bin[*column] = place * width / columns.len();
    }
    let mut sums = vec![(0_f64, 0_u32); width * height];
    for (place, row) in rows.iter().enumerate() {
        let start = place * height / rows.len() * width;
        for (column, value) in matrix.observed.row(*row) {
            if value.is_finite() && (matrix.absent_is_missing || value != 0.0) {
                let (sum, count) = &mut sums[start + column_bin[column]];
                *sum += f64::from(value);
                *count += 1;
            }
        }
    }
    let cells = (rows.len() * columns.len()) as f64 / (width * height) as f64;
    let background = [colors::STRIPE.0, colors::STRIPE.1, colors::STRIPE.2];
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let (sum, count) = sums[y as usize * width + x as usize];
        if count == 0 {
            return Rgb(background);
        }
        let mean = (sum / f64::from(count)) as f32;
        let color = Sequential::Viridis.color((mean - low) / (high - low).max(f32::EPSILON));
        // The root keeps a single cell of a large bin visible.
        let cover = (f64::from(count) / cells).min(1.0).sqrt();
        let mix = |foreground: u8, background: u8| {
            (f64::from(foreground) * cover + f64::from(background) * (1.0 - cover)).round() as u8
        };
        Rgb([
            mix(color.r(), background[0]),
            mix(color.g(), background[1]),
            mix(color.b(), background[2]),
        ])
    })
}

/// One side of the folded matrix.
struct Axis<'a> {
    from: f64,
    to: f64,
    side: &'a Side,
    order: &'a [usize],
}

impl Axis<'_> {
    /// The clusters in order: number (`None`: set aside), begin and end in points.
    fn spans(&self) -> Vec<(Option<u16>, f64, f64)> {
        let at = |place: usize| {
            self.from + (self.to - self.from) * place as f64 / self.order.len().max(1) as f64
        };
        let mut spans: Vec<(Option<u16>, f64, f64)> = Vec::new();
        for (place, row) in self.order.iter().enumerate() {
            let cluster = self.side.of[*row];
            match spans.last_mut() {
                Some((own, _, end)) if *own == cluster => *end = at(place + 1),
                _ => spans.push((cluster, at(place), at(place + 1))),
            }
        }
        spans
    }
}

/// Bars of clusters along both sides, and the borders of the blocks.
fn bars(sheet: &Sheet<'_>, down: &Axis<'_>, across: &Axis<'_>) -> Result<(), PictureError> {
    let color = |cluster: Option<u16>| {
        cluster.map_or(colors::AXIS, |cluster| colors::series(usize::from(cluster)))
    };
    let border = BLACK.mix(0.45);
    for (cluster, from, to) in down.spans() {
        let right = across.from - GAP;
        sheet.fill((right - BAR, from), (right, to), color(cluster).into())?;
        if from > down.from {
            sheet.line(&[(across.from, from), (across.to, from)], 0.75, border)?;
        }
    }
    for (cluster, from, to) in across.spans() {
        let bottom = down.from - GAP;
        sheet.fill((from, bottom - BAR), (to, bottom), color(cluster).into())?;
        if from > across.from {
            sheet.line(&[(from, down.from), (from, down.to)], 0.75, border)?;
        }
    }
    Ok(())
}

/// What the colors mean.
fn legend(
    sheet: &Sheet<'_>,
    (low, high): (f32, f32),
    absent_is_missing: bool,
) -> Result<(), PictureError> {
    const WIDTH: f64 = 120.0;
    const HEIGHT: f64 = 8.0;
    const STEPS: u32 = 120;
    let top = BOTTOM + 18.0;
    let ramp = RgbImage::from_fn(STEPS, 1, |x, _| {
        let color = Sequential::Viridis.color(x as f32 / (STEPS - 1) as f32);
        Rgb([color.r(), color.g(), color.b()])
    });
    let left = MARGIN + 40.0;
    sheet.image(&ramp, (left, top), (left + WIDTH, top + HEIGHT))?;
    let baseline = top + HEIGHT;
    // An end of a scale, unlike a measure, says as much without zeros behind it.
    let number = |value: f32| {
        let text = crate::cli::plain_text::number(f64::from(value));
        match text.contains('.') && !text.contains('e') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    };
    sheet.text(
        &number(low),
        (left - 6.0, baseline),
        Anchor::Right,
        Type::TICK,
    )?;
    let after = left + WIDTH + 6.0;
    sheet.text(&number(high), (after, baseline), Anchor::Left, Type::TICK)?;
    let absent = after + 60.0;
    sheet.fill(
        (absent, top),
        (absent + 14.0, top + HEIGHT),
        colors::STRIPE.into(),
    )?;
    let word = if absent_is_missing { "missing" } else { "zero" };
    sheet.text(word, (absent + 20.0, baseline), Anchor::Left, Type::TICK)
}
