//! Predicted ratings beside the true ones, and what some users would like.

use std::sync::Arc;

use crate::data::{self, Dataset, Monitor, RatingsData, Source};
use crate::draw::LIGHT;
use crate::draw::chart::{Chart, Figure, Style};
use crate::draw::predictions::{
    Statistics, agreement, compared_by_popularity, error_by_popularity, residuals,
};
use crate::draw::ticks::short;
use crate::record::{ArtifactKind, read_predictions};
use crate::report::ReportError;
use crate::report::comparison::Comparison;
use crate::report::document::{Block, Cell, Column, Drawn, Table, TableRow};
use crate::report::material::{ReportedRun, SHARE};
use crate::runs::RunFolder;

/// Pairs that are read of a run.
const PAIRS: usize = 2_000_000;
/// Runs whose errors are compared.
const MOST: usize = 8;
/// Users with recommendations, and items of each.
const USERS: usize = 3;
const ITEMS: usize = 5;
const CHART: (f64, f64) = (494.0, 320.0);

/// The predictions of the runs that have some: of the best run in detail, of several beside each other.
pub(in crate::report) fn predictions(
    comparison: &Comparison<'_>,
    monitor: &Monitor,
) -> Result<Vec<Block>, ReportError> {
    let has = |run: &&ReportedRun| run.newest(&ArtifactKind::PREDICTIONS).is_some();
    let mut shown: Vec<(String, &ReportedRun)> = Vec::new();
    let best_first = comparison
        .best
        .into_iter()
        .chain(0..comparison.groups.len());
    for group in best_first.map(|at| &comparison.groups[at]) {
        let mut runs = group.runs.iter().map(|run| &comparison.runs[*run]);
        if let Some(run) = runs.find(has)
            && shown.len() < MOST
            && shown.iter().all(|(_, own)| !std::ptr::eq(*own, run))
        {
            shown.push((comparison.name(group), run));
        }
    }
    let Some((name, first)) = shown.first() else {
        return Ok(Vec::new());
    };
    let (data, missing) = match ratings_of(first) {
        Ok(data) => (Some(data), None),
        Err(why) => (None, Some(why)),
    };
    let mut problems = Vec::new();
    let mut statistics: Vec<(String, Statistics)> = Vec::new();
    for (name, run) in &shown {
        if monitor.is_canceled() {
            return Err(ReportError::Canceled);
        }
        match statistics_of(run, data.as_deref()) {
            Ok(own) => statistics.push((name.clone(), own)),
            Err(why) => problems.push(why),
        }
        monitor.advance(SHARE);
    }
    let mut blocks = Vec::new();
    if let Some((_, own)) = statistics.first() {
        let of = match comparison.groups.len() {
            1 => String::new(),
            _ => format!(" of {name}"),
        };
        let mut charts =
            vec![
            drawn(agreement(own, &LIGHT), format!("Predicted and true ratings{of}")).note(
                "For each true rating how predictions spread: quartiles (boxes) and means (line).",
            ),
            drawn(residuals(own, &LIGHT), format!("How far predictions{of} are off")),
        ];
        if !own.by_popularity.is_empty() {
            let chart = error_by_popularity(own, &LIGHT);
            charts.push(
                drawn(chart, format!("Error{of} by popularity")).note(
                    "On items with few and with many training ratings; pale: few test ratings.",
                ),
            );
        }
        if statistics.len() > 1 && !own.by_popularity.is_empty() {
            let runs: Vec<(&str, &Statistics)> = statistics
                .iter()
                .map(|(name, own)| (name.as_str(), own))
                .collect();
            let chart = compared_by_popularity(&runs, &LIGHT);
            charts.push(drawn(chart, "Error by popularity, compared".to_owned()));
        }
        blocks.push(Block::Figures(charts));
    }
    if let Some(why) = missing {
        problems.push(format!(
            "Titles, errors by popularity and recommendations are left out: {why}"
        ));
    }
    if let Some(data) = &data {
        match recommendations(first, data) {
            Ok(table) => blocks.extend(table.map(Block::Table)),
            Err(why) => problems.push(why),
        }
    }
    blocks.extend(problems.into_iter().map(Block::warning));
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading("Predictions".to_owned()));
    }
    Ok(blocks)
}

/// The ratings that a run learned from, if they are where they were and have not changed.
fn ratings_of(run: &ReportedRun) -> Result<Arc<RatingsData>, String> {
    let config = run
        .config
        .as_ref()
        .ok_or("the config of the run cannot be read")?;
    let Source::Ratings(_) = config.data else {
        return Err("the run learned from no ratings".to_owned());
    };
    let seed = run.row.summary.seed;
    let loaded = data::load(&config.data, &run.row.path, seed, &Monitor::default());
    let Dataset::Ratings(ratings) = loaded.map_err(|error| error.to_string())? else {
        return Err("the run learned from no ratings".to_owned());
    };
    match &run.row.summary.data {
        Some(own) if own.hash != ratings.fingerprint.hash => {
            Err("the file is not what the run learned from: its hash differs".to_owned())
        }
        _ => Ok(ratings),
    }
}

