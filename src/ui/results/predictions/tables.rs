//! Tables of items: what a user rated, what they would like, what is similar.

use std::cmp::Ordering;

use eframe::egui::{
    Align, Button, Label, Layout, Rect, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, pos2,
    vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_material_icons::icons::{ICON_ARROW_DROP_DOWN, ICON_ARROW_DROP_UP};
use serde::{Deserialize, Serialize};

use super::names::{drawn_item_name, item_name};
use super::profile::Rated;
use crate::data::RatingsData;
use crate::draw::format;
use crate::ui::theme::tokens;

/// A column of the table of rated items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SortBy {
    Title,
    #[default]
    Rating,
    Prediction,
    Difference,
}

/// How the table of rated items is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sort {
    by: SortBy,
    descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: SortBy::Rating,
            descending: true,
        }
    }
}

impl Sort {
    /// Sorts by another column, or the other way round by the same.
    fn toggle(&mut self, by: SortBy) {
        *self = if self.by == by {
            Self {
                descending: !self.descending,
                by,
            }
        } else {
            Self {
                by,
                descending: by != SortBy::Title,
            }
        };
    }
}

/// Sorts rated items; equal ones by title.
pub(super) fn sort_rated(rated: &mut [Rated], sort: Sort, data: &RatingsData) {
    let title = |rated: &Rated| item_name(&data.items, rated.item as usize);
    let difference = |rated: &Rated| rated.prediction - rated.rating;
    rated.sort_by(|a, b| {
        let order = match sort.by {
            SortBy::Title => Ordering::Equal,
            SortBy::Rating => a.rating.total_cmp(&b.rating),
            SortBy::Prediction => a.prediction.total_cmp(&b.prediction),
            SortBy::Difference => difference(a).total_cmp(&difference(b)),
        };
        let by_title = title(a).cmp(&title(b));
        match (sort.by, sort.descending) {
            (SortBy::Title, true) => by_title.reverse(),
            (SortBy::Title, false) => by_title,
            (_, true) => order.reverse().then(by_title),
            (_, false) => order.then(by_title),
        }
    });
}

/// Input of a table of items.
pub(super) struct Items<'a> {
    pub(super) data: &'a RatingsData,
    /// Decimals of the true ratings.
    pub(super) decimals: usize,
    /// The item whose similar items are shown.
    pub(super) chosen: Option<usize>,
}

