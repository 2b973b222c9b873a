//! Regression trees over levels, each fitted to a bootstrap sample.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

use super::Interval;
use super::levels::Levels;
use super::shares::{self, Marginals};

/// Trees of a forest.
const TREES: usize = 100;
/// Leaves of a tree, at most about.
const LEAVES: usize = 400;

/// A random forest, and how the variance of each tree is made up.
#[derive(Debug)]
pub(super) struct Forest {
    trees: Vec<Tree>,
    marginals: Vec<Marginals>,
    sizes: Vec<usize>,
    /// See [`super::Importance::explained`].
    pub(super) explained: f64,
}

/// A tree, as its leaves: together all combinations of levels, each once.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) leaves: Vec<Leaf>,
}

/// Combinations of levels with one value.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) value: f64,
    /// Of each variable the levels, as bits.
    pub(super) levels: Vec<u64>,
}

impl Forest {
    /// `levels`: of each variable; `values`: of each run.
    pub(super) fn fit(levels: &[Levels], values: &[f64]) -> Self {
        let grown: Vec<(Tree, Vec<bool>)> = (0..TREES as u64)
            .into_par_iter()
            .map(|number| {
                let mut rng = ChaCha8Rng::seed_from_u64(number);
                let mut unseen = vec![true; values.len()];
                let mut sample = Vec::with_capacity(values.len());
                for _ in 0..values.len() {
                    let run = rng.random_range(0..values.len());
                    unseen[run] = false;
                    sample.push(run);
                }
                (Tree::grow(levels, values, &mut sample, &mut rng), unseen)
            })
            .collect();
        let explained = explained(&grown, levels, values);
        let sizes: Vec<usize> = levels.iter().map(|own| own.count).collect();
        let trees: Vec<Tree> = grown.into_iter().map(|(tree, _)| tree).collect();
        let marginals = trees
            .par_iter()
            .map(|tree| Marginals::of(tree, &sizes))
            .collect();
        Self {
            trees,
            marginals,
            sizes,
            explained,
        }
    }

    /// Of each variable its share and its effect.
    pub(super) fn main(&self) -> Vec<(Interval, f64)> {
        (0..self.sizes.len())
            .map(|variable| {
                let shares = self.marginals.iter().filter_map(|own| own.share(variable));
                (
                    Interval::of(shares.collect()),
                    shares::effect(&self.marginals, variable),
                )
            })
            .collect()
    }

    /// The share of a pair beyond each alone.
    pub(super) fn pair(&self, one: usize, other: usize) -> Interval {
        let trees = self.trees.par_iter().zip(&self.marginals);
        let shares = trees.filter_map(|(tree, own)| own.pair(tree, &self.sizes, one, other));
        Interval::of(shares.collect())
    }
}

impl Interval {
    fn of(mut values: Vec<f64>) -> Self {
        if values.is_empty() {
            return Self {
                mean: 0.0,
                low: 0.0,
                high: 0.0,
            };
        }
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        let at = |share: f64| values[(share * last as f64).round() as usize];
        Self {
            mean: values.iter().sum::<f64>() / values.len() as f64,
            low: at(0.05),
            high: at(0.95),
        }
    }
}

/// R² of the runs by the trees that have not seen them.
fn explained(grown: &[(Tree, Vec<bool>)], levels: &[Levels], values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut left, mut scatter) = (0.0, 0.0);
    for (run, value) in values.iter().enumerate() {
        let own = |variable: usize| levels[variable].of[run];
        let unseen = grown.iter().filter(|(_, unseen)| unseen[run]);
        let predicted: Vec<f64> = unseen.map(|(tree, _)| tree.predict(own)).collect();
        if predicted.is_empty() {
            continue;
        }
        let predicted = predicted.iter().sum::<f64>() / predicted.len() as f64;
        left += (value - predicted).powi(2);
        scatter += (value - mean).powi(2);
    }
    if scatter == 0.0 {
        return 0.0;
    }
    1.0 - left / scatter
}

/// Where a node is divided.
struct Split {
    variable: usize,
    /// The levels of one side.
    levels: u64,
    gain: f64,
}

impl Tree {
    fn grow(levels: &[Levels], values: &[f64], sample: &mut [usize], rng: &mut ChaCha8Rng) -> Self {
        let all = levels.iter().map(|own| full(own.count)).collect();
        let mut tree = Self { leaves: Vec::new() };
        let least = (values.len() / LEAVES).max(1);
        tree.divide(levels, values, sample, all, least, rng);
        tree
    }

