//! Padded images, one plane for each channel, split so that a strided kernel reads neighboring values.
//!
//! With strides (s, t) the padded plane is split into s × t phases: phase (i, j) holds the pixels (s·a + i, t·b + j). The pixels that a
//! kernel value meets, as the kernel moves over the image, then lie next to each other in one phase. Positions of the output and of all
//! phases are numbered with one pitch; positions between two rows of the output give values that nobody reads.

use rayon::prelude::*;

use super::parts::Parts;
use super::product::LANES;
use crate::nn::buffer_pool::Scratch;
use crate::nn::conv::geometry::Geometry;

/// How a padded plane is laid out.
pub(super) struct Layout {
    /// Phases along each axis.
    pub(super) phases: [usize; 2],
    /// Rows of one phase.
    pub(super) rows: usize,
    /// Columns of one phase.
    pub(super) pitch: usize,
    geometry: Geometry,
}

/// Values after the last one of every buffer of planes, since positions are read in vectors.
pub(super) const SLACK: usize = 8 * LANES;

impl Layout {
    pub(super) fn new(geometry: &Geometry) -> Self {
        let [beyond_y, beyond_x] = beyond(geometry);
        Self {
            phases: [0, 1].map(|axis| geometry.stride[axis].min(geometry.kernel[axis])),
            rows: geometry.map[0] + beyond_y,
            pitch: geometry.map[1] + beyond_x,
            geometry: *geometry,
        }
    }

    /// Values of one phase.
    pub(super) fn phase(&self) -> usize {
        self.rows * self.pitch
    }

    /// Values of one plane with all its phases.
    pub(super) fn plane(&self) -> usize {
        self.phases[0] * self.phases[1] * self.phase()
    }

    /// Where, in a plane, a kernel value finds its pixel for the first output.
    pub(super) fn tap(&self, y: usize, x: usize) -> usize {
        let [stride_y, stride_x] = self.geometry.stride;
        let phase = (y % stride_y) * self.phases[1] + x % stride_x;
        phase * self.phase() + y / stride_y * self.pitch + x / stride_x
    }

    /// The padded planes of one image. image: [channels, height, width].
    pub(super) fn stage(&self, image: &[f32]) -> Scratch {
        let geometry = &self.geometry;
        let mut planes = Scratch::new(geometry.channels * self.plane() + SLACK);
        let (values, slack) = planes.split_at_mut(geometry.channels * self.plane());
        slack.fill(0.0);
        let maps = self.maps();
        values
            .par_chunks_mut(self.plane())
            .zip(image.par_chunks(geometry.image_plane()))
            .with_min_len(1 + 4096 / self.plane())
            .for_each(|(plane, image)| self.split(image, plane, &maps));
        planes
    }

    /// The pixels that each row and each column of every phase shows.
    fn maps(&self) -> [Vec<Line>; 2] {
        [(0, self.rows), (1, self.pitch)].map(|(axis, count)| {
            let stride = self.geometry.stride[axis];
            let sources = self.geometry.sources(axis, count * stride);
            (0..self.phases[axis])
                .map(|phase| Line::new(&sources[phase..], stride, count))
                .collect()
        })
    }

    fn split(&self, image: &[f32], plane: &mut [f32], [rows, columns]: &[Vec<Line>; 2]) {
        let width = self.geometry.image[1];
        let mut out = plane.chunks_exact_mut(self.pitch);
        for rows in rows {
            for columns in columns {
                for (source, out) in rows.sources.iter().zip(&mut out) {
                    match source {
                        Some(row) => columns.gather(&image[row * width..][..width], out),
                        None => out.fill(0.0),
                    }
                }
            }
        }
    }

    /// The adjoint of the padding: every pixel's sum of the values that show it, plus `start`.
    ///
    /// plane: as of `stage`; image: [height, width], overwritten.
    pub(super) fn fold(&self, plane: &[f32], start: f32, image: &mut [f32], maps: &Maps) {
        let width = self.geometry.image[1];
        image.fill(start);
        let mut values = plane.chunks_exact(self.pitch);
        for rows in &maps.0[0] {
            for columns in &maps.0[1] {
                for (source, values) in rows.sources.iter().zip(&mut values) {
                    if let Some(row) = source {
                        columns.scatter(values, &mut image[row * width..][..width]);
                    }
                }
            }
        }
    }

    pub(super) fn fold_maps(&self) -> Maps {
        Maps(self.maps())
    }
}

/// Rows and columns that lie beyond the outputs in each phase: how far the kernel reaches.
fn beyond(geometry: &Geometry) -> [usize; 2] {
    [0, 1].map(|axis| (geometry.kernel[axis] - 1) / geometry.stride[axis])
}

/// The padding, as [`Layout::fold`] needs it.
pub(super) struct Maps([Vec<Line>; 2]);

/// The pixels that one line of a phase shows.
struct Line {
    sources: Vec<Option<usize>>,
    /// The positions inside the image: the pixel of position b is `first + step · (b - inside.start)`.
    inside: std::ops::Range<usize>,
    first: usize,
    step: usize,
}

