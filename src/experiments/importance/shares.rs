//! How the variance of a tree over all combinations of levels is made up.

use super::forest::{Leaf, Tree};

/// The means of a tree given one level of one variable.
#[derive(Debug)]
pub(super) struct Marginals {
    /// Over all combinations.
    mean: f64,
    /// Over all combinations.
    variance: f64,
    /// Of each variable and level, over all others.
    of: Vec<Vec<f64>>,
}

impl Marginals {
    pub(super) fn of(tree: &Tree, sizes: &[usize]) -> Self {
        let mut mean = 0.0;
        let mut squares = 0.0;
        let mut of: Vec<Vec<f64>> = sizes.iter().map(|size| vec![0.0; *size]).collect();
        for leaf in &tree.leaves {
            let weight = weight(leaf, sizes);
            mean += weight * leaf.value;
            squares += weight * leaf.value * leaf.value;
            for (variable, levels) in leaf.levels.iter().enumerate() {
                // Given that the variable has one of these levels.
                let others = weight / share(*levels, sizes[variable]);
                for level in bits(*levels) {
                    of[variable][level] += others * leaf.value;
                }
            }
        }
        Self {
            mean,
            variance: (squares - mean * mean).max(0.0),
            of,
        }
    }

    /// The share of the variance that a variable explains alone; `None` of a tree without variance.
    pub(super) fn share(&self, variable: usize) -> Option<f64> {
        self.part(self.alone(variable))
    }

    fn alone(&self, variable: usize) -> f64 {
        let own = &self.of[variable];
        let squares: f64 = own.iter().map(|mean| (mean - self.mean).powi(2)).sum();
        squares / own.len() as f64
    }

    fn part(&self, variance: f64) -> Option<f64> {
        (self.variance > 0.0).then(|| (variance / self.variance).clamp(0.0, 1.0))
    }

    /// The share that two variables explain beyond each alone.
    pub(super) fn pair(
        &self,
        tree: &Tree,
        sizes: &[usize],
        one: usize,
        other: usize,
    ) -> Option<f64> {
        let (rows, columns) = (sizes[one], sizes[other]);
        let mut means = vec![0.0; rows * columns];
        for leaf in &tree.leaves {
            let own = leaf.levels[one];
            let others = leaf.levels[other];
            let weight = weight(leaf, sizes) / share(own, rows) / share(others, columns);
            for row in bits(own) {
                for column in bits(others) {
                    means[row * columns + column] += weight * leaf.value;
                }
            }
        }
        let squares: f64 = means.iter().map(|mean| (mean - self.mean).powi(2)).sum();
        let both = squares / means.len() as f64;
        self.part(both - self.alone(one) - self.alone(other))
    }
}

/// The distance between the largest and the smallest mean of a variable, over the trees.
pub(super) fn effect(marginals: &[Marginals], variable: usize) -> f64 {
    let levels = marginals.first().map_or(0, |own| own.of[variable].len());
    let means = (0..levels).map(|level| {
        let sum: f64 = marginals.iter().map(|own| own.of[variable][level]).sum();
        sum / marginals.len() as f64
    });
    let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| {
        (low.min(mean), high.max(mean))
    });
    (high - low).max(0.0)
}

/// The share of all combinations that a leaf has.
fn weight(leaf: &Leaf, sizes: &[usize]) -> f64 {
    let levels = leaf.levels.iter().zip(sizes);
    levels.map(|(levels, size)| share(*levels, *size)).product()
}

fn share(levels: u64, size: usize) -> f64 {
    f64::from(levels.count_ones()) / size as f64
}

