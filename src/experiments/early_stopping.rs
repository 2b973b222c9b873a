//! Asynchronous successive halving (ASHA): runs that fall behind at a rung are stopped, without waiting for each other.
//!
//! Li, Jamieson, Rostamizadeh, Gonina, Ben-Tzur, Hardt, Recht and Talwalkar 2020, "A System for Massively Parallel Hyperparameter Tuning". Rungs
//! lie at `first`, `first` · η, `first` · η², … of a run's length. Of n runs that have reached a rung, the best ⌊n / η⌋ go on. Two things differ
//! from the paper, for runs that train on while they are judged instead of waiting for their promotion: nobody is stopped before η runs have
//! reached a rung (where the paper promotes nobody), and a run is judged again, as others reach its rung, until it has reached the next. So
//! what is said depends on what was measured alone, never on who told it first: machines that share a folder say the same.
//!
//! With several objectives the best are those of the first fronts, as in MOASHA (Schmucker, Donini, Zafar, Salinas and Archambeau 2021,
//! "Multi-objective Asynchronous Successive Halving"): see [`places`].

use super::pareto::places;
use super::sweep::StopEarly;

/// How a run went so far.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Its trial.
    pub trial: u32,
    /// Of each objective: done share, 0 to 1, and its value then, the smaller the better; in any order.
    pub points: Vec<Vec<(f64, f64)>>,
    /// True if it trains or will train on.
    pub is_active: bool,
}

/// What becomes of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It goes on.
    GoesOn,
    /// It is stopped.
    Stopped {
        /// The share of its length at which it was compared.
        at: f64,
        /// Its place there, from 1.
        place: usize,
        /// How many got there.
        of: usize,
        /// How many of those go on.
        go_on: usize,
    },
}

impl Verdict {
    /// Why it is stopped: `stopped early at 30 %: 5th of 6, of which 2 go on`.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let Self::Stopped {
            at,
            place,
            of,
            go_on,
        } = self
        else {
            return None;
        };
        let ending = match (place % 10, place % 100) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        let goes = if *go_on == 1 { "goes" } else { "go" };
        Some(format!(
            "at {:.0} % it was {place}{ending} of {of}, of which {go_on} {goes} on",
            at * 100.0
        ))
    }
}

/// The shares of a run's length at which runs are compared, rising, all below 1.
#[must_use]
pub fn rungs(rule: &StopEarly) -> Vec<f64> {
    /// A reduction of 2 from the smallest positive share has no more that matter.
    const MOST: usize = 64;
    let factor = f64::from(rule.reduction.max(2));
    let mut rungs = Vec::new();
    let mut at = rule.first;
    // Written so that NaN gives none.
    while at > 0.0 && at < 1.0 && rungs.len() < MOST {
        rungs.push(at);
        at *= factor;
    }
    rungs
}

/// What becomes of each run, in the order of `histories`: of one that is no longer active nothing is decided.
#[must_use]
pub fn judge(rule: &StopEarly, histories: &[History]) -> Vec<Verdict> {
    let rungs = rungs(rule);
    // Of each rung the place of each run that reached it, and how many did.
    let reached: Vec<(Vec<Option<usize>>, usize)> = rungs
        .iter()
        .map(|rung| {
            let values: Vec<Option<Vec<f64>>> =
                histories.iter().map(|own| at_rung(own, *rung)).collect();
            let compared: Vec<Vec<f64>> = values.iter().flatten().cloned().collect();
            let mut places = places(&compared).into_iter();
            let own = values
                .iter()
                .map(|own| own.as_ref().and_then(|_| places.next()));
            (own.collect(), compared.len())
        })
        .collect();
    let reduction = rule.reduction.max(2) as usize;
    let judged = histories.iter().enumerate().map(|(run, history)| {
        let rung = reached
            .iter()
            .rposition(|(places, _)| places[run].is_some());
        let Some(rung) = rung.filter(|_| history.is_active) else {
            return Verdict::GoesOn;
        };
        let (places, of) = &reached[rung];
        let go_on = of / reduction;
        match places[run] {
            Some(place) if go_on > 0 && place > go_on => Verdict::Stopped {
                at: rungs[rung],
                place,
                of: *of,
                go_on,
            },
            _ => Verdict::GoesOn,
        }
    });
    judged.collect()
}

