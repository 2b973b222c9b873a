//! What the axes and lines show, made from the table when something changes.

use super::settings::AxisSettings;
use crate::draw::Tokens;
use crate::draw::chart::ColorKey;
use crate::draw::runs::coordinates::{CoordinateAxis, Coordinates};
use crate::draw::runs::{Spacing, Variable};
use crate::experiments::table::Column;
use crate::record::Status;
use crate::report;
use crate::ui::panes::explore::{Brush, Look, Shared};

/// The axes and lines, with the columns that they are of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub(super) columns: Vec<Column>,
    pub(super) coordinates: Coordinates,
    /// True if a run has no place on one of the axes.
    pub(super) lacks_values: bool,
    /// Grows with each model.
    pub(super) number: u64,
}

/// What a model was made for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelKey {
    generation: u64,
    brushed: u64,
    measure: Option<String>,
    settings: AxisSettings,
    dark: bool,
}

impl ModelKey {
    pub(super) fn new(
        look: &Look<'_>,
        shared: &Shared,
        settings: &AxisSettings,
        tokens: &Tokens,
    ) -> Self {
        Self {
            generation: look.generation,
            brushed: look.brushed,
            measure: shared.measure.clone(),
            settings: settings.clone(),
            dark: tokens.theme == crate::draw::Theme::Dark,
        }
    }
}

impl Model {
    pub(super) fn new(
        look: &Look<'_>,
        shared: &Shared,
        settings: &AxisSettings,
        tokens: &Tokens,
        number: u64,
    ) -> Self {
        let table = look.plots.table;
        let judge = look.judge(shared);
        let columns = settings.columns(table, judge.as_ref());
        let axes = columns.iter().map(|column| {
            let variable = report::axis(table, column);
            CoordinateAxis {
                brush: shared
                    .brushes
                    .get(column)
                    .and_then(|brush| ends(brush, &variable)),
                flipped: settings.is_flipped(column),
                variable,
            }
        });
        let colors = judge.map(|judge| {
            let variable = report::axis(table, &judge.column());
            let range = variable.color_range();
            let key = ColorKey::new(&variable.name, range, variable.scale(), tokens);
            (variable.values, key)
        });
        let apart = table.rows().iter().map(|row| {
            let status = row.summary.status;
            matches!(
                status,
                Status::Failed | Status::Stopped | Status::Interrupted
            )
        });
        let coordinates = Coordinates {
            axes: axes.collect(),
            colors,
            inside: look.plots.inside.to_vec(),
            apart: apart.collect(),
        };
        Self {
            lacks_values: coordinates.lacks_values(),
            coordinates,
            columns,
            number,
        }
    }
}

/// From where to where a brush covers an axis.
fn ends(brush: &Brush, variable: &Variable) -> Option<(f64, f64)> {
    match (brush, &variable.spacing) {
        (Brush::Range(from, to), _) => Some((*from, *to)),
        (Brush::Values(values), Spacing::Categories(names)) => {
            let places = names.iter().enumerate();
            let places = places.filter(|(_, name)| values.contains(*name));
            let places: Vec<usize> = places.map(|(at, _)| at).collect();
            Some((*places.first()? as f64 - 0.4, *places.last()? as f64 + 0.4))
        }
        (Brush::Values(_), Spacing::Numbers(_)) => None,
    }
}
