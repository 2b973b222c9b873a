//! What a relation shows: a line with its band, a heat map, or dots.

use std::collections::BTreeMap;

use crate::draw::chart::{self, Chart, ColorKey, Mark};
use crate::draw::runs::{
    HeatCell, HeatMap, Level, Levels, Spacing, Trend, Variable, scatter, trend,
};
use crate::draw::{Tokens, format};
use crate::experiments::pareto::pareto;
use crate::experiments::table::{Column, RunsTable};
use crate::record::Better;
use crate::report;
use crate::systems;
use crate::ui::panes::explore::summary::{Counted, Summary};
use crate::ui::panes::explore::{Judge, Look};

/// Values along an axis from which on runs are shown one by one.
const MOST_LEVELS: usize = 24;

/// What a relation shows.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) chart: Chart,
    pub(super) title: String,
    /// How to read it, and what is left out.
    pub(super) note: String,
    pub(super) kind: Kind,
    /// Where each run stands; `None` where it has no place.
    pub(super) places: Vec<Option<(f64, f64)>>,
}

/// What stands under the pointer.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// The values along x, each with what is said about it.
    Trend(Vec<(f64, String)>),
    /// Cells by their numbers, each with the values of both axes and what is said about it.
    Heat(BTreeMap<(usize, usize), (f64, f64, String)>),
    /// Runs.
    Dots,
}

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) x: &'a Column,
    pub(super) y: &'a Column,
    pub(super) judge: &'a Judge,
    /// Runs one by one, even where they could be summed up.
    pub(super) dots: bool,
}

