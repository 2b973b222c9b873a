//! Which task trains which trials.

/// Deals trials out to tasks of `pack` each, in order.
#[must_use]
pub fn plan(trials: &[u32], pack: u32) -> Vec<Vec<u32>> {
    trials
        .chunks(pack.max(1) as usize)
        .map(<[u32]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_short_runs_share_a_task() {
        assert_eq!(plan(&[0, 1, 2, 3, 7], 2), [vec![0, 1], vec![2, 3], vec![7]]);
        assert_eq!(plan(&[5], 100), [vec![5]]);
        assert!(plan(&[], 1).is_empty());
    }
}
