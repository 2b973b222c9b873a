//! Measures over the course of runs.

use std::collections::{BTreeMap, BTreeSet};

use ecolor::Color32;

use crate::data::DataKind;
use crate::draw::chart::{Axis, Chart, ColorKey, DASHES, Figure, Kind, Mark, Style};
use crate::draw::ticks::Values;
use crate::draw::{Dash, LIGHT, Scale, range_around};
use crate::experiments::sweep;
use crate::experiments::table::{VariableKind, as_number};
use crate::record::{PROGRESS, Role, Scalar};
use crate::report::comparison::{Comparison, Setting};
use crate::report::document::{Block, Drawn};
use crate::report::material::{Curve, ReportedRun};
use crate::report::values::setting;

/// Width and height of a chart, in points.
const CHART: (f64, f64) = (430.0, 250.0);
/// The same where there are many.
const SMALL: (f64, f64) = (290.0, 180.0);
/// Charts that are many.
const MANY: usize = 7;
/// Charts of one run, at most.
const MOST_OF_ONE: usize = 24;
/// Measures of several runs that are drawn, at most.
const MOST_OF_SEVERAL: usize = 4;
/// Settings that get colors of their own; more are colored by what they differ in.
const COLORS: usize = 8;
/// The share of a curve's beginning that its height does not count for: first steps are far off.
const BEGINNING: usize = 10;

/// The lines of one plot, with their meaning.
type Lines<'a> = Vec<(Scalar, &'a Curve)>;

/// Every measure of one run, by group, its parts as lines.
pub(in crate::report) fn of_one(run: &ReportedRun) -> Vec<Block> {
    let measures = run.measures();
    let mut plots: BTreeMap<((usize, usize), String), Lines<'_>> = BTreeMap::new();
    for (name, curve) in run.curves.iter().filter(|(_, curve)| curve.len() > 1) {
        let scalar = measures.of(name);
        if scalar.group != PROGRESS {
            let rank = (scalar.rank.0, 0);
            let lines = plots.entry((rank, scalar.key.to_string())).or_default();
            lines.push((scalar, curve));
        }
    }
    let size = if plots.len() < MANY { CHART } else { SMALL };
    let kept = kept(run);
    let drawn = plots.into_values().take(MOST_OF_ONE).map(|mut lines| {
        lines.sort_by_key(|(scalar, _)| scalar.rank);
        let x = XAxis::of([run]);
        let mut chart = x.chart(lines.iter().map(|(scalar, curve)| (scalar, *curve)));
        for (at, (scalar, curve)) in lines.iter().enumerate() {
            let name = match lines.len() {
                1 => "",
                _ => &*scalar.part,
            };
            let color = LIGHT.category(at);
            let best = kept.filter(|best| ends_with(curve, *best));
            chart.add(name, color, line(curve, x, None, best));
            if let (Some(best), Some(value)) = (best, curve.values.last()) {
                chart.marks.push(Mark::Spot {
                    at: (x.of_point(best), *value),
                    label: String::new(),
                    color,
                });
            }
        }
        for (key, value, step) in &run.changes {
            chart.marks.push(Mark::Moment {
                x: x.of_step(*step, run),
                label: format!("{key} {}", setting(value)),
            });
        }
        let title = lines
            .first()
            .map_or_else(String::new, |(scalar, _)| scalar.label.clone().into_owned());
        drawn(chart, title, size)
    });
    let drawn: Vec<Drawn> = drawn.collect();
    if drawn.is_empty() {
        Vec::new()
    } else {
        let mut blocks = vec![Block::Figures(drawn)];
        if kept.is_some() {
            let text = "Dots: the weights that were best by validation, which the run ended with.";
            blocks.insert(0, Block::Text(text.to_owned()));
        }
        blocks
    }
}

