//! What to try next: grid, random, Sobol and TPE behind one trait.

use super::{Observation, Setting};

/// Chooses settings. It keeps no state of its own: the same space, seed and history give the same next setting, so that a sweep goes on
/// after a kill, and tasks on several machines ask through files.
pub trait Sampler: std::fmt::Debug + Send + Sync {
    /// The next setting, given all that were handed out so far in order; `None` if there is none left.
    fn next(&self, history: &[Observation]) -> Option<Setting>;
}