impl Items<'_> {
    /// The items that a user rated. Returns the item that was clicked.
    pub(super) fn rated(&self, ui: &mut Ui, rated: &[Rated], sort: &mut Sort) -> Option<usize> {
        let tokens = tokens(ui.ctx());
        let number = tokens.space.xxl + tokens.space.l;
        let mut clicked = None;
        let wide = ui.available_width() > tokens.size.measure;
        let mut table = self
            .table(ui, "rated")
            .column(Column::remainder().clip(true));
        for _ in 0..if wide { 3 } else { 2 } {
            table = table.column(Column::exact(number));
        }
        table
            .header(tokens.size.control, |mut row| {
                header(&mut row, "Title", SortBy::Title, sort, Align::Min);
                header(&mut row, "Rating", SortBy::Rating, sort, Align::Max);
                header(&mut row, "Predicted", SortBy::Prediction, sort, Align::Max);
                if wide {
                    header(&mut row, "Off by", SortBy::Difference, sort, Align::Max);
                }
            })
            .body(|body| {
                body.rows(tokens.size.control, rated.len(), |mut row| {
                    let rated = rated[row.index()];
                    let item = rated.item as usize;
                    row.set_selected(self.chosen == Some(item));
                    row.col(|ui| self.title(ui, item, rated.test.then_some("test")));
                    row.col(|ui| value(ui, &format!("{:.*}", self.decimals, rated.rating), true));
                    row.col(|ui| value(ui, &format!("{:.2}", rated.prediction), false));
                    if wide {
                        let off = f64::from(rated.prediction - rated.rating);
                        row.col(|ui| value(ui, &signed(off), false));
                    }
                    self.click(&row, item, &mut clicked);
                });
            });
        clicked
    }

    /// Recommendations for a user, best first. Returns the item that was clicked.
    pub(super) fn recommended(&self, ui: &mut Ui, top: &[(usize, f32)]) -> Option<usize> {
        let scale = self.data.scale;
        self.ranked(ui, "recommended", top, "Predicted", scale, 2)
    }

    /// Items like another, nearest first. Returns the item that was clicked.
    pub(super) fn similar(&self, ui: &mut Ui, nearest: &[(usize, f32)]) -> Option<usize> {
        self.ranked(ui, "similar", nearest, "Similarity", (0.0, 1.0), 3)
    }

    /// Rank, title, a bar of the value within `scale`, the value, and how many ratings the item has.
    fn ranked(
        &self,
        ui: &mut Ui,
        id: &str,
        items: &[(usize, f32)],
        measure: &str,
        (low, high): (f32, f32),
        decimals: usize,
    ) -> Option<usize> {
        let tokens = tokens(ui.ctx());
        let room = ui.available_width();
        let wide = room > tokens.size.measure;
        // The title gets what the figures do not need.
        let track = (room * 0.14).clamp(tokens.space.xl, 2.0 * tokens.space.xxl);
        let mut clicked = None;
        let mut table = self
            .table(ui, id)
            .column(Column::exact(tokens.space.xl))
            .column(Column::remainder().clip(true))
            .column(Column::exact(track))
            .column(Column::exact(tokens.space.xxl + tokens.space.l));
        if wide {
            table = table.column(Column::exact(tokens.space.xxl + tokens.space.s));
        }
        table
            .header(tokens.size.control, |mut row| {
                plain_header(&mut row, "", Align::Max);
                plain_header(&mut row, "Title", Align::Min);
                plain_header(&mut row, "", Align::Min);
                plain_header(&mut row, measure, Align::Max);
                if wide {
                    plain_header(&mut row, "Ratings", Align::Max);
                }
            })
            .body(|body| {
                body.rows(tokens.size.control, items.len(), |mut row| {
                    let rank = row.index();
                    let (item, amount) = items[rank];
                    row.set_selected(self.chosen == Some(item));
                    row.col(|ui| value(ui, &(rank + 1).to_string(), false));
                    row.col(|ui| self.title(ui, item, None));
                    row.col(|ui| bar(ui, (amount - low) / (high - low).max(f32::MIN_POSITIVE)));
                    row.col(|ui| value(ui, &format!("{amount:.decimals$}"), true));
                    if wide {
                        let ratings = self.data.train.by_item().row(item).0.len();
                        row.col(|ui| value(ui, &format::count(ratings as u64), false));
                    }
                    self.click(&row, item, &mut clicked);
                });
            });
        clicked
    }

    fn table<'u>(&self, ui: &'u mut Ui, id: &str) -> TableBuilder<'u> {
        let tokens = tokens(ui.ctx());
        ui.spacing_mut().item_spacing = vec2(tokens.space.s, 0.0);
        ui.style_mut().interaction.selectable_labels = false;
        TableBuilder::new(ui)
            .id_salt((id, self.data.items.len()))
            .striped(false)
            .sense(Sense::click())
            .auto_shrink(false)
            .cell_layout(Layout::left_to_right(Align::Center))
    }

    fn title(&self, ui: &mut Ui, item: usize, mark: Option<&str>) {
        let tokens = tokens(ui.ctx());
        let name = drawn_item_name(ui, &self.data.items, item);
        let Some(mark) = mark else {
            ui.add(Label::new(&*name).truncate());
            return;
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(mark).text_style(TextStyle::Small);
            ui.label(text.color(tokens.accent_text))
                .on_hover_text("A test rating: the predictor has not seen it");
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(&*name).truncate());
            });
        });
    }

    /// Names a row for screen readers and notes a click on it.
    fn click(&self, row: &TableRow<'_, '_>, item: usize, clicked: &mut Option<usize>) {
        let response = row.response();
        let name = item_name(&self.data.items, item);
        let chosen = self.chosen == Some(item);
        response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, &*name));
        if response.clicked() {
            *clicked = Some(item);
        }
    }
}

