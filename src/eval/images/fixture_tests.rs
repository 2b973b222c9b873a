//! Against scikit-image, SciPy and NumPy: `tests/fixtures/images/measures.py` wrote what is read here.

use serde_json::Value;

use super::*;

fn fixture() -> Value {
    let text = include_str!("../../../tests/fixtures/images/measures.json");
    serde_json::from_str(text).expect("the fixture is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().expect("an array");
    let number = |value: &Value| value.as_f64().expect("a number");
    values.iter().map(number).collect()
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().expect("a number");
    let error = (found - expected).abs();
    assert!(
        error < 1e-9 * expected.abs().max(1.0),
        "{what}: {found}, not {expected}"
    );
}

#[test]
fn measures_of_pairs_are_those_of_scikit_image_and_scipy() {
    let fixture = fixture();
    let cases = fixture["pairs"].as_array().expect("cases");
    assert!(cases.len() >= 3);
    for (at, case) in cases.iter().enumerate() {
        let side = |name: &str| case[name].as_u64().expect("a size") as usize;
        let (width, height) = (side("width"), side("height"));
        let image = |name: &str| Luminance::new(width, height, numbers(&case[name]));
        let (one, other) = (image("one"), image("other"));
        let named = |name: &str| format!("pair {at}: {name}");
        close(ssim(&one, &other), &case["ssim"], &named("ssim"));
        let matched = other.matched_to(&one);
        for (found, expected) in matched.values().iter().zip(numbers(&case["matched"])) {
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
        }
        let found = matched_ssim(&one, &other);
        close(found, &case["matched_ssim"], &named("matched ssim"));
        close(edge_f1(&one, &other), &case["edge_f1"], &named("edge f1"));
        let planes = |image: &Luminance| -> Vec<f32> {
            let values = image.values().iter();
            values.map(|value| (value / 127.5 - 1.0) as f32).collect()
        };
        let found = psnr(&planes(&one), &planes(&other));
        let expected = case["psnr"].as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
        let mut histograms = [GrayHistogram::default(), GrayHistogram::default()];
        histograms[0].add(&one);
        histograms[1].add(&other);
        let found = histograms[0].distance(&histograms[1]).expect("pixels");
        close(
            found,
            &case["earth_mover"],
            &named("earth mover's distance"),
        );
        let found = highest_frequencies(&one);
        close(found, &case["highest_frequencies"], &named("frequencies"));
    }
}

#[test]
fn distances_of_sets_are_those_of_numpy_and_scipy() {
    let fixture = fixture();
    let cases = fixture["sets"].as_array().expect("cases");
    assert!(cases.len() >= 3);
    for (at, case) in cases.iter().enumerate() {
        let dimensions = case["dimensions"].as_u64().expect("a number") as usize;
        let set = |name: &str| {
            let rows = numbers(&case[name]);
            let mut features = Features::new(dimensions);
            features.extend(&rows.iter().map(|value| *value as f32).collect::<Vec<_>>());
            features
        };
        let (one, other) = (set("one"), set("other"));
        let kernel = kernel_distance(&one, &other).expect("comparable");
        close(kernel, &case["kernel"], &format!("set {at}: kernel"));
        let frechet = frechet_distance(&one, &other).expect("comparable");
        let expected = case["frechet"].as_f64().expect("a number");
        // SciPy's root of a product without full rank is no better than this.
        assert!(
            (frechet - expected).abs() < 1e-5 * expected.max(1.0),
            "set {at}: {frechet}, not {expected}"
        );
    }
}