fn bits(levels: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |level| levels >> level & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::super::forest::Forest;
    use super::super::levels::Levels;
    use super::*;
    use crate::experiments::sweep::Scale;

    /// Every combination of so many levels, so many times, with the value of a function of them.
    fn grid(
        sizes: &[usize],
        times: usize,
        ordered: bool,
        function: impl Fn(&[usize]) -> f64,
    ) -> Forest {
        let count: usize = sizes.iter().product();
        let mut positions = vec![Vec::new(); sizes.len()];
        let mut values = Vec::new();
        for place in (0..count).cycle().take(count * times) {
            let mut rest = place;
            let mut own = Vec::new();
            for (variable, size) in sizes.iter().enumerate() {
                positions[variable].push(Some((rest % size) as f64));
                own.push(rest % size);
                rest /= size;
            }
            values.push(function(&own));
        }
        let levels: Vec<Levels> = positions
            .iter()
            .filter_map(|own| Levels::of_positions(own, ordered, Scale::Linear))
            .collect();
        Forest::fit(&levels, &values)
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 0.05, "{found} {expected}");
    }

    #[test]
    fn the_shares_of_a_tree_are_those_of_its_leaves() {
        // Two variables of two and four levels; by hand: f = 0 0 | 4 4 over the halves of the second where the first is 0, and 8 where it is 1.
        let leaf = |value: f64, levels: [u64; 2]| Leaf {
            value,
            levels: levels.to_vec(),
        };
        let tree = Tree {
            leaves: vec![
                leaf(0.0, [0b01, 0b0011]),
                leaf(4.0, [0b01, 0b1100]),
                leaf(8.0, [0b10, 0b1111]),
            ],
        };
        let own = Marginals::of(&tree, &[2, 4]);
        // Mean 0/4 + 4/4 + 8/2 = 5; variance 25/4 + 1/4 + 9/2 = 11.
        assert_eq!((own.mean, own.variance), (5.0, 11.0));
        // Given the first: 2 and 8, so 9. Given the second: 4, 4, 6, 6, so 1. The rest, 1, is both together.
        assert_eq!(own.share(0), Some(9.0 / 11.0));
        assert_eq!(own.share(1), Some(1.0 / 11.0));
        let pair = own.pair(&tree, &[2, 4], 0, 1).unwrap();
        assert!((pair - 1.0 / 11.0).abs() < 1e-12);
        assert_eq!(effect(&[own], 0), 6.0);
    }

    #[test]
    fn a_sum_is_divided_by_the_variances_of_its_terms() {
        // Of four even levels the variance is 1.25: shares of 2a + b are 4 to 1.
        let forest = grid(&[4, 4], 3, true, |own| 2.0 * own[0] as f64 + own[1] as f64);
        let main = forest.main();
        near(main[0].0.mean, 0.8);
        near(main[1].0.mean, 0.2);
        near(forest.pair(0, 1).mean, 0.0);
        assert!((main[0].1 - 6.0).abs() < 0.4 && (main[1].1 - 3.0).abs() < 0.4);
        assert!(forest.explained > 0.9, "{}", forest.explained);
        assert!(main[0].0.low <= main[0].0.mean && main[0].0.mean <= main[0].0.high);
        assert!(main[0].0.high - main[0].0.low < 0.2);
    }

    #[test]
    fn an_exclusive_or_is_all_interaction() {
        let forest = grid(&[2, 2], 8, true, |own| {
            f64::from(u8::from(own[0] == own[1]))
        });
        let main = forest.main();
        near(main[0].0.mean, 0.0);
        near(main[1].0.mean, 0.0);
        near(forest.pair(0, 1).mean, 1.0);
    }

    #[test]
    fn main_effects_and_interaction_of_equal_size_have_a_third_each() {
        // a + b + ab with a and b of -1 and 1.
        let sign = |level: usize| level as f64 * 2.0 - 1.0;
        let forest = grid(&[2, 2, 3], 4, false, |own| {
            let (a, b) = (sign(own[0]), sign(own[1]));
            a + b + a * b
        });
        let main = forest.main();
        near(main[0].0.mean, 1.0 / 3.0);
        near(main[1].0.mean, 1.0 / 3.0);
        near(forest.pair(0, 1).mean, 1.0 / 3.0);
        // The third does nothing.
        near(main[2].0.mean, 0.0);
        near(forest.pair(0, 2).mean, 0.0);
    }

    #[test]
    fn categories_are_divided_by_what_they_do_and_not_by_their_order() {
        // 0, 10, 0, 10, 0: a variance of 24 against one of 2 of the second, whose levels are 0 to 4.
        let forest = grid(&[5, 5], 3, false, |own| {
            10.0 * (own[0] % 2) as f64 + own[1] as f64
        });
        let main = forest.main();
        near(main[0].0.mean, 24.0 / 26.0);
        near(main[1].0.mean, 2.0 / 26.0);
    }

    #[test]
    fn noise_is_not_explained() {
        let noise = std::cell::Cell::new(1_u64);
        let forest = grid(&[3, 3], 6, true, |_| {
            noise.set(
                noise
                    .get()
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1),
            );
            (noise.get() >> 33) as f64
        });
        assert!(forest.explained < 0.1, "{}", forest.explained);
    }
}
