use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use super::*;
use crate::data::ImagesSource;
use crate::data::Monitor;
use crate::data::images::{ImageNeeds, load};
use crate::data::sample::{StreetCounts, write_street};
use crate::record::Recorded;
use crate::systems::images::shared::{Translation, Wanted};

/// Streets by day (A) and by night (B), with masks, and pairs in the test set.
pub(in crate::systems::images::shared) fn streets() -> (tempfile::TempDir, Arc<ImageDomains>) {
    let folder = tempfile::tempdir().expect("a folder");
    let counts = StreetCounts { train: 4, test: 3 };
    write_street(folder.path(), 3, counts, &Monitor::default()).expect("written");
    let source = ImagesSource {
        path: folder.path().to_owned(),
        ..ImagesSource::default()
    };
    let data = load(&source, ImageNeeds::default(), 1, &Monitor::default()).expect("two domains");
    (folder, Arc::new(data))
}

/// Small and quick: it learns little.
pub(in crate::systems::images::shared) fn quick() -> MeasureSettings {
    MeasureSettings {
        pictures: 3,
        train_pictures: 3,
        segmenter: SegmenterSettings {
            filters: 4,
            batch_size: 2,
            steps: 12,
            learning_rate: 0.01,
            seed: 2,
        },
        size: Size::new(32, 24),
    }
}

fn measures(data: &Arc<ImageDomains>) -> Measures {
    let targets = [Side::B, Side::A];
    Measures::new(Arc::clone(data), &targets, quick(), &Device::flex())
}

fn prepared(data: &Arc<ImageDomains>) -> (Measures, Recorded) {
    let (mut measures, mut recorded) = (measures(data), Recorded::default());
    while !measures.prepare(&mut recorded).expect("a unit") {}
    (measures, recorded)
}

fn measured(measures: &Measures, model: &dyn Translating) -> Recorded {
    let mut recorded = Recorded::default();
    let mut measurement = measures.start();
    while measures.step(&mut measurement, model).expect("a picture") {}
    assert_eq!(measurement.done(), 6);
    measures.finish(&measurement, &mut recorded);
    recorded
}

/// Any function of images as a translator of both ways.
struct Of(fn(Tensor<4>) -> Tensor<4>);

impl Translating for Of {
    fn targets(&self) -> &[Side] {
        Identity.targets()
    }
    fn multiple(&self) -> u32 {
        1
    }
    fn least(&self) -> u32 {
        1
    }
    fn margin(&self) -> u32 {
        0
    }
    fn classes(&self) -> usize {
        0
    }
    fn memory(&self, size: Size) -> u64 {
        Identity.memory(size)
    }
    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        Identity.translate((self.0)(images), from, wanted)
    }
}

#[test]
fn an_identity_translator_keeps_all_structure_and_scores_as_the_reference() {
    let (_folder, data) = streets();
    let (measures, references) = prepared(&data);
    assert_eq!(measures.units_left(), 0);
    let recorded = measured(&measures, &Identity);
    for letter in ["a", "b"] {
        let last = |recorded: &Recorded, name: &str| {
            let value = recorded.last(name);
            value.unwrap_or_else(|| panic!("{name} is missing"))
        };
        assert_eq!(last(&recorded, &format!("fake_{letter}/edge_f1")), 1.0);
        assert!((last(&recorded, &format!("fake_{letter}/ssim")) - 1.0).abs() < 1e-9);
        assert_eq!(last(&recorded, &format!("cycle_{letter}/psnr")), 100.0);
        for measure in [
            "fcn_miou",
            "fcn_pixel_accuracy",
            "fcn_class_accuracy",
            "kernel_distance",
            "frechet_distance",
            "luminance_distance",
            "variance",
            "checkerboard",
            "pair_l1",
            "pair_psnr",
            "pair_ssim",
        ] {
            let fake = last(&recorded, &format!("fake_{letter}/{measure}"));
            let identity = last(&references, &format!("identity_{letter}/{measure}"));
            assert_eq!(fake.to_bits(), identity.to_bits(), "{measure}");
        }
        // Day is brighter than night by dozens of gray levels.
        assert!(last(&recorded, &format!("fake_{letter}/luminance_distance")) > 20.0);
        assert!(last(&references, &format!("real_{letter}/fcn_miou")) > 0.0);
    }
}

#[test]
fn one_picture_for_all_and_a_checkerboard_set_their_alarms_off() {
    let (_folder, data) = streets();
    let (measures, _) = prepared(&data);
    let warnings = |model: &dyn Translating| -> Vec<String> {
        let alarms = measured(&measures, model).alarms;
        alarms.into_iter().map(|alarm| alarm.message).collect()
    };
    assert!(warnings(&Identity).is_empty(), "{:?}", warnings(&Identity));
    let plain = warnings(&Of(|images| images.mul_scalar(0.01)));
    assert!(
        plain.iter().any(|own| own.contains("collapsed")),
        "{plain:?}"
    );
    let board = warnings(&Of(|images| {
        let [count, channels, height, width] = images.dims();
        let values: Vec<f32> = (0..height * width)
            .map(|at| {
                if (at % width + at / width).is_multiple_of(2) {
                    0.4
                } else {
                    -0.4
                }
            })
            .collect();
        let data = burn::tensor::TensorData::new(values, [1, 1, height, width]);
        let board: Tensor<4> = Tensor::from_data(data, &images.device());
        images.mul_scalar(0.6) + board.expand([count, channels, height, width])
    }));
    assert!(
        board.iter().any(|own| own.contains("checkerboard")),
        "{board:?}"
    );
}

#[test]
fn loaded_segmenters_score_bit_for_bit_as_those_that_were_saved() {
    let (_folder, data) = streets();
    let (whole, _) = prepared(&data);
    let expected = measured(&whole, &Of(|images| images.mul_scalar(0.5)));
    // Saved at the beginning, within the training of the first segmenter, of the second, and at the end.
    for units in [0, 20, 36, 1000] {
        let (mut half, mut recorded) = (measures(&data), Recorded::default());
        for _ in 0..units {
            if half.prepare(&mut recorded).expect("a unit") {
                break;
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        half.save(folder.path()).expect("written");
        let mut resumed = measures(&data);
        resumed.load(folder.path()).expect("read");
        // A run that is saved at once loses nothing.
        let again = tempfile::tempdir().expect("a folder");
        resumed.save(again.path()).expect("written");
        let mut resumed = measures(&data);
        resumed.load(again.path()).expect("read");
        while !resumed.prepare(&mut recorded).expect("a unit") {}
        let found = measured(&resumed, &Of(|images| images.mul_scalar(0.5)));
        let bits = |recorded: &Recorded| -> Vec<(String, u64)> {
            let scalars = recorded.scalars.iter();
            scalars
                .map(|(name, value)| (name.clone(), value.to_bits()))
                .collect()
        };
        assert_eq!(bits(&found), bits(&expected), "{units}");
    }
}

#[test]
fn a_picture_of_another_size_and_a_canceled_measurement_are_errors() {
    let (_folder, data) = streets();
    let (mut measures, mut recorded) = prepared(&data);
    let narrow = Of(|images| images.narrow(3, 0, 8));
    let error = measures
        .step(&mut measures.start(), &narrow)
        .expect_err("narrow");
    assert!(error.to_string().contains("multiples"), "{error}");
    let stopped = measures.measure(&Identity, &mut recorded, &|| true);
    assert!(matches!(stopped, Err(TrainError::Canceled)));
}
