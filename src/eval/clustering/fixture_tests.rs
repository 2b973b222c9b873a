//! Against scikit-learn: `tests/fixtures/clustering/measures.py` wrote what is read here.

use serde_json::Value;

use super::{Contingency, silhouette};

fn fixture() -> Value {
    let text = include_str!("../../../tests/fixtures/clustering/measures.json");
    serde_json::from_str(text).expect("the fixture is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().expect("an array");
    values
        .iter()
        .map(|value| value.as_f64().expect("a number"))
        .collect()
}

#[test]
fn measures_against_classes_are_those_of_scikit_learn() {
    let fixture = fixture();
    let cases = fixture["labels"].as_array().expect("cases");
    assert!(cases.len() >= 8);
    for (at, case) in cases.iter().enumerate() {
        let (clusters, classes) = (numbers(&case["clusters"]), numbers(&case["classes"]));
        let pairs = clusters.iter().zip(&classes);
        let table: Contingency = pairs.map(|(a, b)| (*a as u32, *b as u32)).collect();
        let found = [
            ("nmi_arithmetic", table.nmi_arithmetic()),
            ("nmi_geometric", table.nmi_geometric()),
            ("ari", table.ari()),
            ("accuracy", table.accuracy().expect("a small table")),
            ("purity", table.purity()),
        ];
        for (name, found) in found {
            let expected = case[name].as_f64().expect("a number");
            assert!(
                (found - expected).abs() < 1e-9,
                "case {at}: {name} {found}, not {expected}"
            );
        }
    }
}

#[test]
fn the_silhouette_is_that_of_scikit_learn() {
    let fixture = fixture();
    for case in fixture["points"].as_array().expect("cases") {
        let rows = numbers(&case["rows"]);
        let width = case["width"].as_u64().expect("a number") as usize;
        let clusters = numbers(&case["clusters"]);
        let clusters: Vec<u16> = clusters.into_iter().map(|cluster| cluster as u16).collect();
        let row = |at: usize| &rows[at * width..(at + 1) * width];
        let distance = |a: usize, b: usize| {
            let squares = row(a).iter().zip(row(b)).map(|(a, b)| (a - b).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let found = silhouette(&clusters, 0, distance).expect("several clusters");
        let expected = case["silhouette"].as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    }
}
