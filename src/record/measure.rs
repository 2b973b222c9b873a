//! The meaning of a scalar: its label, unit, direction, and the plot and line that it is drawn as.
//!
//! A system declares its measures ([`Measures`]); whatever shows a scalar looks its name up with [`Measures::of`] and guesses nothing. Scalars
//! that are not declared (of another version, or of an unknown system) have a neutral meaning made from the name.

use std::borrow::Cow;

use super::words;

/// The direction in which the values of a measure are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Errors, losses and distances.
    Lower,
    /// Agreements, accuracies and similarities.
    Higher,
    /// Neither: adversarial losses, alarms, settings, times. No value of these is the best.
    Neither,
}

impl Better {
    /// True if `value` is better than `other`. Never where neither direction is better or a value is NaN, but a number is better than NaN.
    #[must_use]
    pub fn prefers(self, value: f64, other: f64) -> bool {
        match self {
            Self::Neither => false,
            _ if other.is_nan() => !value.is_nan(),
            Self::Lower => value < other,
            Self::Higher => value > other,
        }
    }
}

/// The purpose of the data behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The ratings that the weights are fitted to.
    Training,
    /// Data that chooses among weights and settings.
    Validation,
    /// Data that nothing is chosen by.
    Test,
    /// One of several of equal rank, such as rows and columns.
    Equal,
    /// A bound to compare others with, such as the score of real images. Does not change during a run.
    Reference,
}

/// What a value is measured on: whether settings may be chosen by it, and what it then says about new data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// The data that the weights are fitted to, without known answers.
    #[default]
    Fitted,
    /// Data that was held out to choose by.
    Validation,
    /// Data that nothing should be chosen by.
    Test,
    /// Known answers, such as true classes, of the data that the weights are fitted to.
    Truth,
}

/// One line of a plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The text in place of the star in the measure's name: `train`.
    pub key: &'static str,
    /// The name in legends: `train`, `A → B`.
    pub label: &'static str,
    /// The purpose of the data behind it.
    pub role: Role,
}

impl Part {
    /// One of several of equal rank.
    #[must_use]
    pub const fn new(key: &'static str, label: &'static str) -> Self {
        Self::with_role(key, label, Role::Equal)
    }

    /// A part with a certain role.
    #[must_use]
    pub const fn with_role(key: &'static str, label: &'static str, role: Role) -> Self {
        Self { key, label, role }
    }
}

/// The declaration of one plot: a scalar, or several that differ by their part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The scalar's name, `part/measure` or `group/measure`. A star stands for the keys of the parts: `*/rmse`, `loss/cycle_*`.
    pub name: &'static str,
    /// The name in titles: `RMSE`.
    pub label: &'static str,
    /// The unit, empty if there is none.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    /// The heading that its plot stands under.
    pub group: &'static str,
    /// True if it is a term of what is minimized: its ratios matter rather than its differences, so that its plot has a logarithmic axis
    /// unless told otherwise, and its values depend on the settings, so that runs are not compared by it.
    pub loss: bool,
    /// What it is measured on, where its parts do not tell.
    pub basis: Basis,
    /// The lines of its plot, in order; empty for a name without a star.
    pub parts: &'static [Part],
    /// True if each of its points is a result of its own, not one of a course: nothing is smoothed.
    pub apart: bool,
}

