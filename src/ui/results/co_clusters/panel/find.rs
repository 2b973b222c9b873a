//! Finding a row or column by a few letters of its name.

use std::sync::Arc;

use eframe::egui::{Align2, Context, TextEdit, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::ICON_SEARCH;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::{Panel, Picked};
use crate::data::{Labels, MatrixData};
use crate::ui::jobs::Job;
use crate::ui::results::co_clusters::heatmap::Chosen;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle};

/// Rows, and columns, that are listed.
const MOST: usize = 8;

/// The search, and its results.
#[derive(Default)]
pub(in crate::ui::results::co_clusters) struct Finder {
    search: String,
    data: Option<Arc<MatrixData>>,
    asked: String,
    job: Option<Job<Vec<Chosen>>>,
    found: Vec<Chosen>,
}

impl Finder {
    /// Shows the field and, while something is searched for, what fits. The second is whether something is.
    pub(super) fn ui(&mut self, ui: &mut Ui, panel: &Panel<'_>) -> (Option<Picked>, bool) {
        let tokens = tokens(ui.ctx());
        let icon = ICON_SEARCH
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary);
        let field = ui.add(
            TextEdit::singleline(&mut self.search)
                .hint_text("Find a row or column")
                .prefix(icon)
                .desired_width(ui.available_width() - tokens.space.xs)
                .min_size(vec2(0.0, tokens.size.control))
                .align(Align2::LEFT_CENTER),
        );
        field.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &self.search, "Find a row or column");
            info.label = Some("Find a row or column".to_owned());
            info
        });
        ui.add_space(tokens.space.s);
        self.look(ui.ctx(), panel.data);
        if self.search.trim().is_empty() {
            return (None, false);
        }
        if self.found.is_empty() && self.job.is_none() {
            caption(ui, "No name fits.");
        }
        let mut picked = None;
        for &found in &self.found {
            let (what, name) = match found {
                Chosen::Row(row) => ("row", panel.data.rows.display(row)),
                Chosen::Column(column) => ("column", panel.data.columns.display(column)),
                Chosen::Block(..) => continue,
            };
            let font = eframe::egui::TextStyle::Body.resolve(ui.style());
            let room = ui.available_width() - 2.0 * tokens.space.xxl;
            let text = elide_middle(ui, name, &font, room);
            let kind = eframe::egui::RichText::new(what).color(tokens.text_tertiary);
            let button = eframe::egui::Button::new(text)
                .right_text(kind)
                .frame_when_inactive(false)
                .min_size(vec2(ui.available_width() - tokens.space.xs, 0.0));
            if ui.add(button).clicked() {
                picked = Some(Picked::Chosen(found));
            }
        }
        if picked.is_some() {
            self.search.clear();
        }
        (picked, true)
    }

    /// Searches on a thread of its own, one search at a time.
    fn look(&mut self, ctx: &Context, data: &Arc<MatrixData>) {
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.found = outcome.unwrap_or_default();
        }
        let same = self.data.as_ref().is_some_and(|own| Arc::ptr_eq(own, data));
        if self.job.is_some() || (same && self.asked == self.search) {
            return;
        }
        self.asked.clone_from(&self.search);
        self.data = Some(Arc::clone(data));
        let search = self.search.trim().to_owned();
        if search.is_empty() {
            self.found.clear();
            return;
        }
        let data = Arc::clone(data);
        self.job = Job::spawn("find names", ctx, move |_| find(&data, &search)).ok();
    }
}

/// The rows and the columns that fit best.
fn find(data: &MatrixData, search: &str) -> Vec<Chosen> {
    let rows = best(&data.rows, search).into_iter().map(Chosen::Row);
    let columns = best(&data.columns, search).into_iter().map(Chosen::Column);
    rows.chain(columns).collect()
}

fn best(labels: &Labels, search: &str) -> Vec<usize> {
    let pattern = Pattern::parse(search, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize, usize)> = (0..labels.len())
        .filter_map(|index| {
            let name = labels.display(index);
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((score, name.len(), index))
        })
        .collect();
    // The shorter of two names that fit equally well is nearer.
    found.sort_by_key(|&(score, length, index)| (std::cmp::Reverse(score), length, index));
    found.truncate(MOST);
    found.into_iter().map(|(.., index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_parts_shortest_first() {
        let labels = Labels::new(["professor", "courses", "course", "research"]);
        assert_eq!(best(&labels, "course"), [2, 1]);
        assert_eq!(best(&labels, "rese")[0], 3);
        assert!(best(&labels, "zzz").is_empty());
    }
}
