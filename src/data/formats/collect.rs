//! Ratings of many blocks put together.

use super::Names;
use super::footer::Below;
use super::ids::LocalIds;
use crate::data::Timestamps;
use crate::data::assemble::Chunk;

/// Ratings in a chunk. Columns of this length (32 MB) are blocks of memory that allocators give back to the system when they are freed.
const CHUNK: usize = 8 << 20;
/// A file of more ratings than this gets columns of full length at once, since growing them step by step leaves holes.
const FEW: usize = 1 << 20;

/// Ratings of one block, numbered as the thread that parsed it numbers ids.
#[derive(Default)]
pub(crate) struct Part {
    pub users: Vec<u32>,
    pub items: Vec<u32>,
    pub values: Vec<f32>,
    /// Seconds since 1970; empty if there are none.
    pub times: Vec<i64>,
    pub user_ids: LocalIds,
    pub item_ids: LocalIds,
    /// Lines at the end of the block that may stand below the table.
    pub below: Below,
}

impl Part {
    /// Forgets the ratings, but not the ids, for the next block.
    pub(crate) fn clear(&mut self) {
        self.users.clear();
        self.items.clear();
        self.values.clear();
        self.times.clear();
        self.below = Below::default();
    }
}

/// Takes blocks in the order of the file and makes chunks of them.
#[derive(Default)]
pub(crate) struct Collector {
    full: Vec<Chunk>,
    open: Chunk,
    times: Vec<i64>,
}

impl Collector {
    /// Takes the ratings of a block, whose ids are added to `names` where they are new.
    pub(crate) fn take(&mut self, part: &mut Part, names: &mut Names) {
        if self.open.values.len() + part.values.len() > CHUNK {
            self.close();
        }
        if self.open.values.len() + part.values.len() > FEW || !self.full.is_empty() {
            self.open.users.reserve_exact(CHUNK - self.open.users.len());
            self.open.items.reserve_exact(CHUNK - self.open.items.len());
            self.open
                .values
                .reserve_exact(CHUNK - self.open.values.len());
        }
        part.user_ids.publish(&mut names.users);
        part.item_ids.publish(&mut names.items);
        let (users, items) = (part.user_ids.labels(), part.item_ids.labels());
        let user = |&number: &u32| users[number as usize];
        self.open.users.extend(part.users.iter().map(user));
        let item = |&number: &u32| items[number as usize];
        self.open.items.extend(part.items.iter().map(item));
        self.open.values.extend_from_slice(&part.values);
        self.times.extend_from_slice(&part.times);
    }

    pub(crate) fn finish(mut self) -> Vec<Chunk> {
        self.close();
        self.full
    }

    fn close(&mut self) {
        let mut chunk = std::mem::take(&mut self.open);
        if chunk.values.is_empty() {
            return;
        }
        chunk.times = Timestamps::from_seconds(&self.times);
        self.times.clear();
        self.full.push(chunk);
    }
}