impl Measure {
    /// A measure without unit or parts, on a linear axis.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, better: Better) -> Self {
        Self {
            name,
            label,
            unit: "",
            better,
            group: OTHER,
            loss: false,
            basis: Basis::Fitted,
            parts: &[],
            apart: false,
        }
    }

    /// A loss: a term of an objective, of which less is better.
    #[must_use]
    pub const fn loss(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Better::Lower).objective()
    }

    /// The same in a group.
    #[must_use]
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    /// The same with a unit.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// The same, measured on other data than what the weights are fitted to.
    #[must_use]
    pub const fn on(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    /// The same with parts.
    #[must_use]
    pub const fn parts(mut self, parts: &'static [Part]) -> Self {
        self.parts = parts;
        self
    }

    /// The same, with points that are results of their own.
    #[must_use]
    pub const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// The same as a term of an objective.
    #[must_use]
    pub const fn objective(mut self) -> Self {
        self.loss = true;
        self
    }

    /// The place of a scalar's part among the parts (0 for a measure without); `None` if the scalar is another measure's.
    fn find(&self, scalar: &str) -> Option<usize> {
        let Some((before, after)) = self.name.split_once('*') else {
            return (self.name == scalar).then_some(0);
        };
        let key = scalar.strip_prefix(before)?.strip_suffix(after)?;
        self.parts.iter().position(|part| part.key == key)
    }

    fn scalar(&self, rank: usize, part: usize) -> Scalar {
        let own = self.parts.get(part);
        Scalar {
            key: Cow::Borrowed(self.name),
            label: Cow::Borrowed(self.label),
            unit: self.unit,
            better: self.better,
            group: self.group,
            loss: self.loss,
            basis: match own.map(|part| part.role) {
                Some(Role::Training) => Basis::Fitted,
                Some(Role::Validation) => Basis::Validation,
                Some(Role::Test) => Basis::Test,
                Some(Role::Equal | Role::Reference) | None => self.basis,
            },
            part: Cow::Borrowed(own.map_or("", |part| part.label)),
            role: own.map_or(Role::Equal, |part| part.role),
            rank: (rank, part),
            apart: self.apart,
        }
    }
}

/// The heading of what is in no other group.
const OTHER: &str = "Other";
/// The heading of how a run proceeds, as opposed to what it learns.
pub const PROGRESS: &str = "Progress";

/// The name of the scalar that the engine adds to those of every system.
pub const STEP_TIME: &str = "time/step";
/// The measures of every run, whatever its system.
const COMMON: [Measure; 1] = [Measure::new(STEP_TIME, "Time per step", Better::Neither)
    .unit("s")
    .group(PROGRESS)];

/// The measures of a system.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measures {
    /// All that it records, in the order of their plots.
    pub all: &'static [Measure],
    /// The scalars that tell how good a run is, the most telling first; the first that a run has stands for it in lists and progress bars.
    pub main: &'static [&'static str],
}

/// The meaning of one scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// Tells plots apart: the name of the measure, with a star for the part.
    pub key: Cow<'static, str>,
    /// The name of the measure: `RMSE`.
    pub label: Cow<'static, str>,
    /// The unit, empty if there is none.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    /// The heading that its plot stands under.
    pub group: &'static str,
    /// True if it is a term of what is minimized.
    pub loss: bool,
    /// What it is measured on.
    pub basis: Basis,
    /// The name of its line: `test`, `A → B`; empty where it is the only one of its plot.
    pub part: Cow<'static, str>,
    /// The purpose of the data behind it.
    pub role: Role,
    /// The place of its measure among those of the system, and of its part in the measure.
    pub rank: (usize, usize),
    /// True if each of its points is a result of its own, not one of a course: nothing is smoothed.
    pub apart: bool,
}

impl Measures {
    /// The meaning of a scalar; a neutral one if it is not declared.
    #[must_use]
    pub fn of(&self, name: &str) -> Scalar {
        self.declared(name).unwrap_or_else(|| undeclared(name))
    }

    /// The meaning of a scalar that is declared.
    #[must_use]
    pub fn declared(&self, name: &str) -> Option<Scalar> {
        let all = self.all.iter().chain(&COMMON).enumerate();
        all.into_iter()
            .find_map(|(rank, measure)| Some(measure.scalar(rank, measure.find(name)?)))
    }

    /// The names of all scalars that are declared, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let names = |measure: &Measure| match measure.name.split_once('*') {
            None => vec![measure.name.to_owned()],
            Some((before, after)) => measure
                .parts
                .iter()
                .map(|part| format!("{before}{}{after}", part.key))
                .collect(),
        };
        self.all.iter().flat_map(names).collect()
    }

    /// The first of the main measures that `has` accepts, with its name.
    #[must_use]
    pub fn main(&self, has: impl Fn(&str) -> bool) -> Option<(&'static str, Scalar)> {
        let name = self.main.iter().copied().find(|name| has(name))?;
        Some((name, self.of(name)))
    }
}

