//! How users, items and ratings are written.

use std::borrow::Cow;

use crate::data::{Labels, RatingsData};

/// A user by name: `User 42` where the file has numbers only.
pub(super) fn user_name(users: &Labels, user: usize) -> Cow<'_, str> {
    let name = users.display(user);
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        Cow::Owned(format!("User {name}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// An item by title: `Item 42` where the file has numbers only.
pub(super) fn item_name(items: &Labels, item: usize) -> Cow<'_, str> {
    let name = items.display(item);
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        Cow::Owned(format!("Item {name}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// How many decimals tell the ratings of a data set apart, at most two. Looks at the first thousands.
pub(super) fn rating_decimals(data: &RatingsData) -> usize {
    let values = data.train.by_user().values().iter().take(10_000);
    values
        .map(|value| {
            let whole = |number: f32| (number - number.round()).abs() < 1e-4;
            match value {
                value if whole(*value) => 0,
                value if whole(value * 10.0) => 1,
                _ => 2,
            }
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_a_noun_and_names_stay() {
        let mut labels = Labels::new(["42", "ann"]);
        assert_eq!(user_name(&labels, 0), "User 42");
        assert_eq!(user_name(&labels, 1), "ann");
        labels.set_title(0, "Heat (1995)");
        assert_eq!(item_name(&labels, 0), "Heat (1995)");
    }

    #[test]
    fn decimals_are_those_of_the_ratings() {
        let with = |value| RatingsData::from_triplets(1, 2, &[(0, 0, 4.0), (0, 1, value)], &[]);
        assert_eq!(rating_decimals(&with(3.0)), 0);
        assert_eq!(rating_decimals(&with(3.5)), 1);
        assert_eq!(rating_decimals(&with(3.25)), 2);
    }
}
