//! The lines that the runs' measures make, sorted into plots.

use std::collections::BTreeMap;

use eframe::egui::Color32;
use egui_plot::PlotTransform;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::CurveRun;
use super::axis::{XAxis, XIndex, YAxis};
use super::cache::{Preparation, SeriesCache};
use super::settings::Settings;
use super::stroke::Dash;
use super::trace::Screen;
use crate::draw::Scale;
use crate::record::{Role, Scalar};
use crate::runs::Series;

/// Points of the longest series of a running run from which on a measure with a single point is taken for a single value.
const LONG_ENOUGH: usize = 20;

/// The opacity of a run while another one is pointed at.
const FADED: f32 = 0.22;

/// One line: a measure of one part of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve<'a> {
    pub(super) run: &'a CurveRun<'a>,
    /// `train/rmse`.
    pub(super) name: &'a str,
    pub(super) scalar: &'a Scalar,
    pub(super) dash: Dash,
    pub(super) series: &'a Series,
    pub(super) cache: &'a SeriesCache,
    pub(super) x: XIndex<'a>,
    /// That of its run, paler for later parts of equal rank, fainter while another run is pointed at.
    pub(super) color: Color32,
    /// Another run is pointed at.
    pub(super) faded: bool,
}

impl<'a> Curve<'a> {
    /// Where its points go.
    pub(super) fn screen<'b>(&self, transform: &'b PlotTransform, scale: Scale) -> Screen<'b>
    where
        'a: 'b,
    {
        Screen {
            transform,
            scale,
            x: self.x,
        }
    }
}

/// The style that tells lines of one plot and run apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct LegendPart<'a> {
    /// `train`.
    pub(super) label: &'a str,
    pub(super) dash: Dash,
    /// The color of its line in the first run that has it.
    pub(super) color: Color32,
    rank: (bool, usize),
}

/// The order of the lines of a run: those of training lie below the others.
fn line_rank(scalar: &Scalar) -> (bool, usize) {
    (scalar.role != Role::Training, scalar.rank.1)
}

/// One plot.
#[derive(Debug)]
pub(super) struct PlotContent<'a> {
    /// The meaning of its first line: key, label, unit and heading are those of all.
    pub(super) scalar: &'a Scalar,
    pub(super) scale: Scale,
    pub(super) curves: Vec<Curve<'a>>,
    /// The parts of its lines, hidden ones too, in order; empty where nothing tells the lines of a run apart.
    pub(super) parts: Vec<LegendPart<'a>>,
}

impl PlotContent<'_> {
    /// True if its lines belong to more than one run.
    pub(super) fn has_several_runs(&self) -> bool {
        let mut ids = self.curves.iter().map(|curve| curve.run.id);
        let first = ids.next();
        ids.any(|id| Some(id) != first)
    }

    /// True if there is one value of each line, and there will be no more soon: a table tells more than dots.
    pub(super) fn is_single(&self) -> bool {
        !self.curves.is_empty()
            && self.curves.iter().all(|curve| {
                let state = curve.run.state;
                let longest = state.series.values().map(Series::len).max().unwrap_or(0);
                let active = state.status.is_some_and(|status| status.is_active());
                curve.series.len() == 1 && (!active || longest >= LONG_ENOUGH)
            })
    }
}

/// A series with its meaning, and what is kept of it between frames.
#[derive(Debug)]
pub(super) struct Known {
    scalar: Scalar,
    cache: SeriesCache,
}

/// The series of every run that was shown, by run and name.
#[derive(Debug, Default)]
pub(super) struct Caches(FxHashMap<String, BTreeMap<String, Known>>);

impl Caches {
    /// True if a line has a gap where a value is not a number.
    pub(super) fn has_gaps(&self) -> bool {
        let mut known = self.0.values().flat_map(BTreeMap::values);
        known.any(|known| !known.cache.not_finite().is_empty())
    }

