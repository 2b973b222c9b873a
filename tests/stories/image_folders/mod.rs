//! Folders of images become two domains: what is found, what is left out and why, and what reaches a network.

mod batches;
mod files;
mod layouts;
mod masks;
mod pairs;
mod resized;

use std::fs;
use std::path::{Path, PathBuf};

use atelier::data::images::{ImageDomains, ImageNeeds, MaskNeed, Reason, load};
use atelier::data::{DataError, ImagesSource, Monitor};
use image::{GrayImage, Luma, Rgb, RgbImage};
use tempfile::TempDir;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/images");

/// The picture of `fixtures/images/make.py`.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let red = (x * 7 + y * 3) % 256;
        let green = if (x / 5 + y / 4) % 2 == 1 { 255 } else { 20 };
        let blue = (x * x + y * y * 2) / 8 % 256;
        Rgb([red as u8, green, blue as u8])
    })
}

fn fixture(name: &str) -> PathBuf {
    Path::new(FIXTURES).join(name)
}

/// A folder with images in it, each of a color of its own.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn image(&self, name: &str, width: u32, height: u32) -> &Self {
        let color = Rgb(blake3::hash(name.as_bytes()).as_bytes()[..3]
            .try_into()
            .unwrap());
        self.save(name, &RgbImage::from_pixel(width, height, color))
    }

    fn images(&self, folder: &str, count: usize) -> &Self {
        for number in 0..count {
            self.image(&format!("{folder}/{number:03}.png"), 24, 16);
        }
        self
    }

    fn save(&self, name: &str, image: &RgbImage) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image.save(path).unwrap();
        self
    }

    fn mask(&self, name: &str, width: u32, height: u32, id: impl Fn(u32, u32) -> u8) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        GrayImage::from_fn(width, height, |x, y| Luma([id(x, y)]))
            .save(path)
            .unwrap();
        self
    }

    fn source(&self) -> ImagesSource {
        ImagesSource {
            path: self.path().to_owned(),
            ..ImagesSource::default()
        }
    }
}

fn read(source: &ImagesSource) -> Result<ImageDomains, DataError> {
    read_for(ImageNeeds::default(), source)
}

fn read_for(needs: ImageNeeds, source: &ImagesSource) -> Result<ImageDomains, DataError> {
    load(source, needs, 1, &Monitor::default())
}

const PAIRED: ImageNeeds = ImageNeeds {
    paired: true,
    masks: MaskNeed::None,
    least: 16,
};
const SMALL: ImageNeeds = ImageNeeds {
    paired: false,
    masks: MaskNeed::None,
    least: 7,
};

fn names(pictures: &[atelier::data::images::Picture]) -> Vec<String> {
    pictures
        .iter()
        .map(|picture| picture.name().display().to_string())
        .collect()
}

/// Name of the file and why it is left out, ascending.
fn left_out(data: &ImageDomains) -> Vec<(String, &Reason)> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let list = data.left_out.iter();
    list.map(|left| (name(&left.path), &left.reason)).collect()
}
