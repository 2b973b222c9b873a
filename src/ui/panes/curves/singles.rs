//! Measures with a single value, as tables: a dot in a plot would tell less.

use eframe::egui::{Align, Grid, Layout, RichText, TextStyle, Ui, vec2};

use super::CurveRun;
use super::curve::{Curve, PlotContent};
use crate::draw::format;
use crate::record::PROGRESS;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header};

/// Rows of measures and columns of parts of one run.
#[derive(Debug)]
struct Table<'a> {
    heading: &'a str,
    /// In order; a single one without a name where the measures have no parts.
    parts: Vec<&'a str>,
    rows: Vec<&'a PlotContent<'a>>,
}

/// Puts measures of one heading that share a part into one table.
fn tables<'a>(plots: &'a [PlotContent<'a>]) -> Vec<Table<'a>> {
    let mut tables: Vec<Table<'a>> = Vec::new();
    for plot in plots {
        let heading = plot.scalar.group;
        let mut curves: Vec<&Curve<'a>> = plot.curves.iter().collect();
        curves.sort_by_key(|curve| curve.scalar.rank);
        let mut parts: Vec<&str> = curves.iter().map(|curve| &*curve.scalar.part).collect();
        parts.dedup();
        let joined = tables.last_mut().filter(|last| {
            last.heading == heading && parts.iter().any(|part| last.parts.contains(part))
        });
        if let Some(table) = joined {
            let missing: Vec<&str> = parts
                .into_iter()
                .filter(|part| !table.parts.contains(part))
                .collect();
            table.parts.extend(missing);
            table.rows.push(plot);
        } else {
            tables.push(Table {
                heading,
                parts,
                rows: vec![plot],
            });
        }
    }
    tables.sort_by_key(|table| table.heading == PROGRESS);
    tables
}

/// Shows the tables of each run that has values.
pub(super) fn singles_ui(ui: &mut Ui, plots: &[PlotContent<'_>], runs: &[CurveRun<'_>]) {
    let tokens = tokens(ui.ctx());
    let tables = tables(plots);
    ui.spacing_mut().item_spacing.y = tokens.space.hair;
    let mut before = ("", "");
    for run in runs {
        let value = |plot: &PlotContent<'_>, part: &str| {
            let own = |curve: &&Curve<'_>| curve.run.id == run.id && curve.scalar.part == part;
            plot.curves.iter().find(own)?.series.last()
        };
        for (number, table) in tables.iter().enumerate() {
            let is_empty =
                |row: &&PlotContent<'_>| row.curves.iter().all(|own| own.run.id != run.id);
            if table.rows.iter().all(&is_empty) {
                continue;
            }
            let heading = (run.id, table.heading);
            let is_new = std::mem::replace(&mut before, heading) != heading;
            ui.horizontal(|ui| {
                if is_new {
                    section_header(ui, table.heading);
                }
                if is_new && runs.len() > 1 {
                    let dot = "●";
                    ui.label(RichText::new(dot).color(run.color));
                    caption(ui, run.name);
                }
            });
            Grid::new(("singles", run.id, number))
                .spacing(vec2(tokens.space.l, tokens.space.hair))
                .min_row_height(tokens.size.control - tokens.space.s)
                .striped(true)
                .show(ui, |ui| {
                    if table.parts != [""] {
                        ui.label("");
                        for part in &table.parts {
                            figure(ui, RichText::new(*part).color(tokens.text_tertiary));
                        }
                        ui.end_row();
                    }
                    for row in table.rows.iter().filter(|row| !is_empty(row)) {
                        let label = RichText::new(&*row.scalar.label)
                            .text_style(TextStyle::Small)
                            .color(tokens.text_secondary);
                        ui.label(label);
                        for part in &table.parts {
                            let value = value(row, part);
                            let color = match value {
                                Some(value) if !value.is_finite() => tokens.error,
                                _ => tokens.text,
                            };
                            let text = value
                                .map(|value| format::measured(value, row.scalar.unit))
                                .unwrap_or_default();
                            figure(ui, RichText::new(text).color(color));
                        }
                        ui.end_row();
                    }
                });
            ui.add_space(tokens.space.s);
        }
    }
}

/// Small text at the right end of its cell.
fn figure(ui: &mut Ui, text: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.label(text.text_style(TextStyle::Small));
    });
}
