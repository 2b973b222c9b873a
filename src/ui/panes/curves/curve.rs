//! The lines that the runs' measures make, sorted into plots.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::Color32;
use egui_plot::PlotTransform;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::axis::{XAxis, XIndex, YScale};
use super::cache::SeriesCache;
use super::settings::Settings;
use super::stroke::Dash;
use super::trace::Screen;
use super::{CurveRun, measure};
use crate::runs::Series;

/// One line: a measure of one part of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve<'a> {
    pub(super) run: &'a CurveRun<'a>,
    /// `train/rmse`.
    pub(super) scalar: &'a str,
    /// `train`; empty where nothing tells the lines of a run apart.
    pub(super) part: &'a str,
    pub(super) dash: Dash,
    pub(super) series: &'a Series,
    pub(super) cache: &'a SeriesCache,
    pub(super) x: XIndex<'a>,
    /// Another run is pointed at.
    pub(super) faded: bool,
}

impl<'a> Curve<'a> {
    /// Where its points go.
    pub(super) fn screen<'b>(&self, transform: &'b PlotTransform, scale: YScale) -> Screen<'b>
    where
        'a: 'b,
    {
        Screen {
            transform,
            scale,
            x: self.x,
        }
    }

    /// Its color, fainter while another run is pointed at.
    pub(super) fn color(&self) -> Color32 {
        if self.faded {
            self.run.color.gamma_multiply(0.22)
        } else {
            self.run.color
        }
    }
}

/// One plot.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// `rmse`.
    pub(super) key: &'a str,
    pub(super) curves: Vec<Curve<'a>>,
}

/// The caches of every series of every run that was shown, by run and scalar.
pub(super) type Caches = FxHashMap<String, BTreeMap<String, SeriesCache>>;

/// Brings the caches of the runs that are shown up to date, on all cores, and drops the others.
pub(super) fn update_caches(caches: &mut Caches, runs: &[CurveRun<'_>], settings: &Settings) {
    caches.retain(|id, _| runs.iter().any(|run| run.id == id));
    let mut stale: Vec<(&mut SeriesCache, &Series)> = Vec::new();
    for run in runs {
        if !caches.contains_key(run.id) {
            caches.insert(run.id.to_owned(), BTreeMap::new());
        }
    }
    let mut by_run: FxHashMap<&str, &mut BTreeMap<String, SeriesCache>> = caches
        .iter_mut()
        .map(|(id, caches)| (id.as_str(), caches))
        .collect();
    for run in runs.iter().filter(|run| settings.shows_run(run.id)) {
        // A run that is listed twice has its caches once.
        let Some(own) = by_run.remove(run.id) else {
            continue;
        };
        own.retain(|scalar, _| run.state.series.contains_key(scalar));
        for scalar in run.state.series.keys() {
            if settings.shows_scalar(scalar) && !own.contains_key(scalar) {
                own.insert(scalar.clone(), SeriesCache::new(settings.smoothing));
            }
        }
        stale.extend(own.iter_mut().filter_map(|(scalar, cache)| {
            let series = run.state.series.get(scalar)?;
            (settings.shows_scalar(scalar)
                && !cache.is_current(series, settings.smoothing, settings.x_axis))
            .then_some((cache, series))
        }));
    }
    let (weight, axis) = (settings.smoothing, settings.x_axis);
    let new: usize = stale
        .iter()
        .map(|(cache, series)| cache.missing(series, weight))
        .sum();
    let update = |(cache, series): (&mut SeriesCache, &Series)| cache.update(series, weight, axis);
    // A few points are taken in before another core has woken up.
    if new < 100_000 {
        stale.into_iter().for_each(update);
    } else {
        stale.into_par_iter().for_each(update);
    }
}

/// The plots, in order, with the lines of the runs and parts that are shown.
pub(super) fn groups<'a>(
    runs: &'a [CurveRun<'a>],
    caches: &'a Caches,
    settings: &Settings,
    pointed_at: Option<&str>,
) -> Vec<Group<'a>> {
    let parts = parts(runs);
    let mut groups: BTreeMap<(usize, &str), Vec<Curve<'_>>> = BTreeMap::new();
    for run in runs.iter().filter(|run| settings.shows_run(run.id)) {
        for (scalar, series) in &run.state.series {
            let Some(cache) = caches.get(run.id).and_then(|own| own.get(scalar)) else {
                continue;
            };
            if !settings.shows_scalar(scalar) || series.is_empty() {
                continue;
            }
            let (key, part) = (measure::group_of(scalar), measure::part_of(scalar));
            groups
                .entry((measure::group_rank(key), key))
                .or_default()
                .push(Curve {
                    run,
                    scalar,
                    part,
                    dash: dash_of(part, &parts),
                    series,
                    cache,
                    x: cache.x(series),
                    faded: pointed_at.is_some_and(|id| id != run.id),
                });
        }
    }
    groups
        .into_iter()
        .map(|((_, key), mut curves)| {
            // The run that is pointed at is drawn last, over the others; within a run training lies below.
            curves.sort_by_key(|curve| (!curve.faded, measure::part_rank(curve.part)));
            Group { key, curves }
        })
        .collect()
}

/// Every measure that the runs have, as keys of plots in order.
pub(super) fn group_keys<'a>(runs: &[CurveRun<'a>]) -> Vec<&'a str> {
    let keys: BTreeSet<(usize, &str)> = runs
        .iter()
        .flat_map(|run| run.state.series.keys())
        .map(|scalar| measure::group_of(scalar))
        .map(|key| (measure::group_rank(key), key))
        .collect();
    keys.into_iter().map(|(_, key)| key).collect()
}

/// Every part that the runs have, in order.
pub(super) fn parts<'a>(runs: &[CurveRun<'a>]) -> Vec<&'a str> {
    let parts: BTreeSet<(usize, &str)> = runs
        .iter()
        .flat_map(|run| run.state.series.keys())
        .map(|scalar| measure::part_of(scalar))
        .filter(|part| !part.is_empty())
        .map(|part| (measure::part_rank(part), part))
        .collect();
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Train solid, validation dashed, test dotted; other parts take the styles in their order.
pub(super) fn dash_of(part: &str, parts: &[&str]) -> Dash {
    let rank = measure::part_rank(part);
    if part.is_empty() || rank < 3 {
        return Dash::of_rank(if part.is_empty() { 0 } else { rank });
    }
    let others = parts.iter().filter(|other| measure::part_rank(other) == 3);
    Dash::of_rank(others.take_while(|other| **other != part).count())
}

/// From the first to the last x of all lines.
pub(super) fn x_extent(groups: &[Group<'_>], axis: XAxis) -> Option<(f64, f64)> {
    let ends = groups
        .iter()
        .flat_map(|group| &group.curves)
        .filter_map(|curve| axis.column(curve.series).ends());
    let (low, high) = ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), (first, last)| (low.min(first), high.max(last)),
    );
    (low <= high && low.is_finite() && high.is_finite()).then_some((low, high))
}
