//! The part of the demo on ratings: AutoRec and its baselines.

use std::path::Path;

use super::{Demo, Trained, metric_text};
use crate::cli::failure::{Outcome, ResultExt as _};
use crate::cli::loading;
use crate::cli::model::{Model, items_table};
use crate::cli::output::{Output, say};
use crate::cli::pictures::{CurvePanel, Recommendations, curves, recommendations};
use crate::cli::plain_text;
use crate::cli::table::{Align, Table};
use crate::data::{Dataset, RatingsData, RatingsSource, Source};
use crate::draw::LIGHT;
use crate::draw::chart::{Figure, Style};
use crate::draw::predictions::{Statistics, agreement, compared_by_popularity};
use crate::record::read_predictions;

/// Held out for the test.
const TEST_FRACTION: f32 = 0.1;
/// Rows of the recommendations.
const ROWS: usize = 10;

/// Trains every system that learns from ratings on the sample, compares them and draws pictures.
pub(super) fn run(demo: &mut Demo<'_>, out: &mut Output) -> Outcome {
    let source = Source::from(RatingsSource {
        path: demo.sample.join("ratings.csv"),
        test_fraction: Some(TEST_FRACTION),
        ..RatingsSource::default()
    });
    let dataset = demo.load(&source)?;
    let ratings = loading::ratings(&dataset)?;
    say!(
        "sample ratings: {} users, {} items, {} ratings to learn from and {} to test on",
        ratings.users.len(),
        ratings.items.len(),
        ratings.train.len(),
        ratings.test.len()
    );
    let trained = demo.train_all(&source, &dataset)?;
    compare(out, &trained)?;
    draw(demo, out, &trained, &dataset)
}

/// True if its test error moves enough over the epochs to be worth a curve.
fn has_curve(run: &Trained) -> bool {
    let Some(series) = run.state.series.get("test/rmse") else {
        return false;
    };
    let low = series.values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = series.values.iter().copied().fold(0.0, f64::max);
    series.len() > 2 && high > low * 1.05
}

fn error(run: &Trained) -> f64 {
    run.metric("test/rmse").unwrap_or(f64::INFINITY)
}

fn compare(out: &mut Output, trained: &[Trained]) -> Outcome {
    let mut table = Table::new(&[
        ("system", Align::Left),
        ("test RMSE", Align::Right),
        ("test MAE", Align::Right),
        ("epochs", Align::Right),
        ("time", Align::Right),
        ("run", Align::Left),
    ]);
    for run in trained {
        table.row([
            run.name.clone(),
            metric_text(run.metric("test/rmse")),
            metric_text(run.metric("test/mae")),
            format!("{:.0}", run.state.epoch),
            plain_text::duration(run.state.seconds),
            plain_text::path(run.folder.path()),
        ]);
    }
    table.write(out)?;
    Ok(())
}

fn draw(demo: &mut Demo<'_>, out: &mut Output, trained: &[Trained], dataset: &Dataset) -> Outcome {
    let learned: Vec<&Trained> = trained.iter().filter(|run| has_curve(run)).collect();
    let references: Vec<(String, f64)> = trained
        .iter()
        .filter(|run| !has_curve(run))
        .map(|run| (run.name.clone(), error(run)))
        .collect();
    let panels: Vec<CurvePanel<'_>> = learned
        .iter()
        .map(|run| CurvePanel {
            name: &run.name,
            state: &run.state,
        })
        .collect();
    if let Some(picture) = curves(&panels, &references) {
        picture.save(&demo.picture("curves.png")).or_failed()?;
    }
    let best = trained
        .iter()
        .filter(|run| !run.is_baseline)
        .min_by(|a, b| error(a).total_cmp(&error(b)));
    if let Some(best) = best {
        let ratings = loading::ratings(dataset)?;
        let predicted = statistics(best, ratings)?;
        let note = format!(
            "{}, {} test ratings. Shade: share of the ratings with that true value. Box: middle half, with the median. Line: mean. Dashes: perfect.",
            best.name, predicted.errors.count
        );
        Figure::of(
            "Predicted against true rating",
            note,
            agreement(&predicted, &LIGHT),
        )
        .picture(&Style::print())
        .save(&demo.picture("predicted.png"))
        .or_failed()?;
        let mut runs = Vec::new();
        for run in trained {
            runs.push((run.name.as_str(), statistics(run, ratings)?));
        }
        let runs: Vec<(&str, &Statistics)> = runs.iter().map(|(name, own)| (*name, own)).collect();
        let note =
            "Test RMSE of items grouped by how many training ratings they have (lower is better).";
        Figure::of(
            "Error by popularity",
            note,
            compared_by_popularity(&runs, &LIGHT),
        )
        .picture(&Style::print())
        .save(&demo.picture("popularity.png"))
        .or_failed()?;
        recommend(out, &demo.picture("recommendations.png"), best, dataset)?;
    }
    Ok(())
}

/// The predictions of a run beside the true ratings.
fn statistics(run: &Trained, data: &RatingsData) -> Outcome<Statistics> {
    let predictions =
        read_predictions(&run.folder.artifact("predictions.csv"), usize::MAX).or_failed()?;
    let count = |id: &str| {
        let item = data.items.find(id);
        item.map_or(0, |item| data.train.by_item().row(item).0.len() as u32)
    };
    Ok(Statistics::of_predictions(&predictions, Some(&count)))
}

/// The recommendations for the user with the median number of ratings, as a table and as a picture.
fn recommend(out: &mut Output, path: &Path, run: &Trained, dataset: &Dataset) -> Outcome {
    let model = Model::with_data(&run.folder, dataset.clone())?;
    let data = model.data();
    let mut by_activity: Vec<usize> = (0..data.train.users()).collect();
    by_activity.sort_by_key(|user| data.train.by_user().row(*user).0.len());
    let Some(user) = by_activity.get(by_activity.len() / 2).copied() else {
        return Ok(());
    };
    let (items, ratings) = data.train.by_user().row(user);
    let mut rated: Vec<(u32, f32)> = items.iter().copied().zip(ratings.iter().copied()).collect();
    rated.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let title = |item: usize| data.items.display(item).to_owned();
    let top = model.top(user, ROWS);
    let user_name = match data.users.title(user) {
        Some(name) => format!("{name} (user {})", data.users.id(user)),
        None => format!("user {}", data.users.id(user)),
    };
    out.line(&format!("\nwhat {user_name} would like, says {}", run.name))?;
    items_table(&data.items, &top, "prediction").write(out)?;
    let picture = recommendations(&Recommendations {
        user: &user_name,
        name: &run.name,
        rated_total: rated.len(),
        rated: rated
            .iter()
            .take(ROWS)
            .map(|(item, rating)| (title(*item as usize), *rating))
            .collect(),
        liked: top
            .iter()
            .map(|(item, rating)| (title(*item), *rating))
            .collect(),
        scale: data.scale,
    });
    picture.save(path).or_failed()
}