impl Scalar {
    /// The measure and the part, for a list where both must be told: `Test RMSE`, `Cycle loss, A`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.role {
            _ if self.part.is_empty() => self.label.clone().into_owned(),
            Role::Training | Role::Validation | Role::Test => {
                format!("{} {}", words::of_key(&self.part), self.label)
            }
            Role::Equal | Role::Reference => format!("{}, {}", self.label, self.part),
        }
    }
}

/// The meaning of a scalar that nobody declares: its name in words, no direction. What shares everything after the slash shares a plot.
fn undeclared(name: &str) -> Scalar {
    let (part, measure) = name.split_once('/').unwrap_or(("", name));
    Scalar {
        key: Cow::Owned(measure.to_owned()),
        label: Cow::Owned(words::of_key(measure)),
        unit: "",
        better: Better::Neither,
        group: OTHER,
        loss: false,
        basis: Basis::Fitted,
        part: Cow::Owned(part.replace('_', " ")),
        role: Role::Equal,
        rank: (usize::MAX, 0),
        apart: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURES: Measures = Measures {
        all: &[
            Measure::new("*/rmse", "RMSE", Better::Lower)
                .group("Error")
                .parts(&[
                    Part::with_role("train", "train", Role::Training),
                    Part::with_role("test", "test", Role::Test),
                ]),
            Measure::loss("loss/cycle_*", "Cycle loss")
                .group("Cycle")
                .parts(&[Part::new("a", "A"), Part::new("b", "B")]),
            Measure::new("blocks/modularity", "Modularity", Better::Higher),
        ],
        main: &["test/rmse", "train/rmse"],
    };

    #[test]
    fn a_star_stands_for_every_part_that_is_declared_and_for_nothing_else() {
        let test = MEASURES.declared("test/rmse").unwrap();
        assert_eq!((test.title(), test.rank), ("Test RMSE".to_owned(), (0, 1)));
        let cycle = MEASURES.declared("loss/cycle_b").unwrap();
        assert_eq!(
            (cycle.title(), &*cycle.key),
            ("Cycle loss, B".to_owned(), "loss/cycle_*")
        );
        assert!(cycle.loss && cycle.better == Better::Lower);
        for other in [
            "loss/cycle_c",
            "loss/cycle_",
            "rmse",
            "fake/rmse",
            "test/rmse2",
            "modularity",
        ] {
            assert_eq!(MEASURES.declared(other), None, "{other}");
        }
        assert_eq!(MEASURES.of("blocks/modularity").title(), "Modularity");
    }

    #[test]
    fn a_scalar_that_nobody_declares_is_neither_better_nor_worse() {
        for (name, title) in [
            ("loss/new_term", "New term, loss"),
            ("other_words", "Other words"),
            ("", ""),
            ("a/b/c", "B/c, a"),
        ] {
            let scalar = MEASURES.of(name);
            assert_eq!(
                (scalar.title().as_str(), scalar.better),
                (title, Better::Neither)
            );
        }
        assert_eq!(
            Measures::default().of("time/step").unit,
            "s",
            "of every run"
        );
    }

    #[test]
    fn the_first_main_measure_that_a_run_has_stands_for_it() {
        let main = |names: &[&str]| {
            MEASURES
                .main(|name| names.contains(&name))
                .map(|(name, _)| name)
        };
        assert_eq!(main(&["train/rmse", "test/rmse"]), Some("test/rmse"));
        assert_eq!(main(&["train/rmse", "train/loss"]), Some("train/rmse"));
        assert_eq!(main(&[]), None);
    }

    #[test]
    fn nan_is_never_better_and_neither_direction_prefers_nothing() {
        assert!(Better::Lower.prefers(1.0, 2.0) && !Better::Lower.prefers(2.0, 2.0));
        assert!(Better::Higher.prefers(2.0, 1.0) && Better::Higher.prefers(1.0, f64::NAN));
        assert!(
            !Better::Lower.prefers(f64::NAN, 1.0) && !Better::Lower.prefers(f64::NAN, f64::NAN)
        );
        assert!(!Better::Neither.prefers(1.0, 2.0) && !Better::Neither.prefers(2.0, 1.0));
    }
}
