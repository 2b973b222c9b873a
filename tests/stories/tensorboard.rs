//! Event files for TensorBoard, read by a parser of their own and held against what TensorBoard itself read of them
//! (`tests/fixtures/tensorboard`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::reported::{plant_settings, sample};
use crate::support::Place;

/// A field of a message: its number, and its bytes or number.
enum Field {
    Number(u64),
    Bytes(Vec<u8>),
}

impl Field {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(_) => panic!("bytes"),
        }
    }

    fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Bytes(_) => panic!("a number"),
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes().to_vec()).unwrap()
    }
}

/// A message as its fields.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (first, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let mut take = |count: usize| {
            let (own, rest) = bytes.split_at(count);
            bytes = rest;
            own.to_vec()
        };
        let field = match key & 7 {
            0 => Field::Number(varint(&mut bytes)),
            1 => Field::Number(u64::from_le_bytes(take(8).try_into().unwrap())),
            5 => Field::Number(u64::from(u32::from_le_bytes(take(4).try_into().unwrap()))),
            2 => {
                let length = varint(&mut bytes);
                let (own, rest) = bytes.split_at(length as usize);
                bytes = rest;
                Field::Bytes(own.to_vec())
            }
            other => panic!("wire type {other}"),
        };
        found.push((key >> 3, field));
    }
    found
}

/// The field of this number.
fn field(message: &[(u64, Field)], number: u64) -> Option<&Field> {
    message
        .iter()
        .find(|(own, _)| *own == number)
        .map(|(_, field)| field)
}

fn double(field: Option<&Field>) -> f64 {
    field.map_or(0.0, |field| f64::from_bits(field.number()))
}

/// CRC-32C bit by bit, masked.
fn masked(bytes: &[u8]) -> u32 {
    let mut rest = !0_u32;
    for byte in bytes {
        rest ^= u32::from(*byte);
        for _ in 0..8 {
            rest = if rest & 1 == 1 {
                rest >> 1 ^ 0x82f6_3b78
            } else {
                rest >> 1
            };
        }
    }
    let sum = !rest;
    sum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// The events of a file, with both checksums of each looked at.
fn events(file: &Path) -> Vec<Vec<(u64, Field)>> {
    let bytes = fs::read(file).unwrap();
    let mut rest = &bytes[..];
    let mut events = Vec::new();
    while !rest.is_empty() {
        let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        assert_eq!(number(&rest[8..12]), masked(&rest[..8]));
        let content = &rest[12..12 + length];
        assert_eq!(number(&rest[12 + length..16 + length]), masked(content));
        events.push(fields(content));
        rest = &rest[16 + length..];
    }
    events
}

/// The same as `read.py` says of a run.
fn read(folder: &Path) -> Value {
    let mut files = fs::read_dir(folder).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    assert!(
        file.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .contains("tfevents")
    );
    let mut scalars: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut images: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut read = json!({});
    for (at, event) in events(&file).iter().enumerate() {
        if at == 0 {
            assert_eq!(field(event, 3).unwrap().text(), "brain.Event:2");
            continue;
        }
        let time = double(field(event, 1));
        let step = field(event, 2).map_or(0, Field::number);
        let summary = fields(field(event, 5).unwrap().bytes());
        let value = fields(field(&summary, 1).unwrap().bytes());
        let tag = field(&value, 1).unwrap().text();
        if let Some(own) = field(&value, 2) {
            let value = f32::from_bits(own.number() as u32);
            scalars
                .entry(tag)
                .or_default()
                .push(json!([step, time, value]));
        } else if let Some(image) = field(&value, 4) {
            let image = fields(image.bytes());
            let number = |own| field(&image, own).unwrap().number();
            let bytes = field(&image, 4).unwrap().bytes().len();
            images
                .entry(tag)
                .or_default()
                .push(json!([step, number(2), number(1), bytes]));
        } else {
            let metadata = fields(field(&value, 9).unwrap().bytes());
            let plugin = fields(field(&metadata, 1).unwrap().bytes());
            assert_eq!(field(&plugin, 1).unwrap().text(), "hparams");
            let data = fields(field(&plugin, 2).unwrap().bytes());
            if let Some(start) = field(&data, 3) {
                let start = fields(start.bytes());
                read["group"] = field(&start, 4).unwrap().text().into();
                read["start"] = double(field(&start, 5)).into();
                read["settings"] = settings(&start);
            } else {
                let end = fields(field(&data, 4).unwrap().bytes());
                read["status"] = field(&end, 1).unwrap().number().into();
                read["end"] = double(field(&end, 2)).into();
            }
        }
    }
    read["scalars"] = scalars
        .into_iter()
        .map(|(tag, all)| {
            (
                tag,
                json!({"count": all.len(), "first": all[0], "last": all[all.len() - 1]}),
            )
        })
        .collect();
    read["images"] = images
        .into_iter()
        .map(|(tag, all)| (tag, json!(all)))
        .collect();
    read
}

fn settings(start: &[(u64, Field)]) -> Value {
    let entries = start.iter().filter(|(number, _)| *number == 1);
    let entries = entries.map(|(_, entry)| {
        let entry = fields(entry.bytes());
        let value = fields(field(&entry, 2).unwrap().bytes());
        let value: Value = match &value[..] {
            [(2, number)] => f64::from_bits(number.number()).into(),
            [(3, text)] => text.text().into(),
            [(4, flag)] => (flag.number() == 1).into(),
            _ => panic!("one value"),
        };
        (field(&entry, 1).unwrap().text(), value)
    });
    entries.collect()
}

/// Equal but for the last digits of numbers.
fn is_like(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, own)| b.get(key).is_some_and(|other| is_like(own, other)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_like(a, b))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            // Times are large.
            (a - b).abs() <= (1e-6 * a.abs().max(b.abs())).min(1e-3)
        }
        _ => one == other,
    }
}