impl Line {
    fn new(sources: &[Option<usize>], step: usize, count: usize) -> Self {
        let sources: Vec<_> = sources.iter().step_by(step).take(count).copied().collect();
        // The longest run of pixels that are `step` apart: padding mirrors or repeats, so it is the inside of the image.
        let mut inside = 0..0;
        let mut start = 0;
        for position in 0..sources.len() {
            let follows = position > start
                && matches!((sources[position - 1], sources[position]), (Some(before), Some(this)) if this == before + step);
            if !follows {
                start = position;
            }
            if sources[position].is_some() && position + 1 - start > inside.len() {
                inside = start..position + 1;
            }
        }
        Self {
            first: sources.get(inside.start).copied().flatten().unwrap_or(0),
            sources,
            inside,
            step,
        }
    }

    fn outside(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        (0..self.inside.start)
            .chain(self.inside.end..self.sources.len())
            .map(|position| (position, self.sources[position]))
    }

    fn gather(&self, image: &[f32], out: &mut [f32]) {
        let inside = &mut out[self.inside.clone()];
        if !inside.is_empty() {
            let image = &image[self.first..];
            match self.step {
                1 => inside.copy_from_slice(&image[..inside.len()]),
                2 => {
                    let pairs = image.chunks(2);
                    for (out, pair) in inside.iter_mut().zip(pairs) {
                        *out = pair[0];
                    }
                }
                step => {
                    for (out, value) in inside.iter_mut().zip(image.iter().step_by(step)) {
                        *out = *value;
                    }
                }
            }
        }
        for (position, source) in self.outside() {
            out[position] = source.map_or(0.0, |pixel| image[pixel]);
        }
    }

    fn scatter(&self, values: &[f32], image: &mut [f32]) {
        let inside = &values[self.inside.clone()];
        if !inside.is_empty() {
            let image = &mut image[self.first..];
            if self.step == 1 {
                for (image, value) in image.iter_mut().zip(inside) {
                    *image += value;
                }
            } else {
                for (image, value) in image.iter_mut().step_by(self.step).zip(inside) {
                    *image += value;
                }
            }
        }
        for (position, source) in self.outside() {
            if let Some(pixel) = source {
                image[pixel] += values[position];
            }
        }
    }
}

/// The planes of a map with the border of zeros that the adjoint kernels read.
///
/// Rows have the pitch of the image's layout; the zeros on the right of a row are those on the left of the next one.
pub(super) struct Bordered {
    /// Rows of zeros above and below, columns of zeros on the left.
    border: [usize; 2],
    pub(super) pitch: usize,
    map: [usize; 2],
    features: usize,
}

impl Bordered {
    pub(super) fn new(geometry: &Geometry) -> Self {
        let border = beyond(geometry);
        Self {
            border,
            pitch: geometry.map[1] + border[1],
            map: geometry.map,
            features: geometry.features,
        }
    }

    pub(super) fn plane(&self) -> usize {
        (self.map[0] + 2 * self.border[0]) * self.pitch
    }

    /// Where, in a plane, a kernel value finds the output that belongs to the first pixel of its phase.
    pub(super) fn tap(&self, steps: [usize; 2]) -> usize {
        (self.border[0] - steps[0]) * self.pitch + self.border[1] - steps[1]
    }

    /// map: [features, height, width].
    pub(super) fn stage(&self, map: &[f32]) -> Scratch {
        let mut planes = Scratch::new(self.features * self.plane() + self.pitch + SLACK);
        let (values, slack) = planes.split_at_mut(self.features * self.plane());
        slack.fill(0.0);
        values
            .par_chunks_mut(self.plane())
            .zip(map.par_chunks(self.map[0] * self.map[1]))
            .with_min_len(1 + 4096 / self.plane())
            .for_each(|(plane, map)| {
                let inside = self.border[0] * self.pitch;
                let (above, rest) = plane.split_at_mut(inside);
                above.fill(0.0);
                let (inside, below) = rest.split_at_mut(self.map[0] * self.pitch);
                below.fill(0.0);
                for (out, row) in inside
                    .chunks_exact_mut(self.pitch)
                    .zip(map.chunks_exact(self.map[1]))
                {
                    out[..self.border[1]].fill(0.0);
                    out[self.border[1]..].copy_from_slice(row);
                }
            });
        planes
    }
}

/// Rounds up to whole vectors.
pub(super) fn padded(width: usize) -> usize {
    width.next_multiple_of(LANES)
}

/// Channels next to each other: `out[position][channel]`, `stride` values for each position.
///
/// planes: `channels` planes of `plane` values; positions: for each position of the output the value of the plane, or none for zero.
pub(super) fn channels_last(
    planes: &[f32],
    plane: usize,
    positions: &[Option<usize>],
    stride: usize,
    out: &mut [f32],
) {
    let channels = planes.len() / plane;
    let parts = Parts::new(out);
    let block = 64;
    (0..positions.len().div_ceil(block))
        .into_par_iter()
        .with_min_len(1 + 8192 / (block * stride))
        .for_each(|index| {
            let range = index * block..positions.len().min((index + 1) * block);
            // SAFETY: blocks of positions don't overlap.
            let out = unsafe { parts.part(range.start * stride..range.end * stride) };
            let positions = &positions[range];
            for first in (0..stride).step_by(LANES) {
                let group = LANES.min(stride - first);
                for (out, position) in out.chunks_exact_mut(stride).zip(positions) {
                    let out = &mut out[first..first + group];
                    match position {
                        Some(position) => {
                            for (channel, out) in (first..).zip(out) {
                                *out = if channel < channels {
                                    planes[channel * plane + position]
                                } else {
                                    0.0
                                };
                            }
                        }
                        None => out.fill(0.0),
                    }
                }
            }
        });
}
