//! The runs whose pictures are shown side by side, and what each shows.

use std::sync::Arc;

use eframe::egui::{Align2, Color32, Rect, TextStyle, Ui, pos2};

use super::cell::Cell;
use super::prepared::Prepared;
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// The cells of a run for the chosen picture.
#[derive(Clone)]
pub(super) enum Shown {
    Ready(Arc<Prepared>),
    /// It is being read or made; says so.
    Waiting(String),
    /// It is not there, and why.
    Missing(String),
}

/// A run that is shown.
pub(super) struct ShownRun<'a> {
    pub(super) name: &'a str,
    pub(super) color: Color32,
    /// `step 1 200`.
    pub(super) when: String,
    pub(super) shown: Shown,
    /// Measures at that step: what it is and the value.
    pub(super) measures: Vec<(String, String)>,
}

impl ShownRun<'_> {
    pub(super) fn picture(&self) -> Option<&Arc<Prepared>> {
        match &self.shown {
            Shown::Ready(picture) => Some(picture),
            Shown::Waiting(_) | Shown::Missing(_) => None,
        }
    }
}

/// The first picture there is: those of other runs have the same side.
pub(super) fn first<'a>(shown_runs: &'a [ShownRun<'_>]) -> Option<&'a Arc<Prepared>> {
    shown_runs.iter().find_map(ShownRun::picture)
}

/// A cell that a shown run has.
pub(super) fn has(shown_runs: &[ShownRun<'_>], shown_run: usize, cell: Cell) -> bool {
    shown_runs
        .get(shown_run)
        .and_then(ShownRun::picture)
        .is_some_and(|picture| picture.has(cell))
}

/// Small text within a line, cut in the middle where the room ends: what comes first in `color`, then what explains it.
pub(super) fn line(ui: &Ui, rect: Rect, (text, color): (&str, Color32), more: &str) {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let shown = elide_middle(ui, text, &font, rect.width());
    let drawn = ui.painter().text(
        pos2(rect.left(), rect.center().y),
        Align2::LEFT_CENTER,
        shown,
        font.clone(),
        color,
    );
    let left = drawn.right() + tokens.space.s;
    // All of it, or else its first part.
    let first = more.split(" · ").next().unwrap_or_default();
    let fitting = [more, first].into_iter().find_map(|more| {
        let more = more.to_owned();
        let galley = ui
            .painter()
            .layout_no_wrap(more, font.clone(), tokens.text_tertiary);
        (left + galley.size().x <= rect.right()).then_some(galley)
    });
    if let Some(more) = fitting {
        let top = rect.center().y - more.size().y / 2.0;
        ui.painter()
            .galley(pos2(left, top), more, tokens.text_tertiary);
    }
}

/// The mark and name of a run at the left of a line, and its step.
pub(super) fn run_line(ui: &Ui, rect: Rect, shown_run: &ShownRun<'_>) {
    let tokens = tokens(ui.ctx());
    let radius = tokens.size.mark / 2.0;
    let center = pos2(rect.left() + radius, rect.center().y);
    ui.painter().circle_filled(center, radius, shown_run.color);
    let rest = rect.with_min_x(rect.left() + tokens.size.mark + tokens.space.s);
    line(ui, rest, (shown_run.name, tokens.text), &shown_run.when);
}