/// The measures of several runs, a chart each: runs of a setting have a color; many settings are colored by the number they differ in.
pub(in crate::report) fn of_several(comparison: &Comparison<'_>) -> Vec<Block> {
    let runs = comparison.runs;
    let x = XAxis::of(runs);
    let colors = Colors::of(comparison);
    let mut charts = Vec::new();
    for (name, scalar) in drawn_measures(comparison) {
        let curves = || {
            runs.iter()
                .filter_map(|run| run.curves.get(&name))
                .filter(|curve| curve.len() > 1)
        };
        let mut chart = x.chart(curves().map(|curve| (&scalar, curve)));
        for (at, group) in comparison.groups.iter().enumerate() {
            for (seed, run) in group.runs.iter().enumerate() {
                let Some(curve) = runs[*run].curves.get(&name) else {
                    continue;
                };
                let named = colors.names && seed == 0;
                let label = if named {
                    comparison.name(group)
                } else {
                    String::new()
                };
                let dash = if colors.names {
                    DASHES[at / COLORS % 4]
                } else {
                    None
                };
                let own = kept(&runs[*run]).filter(|best| ends_with(curve, *best));
                chart.add(label, colors.of[at], line(curve, x, dash, own));
            }
        }
        chart.colors.clone_from(&colors.key);
        charts.push(drawn(chart, scalar.title(), CHART));
    }
    if charts.is_empty() {
        return Vec::new();
    }
    vec![Block::Figures(charts)]
}

/// What the curves of several runs show: by what is chosen, the other measures of quality, the same measure in training, the whole loss.
fn drawn_measures(comparison: &Comparison<'_>) -> Vec<(String, Scalar)> {
    let has_curve = |name: &str| {
        let mut curves = comparison
            .runs
            .iter()
            .filter_map(|run| run.curves.get(name));
        curves.any(|curve| curve.len() > 1)
    };
    let mut chosen: Vec<(String, Scalar)> = Vec::new();
    for column in &comparison.measures {
        if has_curve(&column.name) && chosen.iter().all(|(name, _)| *name != column.name) {
            chosen.push((column.name.clone(), column.scalar.clone()));
        }
    }
    chosen.truncate(MOST_OF_SEVERAL - 1);
    let key = chosen.first().map(|(_, scalar)| scalar.key.clone());
    let mut others: Vec<(String, Scalar)> = Vec::new();
    for run in comparison.runs {
        let measures = run.measures();
        for name in run.curves.keys() {
            let scalar = measures.of(name);
            let is_other = scalar.role == Role::Training && Some(&scalar.key) == key.as_ref()
                || scalar.loss && scalar.part.is_empty();
            if is_other && has_curve(name) && others.iter().all(|(own, _)| own != name) {
                others.push((name.clone(), scalar));
            }
        }
    }
    others.sort_by_key(|(_, scalar)| (scalar.loss, scalar.rank));
    chosen.extend(others);
    chosen.truncate(MOST_OF_SEVERAL);
    chosen
}

/// The color of each group, and what colors mean.
struct Colors {
    of: Vec<Color32>,
    /// True if each has its name in the legend.
    names: bool,
    /// What colors mean where they go by a number.
    key: Option<ColorKey>,
}

impl Colors {
    fn of(comparison: &Comparison<'_>) -> Self {
        let groups = &comparison.groups;
        let plain = |names| Self {
            of: (0..groups.len()).map(|at| LIGHT.category(at)).collect(),
            names,
            key: None,
        };
        if groups.len() <= COLORS {
            return plain(true);
        }
        // What has the most values is told apart worst without colors.
        let values = |at: usize| {
            let values = groups.iter().map(move |group| group.values[at].as_ref());
            values.map(|value| value.and_then(as_number).unwrap_or(f64::NAN))
        };
        let distinct = |at: &usize| values(*at).map(f64::to_bits).collect::<BTreeSet<_>>().len();
        let by = comparison.numeric().into_iter().rev().max_by_key(distinct);
        let Some((key, by)) = by.and_then(|by| Some((color_key(&comparison.varied[by])?, by)))
        else {
            return plain(groups.len() <= 4 * COLORS);
        };
        Self {
            of: values(by).map(|value| key.color(value)).collect(),
            names: false,
            key: Some(key),
        }
    }
}

/// A scale of colors over the values of a setting that is a number.
fn color_key(setting: &Setting) -> Option<ColorKey> {
    let variable = setting.variable.as_ref()?;
    let VariableKind::Number {
        scale, min, max, ..
    } = variable.kind
    else {
        return None;
    };
    let scale = match scale {
        sweep::Scale::Linear => Scale::Linear,
        sweep::Scale::Log => Scale::Log,
    };
    Some(ColorKey::new(&setting.label, (min, max), scale, &LIGHT))
}

/// Along the bottom: passes over the data, or steps where those count for more.
#[derive(Debug, Clone, Copy)]
enum XAxis {
    Epochs,
    Steps,
}