    /// Brings the caches of the runs that are shown up to date, on all cores, and drops the others.
    pub(super) fn update(&mut self, runs: &[CurveRun<'_>], settings: &Settings) {
        self.0.retain(|id, _| runs.iter().any(|run| run.id == id));
        for run in runs {
            if !self.0.contains_key(run.id) {
                self.0.insert(run.id.to_owned(), BTreeMap::new());
            }
        }
        let mut by_run: FxHashMap<&str, &mut BTreeMap<String, Known>> = self
            .0
            .iter_mut()
            .map(|(id, known)| (id.as_str(), known))
            .collect();
        let mut stale: Vec<(&mut SeriesCache, &Series, Preparation)> = Vec::new();
        for run in runs {
            // A run that is listed twice has its caches once.
            let Some(own) = by_run.remove(run.id) else {
                continue;
            };
            own.retain(|name, _| run.state.series.contains_key(name));
            for name in run.state.series.keys() {
                if !own.contains_key(name) {
                    let scalar = run.measures.of(name);
                    let cache = SeriesCache::new(settings.preparation(&scalar));
                    own.insert(name.clone(), Known { scalar, cache });
                }
            }
            let shown = settings.shows_run(run.id);
            stale.extend(own.iter_mut().filter_map(|(name, known)| {
                let series = run.state.series.get(name)?;
                let preparation = settings.preparation(&known.scalar);
                let wanted = shown
                    && settings.shows(&known.scalar)
                    && !known.cache.is_current(series, preparation);
                wanted.then_some((&mut known.cache, series, preparation))
            }));
        }
        let new: usize = stale
            .iter()
            .map(|(cache, series, preparation)| cache.missing(series, *preparation))
            .sum();
        let update = |(cache, series, preparation): (&mut SeriesCache, &Series, Preparation)| {
            cache.update(series, preparation);
        };
        // A few points are taken in before another core has woken up.
        if new < 100_000 {
            stale.into_iter().for_each(update);
        } else {
            stale.into_par_iter().for_each(update);
        }
    }

    /// The plots, in order, with the lines of the runs and parts that are shown; plots that are left out have none. Parts of a run differ in
    /// how near their color is to that of `text`.
    pub(super) fn plots<'a>(
        &'a self,
        runs: &'a [CurveRun<'a>],
        settings: &Settings,
        pointed_at: Option<&str>,
        text: Color32,
    ) -> Vec<PlotContent<'a>> {
        let mut plots: Vec<((usize, usize), PlotContent<'a>)> = Vec::new();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (number, run) in runs.iter().enumerate() {
            let Some(own) = self.0.get(run.id) else {
                continue;
            };
            for (name, known) in own {
                let Some(series) = run.state.series.get(name).filter(|own| !own.is_empty()) else {
                    continue;
                };
                let scalar = &known.scalar;
                let place = *places.entry(&scalar.key).or_insert_with(|| {
                    plots.push((
                        (number, scalar.rank.0),
                        PlotContent {
                            scalar,
                            scale: Scale::Linear,
                            curves: Vec::new(),
                            parts: Vec::new(),
                        },
                    ));
                    plots.len() - 1
                });
                let plot = &mut plots[place].1;
                let dash = dash_of(scalar);
                let color = run.color.lerp_to_gamma(text, paleness(scalar));
                let part = LegendPart {
                    label: &scalar.part,
                    dash,
                    color,
                    rank: line_rank(scalar),
                };
                let is_new = plot.parts.iter().all(|known| known.label != part.label);
                if !part.label.is_empty() && is_new {
                    plot.parts.push(part);
                }
                if settings.shows_run(run.id) && settings.shows(scalar) {
                    let faded = pointed_at.is_some_and(|id| id != run.id);
                    plot.curves.push(Curve {
                        run,
                        name,
                        scalar,
                        dash,
                        series,
                        cache: &known.cache,
                        x: known.cache.x(series),
                        color: if faded {
                            color.gamma_multiply(FADED)
                        } else {
                            color
                        },
                        faded,
                    });
                }
            }
        }
        in_order(plots, settings)
    }
}

/// Plots of one heading stand together; headings and plots in the order of the first run that has them.
fn in_order<'a>(
    mut plots: Vec<((usize, usize), PlotContent<'a>)>,
    settings: &Settings,
) -> Vec<PlotContent<'a>> {
    let mut headings: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    for (rank, plot) in &plots {
        let first = headings.entry(plot.scalar.group).or_insert(*rank);
        *first = (*first).min(*rank);
    }
    plots.sort_by_key(|(rank, plot)| (headings.get(plot.scalar.group).copied(), *rank));
    let finish = |(_, mut plot): (_, PlotContent<'a>)| {
        plot.scale = scale_of(&plot, settings);
        plot.parts.sort_by_key(|part| part.rank);
        // The run that is pointed at is drawn last, over the others.
        plot.curves
            .sort_by_key(|curve| (!curve.faded, line_rank(curve.scalar)));
        plot
    };
    plots.into_iter().map(finish).collect()
}

/// A logarithmic axis where one is asked for; of those that are logarithmic by default, where it can show every value.
fn scale_of(plot: &PlotContent<'_>, settings: &Settings) -> Scale {
    let logarithmic = settings.y_axis.prefers_log(plot.scalar.loss);
    let shows_all = plot
        .curves
        .iter()
        .all(|curve| curve.cache.is_positive(curve.series));
    if logarithmic && (shows_all || settings.y_axis == YAxis::Log) {
        Scale::Log
    } else {
        Scale::Linear
    }
}

/// Training solid, validation dashed, test dotted; parts of equal rank take the styles in their order.
fn dash_of(scalar: &Scalar) -> Dash {
    Dash::of_rank(match scalar.role {
        Role::Training => 0,
        Role::Validation => 1,
        Role::Test => 2,
        Role::Equal => scalar.rank.1,
        Role::Reference => 3,
    })
}

/// How far the color of a line is from its run's to that of text: dashes alone do not tell noisy lines of equal rank apart.
pub(super) fn paleness(scalar: &Scalar) -> f32 {
    match scalar.role {
        Role::Equal => [0.0, 0.55, 0.28, 0.8][scalar.rank.1 % 4],
        Role::Training | Role::Validation | Role::Test | Role::Reference => 0.0,
    }
}

/// From the first to the last x of all lines.
pub(super) fn x_extent<'a>(
    plots: impl Iterator<Item = &'a PlotContent<'a>>,
    axis: XAxis,
) -> Option<(f64, f64)> {
    let ends = plots
        .flat_map(|plot| &plot.curves)
        .filter_map(|curve| axis.column(curve.series).ends());
    let (low, high) = ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), (first, last)| (low.min(first), high.max(last)),
    );
    (low <= high && low.is_finite() && high.is_finite()).then_some((low, high))
}