fn statistics_of(run: &ReportedRun, data: Option<&RatingsData>) -> Result<Statistics, String> {
    let snapshot = run
        .newest(&ArtifactKind::PREDICTIONS)
        .ok_or_else(|| format!("{} has no predictions", run.name()))?;
    let predictions = read_predictions(&run.artifact(&snapshot.file), PAIRS)
        .map_err(|error| format!("{}: {error}", run.name()))?;
    let popularity = data.map(|data| {
        move |id: &str| {
            let item = data.items.find(id);
            item.map_or(0, |item| data.train.by_item().row(item).0.len() as u32)
        }
    });
    Ok(Statistics::of_predictions(
        &predictions,
        popularity
            .as_ref()
            .map(|count| count as &dyn Fn(&str) -> u32),
    ))
}

/// What some users rated highest, and what the run would recommend to them.
fn recommendations(run: &ReportedRun, data: &Arc<RatingsData>) -> Result<Option<Table>, String> {
    let Some(system) = run.system().filter(|system| system.predicts_ratings()) else {
        return Ok(None);
    };
    let failed = |why: String| format!("Recommendations are left out: {why}");
    let folder = RunFolder::open(&run.row.path).map_err(|error| failed(error.to_string()))?;
    let Some(weights) = folder
        .weights()
        .map_err(|error| failed(error.to_string()))?
    else {
        return Ok(None);
    };
    let parameters = run.config.as_ref().map(|config| config.resolve(system));
    let Some(Ok(parameters)) = parameters else {
        return Ok(None);
    };
    let parameters = RunFolder::parameters_at(&weights, parameters);
    let dataset = Dataset::Ratings(Arc::clone(data));
    let predictor = system
        .rating_predictor(&parameters, &dataset, &weights, &Monitor::default())
        .map_err(|error| failed(error.to_string()))?;
    let Some(predictor) = predictor else {
        return Ok(None);
    };
    let ratings = data.train.by_user();
    let mut rows = Vec::new();
    for user in typical_users(data) {
        let (items, values) = ratings.row(user);
        let mut rated: Vec<(u32, f32)> =
            items.iter().copied().zip(values.iter().copied()).collect();
        rated.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let liked = predictor.top(user, items, ITEMS);
        for place in 0..ITEMS.min(rated.len().max(liked.len())) {
            let name = match place {
                0 => Cell::from(data.users.display(user)).note(format!("{} ratings", items.len())),
                _ => Cell::default(),
            };
            let item = |item: usize| data.items.display(item).to_owned();
            let [rated, liked] = [
                rated
                    .get(place)
                    .map(|(at, value)| (item(*at as usize), short(f64::from(*value)))),
                liked
                    .get(place)
                    .map(|(at, value)| (item(*at), format!("{value:.2}"))),
            ]
            .map(|own| match own {
                Some((name, value)) => [Cell::from(name), Cell::from(value)],
                None => [Cell::default(), Cell::default()],
            });
            rows.push(TableRow::of([name].into_iter().chain(rated).chain(liked)));
        }
    }
    Ok((!rows.is_empty()).then(|| Table {
        caption: format!(
            "What three users rated highest, and what {} would recommend to them",
            run.name()
        ),
        columns: vec![
            Column::text("User"),
            Column::text("Rated highest"),
            Column::number("Rating"),
            Column::text("Recommended"),
            Column::number("Predicted"),
        ],
        rows,
        ..Table::default()
    }))
}

/// Users with few, with some and with many ratings.
fn typical_users(data: &RatingsData) -> Vec<usize> {
    let ratings = data.train.by_user();
    let mut users: Vec<usize> = (0..ratings.rows())
        .filter(|user| !ratings.row(*user).0.is_empty())
        .collect();
    users.sort_by_key(|user| (ratings.row(*user).0.len(), *user));
    let mut chosen: Vec<usize> = (0..USERS)
        .filter_map(|at| users.get((2 * at + 1) * users.len() / (2 * USERS)).copied())
        .collect();
    chosen.dedup();
    chosen
}

fn drawn(chart: Chart, caption: String) -> Drawn {
    let figure = Figure {
        size: CHART,
        ..Figure::of("", "", chart)
    };
    Drawn::of(&figure.picture(&Style::print()), caption)
}
