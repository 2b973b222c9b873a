//! What several models recommend to the same user, side by side.

use std::collections::BTreeMap;

use crate::draw::Picture;
use crate::draw::chart::{MARGIN, Style, head};
use crate::draw::picture::{Anchor, Rect};

/// Width of a list, and the space between two, in points.
const LIST: f64 = 216.0;
const GAP: f64 = 22.0;
/// Height of a line.
const LINE: f64 = 17.0;
/// Room for a rank, and for a rating, in points.
const RANK: f64 = 20.0;
const RATING: f64 = 30.0;
/// Lists side by side, at most: more stand below them.
const ACROSS: usize = 3;

/// An item that a model recommends.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedItem {
    /// Tells it apart from others.
    pub item: usize,
    /// Its title.
    pub name: String,
    /// The rating that is predicted.
    pub predicted: f32,
    /// The rating that was held out, if there is one.
    pub held_out: Option<f32>,
}

/// What a model recommends.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedModel {
    /// What tells it apart from the others.
    pub name: String,
    /// The best first.
    pub items: Vec<ListedItem>,
}

/// What several models recommend to the same user.
#[derive(Debug, Clone, PartialEq)]
pub struct SameUserFigure {
    /// The user's name.
    pub user: String,
    /// From left to right.
    pub lists: Vec<ListedModel>,
    /// Decimals of a true rating.
    pub decimals: usize,
    /// True if the same ratings were held out from all of them.
    pub is_divided_alike: bool,
}

impl SameUserFigure {
    /// Drawn.
    #[must_use]
    pub fn picture(&self, style: &Style) -> Picture {
        let across = self.lists.len().clamp(1, ACROSS);
        let width = 2.0 * MARGIN + across as f64 * (LIST + GAP) - GAP;
        let mut picture = Picture::new(width.max(420.0), 0.0, style.background);
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for own in self.lists.iter().flat_map(|list| &list.items) {
            *counts.entry(own.item).or_default() += 1;
        }
        let title = format!("Recommendations to {}", self.user);
        let mut top = head(&mut picture, &title, &self.note(), style);
        for lists in self.lists.chunks(ACROSS) {
            let mut lines = 0;
            for (at, list) in lists.iter().enumerate() {
                let left = MARGIN + at as f64 * (LIST + GAP);
                self.list(list, &counts, &mut picture, (left, top), style);
                lines = lines.max(list.items.len());
            }
            top += LINE * (lines as f64 + 1.8) + GAP;
        }
        picture.height = (top - GAP - LINE * 0.8 + MARGIN * 0.75).ceil();
        picture
    }

    fn note(&self) -> String {
        let held_out = if self.is_divided_alike {
            "which no model has seen"
        } else {
            "as they were held out from the first model"
        };
        let all = match self.lists.len() {
            0 | 1 => "",
            _ => " Bold: recommended by all of them.",
        };
        format!(
            "The items with the highest predicted ratings of those that the user has not rated in training, with the predicted rating. Green: held-out ratings, {held_out}.{all}"
        )
    }

    fn list(
        &self,
        list: &ListedModel,
        counts: &BTreeMap<usize, usize>,
        picture: &mut Picture,
        (left, top): (f64, f64),
        style: &Style,
    ) {
        let right = left + LIST;
        let mut baseline = top + style.heading.size;
        let heading = style.heading.fit(&list.name, LIST);
        picture.text(heading, (left, baseline), Anchor::Left, style.heading);
        let rule = Rect::sized((left, baseline + LINE * 0.4), LIST, 0.75);
        picture.fill(rule, style.tokens.border_strong);
        baseline += LINE * 0.3;
        for (rank, own) in list.items.iter().enumerate() {
            baseline += LINE;
            let is_shared =
                self.lists.len() > 1 && counts.get(&own.item) == Some(&self.lists.len());
            let mut text_style = style.name.colored(style.tokens.text);
            text_style.bold = is_shared;
            let rank = (rank + 1).to_string();
            let at = (left + RANK - 6.0, baseline);
            picture.text(rank, at, Anchor::Right, style.tick);
            let predicted = format!("{:.2}", own.predicted);
            picture.text(predicted, (right, baseline), Anchor::Right, style.name);
            let mut room = LIST - RANK - RATING;
            if let Some(rating) = own.held_out {
                let rating = format!("{rating:.*}", self.decimals);
                let green = style.name.colored(style.tokens.success);
                let at = (right - RATING, baseline);
                room -= green.width(&rating) + 14.0;
                let middle = baseline - green.drop();
                let dot = (right - RATING - green.width(&rating) - 6.0, middle);
                picture.dot(dot, 2.5, style.tokens.success);
                picture.text(rating, at, Anchor::Right, green);
            }
            let name = text_style.fit(&own.name, room - 6.0);
            picture.text(name, (left + RANK, baseline), Anchor::Left, text_style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_side_by_side_with_what_was_held_out() {
        let item = |item: usize, name: &str, held_out| ListedItem {
            item,
            name: name.to_owned(),
            predicted: 4.25,
            held_out,
        };
        let list = |name: &str, items| ListedModel {
            name: name.to_owned(),
            items,
        };
        let figure = SameUserFigure {
            user: "User 42".to_owned(),
            lists: vec![
                list(
                    "hidden 20",
                    vec![item(1, "Alien", Some(5.0)), item(2, "Brazil", None)],
                ),
                list(
                    "hidden 50",
                    vec![item(1, "Alien", Some(5.0)), item(3, "Fargo", None)],
                ),
            ],
            decimals: 0,
            is_divided_alike: true,
        };
        let drawn = figure.picture(&Style::print());
        let svg = drawn.svg();
        for text in [
            "Recommendations to User 42",
            "hidden 20",
            "hidden 50",
            "Fargo",
            "4.25",
        ] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        // Each list says what was held out.
        assert_eq!(svg.matches(">5</text>").count(), 2);
        assert_eq!(svg.matches(">Alien</text>").count(), 2);
        assert!(drawn.pixels(1.0).is_ok());
    }
}
