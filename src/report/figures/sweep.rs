//! What was varied against what came of it: a line over one setting, a heat map over two, parallel coordinates over more.

use std::collections::BTreeMap;

use crate::draw::chart::{ColorKey, Figure, Style};
use crate::draw::runs::coordinates::{CoordinateAxis, Coordinates};
use crate::draw::runs::{HeatCell, HeatMap, Level, Levels, Trend, Variable, trend};
use crate::draw::{LIGHT, Scale};
use crate::experiments::table::Column;
use crate::report::axis;
use crate::report::comparison::{Comparison, Setting};
use crate::report::document::{Block, Drawn};
use crate::report::values::{Spread, setting};

/// Groups from which on a figure says more than the table.
const FEWEST: usize = 3;
/// Values along a side of a heat map, at most.
const MOST: usize = 24;
/// Widths and heights, in points, margins included.
const LINE: (f64, f64) = (640.0, 380.0);
const WIDE: (f64, f64) = (944.0, 420.0);

/// The figure that fits the number of settings that differ.
pub(in crate::report) fn settings_and_measure(comparison: &Comparison<'_>) -> Option<Block> {
    let column = comparison.objective_column()?;
    if comparison.groups.len() < FEWEST {
        return None;
    }
    let varied: Vec<&Setting> = comparison
        .varied
        .iter()
        .filter(|own| own.variable.is_some())
        .collect();
    if varied.len() < comparison.varied.len() {
        // Settings of several systems have no common space.
        return None;
    }
    let drawn = match varied[..] {
        [] => return None,
        [one] => line(comparison, one, column),
        [_, _] => heat_map(comparison, column).or_else(|| coordinates(comparison, &varied, column)),
        _ => coordinates(comparison, &varied, column),
    };
    drawn.map(Block::Wide)
}

/// A setting with a value for each run.
fn variable_of(comparison: &Comparison<'_>, own: &Setting) -> Variable {
    axis(&comparison.table, &Column::Parameter(own.key.clone()))
}

/// A measure with a value for each run.
fn measure_of(comparison: &Comparison<'_>, column: usize) -> Variable {
    let name = comparison.measures[column].name.clone();
    axis(&comparison.table, &Column::Measure(name))
}

fn line(comparison: &Comparison<'_>, own: &Setting, column: usize) -> Option<Drawn> {
    let x = variable_of(comparison, own);
    let measure = measure_of(comparison, column);
    let pairs = x.values.iter().zip(&measure.values);
    let dots: Vec<(f64, f64)> = pairs
        .map(|(x, y)| (*x, *y))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    let mut at: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (x, y) in &dots {
        at.entry(x.to_bits()).or_default().push(*y);
    }
    let levels = at.into_iter().filter_map(|(x, values)| {
        let spread = Spread::of(&values)?;
        Some(Level {
            at: f64::from_bits(x),
            mean: spread.mean,
            sd: spread.deviation,
            runs: spread.count,
        })
    });
    let mut levels: Vec<Level> = levels.collect();
    if levels.len() < 2 {
        return None;
    }
    levels.sort_by(|a, b| a.at.total_cmp(&b.at));
    let repeated = levels.iter().any(|level| level.sd.is_some());
    let chart = trend(
        &x,
        &measure,
        &[Trend {
            name: String::new(),
            color: LIGHT.category(0),
            levels,
            dots,
        }],
    );
    let figure = Figure {
        size: LINE,
        ..Figure::of("", "", chart)
    };
    let band = if repeated {
        " Line: mean; band: one standard deviation over seeds; dots: runs."
    } else {
        ""
    };
    let caption = format!("{} over {}.{band}", measure.name, own.label);
    Some(Drawn::of(&figure.picture(&Style::print()), caption))
}

/// The values of a setting in order, as texts.
fn levels_of(comparison: &Comparison<'_>, at: usize) -> Option<Vec<String>> {
    let variable = comparison.varied[at].variable.as_ref()?;
    let mut levels: Vec<(f64, String)> = Vec::new();
    for group in &comparison.groups {
        let run = &comparison.runs[*group.runs.first()?];
        let place = variable.position(&run.row).unwrap_or(f64::NEG_INFINITY);
        let text = group.values[at].as_ref().map_or_else(String::new, setting);
        if levels.iter().all(|(_, own)| *own != text) {
            levels.push((place, text));
        }
    }
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    (levels.len() <= MOST).then(|| levels.into_iter().map(|(_, text)| text).collect())
}

fn heat_map(comparison: &Comparison<'_>, column: usize) -> Option<Drawn> {
    let (x, y) = (levels_of(comparison, 0)?, levels_of(comparison, 1)?);
    // A few draws leave a map empty: then lines say more.
    if comparison.groups.len() * 2 < x.len() * y.len() || x.len() < 2 || y.len() < 2 {
        return None;
    }
    let place = |levels: &[String], value: Option<&serde_json::Value>| {
        let text = value.map_or_else(String::new, setting);
        levels.iter().position(|own| *own == text)
    };
    let cells = comparison.groups.iter().filter_map(|group| {
        let spread = group.measures[column]?;
        Some(HeatCell {
            at: (
                place(&x, group.values[0].as_ref())?,
                place(&y, group.values[1].as_ref())?,
            ),
            mean: spread.mean,
            sd: spread.deviation,
            runs: spread.count,
            inside: true,
        })
    });
    let own = &comparison.measures[column];
    let map = HeatMap {
        cells: cells.collect(),
        x: Levels {
            name: comparison.varied[0].label.clone(),
            labels: x,
        },
        y: Levels {
            name: comparison.varied[1].label.clone(),
            labels: y,
        },
        measure: own.scalar.title(),
        better: own.scalar.better,
        scale: Scale::Linear,
    };
    let height: f64 = 130.0 + 44.0 * map.y.labels.len() as f64;
    let figure = Figure {
        size: (LINE.0, height.max(260.0)),
        ..Figure::of("", "", map.chart(&LIGHT))
    };
    let caption = format!(
        "{} over {} and {}; the best cell is framed.",
        map.measure, map.x.name, map.y.name
    );
    Some(Drawn::of(&figure.picture(&Style::print()), caption))
}

fn coordinates(comparison: &Comparison<'_>, varied: &[&Setting], column: usize) -> Option<Drawn> {
    let mut axes: Vec<Variable> = varied
        .iter()
        .map(|own| variable_of(comparison, own))
        .collect();
    let measure = measure_of(comparison, column);
    let extent = measure.extent()?;
    let key = ColorKey::new(&measure.name, extent, Scale::Linear, &LIGHT);
    let values = measure.values.clone();
    let name = measure.name.clone();
    axes.push(measure);
    let figure = Coordinates {
        axes: axes
            .into_iter()
            .map(|variable| CoordinateAxis {
                variable,
                flipped: false,
                brush: None,
            })
            .collect(),
        colors: Some((values, key)),
        inside: vec![true; comparison.runs.len()],
        apart: comparison
            .runs
            .iter()
            .map(|run| !run.is_finished())
            .collect(),
    };
    let picture = figure.picture("", "", WIDE, &Style::print());
    let caption = format!(
        "Each line is a run through its settings to its {name}; dashed ones did not finish."
    );
    Some(Drawn::of(&picture, caption))
}
