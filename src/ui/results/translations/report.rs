//! The augmentation report: what a segmenter learns from translated pictures, tested on real ones.

use std::path::Path;

use eframe::egui::{
    Align2, Color32, Context, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};

use super::TranslationRun;
use crate::draw::Tokens;
use crate::ui::state::{Latest, LatestState};
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, caption, elide_middle, message, section_header};

/// The file that a run leaves.
const FILE: &str = "augmentation.csv";
/// The scalars of a run that made one begin so.
const SCALARS: &str = "augmentation/";
/// Bytes that are read, at most.
const MOST: u64 = 1 << 20;

/// IoU by class and by what a segmenter learned from.
#[derive(Debug, Clone, Default, PartialEq)]
struct Table {
    /// `a`, `a_and_translated`, `translated`, `b`.
    columns: Vec<String>,
    /// A class and its IoU in each column; `None` where the class does not occur.
    rows: Vec<(String, Vec<Option<f64>>)>,
}

impl Table {
    fn read(path: &Path) -> Result<Self, String> {
        let failed = |why: String| format!("{}: {why}", path.display());
        let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        if size.len() > MOST {
            return Err(failed("is too large for a report".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(failed)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?;
        let columns: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let name = record.get(0).unwrap_or_default().to_owned();
            let values = record.iter().skip(1).map(|cell| cell.parse().ok());
            rows.push((name, values.collect()));
        }
        if columns.is_empty() || rows.is_empty() {
            return Err("holds no report".to_owned());
        }
        Ok(Self { columns, rows })
    }

    /// The row of means, the last.
    fn means(&self) -> Option<&[Option<f64>]> {
        let last = self.rows.last().filter(|(name, _)| name == "mean")?;
        Some(&last.1)
    }

    fn classes(&self) -> &[(String, Vec<Option<f64>>)] {
        let count = self.rows.len() - usize::from(self.means().is_some());
        &self.rows[..count]
    }
}

/// What a column's segmenter learned from, in words.
fn learned(column: &str) -> String {
    match column {
        "a" => "Real A".to_owned(),
        "b" => "Real B".to_owned(),
        "a_and_translated" => "Real A and A → B".to_owned(),
        "b_and_translated" => "Real B and B → A".to_owned(),
        "translated" => "Translated alone".to_owned(),
        other => other.replace('_', " "),
    }
}

/// The report of a run.
#[derive(Default)]
pub(super) struct Report {
    table: Latest<(String, usize), Table>,
}

/// Whether a run made one.
pub(super) fn is_there(run: &TranslationRun<'_>) -> bool {
    let mut names = run.state.series.keys();
    names.any(|name| name.starts_with(SCALARS))
}

impl Report {
    pub(super) fn is_reading(&self) -> bool {
        self.table.is_reading()
    }

    /// Fills `ui`.
    pub(super) fn ui(&mut self, ui: &mut Ui, run: &TranslationRun<'_>) {
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

    fn want(&mut self, ctx: &Context, run: &TranslationRun<'_>) {
        self.table.poll();
        let mut points = 0;
        for (name, series) in &run.state.series {
            if name.starts_with(SCALARS) {
                points += series.len();
            }
        }
        let path = run.artifacts.join(FILE);
        let key = (run.id.to_owned(), points);
        let keep = self.table.key().is_some_and(|(id, _)| id == run.id);
        self.table.want(ctx, key, keep, move |_| Table::read(&path));
    }
}

fn table_ui(ui: &mut Ui, table: &Table) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "What translated pictures are worth");
    let target = if table.columns.last().is_some_and(|last| last == "a") {
        "A"
    } else {
        "B"
    };
    caption(
        ui,
        format!(
            "The same small segmenter, trained on four sets of pictures with masks and tested on real test pictures of {target}: mean IoU over the classes, more is better."
        ),
    );
    ui.add_space(tokens.space.m);
    if let Some(means) = table.means() {
        for (at, (column, value)) in table.columns.iter().zip(means).enumerate() {
            mean_ui(ui, tokens, &learned(column), *value, tokens.category(at));
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
fn classes_ui(ui: &mut Ui, tokens: &Tokens, table: &Table) {
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
                let learned = learned(name);
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
            .map(|(name, value)| format!("{} {}", learned(name), value_text(*value)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_report_is_read_with_its_gaps() {
        let text = "class,a,a_and_translated,translated,b\nroad,0.8,0.9,0.7,0.95\nlamp,,0.1,,0.2\nmean,0.4,0.5,0.3,0.6\n";
        let table = Table::parse(text).unwrap();
        assert_eq!(table.columns.len(), 4);
        assert_eq!(table.classes().len(), 2);
        assert_eq!(table.classes()[1].1, [None, Some(0.1), None, Some(0.2)]);
        assert_eq!(table.means().unwrap()[3], Some(0.6));
        assert_eq!(learned(&table.columns[1]), "Real A and A → B");
        assert!(Table::parse("class\n").is_err());
    }
}