impl Asked<'_> {
    /// The relation between both axes.
    pub(super) fn relation(&self, look: &Look<'_>, tokens: &Tokens) -> Relation {
        let table = look.plots.table;
        let (x, y) = (report::axis(table, self.x), report::axis(table, self.y));
        let measure = report::axis(table, &self.judge.column());
        let is_parameter = |column: &Column| matches!(column, Column::Parameter(_));
        let levels = |variable: &Variable, column: &Column| {
            let levels = variable
                .levels(MOST_LEVELS)
                .filter(|_| is_parameter(column));
            levels.filter(|levels| !levels.is_empty())
        };
        let judged = self.judge.column();
        let mut counted = Counted::new(table, look.plots.inside, &judged);
        let faded = counted.rows.is_empty();
        if faded {
            // Nothing is inside the limits: what is outside shows where to look.
            counted = Counted::new(table, &vec![true; table.len()], &judged);
        }
        match (levels(&x, self.x), levels(&y, self.y)) {
            (Some(along), None) if !self.dots && *self.y == self.judge.column() => {
                self.trend(table, (&x, &along), &measure, &counted, tokens)
            }
            (Some(along), Some(up)) if !self.dots => self.heat_map(
                table,
                (&x, &along),
                (&y, &up),
                &measure,
                (&counted, faded),
                tokens,
            ),
            _ => self.dots(look, &x, &y, &measure, tokens),
        }
    }

    fn trend(
        &self,
        table: &RunsTable,
        (x, levels): (&Variable, &[f64]),
        measure: &Variable,
        counted: &Counted,
        tokens: &Tokens,
    ) -> Relation {
        let of_level = |level: f64| {
            let rows = counted
                .rows
                .iter()
                .filter(move |row| x.values[**row] == level);
            rows.map(|row| measure.values[*row])
        };
        let mut summed = Vec::new();
        let mut said = Vec::new();
        for level in levels {
            if let Some(own) = Summary::of(of_level(*level)) {
                summed.push(Level {
                    at: *level,
                    mean: own.mean,
                    sd: own.sd,
                    runs: own.runs,
                });
                let text = format!("{} {}\n{}", x.name, x.text(*level), told(&own, measure));
                said.push((*level, text));
            }
        }
        let dots = counted
            .rows
            .iter()
            .map(|row| (x.values[*row], measure.values[*row]));
        let line = Trend {
            name: String::new(),
            color: tokens.category(0),
            levels: summed,
            dots: dots.filter(|(x, _)| x.is_finite()).collect(),
        };
        let others = others(table, &[self.x]);
        let spread = line.levels.iter().any(|level| level.sd.is_some());
        let mut note = match (spread, others.is_empty()) {
            (false, _) => "One run for each value.".to_owned(),
            (true, true) => {
                "Mean of the runs with each value, and one standard deviation.".to_owned()
            }
            (true, false) => format!(
                "Mean of the runs with each value, and one standard deviation; other parameters differ, too: {others}."
            ),
        };
        note.push_str(&counted.note());
        let mut chart = trend(x, measure, &[line]);
        chart
            .marks
            .extend(self.baselines(table, x, measure, counted));
        Relation {
            chart,
            title: format!("{} by {}", measure.name, x.name),
            note,
            kind: Kind::Trend(said),
            places: places(x, measure),
        }
    }

    /// Systems that do not have the parameter, as lines across.
    fn baselines(
        &self,
        table: &RunsTable,
        x: &Variable,
        measure: &Variable,
        counted: &Counted,
    ) -> Vec<Mark> {
        let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for row in &counted.rows {
            if x.values[*row].is_nan() {
                let system = table.rows()[*row].summary.system.as_str();
                values.entry(system).or_default().push(measure.values[*row]);
            }
        }
        let level = |(system, values): (&str, Vec<f64>)| {
            let own = Summary::of(values.into_iter())?;
            let label = systems::find(system).map_or(system, |system| system.label());
            Some(Mark::Level {
                y: own.mean,
                label: format!("{label} {}", format::number(own.mean)),
            })
        };
        values.into_iter().filter_map(level).collect()
    }

    fn heat_map(
        &self,
        table: &RunsTable,
        (x, along): (&Variable, &[f64]),
        (y, up): (&Variable, &[f64]),
        measure: &Variable,
        (counted, faded): (&Counted, bool),
        tokens: &Tokens,
    ) -> Relation {
        let level = |levels: &[f64], value: f64| levels.iter().position(|own| *own == value);
        let mut values: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
        for row in &counted.rows {
            let at = (level(along, x.values[*row]), level(up, y.values[*row]));
            if let (Some(across), Some(above)) = at {
                values
                    .entry((across, above))
                    .or_default()
                    .push(measure.values[*row]);
            }
        }
        let mut cells = Vec::new();
        let mut said = BTreeMap::new();
        for (at, values) in values {
            let Some(own) = Summary::of(values.into_iter()) else {
                continue;
            };
            cells.push(HeatCell {
                at,
                mean: own.mean,
                sd: own.sd,
                runs: own.runs,
                inside: !faded,
            });
            let (here, there) = (along[at.0], up[at.1]);
            let text = format!(
                "{} {}, {} {}\n{}",
                x.name,
                x.text(here),
                y.name,
                y.text(there),
                told(&own, measure)
            );
            said.insert(at, (here, there, text));
        }
        let labels = |variable: &Variable, levels: &[f64]| Levels {
            name: variable.name.clone(),
            labels: levels.iter().map(|level| variable.text(*level)).collect(),
        };
        let map = HeatMap {
            x: labels(x, along),
            y: labels(y, up),
            cells,
            measure: measure.name.clone(),
            better: self.judge.scalar.better,
            scale: measure.scale(),
        };
        let several = map.cells.iter().any(|cell| cell.runs > 1);
        let others = others(table, &[self.x, self.y]);
        let framed = map.cells.len() > 1 && map.better != Better::Neither;
        let mut note = match (several, others.is_empty()) {
            (false, _) => "One run in each cell.".to_owned(),
            (true, true) => "Mean of the runs in each cell ± one standard deviation.".to_owned(),
            (true, false) => format!(
                "Mean of the runs in each cell ± one standard deviation; other parameters differ, too: {others}."
            ),
        };
        if framed {
            note.push_str(" The best has a frame.");
        }
        note.push_str(&counted.note());
        let place = |variable: &Variable, levels: &[f64], row: usize| {
            Some(level(levels, variable.values[row])? as f64)
        };
        let places = (0..table.len()).map(|row| Some((place(x, along, row)?, place(y, up, row)?)));
        Relation {
            chart: map.chart(tokens),
            title: format!("{} by {} and {}", measure.name, x.name, y.name),
            note,
            kind: Kind::Heat(said),
            places: places.collect(),
        }
    }

    fn dots(
        &self,
        look: &Look<'_>,
        x: &Variable,
        y: &Variable,
        measure: &Variable,
        tokens: &Tokens,
    ) -> Relation {
        let judged = self.judge.column();
        // A third quantity has room as a color.
        let key = (*self.x != judged && *self.y != judged).then(|| {
            ColorKey::new(
                &measure.name,
                measure.color_range(),
                measure.scale(),
                tokens,
            )
        });
        let color = key.as_ref().map(|key| (measure, key));
        let mut chart = scatter(x, y, color, look.plots.inside, tokens.category(0));
        let mut note = "Each dot is a run.".to_owned();
        if let Some(front) = self.front(look, x, y) {
            let kind = chart::Kind::Line {
                points: front,
                width: 1.5,
                dash: None,
            };
            chart.add("", tokens.text_tertiary, kind);
            note.push_str(" The line joins the runs that no other beats in both.");
        }
        Relation {
            chart,
            title: format!("{} by {}", y.name, x.name),
            note,
            kind: Kind::Dots,
            places: places(x, y),
        }
    }
}

