//! From ratings in the order of a file to compressed rows, in little more memory than the result.

use std::ops::Range;

use rayon::prelude::*;

use super::sparse::{key_ranges, offsets_of, split_at_keys};
use super::{Sparse, Timestamps};

/// Ratings in the order of a file: parallel columns. `times` is empty if the file has none.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub users: Vec<u32>,
    pub items: Vec<u32>,
    pub values: Vec<f32>,
    pub times: Timestamps,
}

impl Chunk {
    /// Drops the ratings that are 0, of a chunk without times; returns how many there were.
    pub(crate) fn drop_zeros(&mut self) -> usize {
        let before = self.values.len();
        let keep: Vec<bool> = self.values.iter().map(|&value| value != 0.0).collect();
        for numbers in [&mut self.users, &mut self.items] {
            let mut kept = keep.iter();
            numbers.retain(|_| kept.next().is_some_and(|&keep| keep));
        }
        self.values.retain(|&value| value != 0.0);
        before - self.values.len()
    }

    /// Drops the last rating, of a chunk without times.
    pub(crate) fn drop_last(&mut self) {
        self.users.pop();
        self.items.pop();
        self.values.pop();
    }
}

/// The result of `group_by_user`.
pub(crate) struct Grouped {
    pub by_user: Sparse,
    pub timestamps: Timestamps,
    /// Ratings dropped because a later line rates the same pair.
    pub duplicates: usize,
}

/// Groups the ratings by user, sorts each user's by item, and keeps the last of each pair. Users and items are below `users` and `items`.
///
/// The columns are moved one after the other, each source freed before the next: the peak is 20 bytes a rating with times, 16 without.
pub(crate) fn group_by_user(users: usize, items: usize, mut chunks: Vec<Chunk>) -> Grouped {
    let mut counts = vec![0; users];
    for chunk in &chunks {
        for &user in &chunk.users {
            counts[user as usize] += 1;
        }
    }
    let offsets = offsets_of(&counts);
    drop(counts);

    let mut columns = gather(&offsets, &chunks, |chunk, at| chunk.items[at]);
    chunks.iter_mut().for_each(|chunk| chunk.items = Vec::new());
    let mut values = gather(&offsets, &chunks, |chunk, at| chunk.values[at]);
    chunks
        .iter_mut()
        .for_each(|chunk| chunk.values = Vec::new());
    let span = chunks
        .iter()
        .filter_map(|chunk| chunk.times.span())
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (times, mut ticks) = match span {
        Some((first, last)) => {
            let times = Timestamps::with_span(first, last);
            let ticks = gather(&offsets, &chunks, |chunk, at| {
                chunk.times.get(at).map_or(0, |second| times.tick(second))
            });
            (times, ticks)
        }
        None => (Timestamps::default(), Vec::new()),
    };
    drop(chunks);

    let mut rows = Rows {
        offsets,
        columns: &mut columns,
        values: &mut values,
        ticks: &mut ticks,
    };
    let kept = rows.sort();
    let (offsets, duplicates) = rows.close_gaps(&kept);
    let len = offsets[users];
    if duplicates > 0 {
        columns.truncate(len);
        columns.shrink_to_fit();
        values.truncate(len);
        values.shrink_to_fit();
        ticks.truncate(len);
        ticks.shrink_to_fit();
    }
    Grouped {
        by_user: Sparse::from_parts(items, offsets, columns, values),
        timestamps: times.with_ticks(ticks),
        duplicates,
    }
}

/// One value of every rating, grouped by user and within a user in the order of the file.
fn gather<T: Copy + Default + Send>(
    offsets: &[usize],
    chunks: &[Chunk],
    value: impl Fn(&Chunk, usize) -> T + Sync,
) -> Vec<T> {
    let mut gathered = vec![T::default(); offsets[offsets.len() - 1]];
    let ranges = key_ranges(offsets, rayon::current_num_threads());
    let tasks: Vec<_> = ranges
        .iter()
        .zip(split_at_keys(&mut gathered, offsets, &ranges))
        .collect();
    tasks.into_par_iter().for_each(|(range, part)| {
        let base = offsets[range.start];
        let mut next: Vec<usize> = offsets[range.clone()].iter().map(|at| at - base).collect();
        for chunk in chunks {
            for (at, &user) in chunk.users.iter().enumerate() {
                let user = user as usize;
                if range.contains(&user) {
                    let place = &mut next[user - range.start];
                    part[*place] = value(chunk, at);
                    *place += 1;
                }
            }
        }
    });
    gathered
}

/// Rows being sorted in place. `ticks` is empty if there are no times.
struct Rows<'a> {
    offsets: Vec<usize>,
    columns: &'a mut [u32],
    values: &'a mut [f32],
    ticks: &'a mut [u32],
}

