//! Comparison of the edges of two images.

use super::Luminance;

/// A pixel is on an edge if its gradient is above this quantile of its image's: the tenth with the steepest slopes.
pub const EDGE_QUANTILE: f64 = 0.9;
/// Edges match if they are no further apart than this many pixels, across, down or diagonally.
pub const EDGE_TOLERANCE: usize = 1;
/// Gradients below this many gray levels a pixel are no edges: of rounding, in flat images.
const FLAT: f64 = 1e-3;

/// Where the edges of an image are, row by row: gradients by Sobel's operator, above [`EDGE_QUANTILE`].
#[must_use]
pub fn edges(image: &Luminance) -> Vec<bool> {
    const SLOPE: [f64; 3] = [-0.5, 0.0, 0.5];
    const SMOOTH: [f64; 3] = [0.25, 0.5, 0.25];
    let across = image.filtered(&SLOPE, &SMOOTH);
    let down = image.filtered(&SMOOTH, &SLOPE);
    let gradients: Vec<f64> = across
        .values()
        .iter()
        .zip(down.values())
        .map(|(across, down)| across.hypot(*down))
        .collect();
    let threshold = quantile(&gradients, EDGE_QUANTILE).max(FLAT);
    gradients.iter().map(|size| *size > threshold).collect()
}

/// Interpolates linearly between values, as NumPy does.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let place = share * last as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    below + (above - below) * place.fract()
}

/// F1 of the edges of a changed image against those of the original, from 0 to 1: the harmonic mean of precision (the share of its edge pixels
/// that have one of the original's within [`EDGE_TOLERANCE`]) and recall (the reverse). 1 if neither has edges.
///
/// # Panics
/// If the images differ in size.
#[must_use]
pub fn edge_f1(original: &Luminance, changed: &Luminance) -> f64 {
    let (width, height) = (original.width(), original.height());
    assert_eq!(
        (width, height),
        (changed.width(), changed.height()),
        "images of one size"
    );
    let (truth, found) = (edges(original), edges(changed));
    let has_edges = |edges: &[bool]| edges.contains(&true);
    if !has_edges(&truth) && !has_edges(&found) {
        return 1.0;
    }
    let precision = covered(&found, &widened(&truth, width, height));
    let recall = covered(&truth, &widened(&found, width, height));
    if precision + recall == 0.0 {
        return 0.0;
    }
    2.0 * precision * recall / (precision + recall)
}

/// The share of edge pixels that lie in an area; 0 without edges.
fn covered(edges: &[bool], area: &[bool]) -> f64 {
    let count = edges.iter().filter(|edge| **edge).count();
    let inside = edges
        .iter()
        .zip(area)
        .filter(|(edge, area)| **edge && **area);
    inside.count() as f64 / count.max(1) as f64
}

/// All pixels within the tolerance of an edge.
fn widened(edges: &[bool], width: usize, height: usize) -> Vec<bool> {
    let near = |at: usize, length: usize| {
        at.saturating_sub(EDGE_TOLERANCE)..(at + EDGE_TOLERANCE + 1).min(length)
    };
    let mut wide = vec![false; edges.len()];
    for y in 0..height {
        for x in 0..width {
            if edges[y * width + x] {
                for row in near(y, height) {
                    let columns = near(x, width);
                    wide[row * width + columns.start..row * width + columns.end].fill(true);
                }
            }
        }
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dark on the left of a column, bright from there on.
    fn step(at: usize) -> Luminance {
        let value = |place: usize| if place % 20 < at { 20.0 } else { 200.0 };
        Luminance::new(20, 20, (0..400).map(value).collect())
    }

    /// A step's two columns are a tenth of the pixels; the quantile lies between them and the rest.
    #[test]
    fn a_step_is_an_edge_of_two_columns() {
        let found = edges(&step(8));
        for row in found.chunks(20) {
            let columns: Vec<usize> = (0..20).filter(|column| row[*column]).collect();
            assert_eq!(columns, [7, 8]);
        }
    }

    /// Brightness turned round leaves edges where they are. Moved by a pixel both columns are near the old ones; by two, one of both; by four, none.
    #[test]
    fn edges_may_move_by_a_pixel_and_no_further() {
        let original = step(8);
        assert_eq!(edge_f1(&original, &original), 1.0);
        let inverted = original.values().iter().map(|value| 255.0 - value);
        let inverted = Luminance::new(20, 20, inverted.collect());
        assert_eq!(edge_f1(&original, &inverted), 1.0);
        assert_eq!(edge_f1(&original, &step(9)), 1.0);
        assert_eq!(edge_f1(&original, &step(10)), 0.5);
        assert_eq!(edge_f1(&original, &step(12)), 0.0);
    }

    #[test]
    fn flat_images_have_no_edges() {
        let flat = Luminance::new(20, 20, vec![7.0; 400]);
        let original = Luminance::new(20, 20, (0..400).map(|at| f64::from(at % 7)).collect());
        assert_eq!(edge_f1(&flat, &flat), 1.0);
        assert_eq!(edge_f1(&original, &flat), 0.0);
    }
}
