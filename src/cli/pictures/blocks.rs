//! A matrix in the order of its file, and folded into blocks.

use std::sync::Arc;

use ecolor::Color32;
use image::{Rgb, RgbImage};

use crate::data::{Cells, MatrixData};
use crate::draw::chart::Figure;
use crate::draw::ticks::short;
use crate::draw::{Anchor, LIGHT, Picture, Rect, Sequential, TextStyle};
use crate::record::{CoClusters, Side};

/// Space left and right of everything, in points.
const MARGIN: f64 = 32.0;
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
pub(crate) fn blocks(name: &str, matrix: &MatrixData, clusters: &CoClusters) -> Picture {
    let (rows, columns) = (sorted(&clusters.rows), sorted(&clusters.columns));
    let range = range_of(&matrix.observed);
    let (width, height) = Figure::SIZE;
    let mut picture = Picture::new(width, height, Color32::WHITE);
    let title = format!(
        "{name}: {} × {} blocks",
        clusters.rows.clusters, clusters.columns.clusters
    );
    let note = format!(
        "{} rows and {} columns. Left: in the order of the file; right: sorted by the clusters that were found.",
        matrix.rows.len(),
        matrix.columns.len()
    );
    picture.text(
        title,
        (MARGIN, 30.0),
        Anchor::Left,
        TextStyle::title(&LIGHT),
    );
    picture.text(note, (MARGIN, 48.0), Anchor::Left, TextStyle::note(&LIGHT));
    let middle = width / 2.0;
    let left = (MARGIN, middle - 14.0);
    let right = (middle + 14.0 + BAR + GAP, width - MARGIN);
    let plain = |count: usize| (0..count).collect::<Vec<_>>();
    let original = raster(
        matrix,
        &plain(matrix.rows.len()),
        &plain(matrix.columns.len()),
        range,
    );
    let area = |(from, to): (f64, f64)| Rect::between((from, TOP), (to, BOTTOM));
    picture.image(Arc::new(original), area(left), false);
    let folded = raster(matrix, &rows, &columns, range);
    picture.image(Arc::new(folded), area(right), false);
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
    bars(&mut picture, &down, &across);
    for (x, text) in [(left.0, "As it is"), (right.0, "Folded")] {
        let at = (x, TOP - BAR - GAP - 6.0);
        picture.text(text, at, Anchor::Left, TextStyle::heading(&LIGHT));
    }
    legend(&mut picture, range, matrix.absent_is_missing);
    picture
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
    let background = [LIGHT.stripe.r(), LIGHT.stripe.g(), LIGHT.stripe.b()];
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
fn bars(picture: &mut Picture, down: &Axis<'_>, across: &Axis<'_>) {
    let color = |cluster: Option<u16>| {
        cluster.map_or(LIGHT.border_strong, |cluster| {
            LIGHT.category(usize::from(cluster))
        })
    };
    let border = Color32::from_black_alpha(115);
    for (cluster, from, to) in down.spans() {
        let right = across.from - GAP;
        picture.fill(
            Rect::between((right - BAR, from), (right, to)),
            color(cluster),
        );
        if from > down.from {
            picture.line(&[(across.from, from), (across.to, from)], 0.75, border);
        }
    }
    for (cluster, from, to) in across.spans() {
        let bottom = down.from - GAP;
        picture.fill(
            Rect::between((from, bottom - BAR), (to, bottom)),
            color(cluster),
        );
        if from > across.from {
            picture.line(&[(from, down.from), (from, down.to)], 0.75, border);
        }
    }
}

/// What the colors mean.
fn legend(picture: &mut Picture, (low, high): (f32, f32), absent_is_missing: bool) {
    const WIDTH: f64 = 120.0;
    const HEIGHT: f64 = 8.0;
    const STEPS: u32 = 120;
    let top = BOTTOM + 18.0;
    let ramp = RgbImage::from_fn(STEPS, 1, |x, _| {
        let color = Sequential::Viridis.color(x as f32 / (STEPS - 1) as f32);
        Rgb([color.r(), color.g(), color.b()])
    });
    let left = MARGIN + 40.0;
    let tick = TextStyle::tick(&LIGHT);
    picture.image(
        Arc::new(ramp),
        Rect::sized((left, top), WIDTH, HEIGHT),
        true,
    );
    let baseline = top + HEIGHT;
    picture.text(
        short(f64::from(low)),
        (left - 6.0, baseline),
        Anchor::Right,
        tick,
    );
    let after = left + WIDTH + 6.0;
    picture.text(
        short(f64::from(high)),
        (after, baseline),
        Anchor::Left,
        tick,
    );
    let absent = after + 60.0;
    picture.fill(Rect::sized((absent, top), 14.0, HEIGHT), LIGHT.stripe);
    let word = if absent_is_missing { "missing" } else { "zero" };
    picture.text(word, (absent + 20.0, baseline), Anchor::Left, tick);
}