impl Rows<'_> {
    /// Sorts every row by column and moves the last of each column to its front; returns how many cells of each row stay.
    fn sort(&mut self) -> Vec<usize> {
        let offsets = &self.offsets;
        // More ranges than threads, since some users have far more ratings than others.
        let ranges = fine_ranges(offsets);
        let ticks = if self.ticks.is_empty() {
            ranges.iter().map(|_| &mut [][..]).collect()
        } else {
            split_at_keys(self.ticks, offsets, &ranges)
        };
        let tasks: Vec<_> = ranges
            .iter()
            .zip(split_at_keys(self.columns, offsets, &ranges))
            .zip(split_at_keys(self.values, offsets, &ranges))
            .zip(ticks)
            .collect();
        tasks
            .into_par_iter()
            .flat_map_iter(|(((range, columns), values), ticks)| {
                let base = offsets[range.start];
                let mut scratch = Scratch::default();
                range
                    .clone()
                    .map(|row| {
                        let cells = offsets[row] - base..offsets[row + 1] - base;
                        let ticks = if ticks.is_empty() {
                            &mut [][..]
                        } else {
                            &mut ticks[cells.clone()]
                        };
                        scratch.sort(&mut columns[cells.clone()], &mut values[cells], ticks)
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Moves the rows together after `sort`; returns the new offsets and the number of cells dropped.
    fn close_gaps(self, kept: &[usize]) -> (Vec<usize>, usize) {
        let total = self.columns.len();
        let offsets = offsets_of(kept);
        let dropped = total - offsets[kept.len()];
        if dropped > 0 {
            for (row, &count) in kept.iter().enumerate() {
                let from = self.offsets[row]..self.offsets[row] + count;
                self.columns.copy_within(from.clone(), offsets[row]);
                self.values.copy_within(from.clone(), offsets[row]);
                if !self.ticks.is_empty() {
                    self.ticks.copy_within(from, offsets[row]);
                }
            }
        }
        (offsets, dropped)
    }
}

fn fine_ranges(offsets: &[usize]) -> Vec<Range<usize>> {
    const ROWS: usize = 1024;
    let rows = offsets.len() - 1;
    (0..rows.div_ceil(ROWS))
        .map(|part| part * ROWS..((part + 1) * ROWS).min(rows))
        .collect()
}

#[derive(Default)]
struct Scratch {
    /// Column in the high half, position in the low half: sorts by column, then by order in the file.
    keys: Vec<u64>,
    values: Vec<f32>,
    ticks: Vec<u32>,
}

impl Scratch {
    fn sort(&mut self, columns: &mut [u32], values: &mut [f32], ticks: &mut [u32]) -> usize {
        if columns.is_sorted_by(|a, b| a < b) {
            return columns.len();
        }
        self.keys.clear();
        self.keys.extend(
            columns
                .iter()
                .enumerate()
                .map(|(position, &column)| u64::from(column) << 32 | position as u64),
        );
        self.keys.sort_unstable();
        self.values.clear();
        self.values.extend_from_slice(values);
        self.ticks.clear();
        self.ticks.extend_from_slice(ticks);
        let mut kept = 0;
        for (at, &key) in self.keys.iter().enumerate() {
            let column = (key >> 32) as u32;
            let later = self.keys.get(at + 1);
            if later.is_some_and(|later| (later >> 32) as u32 == column) {
                continue;
            }
            let position = (key & u64::from(u32::MAX)) as usize;
            columns[kept] = column;
            values[kept] = self.values[position];
            if !ticks.is_empty() {
                ticks[kept] = self.ticks[position];
            }
            kept += 1;
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_the_later_of_a_pair_wins_with_its_time() {
        let chunks = vec![
            Chunk {
                users: vec![1, 0, 1],
                items: vec![2, 0, 1],
                values: vec![1.0, 2.0, 3.0],
                times: Timestamps::from_seconds(&[10, 20, 30]),
            },
            Chunk {
                users: vec![1, 2],
                items: vec![2, 0],
                values: vec![4.0, 5.0],
                times: Timestamps::from_seconds(&[-40, 50]),
            },
        ];
        let grouped = group_by_user(3, 3, chunks);
        assert_eq!(grouped.duplicates, 1);
        assert_eq!(grouped.by_user.offsets(), [0, 1, 3, 4]);
        assert_eq!(grouped.by_user.column_indices(), [0, 1, 2, 0]);
        assert_eq!(grouped.by_user.values(), [2.0, 3.0, 4.0, 5.0]);
        let times: Vec<_> = (0..4).filter_map(|i| grouped.timestamps.get(i)).collect();
        assert_eq!(times, [20, 30, -40, 50]);
    }

    #[test]
    fn many_chunks_give_the_same_as_one() {
        let cell = |i: u32| (i * 7919 % 701, i * 104_729 % 977, (i % 10) as f32);
        let make = |range: Range<u32>| Chunk {
            users: range.clone().map(|i| cell(i).0).collect(),
            items: range.clone().map(|i| cell(i).1).collect(),
            values: range.map(|i| cell(i).2).collect(),
            times: Timestamps::default(),
        };
        let one = group_by_user(701, 977, vec![make(0..200_000)]);
        let parts = (0..20).map(|part| make(part * 10_000..(part + 1) * 10_000));
        let many = group_by_user(701, 977, parts.collect());
        assert_eq!(one.by_user, many.by_user);
        assert_eq!(one.duplicates, many.duplicates);
    }
}