    fn divide(
        &mut self,
        levels: &[Levels],
        values: &[f64],
        sample: &mut [usize],
        own: Vec<u64>,
        least: usize,
        rng: &mut ChaCha8Rng,
    ) {
        let mean = sample.iter().map(|run| values[*run]).sum::<f64>() / sample.len() as f64;
        let is_even = sample.iter().all(|run| values[*run] == values[sample[0]]);
        let split = match is_even {
            true => None,
            false => best_split(levels, values, sample, &own, least, mean, rng),
        };
        let Some(split) = split else {
            self.leaves.push(Leaf {
                value: mean,
                levels: own,
            });
            return;
        };
        let of = &levels[split.variable].of;
        let is_first = |run: usize| split.levels >> of[run] & 1 == 1;
        let mut middle = 0;
        for at in 0..sample.len() {
            if is_first(sample[at]) {
                sample.swap(at, middle);
                middle += 1;
            }
        }
        let (first, second) = sample.split_at_mut(middle);
        let mut other = own.clone();
        other[split.variable] &= !split.levels;
        let mut one = own;
        one[split.variable] &= split.levels;
        self.divide(levels, values, first, one, least, rng);
        self.divide(levels, values, second, other, least, rng);
    }

    fn predict(&self, level: impl Fn(usize) -> usize) -> f64 {
        let holds = |leaf: &&Leaf| {
            let mut own = leaf.levels.iter().enumerate();
            own.all(|(variable, levels)| levels >> level(variable) & 1 == 1)
        };
        // The leaves are all there is.
        self.leaves
            .iter()
            .find(holds)
            .map_or(f64::NAN, |leaf| leaf.value)
    }
}

/// So many bits.
fn full(count: usize) -> u64 {
    u64::MAX >> (64 - count)
}

/// The division that explains most; where none explains anything (as in an exclusive or), one at random.
fn best_split(
    levels: &[Levels],
    values: &[f64],
    sample: &[usize],
    own: &[u64],
    least: usize,
    mean: f64,
    rng: &mut ChaCha8Rng,
) -> Option<Split> {
    let mut best: Option<Split> = None;
    // From any variable on, so that of equal ones none is preferred.
    let first = rng.random_range(0..levels.len());
    for step in 0..levels.len() {
        let variable = (first + step) % levels.len();
        let split = split_of(
            &levels[variable],
            values,
            sample,
            own[variable],
            least,
            mean,
        );
        if let Some((levels, gain)) = split
            && best.as_ref().is_none_or(|best| gain > best.gain)
        {
            best = Some(Split {
                variable,
                levels,
                gain,
            });
        }
    }
    best
}

/// The best division by one variable: the levels of one side, and the squares that it explains.
fn split_of(
    levels: &Levels,
    values: &[f64],
    sample: &[usize],
    own: u64,
    least: usize,
    mean: f64,
) -> Option<(u64, f64)> {
    let mut sums = [(0_usize, 0.0_f64); 64];
    for run in sample {
        let (count, sum) = &mut sums[levels.of[*run]];
        *count += 1;
        *sum += values[*run] - mean;
    }
    let mut present: Vec<usize> = (0..levels.count)
        .filter(|level| sums[*level].0 > 0)
        .collect();
    if present.len() < 2 {
        return None;
    }
    if !levels.ordered {
        // Of all divisions of categories the best is one along their means (Fisher 1958).
        let mean = |level: &usize| sums[*level].1 / sums[*level].0 as f64;
        present.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
    }
    let total: f64 = present.iter().map(|level| sums[*level].1).sum();
    let mut below = (0, 0.0);
    let mut side = 0_u64;
    let mut best: Option<(u64, f64, usize)> = None;
    for (at, pair) in present.windows(2).enumerate() {
        side |= 1 << pair[0];
        below = (below.0 + sums[pair[0]].0, below.1 + sums[pair[0]].1);
        let above = (sample.len() - below.0, total - below.1);
        if below.0 < least || above.0 < least {
            continue;
        }
        let gain = below.1 * below.1 / below.0 as f64 + above.1 * above.1 / above.0 as f64;
        if best.is_none_or(|(_, most, _)| gain > most) {
            best = Some((side, gain, at));
        }
    }
    let (side, gain, at) = best?;
    if levels.ordered {
        // Levels that no run of the sample has go with the nearer neighbor.
        let middle = present[at].midpoint(present[at + 1]);
        return Some((full(middle + 1) & own, gain));
    }
    let more_below = present[..=at]
        .iter()
        .map(|level| sums[*level].0)
        .sum::<usize>()
        * 2
        > sample.len();
    let there = present.iter().fold(0_u64, |bits, level| bits | 1 << level);
    let missing = own & !there;
    Some((if more_below { side | missing } else { side }, gain))
}
