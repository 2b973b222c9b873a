//! Pictures that a person brought: translated with the newest weights of a run, also while it trains, on a thread of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::Context;
use image::RgbImage;

use super::prepared::{Classes, Prepared};
use crate::data::Monitor;
use crate::data::images::Side;
use crate::engine::DeviceChoice;
use crate::engine::translate::{self, TranslateError};
use crate::record::{TranslatedPicture, View};
use crate::systems::{TranslateOptions, Translated};
use crate::ui::jobs::Job;
use crate::ui::results::ResultRun;

/// Pictures kept; the oldest goes.
const MOST: usize = 12;
/// Bytes of translations kept; what is beyond is made again when it comes into view.
const KEPT: usize = 256 << 20;
/// Seconds that a run may take to write its weights before those that are there are used.
const PATIENCE: f64 = 20.0;

/// A picture that a person brought.
#[derive(Debug, Clone)]
pub(super) struct OwnPicture {
    pub(super) id: u64,
    pub(super) path: PathBuf,
    /// The file's name.
    pub(super) name: String,
    /// The domain to translate to.
    pub(super) to: Side,
}

/// The output of a run for it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) prepared: Arc<Prepared>,
    /// At the size of the picture.
    pub(super) image: Arc<RgbImage>,
    /// Step of the weights, where it is known.
    pub(super) step: Option<u64>,
    pub(super) tiles: usize,
}

/// How a translation stands.
pub(super) enum Making {
    /// The run was asked for its newest weights: at this time, at this step.
    Asked(f64, u64),
    /// It is being translated.
    Working(Job<Result<Made, String>>),
    /// There.
    Ready(Made),
    /// It could not be.
    Failed(String),
}

/// The pictures, and what runs make of them.
#[derive(Default)]
pub(super) struct UserPictures {
    pictures: Vec<OwnPicture>,
    made: Vec<((u64, String), Making)>,
    next: u64,
}

impl UserPictures {
    pub(super) fn pictures(&self) -> &[OwnPicture] {
        &self.pictures
    }

    pub(super) fn find(&self, id: u64) -> Option<&OwnPicture> {
        self.pictures.iter().find(|picture| picture.id == id)
    }

    /// Adds a picture, or finds it again; its number.
    pub(super) fn add(&mut self, path: PathBuf, to: Side) -> u64 {
        if let Some(at) = self.pictures.iter().position(|own| own.path == path) {
            let mut known = self.pictures.remove(at);
            known.to = to;
            let id = known.id;
            self.pictures.insert(0, known);
            self.forget(id);
            return id;
        }
        self.next += 1;
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        self.pictures.insert(
            0,
            OwnPicture {
                id: self.next,
                path,
                name,
                to,
            },
        );
        while self.pictures.len() > MOST {
            if let Some(old) = self.pictures.pop() {
                self.forget(old.id);
            }
        }
        self.next
    }

    /// Translates it the other way.
    pub(super) fn turn(&mut self, id: u64, to: Side) {
        if let Some(picture) = self.pictures.iter_mut().find(|own| own.id == id) {
            picture.to = to;
        }
        self.forget(id);
    }

    /// Takes a picture off the list.
    pub(super) fn remove(&mut self, id: u64) {
        self.pictures.retain(|own| own.id != id);
        self.forget(id);
    }

    /// Has it translated anew.
    pub(super) fn forget(&mut self, id: u64) {
        self.made.retain(|((own, _), _)| *own != id);
    }

    /// Stops what is being made of a picture.
    pub(super) fn cancel(&mut self, id: u64) {
        for ((own, _), making) in &mut self.made {
            if *own == id && matches!(making, Making::Asked(..) | Making::Working(_)) {
                *making = Making::Failed("The translation was canceled.".to_owned());
            }
        }
    }

    /// The output of a run for it, if that is there.
    pub(super) fn ready(&self, id: u64, run: &str) -> Option<&Made> {
        match self.look(id, run)? {
            Making::Ready(made) => Some(made),
            _ => None,
        }
    }

    pub(super) fn look(&self, id: u64, run: &str) -> Option<&Making> {
        self.made
            .iter()
            .find_map(|((own, of), making)| (*own == id && of == run).then_some(making))
    }

    /// True if something is being translated.
    pub(super) fn is_working(&self) -> bool {
        self.made
            .iter()
            .any(|(_, making)| matches!(making, Making::Asked(..) | Making::Working(_)))
    }

    /// True if a picture is being translated, by any run.
    pub(super) fn is_making(&self, id: u64) -> bool {
        self.made.iter().any(|((own, _), making)| {
            *own == id && matches!(making, Making::Asked(..) | Making::Working(_))
        })
    }

