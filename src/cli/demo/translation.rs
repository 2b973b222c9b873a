//! The part of the demo on images: streets by day turned into streets at night, by every system that translates images.

use std::sync::Arc;

use image::RgbImage;

use super::{Demo, Trained, has_key, metric_text, sample_folder};
use crate::cli::failure::{Failure, Outcome, ResultExt as _};
use crate::cli::output::{Output, say};
use crate::cli::plain_text;
use crate::cli::table::{Align, Table};
use crate::data::images::Side;
use crate::data::{self, ImagesSource, Source};
use crate::draw::chart::{Figure, Style};
use crate::draw::sheet::{Group, Sheet};
use crate::engine::RunConfig;
use crate::record::{ArtifactKind, TranslatedPicture, Translations, View};

/// Where the sample images are in a checkout.
const STREET: &str = "sample_data/street";
/// Updates that a run takes: a few hundred show where it goes.
const STEPS: u64 = 300;
/// Those of `--quick`.
const QUICK_STEPS: u64 = 2;
/// Rows of the picture.
const SHOWN: usize = 4;

/// Cuts a run to what a demo has time for.
pub(super) fn shorten(config: &mut RunConfig, quick: bool) -> Outcome {
    let steps = if quick { QUICK_STEPS } else { STEPS };
    let values = [
        ("max_steps", steps),
        ("snapshot_every", steps),
        ("snapshot_pictures", SHOWN as u64),
        ("segmenter_steps", steps / 2),
    ];
    for (key, value) in values {
        if has_key(&config.system, key) {
            config.set_key(key, &value.to_string()).or_failed()?;
        }
    }
    if has_key(&config.system, "augmentation_report") {
        config.set_key("augmentation_report", "false").or_failed()?;
    }
    Ok(())
}

/// Translates the sample streets with every system that can, and draws what they make of the test pictures.
pub(super) fn run(demo: &mut Demo<'_>, out: &mut Output) -> Outcome {
    let folder = sample_folder(STREET, "classes.csv", |folder| {
        let counts = data::sample::StreetCounts::default();
        data::sample::write_street(
            folder,
            data::sample::SAMPLE_SEED,
            counts,
            &data::Monitor::default(),
        )
    })?;
    let source = Source::from(ImagesSource {
        path: folder,
        ..ImagesSource::default()
    });
    let dataset = demo.load(&source)?;
    let images = dataset
        .images()
        .ok_or_else(|| Failure::failed("the sample was not read as images"))?;
    say!(
        "streets: {} by day and {} by night to learn from, {} to test with",
        images.a.train.len(),
        images.b.train.len(),
        images.a.test.len()
    );
    let trained = demo.train_all(&source, &dataset)?;
    compare(out, &trained)?;
    draw(demo, &trained)
}

fn compare(out: &mut Output, trained: &[Trained]) -> Outcome {
    let mut table = Table::new(&[
        ("system", Align::Left),
        ("updates", Align::Right),
        ("FCN mIoU of fake B", Align::Right),
        ("edge F1", Align::Right),
        ("cycle PSNR", Align::Right),
        ("time", Align::Right),
        ("run", Align::Left),
    ]);
    for run in trained {
        table.row([
            run.name.clone(),
            run.state.step.to_string(),
            metric_text(run.metric("fake_b/fcn_miou")),
            metric_text(run.metric("fake_b/edge_f1")),
            metric_text(run.metric("cycle_a/psnr")),
            plain_text::duration(run.state.seconds),
            plain_text::path(run.folder.path()),
        ]);
    }
    table.write(out)?;
    Ok(())
}

/// The newest translations of a run.
fn newest(run: &Trained) -> Outcome<Translations> {
    let newest = run
        .state
        .snapshots
        .iter()
        .rfind(|snapshot| snapshot.kind == ArtifactKind::TRANSLATIONS)
        .ok_or_else(|| Failure::failed(format!("{} produced no translations", run.name)))?;
    Translations::read_png(&run.folder.artifact(&newest.file)).or_failed()
}

/// Test pictures of A beside what each system makes of them, and beside the truth where there is one.
fn draw(demo: &mut Demo<'_>, trained: &[Trained]) -> Outcome {
    let mut results = Vec::new();
    for run in trained {
        results.push((run.name.as_str(), newest(run)?));
    }
    let Some((_, first)) = results.first() else {
        return Ok(());
    };
    let mut columns = vec![("By day".to_owned(), 0, View::Real)];
    for (at, (name, found)) in results.iter().enumerate() {
        columns.push((format!("{name}: at night"), at, View::Fake));
        if found.views().contains(&View::Parsing) {
            columns.push((format!("{name}: its parsing"), at, View::Parsing));
        }
    }
    columns.push(("Truly at night".to_owned(), 0, View::Target));
    let of_a = |picture: &&TranslatedPicture| picture.side == Side::A;
    let names = first.pictures.iter().filter(of_a).take(SHOWN);
    let rows = names.map(|picture| {
        let cell = |at: usize, view: View| {
            results[at]
                .1
                .pictures
                .iter()
                .find(|other| other.side == Side::A && other.name == picture.name)
                .and_then(|other| other.view(view))
                .map(|image| Arc::new(image.clone()))
        };
        columns
            .iter()
            .map(|(_, at, view)| cell(*at, *view))
            .collect()
    });
    let rows: Vec<Vec<Option<Arc<RgbImage>>>> = rows.collect();
    let Some(first) = rows.iter().flatten().flatten().next() else {
        return Ok(());
    };
    let width = (Figure::SIZE.0 - 64.0) / columns.len() as f64;
    let height = width * f64::from(first.height()) / f64::from(first.width());
    let sheet = Sheet {
        title: "Streets by day, translated to night".to_owned(),
        note: "Test pictures after a short training. The systems have never seen the same street by day and by night.".to_owned(),
        cell: (width, height),
        smooth: true,
        legend: Vec::new(),
        groups: vec![Group {
            title: String::new(),
            names: columns.into_iter().map(|(heading, ..)| heading).collect(),
            rows,
        }],
    };
    if let Some(picture) = sheet.picture(&Style::print()) {
        picture
            .save(&demo.picture("translations.png"))
            .or_failed()?;
    }
    Ok(())
}
