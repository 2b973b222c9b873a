//! How a translation sharpens, as a GIF.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame};

use super::sheet;
use super::{Part, Settings, Snapshot};
use crate::data::Monitor;
use crate::data::images::Side;
use crate::draw::{DENSITY, format};
use crate::ui::results::cache::{Snapshot as _, Source};
use crate::ui::results::translations::cell::Cell;

/// Frames, at most: of more snapshots some are left out, never the last.
const MOST_FRAMES: usize = 60;
/// Milliseconds of a frame, and of the last one.
const FRAME_MILLISECONDS: u32 = 350;
const REST: u32 = 2000;
/// Speed of the choice of colors, 1 (slow and good) to 30.
const SPEED: i32 = 10;

/// Which of `count` snapshots become frames.
fn chosen(count: usize) -> Vec<usize> {
    let frames = count.min(MOST_FRAMES);
    (0..frames)
        .map(|frame| {
            if frames < 2 {
                count.saturating_sub(1)
            } else {
                frame * (count - 1) / (frames - 1)
            }
        })
        .collect()
}

/// Writes the real picture beside the fake one and, where there is one, the reconstruction, of each snapshot.
pub(super) fn write(
    to: &mut dyn Write,
    files: &[(PathBuf, u64)],
    side: Side,
    name: &str,
    settings: &Settings,
    monitor: &Monitor,
) -> Result<(), String> {
    let mut encoder = GifEncoder::new_with_speed(to, SPEED);
    encoder
        .set_repeat(Repeat::Infinite)
        .map_err(|error| error.to_string())?;
    let indices = chosen(files.len());
    let (mut written, mut damaged) = (0, None);
    monitor.set_total(indices.len() as u64);
    for (at, index) in indices.iter().enumerate() {
        if monitor.is_canceled() {
            return Err("canceled".to_owned());
        }
        monitor.advance(1);
        let (path, step) = &files[*index];
        // One that is damaged leaves a gap, as in the view; without any there is an error.
        let snapshot = match Snapshot::read(Source::File(path.clone()), *step, &()) {
            Ok(snapshot) => snapshot,
            Err(why) => {
                damaged = Some(why);
                continue;
            }
        };
        let Some(picture) = snapshot.find(side, name) else {
            continue;
        };
        let parts: Vec<Part> = [Cell::Real, Cell::Fake, Cell::Reconstruction]
            .into_iter()
            .filter(|cell| picture.has(*cell))
            .map(|cell| Part {
                run: None,
                cell,
                picture: Arc::clone(picture),
            })
            .collect();
        let title = format!("{name} · step {}", format::count(*step));
        let picture = sheet::row(&parts, settings, &title)?;
        let image = picture.pixels(DENSITY).map_err(|error| error.to_string())?;
        let rest = if at + 1 == indices.len() {
            REST
        } else {
            FRAME_MILLISECONDS
        };
        let frame = Frame::from_parts(
            DynamicImage::ImageRgb8(image).into_rgba8(),
            0,
            0,
            Delay::from_numer_denom_ms(rest, 1),
        );
        encoder
            .encode_frame(frame)
            .map_err(|error| error.to_string())?;
        written += 1;
    }
    if written == 0 {
        return Err(damaged.unwrap_or_else(|| format!("no snapshot shows {name}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_snapshot_are_always_frames() {
        assert_eq!(chosen(1), [0]);
        assert_eq!(chosen(3), [0, 1, 2]);
        let many = chosen(1000);
        assert_eq!(many.len(), MOST_FRAMES);
        assert_eq!((many[0], many[MOST_FRAMES - 1]), (0, 999));
        assert!(many.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
