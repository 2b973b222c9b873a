//! Inner products and neighbors by them.

use rayon::prelude::*;

/// Σ a b, in sums side by side that the processor adds at once.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<16>();
    let (b, b_rest) = b.as_chunks::<16>();
    let mut lanes = [0.0_f32; 16];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

/// The `count` rows of `vectors` (rows of length `width`) nearest to row `own`, without itself, with the cosine of their angle; best
/// first. The cosine with a vector of zeros is 0.
#[must_use]
pub fn nearest_rows(vectors: &[f32], width: usize, own: usize, count: usize) -> Vec<(usize, f32)> {
    let row = |index: usize| &vectors[index * width..(index + 1) * width];
    let norm = |vector: &[f32]| dot(vector, vector).sqrt();
    let (target, target_norm) = (row(own), norm(row(own)));
    let mut near: Vec<(usize, f32)> = (0..vectors.len() / width.max(1))
        .into_par_iter()
        .with_min_len(256)
        .filter(|&other| other != own)
        .map(|other| {
            let vector = row(other);
            let norms = target_norm * norm(vector);
            let cosine = if norms > 0.0 {
                dot(target, vector) / norms
            } else {
                0.0
            };
            (other, cosine)
        })
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(count);
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_equals_the_plain_sum() {
        let a: Vec<f32> = (1..=19_u8).map(f32::from).collect();
        // 1² + … + 19² = 19 · 20 · 39 / 6.
        assert_eq!(dot(&a, &a), 2470.0);
        assert_eq!(dot(&[], &[]), 0.0);
    }

    #[test]
    fn neighbors_equal_the_hand_computation() {
        // Angles of (3, 4) with: (4, 3) 24/25; (0, 2) 4/5; (−3, −4) −1; zero 0.
        let vectors = [3.0, 4.0, 0.0, 2.0, 0.0, 0.0, 4.0, 3.0, -3.0, -4.0];
        assert_eq!(
            nearest_rows(&vectors, 2, 0, 9),
            [(3, 0.96), (1, 0.8), (2, 0.0), (4, -1.0)]
        );
        assert_eq!(nearest_rows(&vectors, 2, 0, 1), [(3, 0.96)]);
        assert!(nearest_rows(&vectors, 2, 0, 0).is_empty());
    }
}
