//! Small pictures for the window, decoded on other threads and kept within bounds.

use std::sync::{Arc, Condvar, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use super::augment::{resize, resize_classes};
use super::fetch::read_picture;
use super::guard::{guarded, lock};
use super::{ImageDomains, Picture, Reason, Side, Size};

/// Requests that wait, at most: the oldest are for pictures that have been scrolled past.
const WAITING: usize = 256;
/// Threads that decode.
const THREADS: usize = 2;

/// Names an image of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PictureId {
    /// Its domain.
    pub side: Side,
    /// True if it is in the test set.
    pub is_test: bool,
    /// Its index there.
    pub index: u32,
}

impl PictureId {
    /// The picture, if there is such.
    #[must_use]
    pub fn of(self, data: &ImageDomains) -> Option<&Picture> {
        let domain = data.domain(self.side);
        let set = if self.is_test {
            &domain.test
        } else {
            &domain.train
        };
        set.get(self.index as usize)
    }
}

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallPicture {
    /// Width and height.
    pub size: Size,
    /// Red, green, blue, 255, row by row.
    pub rgba: Vec<u8>,
    /// Class indices of its mask, row by row.
    pub classes: Option<Vec<u8>>,
}

impl SmallPicture {
    fn bytes(&self) -> usize {
        self.rgba.len() + self.classes.as_ref().map_or(0, Vec::len)
    }
}

/// The state of a small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmallState {
    /// It is being decoded.
    Waiting,
    /// Here it is.
    Ready(Arc<SmallPicture>),
    /// It cannot be decoded.
    Failed(Reason),
}

/// Small pictures of a data set. Asking never waits; dropping ends the threads without waiting for them.
pub struct Thumbnails(Arc<Shared>);

struct Shared {
    data: Arc<ImageDomains>,
    edge: u32,
    budget: usize,
    wake: Box<dyn Fn() + Send + Sync>,
    queue: Mutex<ThumbnailQueue>,
    asked: Condvar,
}

#[derive(Default)]
struct ThumbnailQueue {
    closed: bool,
    /// Counts what was asked: tells what was used last.
    time: u64,
    bytes: usize,
    ready: FxHashMap<PictureId, (Arc<SmallPicture>, u64)>,
    failed: FxHashMap<PictureId, Reason>,
    /// The newest at the end: it is decoded first.
    waiting: Vec<PictureId>,
    at_work: FxHashSet<PictureId>,
}

impl Thumbnails {
    /// Pictures whose longer side has `edge` pixels, `budget` bytes of them. `wake` is called from other threads when one is ready.
    #[must_use]
    pub fn new(
        data: Arc<ImageDomains>,
        edge: u32,
        budget: usize,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            data,
            edge: edge.max(1),
            budget,
            wake: Box::new(wake),
            queue: Mutex::default(),
            asked: Condvar::new(),
        });
        for number in 0..THREADS {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name(format!("thumbnails-{number}"));
            if thread.spawn(move || shared.work()).is_err() {
                break;
            }
        }
        Self(shared)
    }

    /// The picture as far as it is there; asks for it if it is not.
    #[must_use]
    pub fn get(&self, id: PictureId) -> SmallState {
        let mut guard = lock(&self.0.queue);
        let queue = &mut *guard;
        queue.time += 1;
        if let Some((picture, used)) = queue.ready.get_mut(&id) {
            *used = queue.time;
            return SmallState::Ready(Arc::clone(picture));
        }
        if let Some(reason) = queue.failed.get(&id) {
            return SmallState::Failed(reason.clone());
        }
        if !queue.at_work.contains(&id) {
            queue.waiting.retain(|other| *other != id);
            queue.waiting.push(id);
            if queue.waiting.len() > WAITING {
                queue.waiting.remove(0);
            }
            self.0.asked.notify_one();
        }
        SmallState::Waiting
    }

    /// Bytes of pictures in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        lock(&self.0.queue).bytes
    }
}

impl Drop for Thumbnails {
    fn drop(&mut self) {
        lock(&self.0.queue).closed = true;
        self.0.asked.notify_all();
    }
}

impl Shared {
    fn work(&self) {
        while let Some(id) = self.next() {
            let made = self.make(id);
            self.put(id, made);
            (self.wake)();
        }
    }

    /// Waits for something to do; `None` at the end.
    fn next(&self) -> Option<PictureId> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.closed {
                return None;
            }
            if let Some(id) = queue.waiting.pop() {
                queue.at_work.insert(id);
                return Some(id);
            }
            queue = self
                .asked
                .wait(queue)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn make(&self, id: PictureId) -> Result<SmallPicture, Reason> {
        let gone = || Reason::Unreadable("there is no such image".to_owned());
        let picture = id.of(&self.data).ok_or_else(gone)?;
        guarded(|| {
            let (image, classes) = read_picture(picture, self.data.classes.as_deref())?;
            let to = fitted(picture.size, self.edge);
            let image = resize(image, to);
            let rgba = image.pixels().flat_map(|pixel| {
                let [red, green, blue] = pixel.0;
                [red, green, blue, 255]
            });
            Ok(SmallPicture {
                size: to,
                rgba: rgba.collect(),
                classes: classes.map(|classes| resize_classes(classes, picture.size, to)),
            })
        })
    }

    fn put(&self, id: PictureId, made: Result<SmallPicture, Reason>) {
        let mut guard = lock(&self.queue);
        let queue = &mut *guard;
        queue.at_work.remove(&id);
        match made {
            Ok(picture) => {
                queue.bytes += picture.bytes();
                queue.ready.insert(id, (Arc::new(picture), queue.time));
            }
            Err(reason) => {
                queue.failed.insert(id, reason);
            }
        }
        // The one that was just made stays, however large.
        while queue.bytes > self.budget && queue.ready.len() > 1 {
            let others = queue.ready.iter().filter(|(other, _)| **other != id);
            let Some(oldest) = others.min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id) else {
                break;
            };
            if let Some((picture, _)) = queue.ready.remove(&oldest) {
                queue.bytes -= picture.bytes();
            }
        }
    }
}

/// The size whose longer side is `edge`, in the same shape; small pictures are not enlarged.
fn fitted(size: Size, edge: u32) -> Size {
    let longer = size.width.max(size.height);
    if longer <= edge {
        return size;
    }
    let scaled = |length: u32| {
        let scaled =
            (u64::from(length) * u64::from(edge) + u64::from(longer) / 2) / u64::from(longer);
        (scaled as u32).max(1)
    };
    Size::new(scaled(size.width), scaled(size.height))
}
