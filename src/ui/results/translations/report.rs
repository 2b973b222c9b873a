//! The augmentation report: what a segmenter learns from translated pictures, tested on real ones.

use eframe::egui::{
    Align2, Color32, Context, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::draw::Tokens;
use crate::record::AugmentationScores;
use crate::ui::results::ResultRun;
use crate::ui::state::{Latest, LatestState};
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, caption, elide_middle, message, section_header};

/// The scalars of a run that made one begin so.
const SCALARS: &str = "augmentation/";

/// The report of a run.
#[derive(Default)]
pub(super) struct Report {
    table: Latest<(String, usize), AugmentationScores>,
}

/// True if a run made one.
pub(super) fn is_there(run: &ResultRun<'_>) -> bool {
    let mut names = run.state.series.keys();
    names.any(|name| name.starts_with(SCALARS))
}

impl Report {
    pub(super) fn is_reading(&self) -> bool {
        self.table.is_reading()
    }

    /// Fills `ui`.
    pub(super) fn ui(&mut self, ui: &mut Ui, run: &ResultRun<'_>) {
        self.want(ui.ctx(), run);
        match self.table.state() {
            LatestState::Ready(table) => {
                ScrollArea::vertical()
                    .auto_shrink(false)
                    .show(ui, |ui| table_ui(ui, table));
            }
            LatestState::Failed(why) => {
                message(ui, Severity::Error, why, |_| ());
            }
            LatestState::Reading(_) | LatestState::Absent => {
                ui.centered_and_justified(|ui| ui.spinner());
            }
        }
    }

    fn want(&mut self, ctx: &Context, run: &ResultRun<'_>) {
        self.table.poll();
        let mut points = 0;
        for (name, series) in &run.state.series {
            if name.starts_with(SCALARS) {
                points += series.len();
            }
        }
        let path = run.artifacts().join(AugmentationScores::FILE);
        let key = (run.id.to_owned(), points);
        let keep = self.table.key().is_some_and(|(id, _)| id == run.id);
        self.table
            .want(ctx, key, keep, move |_| AugmentationScores::read(&path));
    }
}

fn table_ui(ui: &mut Ui, table: &AugmentationScores) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Usefulness for segmentation");
    let target = table.target();
    caption(
        ui,
        format!(
            "The same small segmenter, trained on four sets of pictures with masks and tested on real test pictures of {target}: mean IoU over the classes, higher is better."
        ),
    );
    ui.add_space(tokens.space.m);
    if let Some(means) = table.means() {
        for (at, (column, value)) in table.columns.iter().zip(means).enumerate() {
            mean_ui(
                ui,
                tokens,
                &AugmentationScores::learned_from(column),
                *value,
                tokens.category(at),
            );
        }
        ui.add_space(tokens.space.l);
    }
    section_header(ui, "By class");
    ui.add_space(tokens.space.xs);
    classes_ui(ui, tokens, table);
}

fn value_text(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

/// A name, a bar and a number.
fn mean_ui(ui: &mut Ui, tokens: &Tokens, name: &str, value: Option<f64>, color: Color32) {
    let width = ui.available_width().min(1.6 * tokens.size.dialog);
    let (rect, response) = ui.allocate_exact_size(vec2(width, tokens.size.row), Sense::hover());
    let text = value_text(value);
    response
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: mean IoU {text}")));
    let names = 3.5 * tokens.space.xxl;
    let numbers = tokens.space.xxl + tokens.space.s;
    let font = TextStyle::Body.resolve(ui.style());
    let middle = rect.center().y;
    let painter = ui.painter();
    painter.text(
        pos2(rect.left(), middle),
        Align2::LEFT_CENTER,
        name,
        font.clone(),
        tokens.text,
    );
    let room = Rect::from_min_max(
        pos2(rect.left() + names, middle - tokens.space.s),
        pos2(rect.right() - numbers, middle + tokens.space.s),
    );
    bar(ui, tokens, room, value, color);
    ui.painter().text(
        pos2(rect.right(), middle),
        Align2::RIGHT_CENTER,
        text,
        font,
        tokens.text,
    );
}

/// A bar of a share.
fn bar(ui: &Ui, tokens: &Tokens, room: Rect, value: Option<f64>, color: Color32) {
    let radius = f32::from(tokens.radius.small);
    ui.painter().rect_filled(room, radius, tokens.raised);
    let share = value.unwrap_or(0.0).clamp(0.0, 1.0) as f32;
    if share > 0.0 {
        let filled = room.with_max_x(room.left() + room.width() * share);
        ui.painter().rect_filled(filled, radius, color);
    }
}

/// A line for each class: its IoU in each column, as a number and as a bar.
fn classes_ui(ui: &mut Ui, tokens: &Tokens, table: &AugmentationScores) {
    let names = 3.0 * tokens.space.xxl;
    let width = ui.available_width().min(1.6 * tokens.size.dialog);
    let column = (width - names) / table.columns.len() as f32;
    let font = TextStyle::Body.resolve(ui.style());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(names);
        for name in &table.columns {
            ui.scope(|ui| {
                ui.set_width(column);
                let learned = AugmentationScores::learned_from(name);
                let small = TextStyle::Small.resolve(ui.style());
                let shown = elide_middle(ui, &learned, &small, column - tokens.space.s);
                ui.label(RichText::new(shown).small().color(tokens.text_tertiary))
                    .on_hover_text(learned);
            });
        }
    });
    for (class, values) in table.classes() {
        let (rect, response) = ui.allocate_exact_size(vec2(width, tokens.size.row), Sense::hover());
        let parts: Vec<String> = table
            .columns
            .iter()
            .zip(values)
            .map(|(name, value)| {
                format!(
                    "{} {}",
                    AugmentationScores::learned_from(name),
                    value_text(*value)
                )
            })
            .collect();
        let accessible_text = format!("{class}: {}", parts.join(", "));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &accessible_text));
        let middle = rect.center().y;
        let name = elide_middle(ui, class, &font, names - tokens.space.s);
        ui.painter().text(
            pos2(rect.left(), middle),
            Align2::LEFT_CENTER,
            name,
            font.clone(),
            tokens.text,
        );
        for (at, value) in values.iter().enumerate() {
            let left = rect.left() + names + at as f32 * column;
            let number = tokens.space.xxl + tokens.space.xs;
            let small = TextStyle::Small.resolve(ui.style());
            ui.painter().text(
                pos2(left + number - tokens.space.s, middle),
                Align2::RIGHT_CENTER,
                value_text(*value),
                small,
                tokens.text_secondary,
            );
            let room = Rect::from_min_max(
                pos2(left + number, middle - tokens.space.xs),
                pos2(left + column - tokens.space.m, middle + tokens.space.xs),
            );
            bar(ui, tokens, room, *value, tokens.category(at));
        }
    }
    ui.add_space(tokens.space.m);
    caption(
        ui,
        "IoU from 0 to 1; – where a class is neither in the truth nor predicted",
    );
}
