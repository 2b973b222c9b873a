//! The part of the demo on a matrix: the same ratings folded into blocks of people and films.

use super::{Demo, Trained, has_key, metric_text};
use crate::cli::failure::{Failure, Outcome, ResultExt as _};
use crate::cli::output::{Output, say};
use crate::cli::plain_text;
use crate::cli::table::{Align, Table};
use crate::data::{MatrixData, MatrixSource, Source};
use crate::engine::RunConfig;
use crate::record::{ArtifactKind, CoClusters};
use crate::report::blocks;
use crate::systems;

/// Groups of people and of films that the sample was made from.
const GROUPS: (usize, usize) = (5, 6);

/// Sets the numbers of clusters of a baseline to those of the planted groups, as far as it takes them.
pub(super) fn set_counts(config: &mut RunConfig) -> Outcome {
    for (key, count) in [("row_clusters", GROUPS.0), ("column_clusters", GROUPS.1)] {
        if has_key(&config.system, key) {
            config.set_key(key, &count.to_string()).or_failed()?;
        }
    }
    let takes = |config: &RunConfig| {
        systems::find(&config.system).is_some_and(|system| config.resolve(system).is_ok())
    };
    // Some methods find as many clusters of columns as of rows.
    if !takes(config) {
        config
            .set_key("column_clusters", &GROUPS.0.to_string())
            .or_failed()?;
    }
    Ok(())
}

/// Co-clusters the sample with every system that can, compares what they find with the planted groups and draws the best of DeepCC.
pub(super) fn run(demo: &mut Demo<'_>, out: &mut Output) -> Outcome {
    let source = Source::from(MatrixSource {
        path: demo.sample.join("ratings.csv"),
        row_labels: Some(demo.sample.join("user_groups.csv")),
        column_labels: Some(demo.sample.join("item_groups.csv")),
        ..MatrixSource::default()
    });
    let dataset = demo.load(&source)?;
    let matrix = dataset
        .matrix()
        .ok_or_else(|| Failure::failed("the sample was not read as a matrix"))?;
    say!(
        "the same as a matrix: {} rows, {} columns, {} cells",
        matrix.rows.len(),
        matrix.columns.len(),
        matrix.observed.stored()
    );
    let trained = demo.train_all(&source, &dataset)?;
    compare(out, &trained)?;
    if let Some(run) = trained.iter().find(|run| !run.is_baseline) {
        draw(demo, run, matrix)?;
    }
    Ok(())
}

fn compare(out: &mut Output, trained: &[Trained]) -> Outcome {
    let mut table = Table::new(&[
        ("system", Align::Left),
        ("rows NMI", Align::Right),
        ("rows ACC", Align::Right),
        ("columns NMI", Align::Right),
        ("columns ACC", Align::Right),
        ("information kept", Align::Right),
        ("time", Align::Right),
        ("run", Align::Left),
    ]);
    for run in trained {
        table.row([
            run.name.clone(),
            metric_text(run.metric("rows/nmi")),
            metric_text(run.metric("rows/acc")),
            metric_text(run.metric("columns/nmi")),
            metric_text(run.metric("columns/acc")),
            metric_text(run.metric("blocks/information_kept")),
            plain_text::duration(run.state.seconds),
            plain_text::path(run.folder.path()),
        ]);
    }
    table.write(out)?;
    Ok(())
}

/// The matrix before and after.
fn draw(demo: &mut Demo<'_>, run: &Trained, matrix: &MatrixData) -> Outcome {
    let newest = run
        .state
        .snapshots
        .iter()
        .rfind(|snapshot| snapshot.kind == ArtifactKind::CO_CLUSTERS)
        .ok_or_else(|| Failure::failed(format!("{} produced no co-clusters", run.name)))?;
    let clusters = CoClusters::read_npz(&run.folder.artifact(&newest.file)).or_failed()?;
    let picture = blocks(&run.name, matrix, &clusters);
    picture.save(&demo.picture("blocks.png")).or_failed()
}
