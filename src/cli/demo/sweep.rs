//! The part of the demo that tries values: which hidden size and which λ suit the sample ratings.

use std::path::Path;
use std::sync::Arc;

use super::{Demo, QUICK_EPOCHS};
use crate::cli::failure::{Failure, Outcome, ResultExt as _};
use crate::cli::output::{Output, say};
use crate::cli::pictures::settings;
use crate::cli::sample::SWEEP;
use crate::cli::sweep::{follow, refusal, write_table};
use crate::data::{RatingsSource, Source};
use crate::experiments::local::{LocalOptions, LocalSweep};
use crate::experiments::sweep::{SweepConfig, SweepFolder, SweepStatus};

/// Runs the sample sweep, prints its table and draws it.
pub(super) fn run(demo: &mut Demo<'_>, out: &mut Output) -> Outcome {
    let mut config = SweepConfig::parse(SWEEP.text, Path::new(SWEEP.file)).or_failed()?;
    let fraction = config.base.data.ratings().and_then(|own| own.test_fraction);
    config.base.data = Source::from(RatingsSource {
        path: demo.sample.join("ratings.csv"),
        test_fraction: fraction,
        ..RatingsSource::default()
    });
    if demo.quick {
        let epochs = QUICK_EPOCHS.to_string();
        config.base.set_key("epochs", &epochs).or_failed()?;
    }
    let (folder, notes) =
        SweepFolder::create(demo.runs, &config, Path::new("")).map_err(refusal)?;
    say!("AutoRec, {}", config.title());
    for note in notes {
        say!("{note}");
    }
    let engine = Arc::clone(&demo.engine);
    let sweep = LocalSweep::start(engine, folder, LocalOptions::default()).map_err(refusal)?;
    follow(&demo.engine, &sweep, false);
    let state = sweep.state();
    match state.status {
        SweepStatus::Finished => {}
        SweepStatus::Failed => {
            let message = state.message.as_deref().unwrap_or("no reason is known");
            return Err(Failure::failed(message));
        }
        _ => return Err(Failure::Stopped),
    }
    write_table(out, &state)?;
    if let Some(picture) = settings(&state) {
        let path = demo.picture("sweep.png");
        picture.save(&path).or_failed()?;
    }
    Ok(())
}