/// The best of each objective up to the first measurement of the first one at or after a rung; `None` if the run has not got there. NaN where it
/// measured nothing else.
fn at_rung(history: &History, rung: f64) -> Option<Vec<f64>> {
    /// A share that was computed in two ways.
    const SAME: f64 = 1e-9;
    let reached = history
        .points
        .first()?
        .iter()
        .map(|(at, _)| *at)
        .filter(|at| *at >= rung - SAME)
        .min_by(f64::total_cmp)?;
    let best = history.points.iter().map(|points| {
        let until = points.iter().filter(|(at, _)| *at <= reached + SAME);
        until.map(|(_, value)| *value).fold(f64::NAN, f64::min)
    });
    Some(best.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: StopEarly = StopEarly {
        reduction: 3,
        first: 0.1,
    };

    fn run(trial: u32, points: &[(f64, f64)]) -> History {
        History {
            trial,
            points: vec![points.to_vec()],
            is_active: true,
        }
    }

    fn stopped(histories: &[History]) -> Vec<u32> {
        let verdicts = judge(&RULE, histories);
        let mut stopped: Vec<u32> = histories
            .iter()
            .zip(verdicts)
            .filter(|(_, verdict)| *verdict != Verdict::GoesOn)
            .map(|(own, _)| own.trial)
            .collect();
        stopped.sort_unstable();
        stopped
    }

    #[test]
    fn rungs_grow_by_the_reduction_and_end_before_the_end() {
        let shown = |rule: StopEarly| {
            let rungs = rungs(&rule).into_iter();
            rungs.map(|own| format!("{own:.3}")).collect::<Vec<_>>()
        };
        assert_eq!(shown(RULE), ["0.100", "0.300", "0.900"]);
        let halving = StopEarly {
            reduction: 2,
            first: 0.125,
        };
        assert_eq!(shown(halving), ["0.125", "0.250", "0.500"]);
        for first in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(rungs(&StopEarly { first, ..RULE }).is_empty());
        }
    }

    #[test]
    fn of_nine_runs_at_a_rung_the_best_three_go_on_and_of_those_the_best_one() {
        // As in figure 1 of the paper with η = 3: rungs of 9, 3 and 1 runs.
        let mut runs: Vec<History> = (0..9)
            .map(|trial| run(trial, &[(0.1, f64::from(trial))]))
            .collect();
        assert_eq!(stopped(&runs), [3, 4, 5, 6, 7, 8]);
        for own in &mut runs[3..] {
            own.is_active = false;
        }
        // The worst at the first rung is the best at the second.
        for (trial, value) in [(0, 0.9), (1, 0.8), (2, 0.1)] {
            runs[trial].points[0].push((0.3, value));
        }
        // 0 and 1 have the best until then, their own of before: 0 is better than 0.1.
        assert_eq!(stopped(&runs), [1, 2]);
        runs[0].points[0].push((0.9, 0.0));
        assert_eq!(
            stopped(&runs),
            [1, 2],
            "one run at the last rung has nothing to fear"
        );
    }

    #[test]
    fn with_two_objectives_the_front_goes_on_and_is_covered() {
        let both = |trial: u32, one: f64, other: f64| History {
            trial,
            points: vec![vec![(0.1, one)], vec![(0.1, other)]],
            is_active: true,
        };
        // By hand: 0, 1 and 2 lie on the first front, the rest behind it; of six two go on. By the first objective alone they were 0 and 3.
        let mut runs = vec![
            both(0, 1.0, 9.0),
            both(1, 9.0, 1.0),
            both(2, 5.0, 4.0),
            both(3, 2.0, 9.5),
            both(4, 9.5, 9.5),
            both(5, 6.0, 9.0),
        ];
        assert_eq!(stopped(&runs), [2, 3, 4, 5]);
        // What has not measured the other objective yet is the worst in it.
        runs[1].points[1].clear();
        assert_eq!(stopped(&runs), [1, 3, 4, 5]);
        // One that nobody has measured yet decides nothing.
        for own in &mut runs {
            own.points[1].clear();
        }
        assert_eq!(stopped(&runs), [1, 2, 4, 5]);
    }

    #[test]
    fn nobody_is_stopped_before_so_many_were_compared() {
        let mut runs = vec![run(0, &[(0.1, 5.0)]), run(1, &[(0.1, 9.0)])];
        assert!(stopped(&runs).is_empty());
        runs.push(run(2, &[(0.05, 1.0)]));
        assert!(stopped(&runs).is_empty(), "the third is not there yet");
        runs[2].points[0].push((0.1, 7.0));
        // Its best so far is 1.
        assert_eq!(stopped(&runs), [0, 1]);
        let verdicts = judge(&RULE, &runs);
        assert_eq!(
            verdicts[1].reason().as_deref(),
            Some("at 10 % it was 3rd of 3, of which 1 goes on")
        );
    }

    #[test]
    fn a_run_between_rungs_is_compared_at_the_last_it_passed() {
        let runs = [
            run(0, &[(0.12, 3.0), (0.25, 0.5)]),
            run(1, &[(0.1, 2.0)]),
            run(2, &[(0.11, 1.0)]),
        ];
        // What 0 measured after the rung does not count there.
        assert_eq!(stopped(&runs), [0, 1]);
    }

    #[test]
    fn a_measurement_that_skips_rungs_counts_for_all_of_them() {
        let runs = [
            run(0, &[(0.5, 3.0)]),
            run(1, &[(0.5, 2.0)]),
            run(2, &[(0.5, 1.0)]),
            run(3, &[(0.1, 0.5)]),
        ];
        // At 0.3: 1, 2, 3, of which one goes on. At 0.1 the fourth is the best of four.
        assert_eq!(stopped(&runs), [0, 1]);
    }

    #[test]
    fn what_is_no_number_is_the_worst_and_equal_runs_share_their_fate() {
        let runs = [
            run(0, &[(0.1, f64::NAN)]),
            run(1, &[(0.1, 2.0)]),
            run(2, &[(0.1, 2.0)]),
        ];
        assert_eq!(stopped(&runs), [0]);
    }

    #[test]
    fn the_order_in_which_machines_tell_changes_nothing() {
        // Pseudo-random values, no two alike.
        let runs: Vec<History> = (0..20_u32)
            .map(|trial| {
                let value = |step: u32| f64::from((trial * 37 + step * 101) % 97);
                let rungs = [0.1, 0.3, 0.9];
                let steps = (trial % 4) as usize;
                let points = rungs.iter().take(steps).zip(0..);
                run(
                    trial,
                    &points
                        .map(|(at, step)| (*at, value(step)))
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        let expected = stopped(&runs);
        assert!(expected.len() > 5, "{expected:?}");
        let mut shuffled = runs;
        for _ in 0..20 {
            shuffled.rotate_left(7);
            shuffled.swap(0, 11);
            for own in &mut shuffled {
                own.points[0].reverse();
            }
            assert_eq!(stopped(&shuffled), expected);
        }
    }

    #[test]
    fn told_one_by_one_the_last_word_is_that_of_all_at_once() {
        // 27 runs reach the first rung in two orders, and those that are told to go on reach the next.
        let survivors = |order: &[u32]| {
            let mut histories: Vec<History> = Vec::new();
            for trial in order {
                histories.push(run(*trial, &[(0.1, f64::from(*trial))]));
            }
            stopped(&histories)
        };
        let rising: Vec<u32> = (0..27).collect();
        let falling: Vec<u32> = (0..27).rev().collect();
        assert_eq!(survivors(&rising), survivors(&falling));
        assert_eq!(survivors(&rising).len(), 18);
    }
}
