use image::{Rgb, RgbImage};

use super::*;

/// Inverts colors; refuses pictures narrower than 4 pixels, and cancels at a picture whose first pixel is red.
struct Inverter(Vec<Side>);

impl Translator for Inverter {
    fn targets(&self) -> &[Side] {
        &self.0
    }

    fn classes(&self) -> &[(String, [u8; 3])] {
        &[]
    }

    fn trained_size(&self) -> (u32, u32) {
        (8, 8)
    }

    fn translate(
        &self,
        picture: &RgbImage,
        _to: Side,
        _options: &TranslateOptions,
        monitor: &Monitor,
    ) -> Result<Translated, TrainError> {
        // As large pictures do, in tiles.
        monitor.set_total(2);
        monitor.advance(1);
        if picture.get_pixel(0, 0).0 == [255, 0, 0] {
            monitor.cancel();
            return Err(TrainError::Canceled);
        }
        if picture.width() < 4 {
            return Err(TrainError::Data("it is too small".to_owned()));
        }
        let mut image = picture.clone();
        image::imageops::invert(&mut image);
        Ok(Translated {
            image,
            deep: None,
            reconstruction: None,
            parsing: None,
            tiles: 1 + usize::from(picture.width() > 16),
        })
    }
}

fn both() -> Inverter {
    Inverter(vec![Side::A, Side::B])
}

fn task(folder: &Path) -> FolderTask {
    FolderTask {
        input: folder.join("in"),
        output: folder.join("in/out"),
        to: Side::B,
        overwrite: false,
        options: TranslateOptions::default(),
    }
}

fn save(folder: &Path, name: &str, width: u32, color: [u8; 3]) {
    let path = folder.join("in").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    RgbImage::from_pixel(width, 6, Rgb(color))
        .save(path)
        .unwrap();
}

#[test]
fn a_folder_is_translated_under_the_same_names_and_what_cannot_be_is_said() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "a.png", 8, [10, 20, 30]);
    save(folder.path(), "a.bmp", 20, [1, 2, 3]);
    save(folder.path(), "deep/er/b.png", 9, [0, 0, 0]);
    save(folder.path(), "narrow.png", 2, [9, 9, 9]);
    save(folder.path(), "deep_labels/b.png", 9, [0, 0, 0]);
    std::fs::write(folder.path().join("in/broken.jpg"), b"no picture").unwrap();
    std::fs::write(folder.path().join("in/notes.txt"), b"not looked at").unwrap();
    let task = task(folder.path());
    let report = translate_folder(&both(), &task, &Monitor::default()).unwrap();
    assert_eq!(
        (report.written, report.tiled, report.kept, report.canceled),
        (3, 1, 0, false)
    );
    let skipped: Vec<String> = report
        .skipped
        .iter()
        .map(|(path, why)| format!("{} {why}", path.file_name().unwrap().display()))
        .collect();
    assert_eq!(
        skipped,
        [
            "broken.jpg is not a PNG, JPEG, WebP, BMP or TIFF file",
            "narrow.png cannot be translated: it is too small"
        ]
    );
    // Two names that differ in their endings alone stay two files.
    let read = |name: &str| image::open(task.output.join(name)).unwrap().into_rgb8();
    assert_eq!(read("a.png.png").get_pixel(3, 3).0, [245, 235, 225]);
    assert_eq!(read("a.png").get_pixel(3, 3).0, [254, 253, 252]);
    assert_eq!(read("deep/er/b.png").dimensions(), (9, 6));
    assert_eq!(
        report.summary(Side::B),
        "3 pictures translated to B (1 in tiles), 2 skipped"
    );

    // Again: nothing is done twice, and the results inside the input are not pictures to translate.
    let again = translate_folder(&both(), &task, &Monitor::default()).unwrap();
    assert_eq!((again.written, again.kept), (0, 3));
    let anew = FolderTask {
        overwrite: true,
        ..task
    };
    let anew = translate_folder(&both(), &anew, &Monitor::default()).unwrap();
    assert_eq!((anew.written, anew.kept), (3, 0));
}

#[test]
fn canceling_leaves_what_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "1.png", 8, [1, 1, 1]);
    save(folder.path(), "2.png", 8, [255, 0, 0]);
    save(folder.path(), "3.png", 8, [1, 1, 1]);
    let task = task(folder.path());
    let monitor = Monitor::default();
    let report = translate_folder(&both(), &task, &monitor).unwrap();
    assert!(report.canceled && report.written == 1 && report.skipped.is_empty());
    // It counts pictures, whatever becomes of each.
    assert!((monitor.fraction().unwrap() - 1.0 / 3.0).abs() < 1e-6);
    let names: Vec<_> = std::fs::read_dir(&task.output)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["1.png"], "and nothing half written");
}

#[test]
fn what_cannot_be_done_at_all_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let task = task(folder.path());
    let error = |translator: &Inverter, task: &FolderTask| {
        translate_folder(translator, task, &Monitor::default())
            .unwrap_err()
            .to_string()
    };
    assert!(error(&both(), &task).contains("holds no pictures"));
    let same = FolderTask {
        output: folder.path().join("in/../in"),
        ..task.clone()
    };
    assert!(error(&both(), &same).contains("both where pictures come from"));
    assert!(error(&Inverter(vec![Side::A]), &task).contains("translates to A only"));
    let missing = FolderTask {
        input: folder.path().join("nowhere"),
        ..task
    };
    assert!(error(&both(), &missing).contains("nowhere"));
}

#[test]
fn without_a_wish_pictures_go_to_b_or_where_they_can() {
    assert_eq!(direction(&both(), None).unwrap(), Side::B);
    assert_eq!(direction(&Inverter(vec![Side::A]), None).unwrap(), Side::A);
    assert_eq!(direction(&both(), Some(Side::A)).unwrap(), Side::A);
    assert!(direction(&Inverter(Vec::new()), None).is_err());
}

#[test]
fn one_picture_can_stand_for_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "street.bmp", 8, [1, 2, 3]);
    let single = FolderTask {
        input: folder.path().join("in/street.bmp"),
        output: folder.path().join("out"),
        ..task(folder.path())
    };
    let report = translate_folder(&both(), &single, &Monitor::default()).unwrap();
    assert_eq!(report.written, 1);
    assert!(folder.path().join("out/street.png").is_file());
}
