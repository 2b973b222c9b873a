//! A file to be saved where a person chooses: made while it is written, away from the window's thread, and never whole in memory.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use eframe::egui::ColorImage;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use crate::data::Monitor;
use crate::record::saved_file::write_file;

type Make = dyn Fn(&mut dyn Write, &Monitor) -> Result<(), String> + Send + Sync;

/// A file to be saved where a person chooses.
#[derive(Debug, Clone)]
pub struct SaveFile {
    /// The name that the dialog proposes.
    pub name: String,
    /// The content that is written.
    pub content: Content,
}

impl SaveFile {
    /// A file with this name to begin with.
    pub fn new(name: impl Into<String>, content: Content) -> Self {
        Self {
            name: name.into(),
            content,
        }
    }
}

/// Content that is made while it is written. Cheap to clone.
#[derive(Clone)]
pub struct Content(Arc<Make>);

impl Content {
    /// `make` writes the content, reports its progress and stops when it is asked to; it says what went wrong in a sentence.
    pub fn new(
        make: impl Fn(&mut dyn Write, &Monitor) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(make))
    }

    /// This text.
    #[must_use]
    pub fn text(text: String) -> Self {
        Self::new(move |to, _| {
            to.write_all(text.as_bytes())
                .map_err(|error| error.to_string())
        })
    }

    /// This picture as PNG.
    #[must_use]
    pub fn picture(picture: Arc<ColorImage>) -> Self {
        Self::new(move |to, _| write_png(to, &picture))
    }

    /// Makes it.
    ///
    /// # Errors
    /// If it cannot be made or written, or was canceled.
    pub fn write(&self, to: &mut dyn Write, monitor: &Monitor) -> Result<(), String> {
        (self.0)(to, monitor)
    }

    /// Writes it to a file that has its name only once it is complete; what was there before stays until then.
    ///
    /// # Errors
    /// As [`Self::write`]; nothing is left beside the file.
    pub fn write_to(&self, path: &Path, monitor: &Monitor) -> Result<(), String> {
        let written = write_file(path, |to| {
            self.write(to, monitor).map_err(Failed)?;
            match monitor.is_canceled() {
                true => Err(Failed("canceled".to_owned())),
                false => Ok(()),
            }
        });
        written.map_err(|Failed(why)| why)
    }
}

/// Why a file is not there, in words.
struct Failed(String);

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Writes a picture without its transparency, which a picture of the window has none of.
///
/// # Errors
/// If it is too large or cannot be written.
pub fn write_png(to: &mut dyn Write, picture: &ColorImage) -> Result<(), String> {
    let [width, height] = picture.size;
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err("the picture is too large".to_owned());
    };
    let bytes: Vec<u8> = picture
        .pixels
        .iter()
        .flat_map(|color| [color.r(), color.g(), color.b()])
        .collect();
    PngEncoder::new(to)
        .write_image(&bytes, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| error.to_string())
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_once_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("curves.csv");
        let files = || std::fs::read_dir(folder.path()).unwrap().count();
        let monitor = Monitor::default();
        Content::text("a,b\n".to_owned())
            .write_to(&path, &monitor)
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b\n");

        let named = path.clone();
        let half = Content::new(move |to, _| {
            to.write_all(b"half").unwrap();
            to.flush().unwrap();
            assert_eq!(std::fs::read_to_string(&named).unwrap(), "a,b\n");
            Err("the disk is full".to_owned())
        });
        assert_eq!(
            half.write_to(&path, &monitor).unwrap_err(),
            "the disk is full"
        );
        assert_eq!(files(), 1);

        let canceled = Content::new(|to, monitor| {
            monitor.cancel();
            to.write_all(b"part").map_err(|error| error.to_string())
        });
        assert!(canceled.write_to(&path, &monitor).is_err());
        assert_eq!(files(), 1);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b\n");
    }
}
