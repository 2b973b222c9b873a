//! How well a ranking puts the items that a user likes at its top.

/// Sums over users of precision, recall and NDCG of the first k items of a ranking; sums of parts merge.
///
/// Of a user with R relevant items of which h stand among the first k: precision h / k, recall h / R, and NDCG = DCG / DCG of the best order
/// with DCG = Σ over the relevant items among the first k of 1 / log₂(1 + place) (Järvelin and Kekäläinen, TOIS 2002, with gains of 0 and 1).
///
/// Items of equal score have no order. Each measure is then the mean over all of their orders, exactly (McSherry and Najork, Computing information
/// retrieval performance measures efficiently in the presence of tied scores, ECIR 2008): no order of the file slips in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RankingQuality {
    users: u64,
    precision: f64,
    recall: f64,
    ndcg: f64,
}

impl RankingQuality {
    /// Takes one user in: the score of each candidate, and whether it is relevant. A score that is not a number counts as the lowest. Nothing is
    /// taken in of a user without a relevant candidate. The candidates come out in another order.
    pub fn add(&mut self, candidates: &mut [(f32, bool)], k: usize) {
        let relevant = candidates.iter().filter(|(_, relevant)| *relevant).count();
        if relevant == 0 || k == 0 {
            return;
        }
        for (score, _) in candidates.iter_mut() {
            // Adding zero makes −0 and 0 the same.
            *score = if score.is_nan() {
                f32::NEG_INFINITY
            } else {
                *score + 0.0
            };
        }
        let (hits, dcg) = top(candidates, k);
        let best: f64 = (1..=relevant.min(k)).map(discount).sum();
        self.users += 1;
        self.precision += hits / k as f64;
        self.recall += hits / relevant as f64;
        self.ndcg += dcg / best;
    }

    /// Takes the users of another in.
    pub fn merge(&mut self, other: &Self) {
        self.users += other.users;
        self.precision += other.precision;
        self.recall += other.recall;
        self.ndcg += other.ndcg;
    }

    /// How many users there were.
    #[must_use]
    pub fn users(&self) -> u64 {
        self.users
    }

    /// The share of the first k that is relevant, 0 to 1; `None` without users.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        self.mean(self.precision)
    }

    /// The share of the relevant items that is among the first k, 0 to 1; `None` without users.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        self.mean(self.recall)
    }

    /// The normalized discounted cumulative gain, 0 to 1; `None` without users.
    #[must_use]
    pub fn ndcg(&self) -> Option<f64> {
        self.mean(self.ndcg)
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.users > 0).then(|| sum / self.users as f64)
    }
}

/// The weight of a place, from 1.
fn discount(place: usize) -> f64 {
    1.0 / (1.0 + place as f64).log2()
}

