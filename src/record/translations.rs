//! The translations artifact: test pictures and what a model makes of them at one step, as one PNG that anything shows; a text
//! chunk says what lies where.

use std::borrow::Cow;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::RgbImage;
use png::{BitDepth, ColorType, Limits};
use serde::{Deserialize, Serialize};

use super::{ArtifactContent, files};

/// Keyword of the text chunk.
const KEYWORD: &str = "atelier-translations";
/// Bytes that the pixels of a file may take.
const MOST: u64 = 1 << 30;

/// One of the two domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The domain that is translated to B first: day, labels, horses.
    A,
    /// The other.
    B,
}

impl Side {
    /// The one that images of this one are translated to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// The content of a cell for a test picture x of one domain. G translates to the other domain, F back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// x.
    Real,
    /// G(x).
    Fake,
    /// F(G(x)).
    Reconstruction,
    /// F(x), which should change nothing.
    Identity,
    /// The class of each pixel of x as the model sees it, in the colors of the classes.
    Parsing,
    /// The true class of each pixel.
    Mask,
    /// The picture of the other domain that shows the same, where the test set has pairs.
    Target,
}

impl View {
    /// All, in the order of the columns.
    pub const ALL: [Self; 7] = [
        Self::Real,
        Self::Fake,
        Self::Reconstruction,
        Self::Identity,
        Self::Parsing,
        Self::Mask,
        Self::Target,
    ];

    fn index(self) -> usize {
        self as usize
    }
}

/// A test picture and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslatedPicture {
    /// The domain it is from.
    pub side: Side,
    /// Its path within its folder, without the ending.
    pub name: String,
    /// Shared between the snapshots of a run where they show the same.
    cells: [Option<Arc<RgbImage>>; View::ALL.len()],
}

impl TranslatedPicture {
    /// Without cells.
    #[must_use]
    pub fn new(side: Side, name: impl Into<String>) -> Self {
        Self {
            side,
            name: name.into(),
            cells: [const { None }; View::ALL.len()],
        }
    }

    /// The content of a cell, if there is one.
    #[must_use]
    pub fn view(&self, view: View) -> Option<&RgbImage> {
        self.cells[view.index()].as_deref()
    }

    /// Sets a cell.
    pub fn set(&mut self, view: View, image: impl Into<Arc<RgbImage>>) {
        self.cells[view.index()] = Some(image.into());
    }

    /// The same with a cell.
    #[must_use]
    pub fn with(mut self, view: View, image: impl Into<Arc<RgbImage>>) -> Self {
        self.set(view, image);
        self
    }

    /// The contents.
    pub fn views(&self) -> impl Iterator<Item = View> + '_ {
        View::ALL
            .into_iter()
            .filter(|view| self.view(*view).is_some())
    }
}

/// Test pictures and their translations at one step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Translations {
    /// Width of every cell in pixels.
    pub width: u32,
    /// Height of every cell in pixels.
    pub height: u32,
    /// Those of A first.
    pub pictures: Vec<TranslatedPicture>,
    /// Names and colors of the classes in parsings and masks.
    pub classes: Vec<(String, [u8; 3])>,
}

/// The artifact of a finished run that shows all test pictures, as snapshots show some.
pub const TEST_PICTURES: &str = "test_pictures.png";

/// Why a file of translations cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct TranslationsError {
    /// The file.
    pub path: PathBuf,
    /// The problem with it.
    pub reason: String,
}

/// Contents of the text chunk.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    width: u32,
    height: u32,
    /// Of the columns.
    views: Vec<View>,
    /// Of the rows.
    pictures: Vec<Row>,
    classes: Vec<(String, [u8; 3])>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    side: Side,
    name: String,
    /// Which columns are filled.
    views: Vec<View>,
}

impl ArtifactContent for Translations {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_png())
    }
}

impl Translations {
    /// The views that at least one picture has.
    #[must_use]
    pub fn views(&self) -> Vec<View> {
        let has = |view: &View| self.pictures.iter().any(|own| own.view(*view).is_some());
        View::ALL.into_iter().filter(has).collect()
    }

    /// As a PNG: a row for each picture, a column for each view, black where there is none.
    ///
    /// # Panics
    /// If a cell is not `width` × `height`, or there is none.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        let views = self.views();
        let plan = Plan {
            width: self.width,
            height: self.height,
            pictures: self
                .pictures
                .iter()
                .map(|own| Row {
                    side: own.side,
                    name: own.name.clone(),
                    views: own.views().collect(),
                })
                .collect(),
            classes: self.classes.clone(),
            views,
        };
        let (columns, rows) = (plan.views.len() as u32, plan.pictures.len() as u32);
        assert!(columns > 0 && self.width > 0 && self.height > 0, "a cell");
        let mut atlas = RgbImage::new(columns * self.width, rows * self.height);
        for (row, own) in self.pictures.iter().enumerate() {
            for (column, view) in plan.views.iter().enumerate() {
                if let Some(cell) = own.view(*view) {
                    assert_eq!(cell.dimensions(), (self.width, self.height), "of one size");
                    let x = column as u32 * self.width;
                    let y = row as u32 * self.height;
                    image::imageops::replace(&mut atlas, cell, x.into(), y.into());
                }
            }
        }
        #[expect(
            clippy::expect_used,
            reason = "the plan is plain data, and the writer writes to memory"
        )]
        encode(&atlas, &plan).expect("encoding a picture to memory")
    }

    /// Reads what [`Self::to_png`] wrote.
    ///
    /// # Errors
    /// If the file cannot be read or holds anything else.
    pub fn read_png(path: &Path) -> Result<Self, TranslationsError> {
        let error = |reason: String| TranslationsError {
            path: path.to_owned(),
            reason,
        };
        let file = files::open(path).map_err(|failed| error(failed.to_string()))?;
        decode(BufReader::new(file)).map_err(error)
    }

    /// As [`Self::read_png`], from memory.
    ///
    /// # Errors
    /// The problem with it.
    pub fn from_png(bytes: &[u8]) -> Result<Self, String> {
        decode(Cursor::new(bytes))
    }
}

