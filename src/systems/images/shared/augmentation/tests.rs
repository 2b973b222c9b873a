use burn::tensor::Device;

use super::*;
use crate::record::Recorded;
use crate::systems::images::shared::Identity;
use crate::systems::images::shared::measures::tests::{quick, streets};

#[test]
fn the_report_compares_four_segmenters_in_scalars_and_a_table() {
    let (_folder, data) = streets();
    let report =
        || AugmentationReport::new(data.clone(), Side::B, quick(), &Device::flex()).expect("masks");
    let run = |mut report: AugmentationReport| {
        let mut recorded = Recorded::default();
        let mut units = 1;
        let about = report.units_left();
        while report.step(&Identity, &mut recorded).expect("a unit") {
            units += 1;
        }
        assert!(about.abs_diff(units) < 12, "{about} units, not {units}");
        assert_eq!(report.units_left(), 0);
        recorded
    };
    let recorded = run(report());
    let score = |name: &str| {
        recorded
            .last(&format!("augmentation/{name}"))
            .expect("a score")
    };
    // What an identity translator makes of A is A.
    assert_eq!(score("a").to_bits(), score("translated").to_bits());
    assert!(score("a_and_translated") > 0.0 && score("b") > 0.0);
    let [table] = &recorded.artifacts[..] else {
        panic!("{} artifacts", recorded.artifacts.len());
    };
    assert_eq!(table.file_name, "augmentation.csv");
    let text = String::from_utf8(table.bytes().into_owned()).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "class,a,a_and_translated,translated,b");
    let classes = data.classes.as_ref().expect("classes").len();
    assert_eq!(lines.len(), classes + 2);
    let mean = format!("mean,{:.4},", score("a"));
    assert!(lines[classes + 1].starts_with(&mean), "{text}");
    assert_eq!(run(report()).scalars, recorded.scalars);
}

#[test]
fn without_masks_it_says_which_are_needed() {
    let (folder, _) = streets();
    std::fs::remove_dir_all(folder.path().join("trainB_labels")).expect("removed");
    let source = crate::data::ImagesSource {
        path: folder.path().to_owned(),
        ..Default::default()
    };
    let monitor = crate::data::Monitor::default();
    let data =
        crate::data::images::load(&source, Default::default(), 1, &monitor).expect("two domains");
    let error = AugmentationReport::new(Arc::new(data), Side::B, quick(), &Device::flex());
    let error = error.expect_err("no masks").to_string();
    assert!(
        error.contains("needs masks of training pictures of"),
        "{error}"
    );
}