/// Relevant items among the first k, and their DCG, each on average over the orders of items of equal score.
fn top(candidates: &mut [(f32, bool)], k: usize) -> (f64, f64) {
    let k = k.min(candidates.len());
    let descending = |a: &(f32, bool), b: &(f32, bool)| b.0.total_cmp(&a.0);
    let (first, edge, rest) = candidates.select_nth_unstable_by(k - 1, descending);
    let edge = *edge;
    first.sort_unstable_by(descending);
    // All that are equal to the last of the first k share their places, whichever of them came to stand there.
    let above = first.partition_point(|candidate| candidate.0 > edge.0);
    let (above, at_edge) = first.split_at(above);
    let equal = at_edge.iter().chain([&edge]);
    let equal = equal.chain(rest.iter().filter(|candidate| candidate.0 == edge.0));
    let (mut size, mut liked) = (0, 0);
    for (_, relevant) in equal {
        size += 1;
        liked += usize::from(*relevant);
    }

    let (mut hits, mut dcg) = (0.0, 0.0);
    let mut place = 1;
    let mut take = |size: usize, liked: usize| {
        let share = liked as f64 / size as f64;
        let end = (place + size).min(k + 1);
        hits += share * (end - place) as f64;
        dcg += share * (place..end).map(discount).sum::<f64>();
        place = end;
    };
    for group in above.chunk_by(|a, b| a.0 == b.0) {
        let liked = group.iter().filter(|(_, relevant)| *relevant).count();
        take(group.len(), liked);
    }
    take(size, liked);
    (hits, dcg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(candidates: &[(f32, bool)], k: usize) -> RankingQuality {
        let mut quality = RankingQuality::default();
        quality.add(&mut candidates.to_vec(), k);
        quality
    }

    fn close(value: Option<f64>, expected: f64) {
        let value = value.expect("a user");
        assert!((value - expected).abs() < 1e-12, "{value} and {expected}");
    }

    #[test]
    fn a_ranking_without_ties_equals_the_hand_computation() {
        // By score: not, relevant, not, relevant, relevant. Of the first three one is relevant, at place 2, of three in all.
        let candidates = [
            (1.0, true),
            (5.0, false),
            (2.0, true),
            (4.0, true),
            (3.0, false),
        ];
        let quality = quality(&candidates, 3);
        close(quality.precision(), 1.0 / 3.0);
        close(quality.recall(), 1.0 / 3.0);
        // 1/log₂ 3 over 1 + 1/log₂ 3 + 1/2.
        close(
            quality.ndcg(),
            0.630_929_753_571_457_4 / 2.130_929_753_571_457_4,
        );
    }

    #[test]
    fn the_best_ranking_has_an_ndcg_of_one_and_the_worst_of_zero() {
        let best = quality(&[(3.0, true), (2.0, true), (1.0, false)], 2);
        assert_eq!(
            (best.precision(), best.recall(), best.ndcg()),
            (Some(1.0), Some(1.0), Some(1.0))
        );
        let worst = quality(&[(3.0, false), (2.0, false), (f32::NAN, true)], 2);
        assert_eq!(
            (worst.precision(), worst.recall(), worst.ndcg()),
            (Some(0.0), Some(0.0), Some(0.0))
        );
        // Fewer candidates than places: the places stay empty.
        let few = quality(&[(3.0, true), (2.0, false)], 10);
        assert_eq!(
            (few.precision(), few.recall(), few.ndcg()),
            (Some(0.1), Some(1.0), Some(1.0))
        );
    }

    #[test]
    fn equal_scores_count_as_the_mean_over_their_orders() {
        // A place 1 that is not relevant, then four of equal score of which one is: it stands at place 2 or 3 in half of the orders.
        let mut candidates = vec![(9.0, false), (1.0, false)];
        candidates.extend([(4.0, false), (4.0, true), (4.0, false), (4.0, false)]);
        let quality = quality(&candidates, 3);
        close(quality.precision(), 0.5 / 3.0);
        close(quality.recall(), 0.5);
        close(quality.ndcg(), 0.25 * (0.630_929_753_571_457_4 + 0.5));
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing() {
        // Scores with many ties, negative zeros among them; each order of the same list gives the same numbers.
        let mut candidates: Vec<(f32, bool)> = (0..60_u32)
            .map(|at| {
                (
                    ((at * 7) % 5) as f32 * -0.0 + ((at * 11) % 4) as f32,
                    at % 3 == 0,
                )
            })
            .collect();
        let all = quality(&candidates, 7);
        for turn in 0..20 {
            candidates.rotate_left(turn + 1);
            candidates.reverse();
            let turned = quality(&candidates, 7);
            close(turned.ndcg(), all.ndcg().unwrap());
            close(turned.precision(), all.precision().unwrap());
        }
    }

    #[test]
    fn users_without_a_relevant_item_do_not_count_and_parts_merge() {
        let none = quality(&[(3.0, false)], 2);
        assert_eq!((none.users(), none.ndcg()), (0, None));
        let (mut a, b) = (
            quality(&[(1.0, true)], 1),
            quality(&[(2.0, false), (1.0, true)], 1),
        );
        a.merge(&b);
        assert_eq!((a.users(), a.precision()), (2, Some(0.5)));
    }
}