fn encode(atlas: &RgbImage, plan: &Plan) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, atlas.width(), atlas.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.add_itxt_chunk(KEYWORD.to_owned(), serde_json::to_string(plan)?)?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(atlas.as_raw())?;
    writer.finish()?;
    Ok(bytes)
}

fn decode(input: impl std::io::BufRead + std::io::Seek) -> Result<Translations, String> {
    let damaged = |error: png::DecodingError| error.to_string();
    let limits = Limits {
        bytes: MOST as usize,
    };
    let mut reader = png::Decoder::new_with_limits(input, limits)
        .read_info()
        .map_err(damaged)?;
    let info = reader.info();
    let plan = info
        .utf8_text
        .iter()
        .find(|chunk| chunk.keyword == KEYWORD)
        .ok_or("is not a picture of translations: the description of its cells is missing")?;
    let text = plan.get_text().map_err(damaged)?;
    let plan: Plan = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let size = (
        u64::from(plan.width) * plan.views.len() as u64,
        u64::from(plan.height) * plan.pictures.len() as u64,
    );
    let own = (u64::from(info.width), u64::from(info.height));
    let kind = (info.color_type, info.bit_depth);
    if size != own || kind != (ColorType::Rgb, BitDepth::Eight) || info.interlaced {
        return Err("is damaged: its size does not match its description".to_owned());
    }
    // Before anything is allocated on the header's word.
    if own.0 * own.1 * 3 > MOST {
        return Err(format!("is too large: {} × {} pixels", own.0, own.1));
    }
    let (width, height) = (info.width, info.height);
    let mut pixels = vec![0; (own.0 * own.1 * 3) as usize];
    reader.next_frame(&mut pixels).map_err(damaged)?;
    let atlas = RgbImage::from_raw(width, height, pixels).ok_or("is damaged")?;
    let cut = |row: usize, column: usize| {
        let x = column as u32 * plan.width;
        let y = row as u32 * plan.height;
        image::imageops::crop_imm(&atlas, x, y, plan.width, plan.height).to_image()
    };
    let pictures = plan.pictures.iter().enumerate().map(|(row, own)| {
        let mut picture = TranslatedPicture::new(own.side, own.name.clone());
        for (column, view) in plan.views.iter().enumerate() {
            if own.views.contains(view) {
                picture.set(*view, cut(row, column));
            }
        }
        picture
    });
    Ok(Translations {
        width: plan.width,
        height: plan.height,
        pictures: pictures.collect(),
        classes: plan.classes,
    })
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn sample() -> Translations {
        let plain =
            |value: u8| RgbImage::from_fn(4, 3, |x, y| Rgb([value, x as u8 * 10, y as u8 * 10]));
        Translations {
            width: 4,
            height: 3,
            pictures: vec![
                TranslatedPicture::new(Side::A, "town/1")
                    .with(View::Real, plain(1))
                    .with(View::Fake, plain(2))
                    .with(View::Mask, plain(3)),
                TranslatedPicture::new(Side::B, "nacht 2")
                    .with(View::Real, plain(4))
                    .with(View::Reconstruction, plain(5)),
            ],
            classes: vec![("road".to_owned(), [128, 64, 128])],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = sample().to_png();
        assert_eq!(Translations::from_png(&bytes).unwrap(), sample());
        // Any program shows it: two rows of four columns.
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (16, 6));
    }

    #[test]
    fn another_picture_and_a_torn_file_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("translations_000100.png");
        RgbImage::new(8, 8).save(&path).unwrap();
        let error = Translations::read_png(&path).unwrap_err().to_string();
        assert!(
            error.contains("translations_000100.png")
                && error.contains("the description of its cells"),
            "{error}"
        );
        let bytes = sample().to_png();
        for length in [0, 20, bytes.len() / 2, bytes.len() - 20] {
            assert!(
                Translations::from_png(&bytes[..length]).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn text_that_claims_another_size_is_refused() {
        let plan = |width| Plan {
            width,
            height: 4,
            views: vec![View::Real],
            pictures: vec![Row {
                side: Side::A,
                name: String::new(),
                views: vec![View::Real],
            }],
            classes: Vec::new(),
        };
        let picture = RgbImage::new(4, 4);
        let read = |width| Translations::from_png(&encode(&picture, &plan(width)).unwrap());
        assert!(read(4).is_ok());
        assert!(
            read(60_000)
                .unwrap_err()
                .contains("does not match its description")
        );
    }
}
