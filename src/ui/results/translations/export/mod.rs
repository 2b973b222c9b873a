//! Files made from the view. Everything is made when it is written, on the thread that writes it.

mod animation;
mod sheet;

use std::path::PathBuf;
use std::sync::Arc;

use image::RgbImage;

use super::cell::Cell;
use super::prepared::Prepared;
use super::settings::{Mode, Settings};
use super::snapshot::Snapshot;
use super::textures::colored;
use crate::data::images::Side;
use crate::draw::{self, format};
use crate::ui::figure::FigureFormat;
use crate::ui::results::cache::{Snapshot as _, Source};
use crate::ui::save::Content;

/// The files that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The content in view, with names.
    View(FigureFormat),
    /// Every test picture, a row each.
    Sheet(FigureFormat),
    /// The picture through the snapshots.
    Animation,
    /// A picture of the person's own, translated, at its size.
    Result,
}

impl Kind {
    pub(super) const ALL: [(Self, &'static str); 6] = [
        (Self::Result, "Translated picture as PNG…"),
        (Self::View(FigureFormat::Png), "This view as PNG…"),
        (Self::View(FigureFormat::Svg), "This view as SVG…"),
        (Self::Sheet(FigureFormat::Png), "All test pictures as PNG…"),
        (Self::Sheet(FigureFormat::Svg), "All test pictures as SVG…"),
        (Self::Animation, "Snapshots as GIF…"),
    ];
}

/// A column of a picture that is written: a cell of a run.
#[derive(Clone)]
pub(super) struct Part {
    /// The run, where there are several.
    pub(super) run: Option<String>,
    pub(super) cell: Cell,
    pub(super) picture: Arc<Prepared>,
}

/// The content in view: the parts, and where the line of the wipe is.
pub(super) fn view(
    parts: Vec<Part>,
    settings: Settings,
    title: String,
    format: FigureFormat,
) -> Content {
    Content::new(move |to, _| {
        let wiped = settings.mode == Mode::Wipe && parts.len() == 2;
        let picture = if wiped {
            sheet::wiped(&parts, &settings, &title)?
        } else if settings.mode == Mode::Overlay && parts.len() == 2 {
            sheet::overlaid(&parts, &settings, &title)?
        } else {
            sheet::row(&parts, &settings, &title)?
        };
        format.write(&picture, to)
    })
}

/// Parts in rows, each below its name or what tells its run apart.
pub(super) fn captions(
    parts: Vec<Part>,
    settings: Settings,
    title: String,
    format: FigureFormat,
) -> Content {
    Content::new(move |to, _| format.write(&sheet::captions(&parts, &settings, &title)?, to))
}

/// Every test picture with the chosen cells: those of the snapshot, or of the file that a finished run left, with its step, where the
/// newest snapshot is in view.
pub(super) fn sheet(
    snapshot: Arc<Snapshot>,
    finished: Option<PathBuf>,
    settings: Settings,
    run: String,
    figure: FigureFormat,
) -> Content {
    Content::new(move |to, _| {
        let all = match &finished {
            Some(path) => Arc::new(Snapshot::read(
                Source::File(path.clone()),
                snapshot.step,
                &(),
            )?),
            None => Arc::clone(&snapshot),
        };
        let title = format!("{run} · step {}", format::count(all.step));
        figure.write(&sheet::all(&all, &settings, &title)?, to)
    })
}

/// The chosen picture through the snapshots: the files and their steps.
pub(super) fn animation(
    files: Vec<(PathBuf, u64)>,
    (side, name): (Side, String),
    settings: Settings,
) -> Content {
    Content::new(move |to, monitor| animation::write(to, &files, side, &name, &settings, monitor))
}

/// A translated picture at its own size.
pub(super) fn result(image: Arc<RgbImage>) -> Content {
    Content::new(move |to, _| draw::write_png(&image, to).map_err(|error| error.to_string()))
}

/// A cell in colors.
fn image_of(picture: &Prepared, cell: Cell, scale: u8) -> Option<RgbImage> {
    let image = match (picture.colors(cell), picture.difference(cell)) {
        (Some(colors), _) => Arc::clone(colors),
        (None, Some(difference)) => Arc::new(colored(difference, scale)),
        (None, None) => return None,
    };
    let [width, height] = image.size;
    let bytes = image
        .pixels
        .iter()
        .flat_map(|color| [color.r(), color.g(), color.b()])
        .collect();
    RgbImage::from_raw(width as u32, height as u32, bytes)
}