#[test]
fn tensorboard_reads_scalars_pictures_and_settings_as_they_were_written() {
    let place = Place::new(1);
    let runs = ["user_item_bias", "deepcc", "cyclegan"].map(sample);
    let runs = runs.each_ref().map(|run| run.to_str().unwrap());
    let done = place.atelier(&["export", runs[0], runs[1], runs[2], "--tensorboard", "logs"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tensorboard/read.json");
    let expected: Value = serde_json::from_slice(&fs::read(fixture).unwrap()).unwrap();
    let expected = expected.as_object().unwrap();
    assert_eq!(expected.len(), 3);
    for (name, expected) in expected {
        let own = read(&place.path("logs").join(name));
        for (key, value) in expected["settings"].as_object().unwrap() {
            assert!(is_like(&own["settings"][key], value), "{name}, {key}");
        }
        for key in ["scalars", "images", "group", "start", "status", "end"] {
            assert!(
                is_like(&own[key], &expected[key]),
                "{name}, {key}: {} and {}",
                own[key],
                expected[key]
            );
        }
        assert!(!expected["scalars"].as_object().unwrap().is_empty());
    }
}

#[test]
fn scalars_have_their_step_and_the_time_that_training_took() {
    let place = Place::new(1);
    plant_settings(&place.path("runs"), true);
    let run = "2026-11-22_14-03-11_autorec_0001";
    let done = place.atelier(&["export", run, "--tensorboard", "logs"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let folder = place.path(done.stdout.trim());
    let read = read(&folder);
    // 2026-11-22T14:03:11Z, and 1.5 and 2.5 seconds of training.
    let start = 1_795_356_191.0;
    let validation = &read["scalars"]["validation/rmse"];
    assert!(
        is_like(&validation["first"], &json!([1, start + 1.5, 1.9])),
        "{validation}"
    );
    assert_eq!(validation["last"][0], 2);
    assert_eq!(validation["last"][1], start + 2.5);
    assert_eq!(read["settings"]["validation_fraction"], 0.1);
    assert_eq!(read["settings"]["hidden"], 10.0);
    assert_eq!(read["status"], 1);
    // A folder that is not empty stays as it is.
    let done = place.atelier(&["export", run, "--tensorboard", "logs"]);
    assert_eq!(done.code, Some(2));
}
