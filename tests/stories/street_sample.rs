//! The sample streets: drawn from a seed, by day and by night, with exact masks.
use std::fs;
use std::path::Path;

use atelier::data::ImagesSource;
use atelier::data::images::{ImageDomains, ImageNeeds, MaskNeed, Picture, load, read_picture};
use atelier::data::sample::{SAMPLE_SEED, StreetCounts, write_street};
use atelier::data::{DataError, Monitor};

const FEW: StreetCounts = StreetCounts { train: 4, test: 2 };

fn streets(seed: u64, counts: StreetCounts) -> (tempfile::TempDir, ImageDomains) {
    let folder = tempfile::tempdir().unwrap();
    write_street(folder.path(), seed, counts, &Monitor::default()).unwrap();
    let source = ImagesSource {
        path: folder.path().to_owned(),
        ..ImagesSource::default()
    };
    let needs = ImageNeeds {
        masks: MaskNeed::InBoth,
        ..ImageNeeds::default()
    };
    let data = load(&source, needs, 1, &Monitor::default()).unwrap();
    (folder, data)
}

/// All files below a folder with their bytes.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Mean brightness of a picture, 0 to 255, and the share of pixels that are nearly white.
fn brightness(picture: &Picture) -> (f64, f64) {
    let image = read_picture(picture, None).unwrap().0;
    let (mut sum, mut white) = (0.0, 0);
    for pixel in image.pixels() {
        let [red, green, blue] = pixel.0.map(f64::from);
        let value = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        sum += value;
        white += usize::from(value > 225.0);
    }
    let count = f64::from(image.width() * image.height());
    (sum / count, white as f64 / count)
}

#[test]
fn streets_read_as_two_domains_with_masks_and_test_pairs() {
    let (_folder, data) = streets(1, FEW);
    assert!(
        data.left_out.is_empty() && data.notices.is_empty(),
        "{data:?}"
    );
    assert_eq!((data.a.train.len(), data.b.train.len()), (4, 4));
    assert_eq!(data.test_pairs, [(0, 0), (1, 1)]);
    assert_eq!((data.a.masks(), data.b.masks()), (6, 6));
    let table = data.classes.as_ref().unwrap();
    let names: Vec<&str> = table
        .classes()
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "sky",
            "building",
            "road",
            "pavement",
            "tree",
            "lamp",
            "car",
            "pedestrian"
        ]
    );
    // Two views of one scene have one mask.
    for (a, b) in data.a.test.iter().zip(&data.b.test) {
        let mask = |picture| read_picture(picture, Some(table)).unwrap().1;
        assert_eq!(mask(a), mask(b));
    }
    // Of other scenes, another: the training sets are not paired.
    let mask = |picture| read_picture(picture, Some(table)).unwrap().1;
    assert_ne!(mask(&data.a.train[0]), mask(&data.b.train[0]));
}

#[test]
fn nights_are_dark_with_lights_and_days_are_bright() {
    let (_folder, data) = streets(2, StreetCounts { train: 1, test: 5 });
    let (mut days, mut nights) = (0.0, 0.0);
    for (day, night) in data.a.test.iter().zip(&data.b.test) {
        let (by_day, _) = brightness(day);
        let (by_night, lights) = brightness(night);
        // Under a bright lamp, on a dull day, they come closest.
        assert!(by_day > 1.15 * by_night, "{by_day} {by_night}");
        assert!((15.0..100.0).contains(&by_night), "{by_night}");
        assert!((0.0002..0.08).contains(&lights), "{lights}");
        (days, nights) = (days + by_day, nights + by_night);
    }
    assert!(days > 1.5 * nights, "{days} {nights}");
}

#[test]
fn every_class_is_there_and_lies_where_it_belongs() {
    let (_folder, data) = streets(3, StreetCounts { train: 12, test: 1 });
    for domain in [&data.a, &data.b] {
        assert!(
            domain.class_pixels.iter().all(|&pixels| pixels > 100),
            "{:?}",
            domain.class_pixels
        );
    }
    let table = data.classes.as_ref().unwrap();
    for picture in &data.a.train {
        let mask = read_picture(picture, Some(table)).unwrap().1.unwrap();
        let rows = |id: u8| {
            let at = (0..mask.len())
                .filter(|&at| mask[at] == id)
                .map(|at| at / 128);
            let (sum, count) = at.fold((0, 0), |(sum, count), row| (sum + row, count + 1));
            sum as f64 / f64::from(count.max(1))
        };
        let (sky, road) = (rows(0), rows(2));
        assert!(sky < 40.0 && road > 60.0, "{sky} {road}");
    }
}

#[test]
fn the_same_seed_gives_the_same_files_and_more_begin_with_fewer() {
    let (few, _) = streets(7, FEW);
    let (again, _) = streets(7, FEW);
    let (other, _) = streets(8, FEW);
    let (more, _) = streets(7, StreetCounts { train: 5, test: 3 });
    let first = files(few.path());
    assert_eq!(first, files(again.path()));
    assert_ne!(first, files(other.path()));
    let more = files(more.path());
    assert!(first.iter().all(|file| more.contains(file)));
    // Classes, and an image and a mask of each view.
    assert_eq!(first.len(), 1 + 2 * (4 + 4 + 2 + 2));
    let pictures = first
        .iter()
        .filter(|(name, _)| name.extension().unwrap() == "png");
    let bytes: usize = pictures.map(|(_, bytes)| bytes.len()).sum();
    // At this rate 60 + 60 scenes to train and 20 to test with stay below 4 MB.
    assert!(bytes * 160 / 12 < 4_000_000, "{bytes}");
}

#[test]
fn the_committed_streets_are_what_the_seed_gives() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/street");
    let folder = tempfile::tempdir().unwrap();
    let counts = StreetCounts::default();
    write_street(folder.path(), SAMPLE_SEED, counts, &Monitor::default()).unwrap();
    let (drawn, committed) = (files(folder.path()), files(&committed));
    let names = |files: &[(std::path::PathBuf, Vec<u8>)]| -> Vec<_> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&drawn), names(&committed));
    assert_eq!(drawn.len(), 1 + 2 * (60 + 60 + 20 + 20));
    let mut bytes = 0;
    for ((name, drawn), (_, committed)) in drawn.iter().zip(&committed) {
        bytes += committed.len();
        if name.extension().unwrap() != "png" {
            assert_eq!(drawn, committed, "{}", name.display());
            continue;
        }
        // Another version of the encoder may write other bytes for the same picture.
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap();
        assert!(
            pixels(drawn) == pixels(committed),
            "{} differs: run `atelier sample`",
            name.display()
        );
    }
    assert!(bytes < 4_000_000, "{bytes}");
}

#[test]
fn drawing_can_be_canceled() {
    let folder = tempfile::tempdir().unwrap();
    let monitor = Monitor::default();
    monitor.cancel();
    let result = write_street(folder.path(), 1, FEW, &monitor);
    assert!(matches!(result, Err(DataError::Canceled)));
}
