//! What a sweep chooses by, and what that says about new data.

use crate::record::schema::{ConfigError, nearest};
use crate::record::{Basis, Better, Role, Scalar};
use crate::systems::AnySystem;

/// The parameter that holds a share of the training data out to choose by.
pub const VALIDATION_SHARE: &str = "validation_fraction";

/// A measure that settings are chosen by.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// The scalar's name: `validation/rmse`.
    pub name: String,
    /// Its meaning.
    pub scalar: Scalar,
}

impl Objective {
    /// The measure of a system with this name, for a sweep.
    ///
    /// # Errors
    /// If the system has no such measure, or no direction of it is better.
    pub(super) fn of(system: &dyn AnySystem, name: &str) -> Result<Self, ConfigError> {
        let wrong = |problem: String| ConfigError::new("sweep.measure", problem);
        let measures = system.measures();
        let names = measures.names();
        let Some(scalar) = measures
            .declared(name)
            .filter(|_| names.iter().any(|own| own == name))
        else {
            let label = system.label();
            let all = names.iter().map(String::as_str);
            let hint = match nearest(name, all) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", usable(system).join(", ")),
            };
            return Err(wrong(format!("{label} has no measure `{name}`; {hint}")));
        };
        let hint = format!("choose another, such as {}", first_of(system));
        if scalar.better == Better::Neither {
            return Err(wrong(format!(
                "`{name}` is neither better when it is larger nor when it is smaller; {hint}"
            )));
        }
        if scalar.role == Role::Reference {
            return Err(wrong(format!(
                "`{name}` is what others are compared with and the same in all runs; {hint}"
            )));
        }
        if scalar.loss && !measures.main.contains(&name) {
            return Err(wrong(format!(
                "`{name}` is a term of what is minimized, so its values depend on the settings themselves; {hint}"
            )));
        }
        if scalar.basis == Basis::Validation && system.parameter(VALIDATION_SHARE).is_none() {
            return Err(wrong(format!(
                "{} holds no data out for `{name}`; {hint}",
                system.label()
            )));
        }
        Ok(Self {
            name: name.to_owned(),
            scalar,
        })
    }

    /// What a sweep of this system chooses by unless told otherwise.
    ///
    /// # Errors
    /// If all that it could choose by are test measures or true classes: a person has to name them.
    pub(super) fn default_of(system: &dyn AnySystem) -> Result<Self, ConfigError> {
        let measures = system.measures();
        let honest = |basis| {
            let main = measures.main.iter().copied();
            main.filter_map(|name| Self::of(system, name).ok())
                .find(|own| own.scalar.basis == basis && !own.scalar.loss)
        };
        let trains = |own: &Self| own.scalar.role != Role::Training;
        honest(Basis::Validation)
            .or_else(|| honest(Basis::Fitted).filter(trains))
            .ok_or_else(|| {
                let near = first_of(system);
                let problem = format!(
                    "missing: {} holds no data out to choose by, so name what to choose by, such as measure = \"{near}\"; it is a test measure, \
                     and the sweep says so",
                    system.label()
                );
                ConfigError::new("sweep.measure", problem)
            })
    }

    /// Its value as the smaller the better.
    #[must_use]
    pub fn cost(&self, value: f64) -> f64 {
        match self.scalar.better {
            Better::Higher => -value,
            Better::Lower | Better::Neither => value,
        }
    }

    /// True if `one` is better than `other`; NaN never is.
    #[must_use]
    pub fn prefers(&self, one: f64, other: f64) -> bool {
        self.scalar.better.prefers(one, other)
    }

    /// How it is named in sentences: `Validation RMSE`.
    #[must_use]
    pub fn title(&self) -> String {
        self.scalar.title()
    }

    /// What choosing by it means, for a person who reads the outcome; none where it is a validation measure, which is for that.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        let title = self.title();
        match self.scalar.basis {
            Basis::Validation => None,
            Basis::Test => Some(format!(
                "chosen by the test data: {title} is measured on the data that the result is told by, so the best value is too good to be \
                 expected of new data"
            )),
            Basis::Truth => Some(format!(
                "chosen by known answers: {title} compares with the true classes, which nobody has of new data"
            )),
            Basis::Fitted => Some(format!(
                "nothing is held out: {title} is measured on the data that is learned from, and says how well that is described"
            )),
        }
    }
}

/// The measures that a sweep may name, at most eight.
fn usable(system: &dyn AnySystem) -> Vec<String> {
    let names = system.measures().names().into_iter();
    names
        .filter(|name| Objective::of_known(system, name))
        .take(8)
        .collect()
}

/// The first main measure that a sweep may name.
fn first_of(system: &dyn AnySystem) -> String {
    let main = system.measures().main.iter();
    let mut usable = main.filter(|name| Objective::of_known(system, name));
    usable.next().map_or_else(
        || "none: it has no measure that can be compared".to_owned(),
        |name| (*name).to_owned(),
    )
}

impl Objective {
    /// Whether a declared measure can be chosen by, without advice that would ask in turn.
    fn of_known(system: &dyn AnySystem, name: &str) -> bool {
        let measures = system.measures();
        measures.declared(name).is_some_and(|scalar| {
            scalar.better != Better::Neither
                && scalar.role != Role::Reference
                && (!scalar.loss || measures.main.contains(&name))
                && (scalar.basis != Basis::Validation
                    || system.parameter(VALIDATION_SHARE).is_some())
        })
    }
}
