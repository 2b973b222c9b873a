//! Which images come when, and what is drawn for them: a function of a seed and a position alone.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::augment::Draw;

/// Words of 32 bits that are set aside for one sample; more than it draws.
const WORDS: u128 = 16;

/// A place in the sequence of samples: all that is needed to go on exactly there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The images that the sequence is drawn from.
    pub seed: [u8; 32],
    /// Samples before this one.
    pub sample: u64,
}

/// One sample to prepare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) draw_a: Draw,
    pub(super) draw_b: Draw,
}

/// The sequence of samples of a run.
#[derive(Debug)]
pub(super) struct Order {
    seed: [u8; 32],
    a: u32,
    b: u32,
    aligned: bool,
    /// The order of the epoch that was asked for last.
    shuffled: (u64, Vec<u32>),
}

impl Order {
    /// For `a` and `b` images. Aligned: image `i` of A comes with image `i` of B, and both are cropped and flipped alike. Otherwise an epoch is
    /// as long as the larger domain, A comes in shuffled order (again from the start if it is the smaller), and B at random, as the official code
    /// does it.
    pub(super) fn new(seed: [u8; 32], a: u32, b: u32, aligned: bool) -> Self {
        Self {
            seed,
            a,
            b,
            aligned,
            shuffled: (u64::MAX, Vec::new()),
        }
    }

    /// Samples in an epoch.
    pub(super) fn epoch_len(&self) -> u64 {
        u64::from(if self.aligned {
            self.a.min(self.b)
        } else {
            self.a.max(self.b)
        })
    }

    pub(super) fn at(&mut self, sample: u64) -> Plan {
        let (epoch, within) = (sample / self.epoch_len(), sample % self.epoch_len());
        if self.shuffled.0 != epoch {
            self.shuffled = (epoch, self.shuffle(epoch));
        }
        let chosen = self.shuffled.1[within as usize];
        let mut rng = self.rng(2 * epoch + 1);
        rng.set_word_pos(u128::from(within) * WORDS);
        let random = below(&mut rng, self.b);
        let draw_a = Draw::new(&mut rng);
        if self.aligned {
            return Plan {
                a: chosen,
                b: chosen,
                draw_a,
                draw_b: draw_a,
            };
        }
        Plan {
            a: chosen % self.a,
            b: random,
            draw_a,
            draw_b: Draw::new(&mut rng),
        }
    }

    /// A generator of its own for each purpose and epoch.
    fn rng(&self, stream: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::from_seed(self.seed);
        rng.set_stream(stream);
        rng
    }

    fn shuffle(&self, epoch: u64) -> Vec<u32> {
        let mut rng = self.rng(2 * epoch);
        let mut order: Vec<u32> = (0..self.epoch_len() as u32).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, below(&mut rng, last as u32 + 1) as usize);
        }
        order
    }
}

fn below(rng: &mut ChaCha8Rng, end: u32) -> u32 {
    ((u64::from(rng.next_u32()) * u64::from(end)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_shows_each_image_of_the_larger_domain_once_and_of_the_other_at_random() {
        let mut order = Order::new([7; 32], 40, 9, false);
        assert_eq!(order.epoch_len(), 40);
        for epoch in 0..3 {
            let plans: Vec<Plan> = (0..40).map(|at| order.at(epoch * 40 + at)).collect();
            let mut seen: Vec<u32> = plans.iter().map(|plan| plan.a).collect();
            assert!(!seen.is_sorted());
            seen.sort_unstable();
            assert_eq!(seen, (0..40).collect::<Vec<u32>>());
            assert!(plans.iter().all(|plan| plan.b < 9));
            assert!(plans.iter().any(|plan| plan.draw_a != plan.draw_b));
        }
    }

    #[test]
    fn the_smaller_domain_a_is_gone_through_evenly() {
        let mut order = Order::new([3; 32], 5, 40, false);
        let mut counts = [0; 5];
        for at in 0..40 {
            counts[order.at(at).a as usize] += 1;
        }
        assert_eq!(counts, [8; 5]);
    }

    #[test]
    fn pairs_stay_together_and_are_drawn_alike() {
        let mut order = Order::new([1; 32], 12, 12, true);
        for at in 0..30 {
            let plan = order.at(at);
            assert_eq!((plan.a, plan.draw_a), (plan.b, plan.draw_b));
        }
    }

    #[test]
    fn a_sample_depends_on_its_position_alone() {
        let mut forwards = Order::new([5; 32], 11, 7, false);
        let mut jumping = Order::new([5; 32], 11, 7, false);
        let plans: Vec<Plan> = (0..50).map(|at| forwards.at(at)).collect();
        for at in [49, 3, 22, 0, 48, 10] {
            assert_eq!(jumping.at(at), plans[at as usize]);
        }
        let mut other = Order::new([6; 32], 11, 7, false);
        assert!((0..50).any(|at| other.at(at) != plans[at as usize]));
    }
}
