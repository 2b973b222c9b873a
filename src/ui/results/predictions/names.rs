//! How users, items and ratings are written.

use std::borrow::Cow;
use std::cmp::Ordering;

use eframe::egui::Ui;

use crate::data::{Labels, RatingsData};
use crate::ui::widgets::can_draw;

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

/// An item as it can be drawn: by its id where no font on this machine has the letters of its title.
pub(super) fn drawn_item_name<'a>(ui: &Ui, items: &'a Labels, item: usize) -> Cow<'a, str> {
    match items.title(item) {
        Some(title) if !can_draw(ui, title) => Cow::Owned(format!("Item {}", items.id(item))),
        _ => item_name(items, item),
    }
}

/// Orders ids as a person would: `user2` before `user10`. Runs of ASCII digits compare as numbers, everything else by character.
pub(super) fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    while let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) {
        let order = if first_a.is_ascii_digit() && first_b.is_ascii_digit() {
            let number_a = take_digits(&mut rest_a);
            let number_b = take_digits(&mut rest_b);
            (number_a.len().cmp(&number_b.len())).then_with(|| number_a.cmp(number_b))
        } else {
            rest_a = &rest_a[first_a.len_utf8()..];
            rest_b = &rest_b[first_b.len_utf8()..];
            first_a.cmp(&first_b)
        };
        if order.is_ne() {
            return order;
        }
    }
    // `007` and `7` are the same number: the text decides, so that the order is total.
    (rest_a.len().cmp(&rest_b.len())).then_with(|| a.cmp(b))
}

/// The digits at the start, without leading zeros; `text` goes on after them.
fn take_digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
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
    fn ids_are_ordered_by_the_numbers_in_them() {
        let mut ids = ["196", "22", "b3", "b12", "a", "7", "007", "b03x"];
        ids.sort_by(|a, b| natural_order(a, b));
        assert_eq!(ids, ["007", "7", "22", "196", "a", "b3", "b03x", "b12"]);
    }

    #[test]
    fn a_title_that_no_font_can_draw_gives_way_to_the_id() {
        let mut labels = Labels::new(["42", "43"]);
        labels.set_title(0, "千と千尋の神隠し (2001)");
        labels.set_title(1, "Amélie (2001)");
        let ctx = eframe::egui::Context::default();
        crate::ui::theme::install(&ctx);
        // Fonts are there from the second frame on.
        for frame in 0..2 {
            let _ = ctx.run_ui(eframe::egui::RawInput::default(), |ui| {
                if frame == 1 {
                    assert_eq!(drawn_item_name(ui, &labels, 0), "Item 42");
                    assert_eq!(drawn_item_name(ui, &labels, 1), "Amélie (2001)");
                }
            });
        }
    }

    #[test]
    fn decimals_are_those_of_the_ratings() {
        let with = |value| RatingsData::from_triplets(1, 2, &[(0, 0, 4.0), (0, 1, value)], &[]);
        assert_eq!(rating_decimals(&with(3.0)), 0);
        assert_eq!(rating_decimals(&with(3.5)), 1);
        assert_eq!(rating_decimals(&with(3.25)), 2);
    }
}
