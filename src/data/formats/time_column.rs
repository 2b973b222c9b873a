//! How the column of times of a list is written: a person says what stands first in its dates, or the column as a whole tells.

use std::path::Path;

use super::dates::{Order, Times};
use super::finder::Finder;
use crate::data::{DataError, DateOrder};

/// What was found out about dates with the year last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDates {
    /// What stands first; none if nothing tells.
    pub first: Option<DateOrder>,
    /// A date that tells, or one of those that do not.
    pub example: String,
}

impl Finder<'_, '_> {
    /// The column of times and how they are written, which a person says or the column as a whole decides; none where neither does.
    pub(super) fn dates(
        &mut self,
        path: &Path,
        time: Option<usize>,
        given: Option<DateOrder>,
    ) -> Result<(Option<usize>, Times, Option<FoundDates>), DataError> {
        let Some(at) = time else {
            if given.is_some() {
                let notice = "data.date_order has no say, since no column of times is read; if one holds them, set data.columns = { time = … }";
                self.notices.push(notice.to_owned());
            }
            return Ok((None, Times::default(), None));
        };
        let order = Order::of(self.fields(at));
        let name = self.name(at);
        let contradicted = |given: DateOrder, example: &str, remedy: &str| DataError::Config {
            key: "date_order",
            problem: format!(
                "is \"{}\", but {name} of {} holds {example}, which has the {}: {remedy}",
                given.key(),
                path.display(),
                other(given).words(),
            ),
        };
        let (first, digits, example) = match (order, given) {
            (Order::Other(example), _) => {
                if let (Some(_), Some(example)) = (given, example) {
                    self.notices.push(format!(
                        "data.date_order has no say: {name} holds times such as {example}, which are no dates with the day or the month first"
                    ));
                }
                return Ok((time, Times::default(), None));
            }
            (Order::Known(first, _, example), Some(given)) if first != given => {
                return Err(contradicted(given, &example, "change it, or remove it"));
            }
            (Order::Mixed(day, month), Some(given)) => {
                let example = match given {
                    DateOrder::DayFirst => month,
                    DateOrder::MonthFirst => day,
                };
                let remedy = "remove it, since other dates have the other order, and write all of them as 2019-12-31";
                return Err(contradicted(given, &example, remedy));
            }
            (Order::Known(first, digits, example), _) => {
                if given.is_none() {
                    self.notices.push(format!(
                        "{name} holds dates with the {}, as in {example}",
                        first.words()
                    ));
                }
                (first, digits, example)
            }
            (Order::Open(digits, example), Some(given)) => (given, digits, example),
            (Order::Open(_, example), None) => {
                self.notices.push(format!(
                    "{name} holds dates such as {example}, all of which could have the day or the month first, so times are not used: set data.date_order = \"day_first\" or \"month_first\""
                ));
                let found = FoundDates {
                    first: None,
                    example,
                };
                return Ok((None, Times::default(), Some(found)));
            }
            (Order::Mixed(day, month), None) => {
                self.notices.push(format!(
                    "{name} holds dates with the day first ({day}) and with the month first ({month}), so times are not used: write them as 2019-12-31"
                ));
                return Ok((None, Times::default(), None));
            }
        };
        let times = Times::Dates {
            first,
            year: digits,
        };
        let found = FoundDates {
            first: Some(first),
            example,
        };
        Ok((time, times, Some(found)))
    }
}

fn other(order: DateOrder) -> DateOrder {
    match order {
        DateOrder::DayFirst => DateOrder::MonthFirst,
        DateOrder::MonthFirst => DateOrder::DayFirst,
    }
}
