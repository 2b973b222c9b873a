//! The blocks as a table.

use eframe::egui::{RichText, Ui};

use super::grid::{Cell, Grid, cluster_headers};
use super::{Panel, Picked};
use crate::draw::format;
use crate::draw::ticks::three_digits;
use crate::ui::results::co_clusters::heatmap::Chosen;
use crate::ui::results::co_clusters::settings::Measure;
use crate::ui::results::co_clusters::snapshot::Blocks;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header, segmented};

/// The blocks as a table, rows and columns by cluster. Returns the one that was clicked.
pub(super) fn means_ui(ui: &mut Ui, panel: &Panel<'_>, measure: &mut Measure) -> Option<Picked> {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Blocks");
    let blocks = panel.snapshot.blocks.as_ref()?;
    let mut options = vec![(Measure::Mean, "Mean"), (Measure::Filled, "Filled")];
    let lifts = blocks.lift(0, 0).is_some();
    if lifts {
        options.push((Measure::Lift, "Lift"));
    }
    if *measure == Measure::Lift && !lifts {
        *measure = Measure::Mean;
    }
    segmented(ui, measure, &options);
    ui.add_space(tokens.space.xs);
    let (rows, columns) = (panel.snapshot.rows.sizes.len(), blocks.columns);
    let values: Vec<Option<f64>> = (0..rows * columns)
        .map(|at| value(blocks, (at / columns, at % columns), *measure))
        .collect();
    let (low, high) = range(&values);
    let grid = Grid {
        name: "Blocks",
        rows: cluster_headers(rows, &panel.cluster_colors.rows.clusters, ui),
        columns: cluster_headers(columns, &panel.cluster_colors.columns.clusters, ui),
        words: false,
        chosen: match panel.chosen {
            Some(Chosen::Block(row, column)) => Some((usize::from(row), usize::from(column))),
            _ => None,
        },
    };
    let clicked = grid.show(ui, true, |row, column| {
        let value = values[row * columns + column];
        let place = value.map(|value| ((value - low) / (high - low).max(f64::MIN_POSITIVE)) as f32);
        let text = value.map_or_else(|| "–".to_owned(), |value| written(value, *measure));
        let block = blocks.all[row * columns + column];
        Cell {
            fill: place.map_or(panel.palette.missing, |place| panel.palette.color(place)),
            hint: format!(
                "Block {} × {}: {} {text}, {} cells",
                row + 1,
                column + 1,
                name(*measure),
                format::count(block.cells)
            ),
            text,
        }
    });
    ui.add_space(tokens.space.xs);
    caption(ui, explanation(*measure));
    if let Some(mean) = blocks.total.mean() {
        let text = format!("Mean of all clustered cells: {}", three_digits(mean as f32));
        ui.label(RichText::new(text).small().color(tokens.text_tertiary));
    }
    clicked.map(|(row, column)| Picked::Chosen(Chosen::Block(row as u16, column as u16)))
}

fn value(blocks: &Blocks, (row, column): (usize, usize), measure: Measure) -> Option<f64> {
    let block = blocks.all[row * blocks.columns + column];
    match measure {
        Measure::Mean => block.mean(),
        Measure::Filled => (block.cells > 0).then(|| block.nonzero as f64 / block.cells as f64),
        Measure::Lift => blocks.lift(row as u16, column as u16),
    }
}

fn range(values: &[Option<f64>]) -> (f64, f64) {
    values
        .iter()
        .flatten()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        })
}

fn written(value: f64, measure: Measure) -> String {
    match measure {
        Measure::Mean => three_digits(value as f32),
        Measure::Filled => format::percent(value),
        Measure::Lift => format!("{value:.2}"),
    }
}

fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Mean => "mean",
        Measure::Filled => "filled",
        Measure::Lift => "lift",
    }
}

fn explanation(measure: Measure) -> &'static str {
    match measure {
        Measure::Mean => "Mean of the cells that have a value. Rows of the table are row clusters.",
        Measure::Filled => "Share of the cells that are neither zero nor missing.",
        Measure::Lift => {
            "Sum of the block over what its row and column clusters would have by chance."
        }
    }
}