impl XAxis {
    fn of<'a>(runs: impl IntoIterator<Item = &'a ReportedRun>) -> Self {
        let all_epochs = runs
            .into_iter()
            .all(|run| run.data_kind() != Some(DataKind::Images) && run.row.summary.epoch > 0.0);
        if all_epochs {
            Self::Epochs
        } else {
            Self::Steps
        }
    }

    fn points(self, curve: &Curve) -> Vec<(f64, f64)> {
        let values = curve.values.iter().copied();
        match self {
            Self::Epochs => curve.epochs.iter().copied().zip(values).collect(),
            Self::Steps => curve
                .steps
                .iter()
                .map(|step| *step as f64)
                .zip(values)
                .collect(),
        }
    }

    fn of_point(self, (step, epoch): Point) -> f64 {
        match self {
            Self::Epochs => epoch,
            Self::Steps => step as f64,
        }
    }

    fn of_step(self, step: u64, run: &ReportedRun) -> f64 {
        match self {
            Self::Steps => step as f64,
            Self::Epochs => {
                step as f64 * run.row.summary.epoch / (run.row.summary.step.max(1)) as f64
            }
        }
    }

    /// An empty chart for these curves of one measure.
    fn chart<'a>(self, curves: impl Iterator<Item = (&'a Scalar, &'a Curve)> + Clone) -> Chart {
        let scalar = curves.clone().next().map(|(scalar, _)| scalar);
        let settled = curves.clone().flat_map(|(_, curve)| {
            let skipped = curve.len() / BEGINNING;
            curve.values.iter().copied().skip(skipped)
        });
        let is_log = scalar.is_some_and(|scalar| scalar.loss)
            && settled.clone().all(|value| value.is_nan() || value > 0.0);
        let scale = if is_log { Scale::Log } else { Scale::Linear };
        let inside = range_around(settled.map(|value| scale.coordinate(value)));
        let (low, high) = inside.unwrap_or((0.0, 1.0));
        let label = scalar.map_or_else(String::new, |scalar| match scalar.unit {
            "" => scalar.label.clone().into_owned(),
            unit => format!("{} ({unit})", scalar.label),
        });
        let ends = curves.flat_map(|(_, curve)| {
            let points = self.points(curve);
            [
                points.first().map(|point| point.0),
                points.last().map(|point| point.0),
            ]
        });
        let (first, last) = ends
            .flatten()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), x| {
                (first.min(x), last.max(x))
            });
        let x = if first < last {
            (first, last)
        } else {
            (0.0, 1.0)
        };
        let name = match self {
            Self::Epochs => "Epoch",
            Self::Steps => "Step",
        };
        Chart::new(
            Axis::new(name, x).values(Values::Whole),
            Axis::new(label, (scale.at(low), scale.at(high))).scale(scale),
        )
    }
}

/// A point of a run: its step and its epoch.
type Point = (u64, f64);

/// The point whose weights a run went back to at its end: its last measures are of those, not of its last epoch.
fn kept(run: &ReportedRun) -> Option<Point> {
    let measures = run.measures();
    let curve = run.curves.iter().find_map(|(name, curve)| {
        let is_chosen_by = measures.of(name).role == Role::Validation;
        is_chosen_by.then_some(curve)
    })?;
    let (last, earlier) = curve.values.split_last()?;
    // The same weights measure the same, to the last bit.
    let at = earlier
        .iter()
        .rposition(|value| value.to_bits() == last.to_bits())?;
    (at + 1 < earlier.len()).then(|| (curve.steps[at], curve.epochs[at]))
}

/// True if the last value of a curve is that at an earlier point again: it was measured anew with the weights of that point.
fn ends_with(curve: &Curve, (step, _): Point) -> bool {
    let at = curve.steps.iter().position(|own| *own == step);
    let value = at.and_then(|at| curve.values.get(at));
    let same = |last: &f64| value.is_some_and(|value| value.to_bits() == last.to_bits());
    curve.values.last().is_some_and(same)
}

fn line(curve: &Curve, x: XAxis, dash: Option<Dash>, kept: Option<Point>) -> Kind {
    let mut points = x.points(curve);
    if kept.is_some() && points.len() > 1 {
        points.pop();
    }
    Kind::Line {
        points,
        width: 1.5,
        dash,
    }
}

fn drawn(chart: Chart, title: String, size: (f64, f64)) -> Drawn {
    let figure = Figure {
        size: (size.0 + 64.0, size.1 + 64.0),
        ..Figure::of("", "", chart)
    };
    Drawn::of(&figure.picture(&Style::print()), title)
}
