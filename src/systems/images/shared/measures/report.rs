//! Scalars and alarms of a measurement.

use super::evaluator::Evaluator;
use super::letter;
use super::measurement::{Measurement, Part};
use crate::data::images::ImageDomains;
use crate::eval::images::{
    CHECKERBOARD_ALARM, COLLAPSE_ALARM, Confusion, frechet_distance, is_checkered, is_collapsed,
    kernel_distance,
};
use crate::record::{Alarm, Recorder};

/// All scalars of translations, and alarms.
pub(super) fn record(
    measurement: &Measurement,
    evaluators: &[Evaluator],
    data: &ImageDomains,
    recorder: &mut dyn Recorder,
) {
    let mut alarms = Vec::new();
    for (part, evaluator) in paired(measurement, evaluators) {
        let fake = format!("fake_{}", letter(part.target));
        let cycle = format!("cycle_{}", letter(part.target.other()));
        for (name, mean) in [
            (format!("{fake}/edge_f1"), part.edge_f1),
            (format!("{fake}/ssim"), part.ssim),
            (format!("{cycle}/psnr"), part.cycle_psnr),
            (format!("{cycle}/ssim"), part.cycle_ssim),
        ] {
            if let Some(value) = mean.value() {
                recorder.scalar(&name, value);
            }
        }
        record_part(&fake, part, evaluator, recorder);
        alarms.extend(alarms_of(
            &fake,
            part,
            evaluator,
            &data.domain(part.target).name,
        ));
    }
    recorder.alarms(alarms);
}

/// Scores of real images as if they were translations; without those that are 1 by definition.
pub(super) fn record_identity(
    measurement: &Measurement,
    evaluators: &[Evaluator],
    recorder: &mut dyn Recorder,
) {
    for (part, evaluator) in paired(measurement, evaluators) {
        let name = format!("identity_{}", letter(part.target));
        record_part(&name, part, evaluator, recorder);
    }
}

fn paired<'a>(
    measurement: &'a Measurement,
    evaluators: &'a [Evaluator],
) -> impl Iterator<Item = (&'a Part, &'a Evaluator)> {
    measurement.parts.iter().filter_map(|part| {
        let evaluator = evaluators
            .iter()
            .find(|evaluator| evaluator.side() == part.target)?;
        Some((part, evaluator))
    })
}

fn record_part(name: &str, part: &Part, evaluator: &Evaluator, recorder: &mut dyn Recorder) {
    record_confusion(name, &part.confusion, recorder);
    let mut scalar = |measure: &str, value: Option<f64>| {
        if let Some(value) = value {
            recorder.scalar(&format!("{name}/{measure}"), value);
        }
    };
    if let Some(segmenter) = evaluator.segmenter() {
        let dimensions = segmenter.dimensions();
        let fakes = part
            .statistics
            .scaled_features(evaluator.statistics(), dimensions);
        let reals = evaluator
            .statistics()
            .scaled_features(evaluator.statistics(), dimensions);
        // Fewer than two pictures have no distance.
        scalar("kernel_distance", kernel_distance(&fakes, &reals).ok());
        scalar("frechet_distance", frechet_distance(&fakes, &reals).ok());
    }
    let distance = part
        .statistics
        .histogram
        .distance(&evaluator.statistics().histogram);
    scalar("luminance_distance", distance);
    scalar("variance", variance(part, evaluator));
    scalar("checkerboard", checkerboard(part, evaluator));
    scalar("pair_l1", part.pair_l1.value());
    scalar("pair_psnr", part.pair_psnr.value());
    scalar("pair_ssim", part.pair_ssim.value());
}

/// FCN scores.
pub(super) fn record_confusion(name: &str, confusion: &Confusion, recorder: &mut dyn Recorder) {
    for (measure, value) in [
        ("fcn_miou", confusion.mean_iou()),
        ("fcn_pixel_accuracy", confusion.pixel_accuracy()),
        ("fcn_class_accuracy", confusion.class_accuracy()),
    ] {
        if let Some(value) = value {
            recorder.scalar(&format!("{name}/{measure}"), value);
        }
    }
}

/// Relative to real images; `None` where those don't vary.
fn variance(part: &Part, evaluator: &Evaluator) -> Option<f64> {
    ratio(
        part.statistics.diversity.variance(),
        evaluator.statistics().diversity.variance(),
    )
}

/// Relative to real images; `None` where those are flat.
fn checkerboard(part: &Part, evaluator: &Evaluator) -> Option<f64> {
    ratio(
        part.statistics.frequencies(),
        evaluator.statistics().frequencies(),
    )
}

fn ratio(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let whole = whole.filter(|whole| *whole > 0.0)?;
    part.map(|part| part / whole)
}

/// Problems of translations to `domain`, whose scalars begin with `fake`.
fn alarms_of(fake: &str, part: &Part, evaluator: &Evaluator, domain: &str) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let mut alarm = |measure: &str, message: String| {
        let scalar = format!("{fake}/{measure}");
        alarms.push(Alarm { scalar, message });
    };
    if let Some(share) = variance(part, evaluator).filter(|share| is_collapsed(*share)) {
        let message = format!(
            "Translations to {domain} hardly differ from each other: they vary {:.0} % as much as real pictures (alarm below {:.0} %). The \
             generator may have collapsed: a larger weight of the cycle and identity losses or a smaller learning rate can help",
            100.0 * share,
            100.0 * COLLAPSE_ALARM
        );
        alarm("variance", message);
    }
    if let Some(ratio) = checkerboard(part, evaluator).filter(|ratio| is_checkered(*ratio)) {
        let message = format!(
            "Translations to {domain} have {ratio:.1} times as much of their energy at the highest frequencies as real pictures (alarm above \
             {CHECKERBOARD_ALARM}): a checkerboard or noise. Upsampling by interpolation (upsampling = \"bilinear\" or \"resize\") and longer training help"
        );
        alarm("checkerboard", message);
    }
    alarms
}
