//! Which parameters matter: the share of a measure's variance that each explains, with its uncertainty.
//!
//! Functional ANOVA over a random forest (Hutter, Hoos and Leyton-Brown 2014, "An Efficient Approach for Assessing Hyperparameter Importance").
//! Each of 100 trees is fitted to a bootstrap sample of the runs; of each the variance over all combinations of values, equally weighted, is
//! divided into what one parameter explains, what pairs explain beyond that, and the rest. Shares are means over the trees; their intervals
//! hold 90 of the 100.

mod forest;
mod levels;
mod sentence;
mod shares;

use std::sync::Arc;

use super::table::{Row, Variable, value_of};
use crate::systems;
use forest::Forest;
use levels::Levels;

/// The fewest runs that say anything.
const FEWEST: usize = 8;
/// Variables whose pairs are looked at, those that matter most.
const PAIRED: usize = 8;

/// What matters for a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Of each variable, the most important first.
    pub shares: Vec<Share>,
    /// Of each pair of the most important variables what they explain together beyond each alone, the most important first.
    pub pairs: Vec<PairShare>,
    /// How many runs it rests on.
    pub runs: usize,
    /// The share of the scatter of runs that the forest predicts for runs it has not seen, 1 at most (out-of-bag R²). Below 0 it predicts
    /// nothing.
    pub explained: f64,
    /// What it comes to, for a person.
    pub sentence: String,
}

/// What a variable explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The parameter's key.
    pub key: String,
    /// Its name in words.
    pub name: String,
    /// The share of the variance, 0 to 1.
    pub share: Interval,
    /// By how much it changes the measure at most, on average over all others.
    pub effect: f64,
}

/// What a pair of variables explains beyond each alone.
#[derive(Debug, Clone, PartialEq)]
pub struct PairShare {
    /// The parameters' keys.
    pub keys: [String; 2],
    /// Their names in words.
    pub names: [String; 2],
    /// The share of the variance, 0 to 1.
    pub share: Interval,
}

/// A mean over the trees of a forest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Five of a hundred trees have less.
    pub low: f64,
    /// Five of a hundred trees have more.
    pub high: f64,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportanceError {
    /// Too few runs have the measure.
    #[error("{have} {} what is measured; importance needs {need} or more", if *have == 1 { "run has" } else { "runs have" })]
    FewRuns {
        /// How many have it.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// All have the same value.
    #[error("all {0} runs have the same value, so nothing can explain a difference")]
    NoScatter(usize),
    /// Nothing varies.
    #[error("no parameter differs between the runs that have what is measured")]
    NothingVaries,
}

/// What matters for a measure among these variables. The seed is none: it scatters what settings do not explain. Takes a moment with thousands
/// of runs.
///
/// # Errors
/// If there are too few runs, or nothing to explain.
pub fn importance(
    rows: &[Arc<Row>],
    variables: &[Variable],
    measure: &str,
) -> Result<Importance, ImportanceError> {
    let measured: Vec<(&Row, f64)> = rows
        .iter()
        .filter_map(|row| {
            let metric = row.summary.metrics.get(measure)?;
            let scalar = systems::measures_of(&row.summary.system).of(measure);
            let value = value_of(metric, &scalar);
            value.is_finite().then_some((&**row, value))
        })
        .collect();
    let rows: Vec<&Row> = measured.iter().map(|(row, _)| *row).collect();
    let values: Vec<f64> = measured.iter().map(|(_, value)| *value).collect();
    let variables = variables.iter().filter(|variable| !variable.is_seed());
    let varied: Vec<(&Variable, Levels)> = variables
        .filter_map(|variable| Some((variable, Levels::of(variable, &rows)?)))
        .collect();
    let need = FEWEST.max(2 * varied.len() + 2);
    if rows.len() < need {
        let have = rows.len();
        return Err(ImportanceError::FewRuns { have, need });
    }
    if varied.is_empty() {
        return Err(ImportanceError::NothingVaries);
    }
    if values.iter().all(|value| *value == values[0]) {
        return Err(ImportanceError::NoScatter(values.len()));
    }
    let (variables, levels): (Vec<&Variable>, Vec<Levels>) = varied.into_iter().unzip();
    let label = systems::measures_of(&rows[0].summary.system)
        .of(measure)
        .label;
    Ok(of_levels(&variables, &levels, &values, &label))
}

fn of_levels(
    variables: &[&Variable],
    levels: &[Levels],
    values: &[f64],
    measure: &str,
) -> Importance {
    let forest = Forest::fit(levels, values);
    let mut shares: Vec<(usize, Share)> = forest
        .main()
        .into_iter()
        .enumerate()
        .map(|(place, (share, effect))| {
            let variable = variables[place];
            let share = Share {
                key: variable.key.clone(),
                name: sentence::name(variable),
                share,
                effect,
            };
            (place, share)
        })
        .collect();
    shares.sort_by(|one, other| other.1.share.mean.total_cmp(&one.1.share.mean));
    let paired: Vec<usize> = shares
        .iter()
        .take(PAIRED)
        .map(|(place, _)| *place)
        .collect();
    let mut pairs = Vec::new();
    for (at, one) in paired.iter().enumerate() {
        for other in &paired[at + 1..] {
            let both = [variables[*one], variables[*other]];
            pairs.push(PairShare {
                keys: both.map(|own| own.key.clone()),
                names: both.map(sentence::name),
                share: forest.pair(*one, *other),
            });
        }
    }
    pairs.sort_by(|one, other| other.share.mean.total_cmp(&one.share.mean));
    let shares: Vec<Share> = shares.into_iter().map(|(_, share)| share).collect();
    let explained = forest.explained;
    Importance {
        sentence: sentence::sentence(&shares, &pairs, explained, measure),
        shares,
        pairs,
        runs: values.len(),
        explained,
    }
}
