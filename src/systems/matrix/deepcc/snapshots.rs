//! Which epochs are looked at.

/// Snapshots of a whole run, about.
const MOST: u64 = 60;
/// Of each restart at least.
const LEAST: u64 = 8;

/// True if the clusters are measured and kept after this many of a restart's epochs: after every one at first, ever more rarely later, and
/// after the last.
pub(super) fn is_due(epoch: u64, epochs: u64, restarts: u64) -> bool {
    let last = (MOST / restarts).max(LEAST) - 1;
    if epoch >= epochs || epochs <= last {
        return true;
    }
    // The i-th look is after epochs · (i / last)^p epochs, with p such that the first is after one.
    let power = (epochs as f64).ln() / (last as f64).ln();
    let look = |index: u64| {
        let share = index as f64 / last as f64;
        index.max((epochs as f64 * share.powf(power)).round() as u64)
    };
    let near = (last as f64 * (epoch as f64 / epochs as f64).powf(1.0 / power)) as u64;
    look(epoch) == epoch || (near.saturating_sub(1)..=near + 1).any(|index| look(index) == epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_are_dense_at_first_and_about_sixty_in_all() {
        for (epochs, restarts) in [(3000, 1), (3000, 10), (150, 1), (40, 1), (40, 5), (1, 1)] {
            let due: Vec<u64> = (0..=epochs)
                .filter(|epoch| is_due(*epoch, epochs, restarts))
                .collect();
            let all = due.len() as u64 * restarts;
            assert!(all <= MOST + LEAST * restarts, "{epochs}: {all}");
            assert!(due.len() as u64 >= (epochs + 1).min(LEAST), "{epochs}");
            assert_eq!(due[..2], [0, 1]);
            assert_eq!(due.last(), Some(&epochs));
            let gaps: Vec<u64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(gaps.first() <= gaps.iter().max(), "{gaps:?}");
        }
    }
}