impl Asked<'_> {
    /// The Pareto front, from left to right; `None` unless both axes are measures of which a direction is better.
    fn front(&self, look: &Look<'_>, x: &Variable, y: &Variable) -> Option<Vec<(f64, f64)>> {
        let (Column::Measure(across), Column::Measure(up)) = (self.x, self.y) else {
            return None;
        };
        let front = pareto(look.plots.table, &[across, up]).front.into_iter();
        let mut points: Vec<(f64, f64)> = front.map(|row| (x.values[row], y.values[row])).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        (points.len() > 1).then_some(points)
    }
}

fn places(x: &Variable, y: &Variable) -> Vec<Option<(f64, f64)>> {
    let place = |(a, b): (&f64, &f64)| (x.has_place(*a) && y.has_place(*b)).then_some((*a, *b));
    x.values.iter().zip(&y.values).map(place).collect()
}

/// `0.8931 ± 0.0012 (3 runs)`.
fn told(own: &Summary, measure: &Variable) -> String {
    let mean = format::number(own.mean);
    match own.sd {
        Some(sd) => format!(
            "{} {mean} ± {} ({} runs)",
            measure.name,
            crate::draw::runs::spread(sd, own.mean),
            own.runs
        ),
        None => format!("{} {mean} (one run)", measure.name),
    }
}

/// The names of the parameters that differ, without those that are shown and the seed.
fn others(table: &RunsTable, shown: &[&Column]) -> String {
    let is_shown = |key: &str| shown.iter().any(|column| column.key() == Some(key));
    let names: Vec<String> = table
        .varied()
        .iter()
        .filter(|own| !own.is_seed() && !is_shown(&own.key))
        .map(|own| own.title())
        .collect();
    match names.len() {
        0..=3 => names.join(", "),
        count => format!("{} and {} more", names[..2].join(", "), count - 2),
    }
}

/// The value of a level as a brush: of a category its name.
pub(super) fn level_brush(variable: &Variable, value: f64) -> crate::ui::panes::explore::Brush {
    use crate::ui::panes::explore::Brush;
    match &variable.spacing {
        Spacing::Numbers(_) => Brush::Range(value, value),
        Spacing::Categories(_) => Brush::Values([variable.text(value)].into()),
    }
}