    /// Has a run translate a picture, if it has not yet: true if the run is to write its weights first.
    pub(super) fn want(
        &mut self,
        ctx: &Context,
        id: u64,
        run: &ResultRun<'_>,
        device: DeviceChoice,
    ) -> bool {
        let now = ctx.input(|input| input.time);
        let Some(picture) = self.find(id).cloned() else {
            return false;
        };
        let key = (id, run.id.to_owned());
        let at = self.made.iter().position(|(own, _)| *own == key);
        let Some(at) = at else {
            // Weights that are as new as the run need not be written again.
            let fresh = run.state.checkpoint == Some(run.state.step);
            if run.active && !fresh {
                self.made.push((key, Making::Asked(now, run.state.step)));
                return true;
            }
            let making = start(ctx, &picture, run, device);
            self.made.push((key, making));
            return false;
        };
        let next =
            match &self.made[at].1 {
                Making::Asked(since, step) => {
                    let written = run.state.checkpoint.is_some_and(|own| own >= *step);
                    let waited = now - since;
                    (written || !run.active || waited > PATIENCE)
                        .then(|| start(ctx, &picture, run, device))
                }
                Making::Working(job) => job.poll().map(|outcome| {
                    match outcome.map_err(|panicked| panicked.to_string()) {
                        Ok(Ok(made)) => Making::Ready(made),
                        Ok(Err(why)) | Err(why) => Making::Failed(why),
                    }
                }),
                Making::Ready(_) | Making::Failed(_) => None,
            };
        if let Some(next) = next {
            self.made[at].1 = next;
            self.make_room(id, KEPT);
        }
        false
    }

    /// Drops the oldest translations of pictures other than this one until those that are left take no more than `most` bytes.
    fn make_room(&mut self, id: u64, most: usize) {
        let bytes = |making: &Making| match making {
            Making::Ready(made) => made.prepared.bytes() + made.image.as_raw().len(),
            _ => 0,
        };
        let mut total: usize = self.made.iter().map(|(_, making)| bytes(making)).sum();
        self.made.retain(|((own, _), making)| {
            let size = bytes(making);
            if total <= most || *own == id || size == 0 {
                return true;
            }
            total -= size;
            false
        });
    }
}

fn start(ctx: &Context, picture: &OwnPicture, run: &ResultRun<'_>, device: DeviceChoice) -> Making {
    let (picture, folder) = (picture.clone(), run.path.to_owned());
    let step = run.state.checkpoint;
    let job = Job::spawn("translate picture", ctx, move |monitor| {
        make(&picture, &folder, device, step, monitor).map_err(|error| error.to_string())
    });
    match job {
        Ok(job) => Making::Working(job),
        Err(error) => Making::Failed(error.to_string()),
    }
}

fn make(
    picture: &OwnPicture,
    run: &Path,
    device: DeviceChoice,
    step: Option<u64>,
    monitor: &Monitor,
) -> Result<Made, TranslateError> {
    let translator = translate::open_translator(run, device)?;
    let to = translate::direction(&*translator, Some(picture.to))?;
    let back = translator.targets().contains(&to.other());
    let options = TranslateOptions {
        reconstruct: back,
        ..TranslateOptions::default()
    };
    let (real, translated) =
        translate::translate_picture(&*translator, &picture.path, to, &options, monitor)?;
    let classes: Classes = translator.classes().to_vec().into();
    let Translated {
        image,
        deep: _,
        reconstruction,
        parsing,
        tiles,
    } = translated;
    let mut cells = TranslatedPicture::new(to.other(), picture.name.clone())
        .with(View::Real, real)
        .with(View::Fake, image.clone());
    if let Some(reconstruction) = reconstruction {
        cells.set(View::Reconstruction, reconstruction);
    }
    if let Some(parsing) = parsing {
        let (width, height) = image.dimensions();
        let pixels = parsing.iter().flat_map(|class| {
            classes
                .get(usize::from(*class))
                .map_or([0; 3], |(_, color)| *color)
        });
        if let Some(parsing) = RgbImage::from_raw(width, height, pixels.collect()) {
            cells.set(View::Parsing, parsing);
        }
    }
    let prepared = Prepared::new(&cells, &classes)
        .ok_or_else(|| TranslateError::Failed("the picture has no pixels".to_owned()))?;
    Ok(Made {
        prepared: Arc::new(prepared),
        image: Arc::new(image),
        step,
        tiles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_translations_make_room_but_for_the_one_in_view() {
        let image = RgbImage::new(4, 4);
        let classes: Classes = Vec::new().into();
        let cells = TranslatedPicture::new(Side::A, "street").with(View::Real, image.clone());
        let mut own = UserPictures::default();
        let ids: Vec<u64> = (0..3)
            .map(|index| own.add(PathBuf::from(format!("{index}.png")), Side::B))
            .collect();
        for id in &ids {
            let made = Made {
                prepared: Arc::new(Prepared::new(&cells, &classes).unwrap()),
                image: Arc::new(image.clone()),
                step: None,
                tiles: 1,
            };
            own.made
                .push(((*id, "run".to_owned()), Making::Ready(made)));
        }
        own.make_room(ids[2], usize::MAX);
        assert!(ids.iter().all(|id| own.ready(*id, "run").is_some()));
        own.make_room(ids[0], 1);
        let left = ids.iter().filter(|id| own.ready(**id, "run").is_some());
        assert_eq!(left.collect::<Vec<_>>(), [&ids[0]]);
        assert_eq!(own.pictures().len(), 3);
    }

    #[test]
    fn a_picture_is_listed_once_and_the_oldest_goes() {
        let mut own = UserPictures::default();
        let first = own.add(PathBuf::from("a/street.png"), Side::B);
        assert_eq!(own.add(PathBuf::from("a/street.png"), Side::A), first);
        assert_eq!(own.find(first).unwrap().to, Side::A);
        assert_eq!(own.pictures()[0].name, "street.png");
        for index in 0..MOST {
            own.add(PathBuf::from(format!("{index}.png")), Side::B);
        }
        assert_eq!(own.pictures().len(), MOST);
        assert!(own.find(first).is_none());
    }
}