/// A number at the right of its cell.
fn value(ui: &mut Ui, text: &str, first: bool) {
    let tokens = tokens(ui.ctx());
    let color = if first {
        tokens.text
    } else {
        tokens.text_secondary
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.label(RichText::new(text).color(color));
    });
}

/// `+0.31`, `−1.02`.
fn signed(value: f64) -> String {
    format!("{value:+.2}").replace('-', "−")
}

/// A bar on a track.
fn bar(ui: &mut Ui, share: f32) {
    let tokens = tokens(ui.ctx());
    let room = ui.available_rect_before_wrap();
    let track = Rect::from_center_size(room.center(), vec2(room.width(), tokens.space.xs));
    let full = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let end = pos2(track.left() + track.width() * full, track.bottom());
    let painter = ui.painter();
    painter.rect_filled(track, tokens.space.hair, tokens.raised);
    let fill = Rect::from_min_max(track.min, end);
    painter.rect_filled(fill, tokens.space.hair, tokens.category(0));
}

fn plain_header(row: &mut TableRow<'_, '_>, text: &str, align: Align) {
    row.col(|ui| {
        let color = tokens(ui.ctx()).text_tertiary;
        aligned(ui, align, |ui| {
            ui.label(
                RichText::new(text)
                    .text_style(TextStyle::Small)
                    .color(color),
            );
        });
    });
}

/// A column's name that sorts by it.
fn header(row: &mut TableRow<'_, '_>, text: &str, by: SortBy, sort: &mut Sort, align: Align) {
    row.col(|ui| {
        let tokens = tokens(ui.ctx());
        let sorted = sort.by == by;
        let color = if sorted {
            tokens.text
        } else {
            tokens.text_tertiary
        };
        let label = RichText::new(text)
            .text_style(TextStyle::Small)
            .color(color);
        aligned(ui, align, |ui| {
            ui.spacing_mut().button_padding.x = 0.0;
            let button = if sorted {
                let arrow = if sort.descending {
                    ICON_ARROW_DROP_DOWN
                } else {
                    ICON_ARROW_DROP_UP
                };
                Button::new((label, arrow.rich_text().size(tokens.size.icon).color(color))).gap(0.0)
            } else {
                Button::new(label)
            };
            let response = ui.add(button.frame(false));
            response.widget_info(|| {
                WidgetInfo::selected(
                    Role::ColumnHeader,
                    true,
                    sorted,
                    format!("Sort by {}", text.to_lowercase()),
                )
            });
            if response.clicked() {
                sort.toggle(by);
            }
        });
    });
}

fn aligned(ui: &mut Ui, align: Align, contents: impl FnOnce(&mut Ui)) {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.with_layout(layout, contents);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rated(item: u32, rating: f32, prediction: f32) -> Rated {
        Rated {
            item,
            rating,
            prediction,
            test: false,
        }
    }

    #[test]
    fn rated_items_sort_by_each_column_both_ways() {
        let mut data = RatingsData::from_triplets(1, 3, &[(0, 0, 3.0)], &[]);
        for (item, title) in ["Cinema", "Alien", "Brazil"].into_iter().enumerate() {
            data.items.set_title(item, title);
        }
        let all = [rated(0, 4.0, 3.5), rated(1, 4.0, 4.6), rated(2, 1.0, 3.0)];
        let order = |by, descending| {
            let mut sorted = all;
            sort_rated(&mut sorted, Sort { by, descending }, &data);
            sorted.map(|rated| rated.item)
        };
        assert_eq!(order(SortBy::Title, false), [1, 2, 0]);
        assert_eq!(order(SortBy::Title, true), [0, 2, 1]);
        assert_eq!(
            order(SortBy::Rating, true),
            [1, 0, 2],
            "equal ratings by title"
        );
        assert_eq!(order(SortBy::Prediction, false), [2, 0, 1]);
        assert_eq!(order(SortBy::Difference, true), [2, 1, 0]);
    }
}
