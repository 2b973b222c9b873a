//! Convolution and its adjoint straight from padded planes, without an unrolled copy of the image.

use std::ops::Range;

use rayon::prelude::*;

use super::parts::Parts;
use super::planes::{Bordered, Layout, Maps, padded};
use super::product::{Left, Product, Right};
use crate::nn::buffer_pool::Scratch;
use crate::nn::conv::geometry::Geometry;

/// Rows of a product that one task computes: a multiple of the heights of its tiles.
const BLOCK: usize = 24;
/// Values of the planes that stay in a core's L2 cache while all rows of the product pass over them.
const CACHED: usize = 1 << 17;
/// Positions below which a task isn't worth splitting.
const POSITIONS: usize = 256;

/// The map of an image. image: [batch, channels, ..], weight: [features, channels, kernel], bias: [features] → map: [batch, features, ..],
/// overwritten.
pub(super) fn forward(
    geometry: &Geometry,
    image: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    map: &mut [f32],
) {
    let layout = Layout::new(geometry);
    let [height, width] = geometry.map;
    let taps = taps(geometry, |y, x| layout.tap(y, x));
    let right = offsets(geometry.channels, layout.plane(), &taps);
    let inner = right.len();
    let columns: Vec<u32> = (0..inner as u32).collect();
    let rows: Vec<u32> = (0..geometry.features)
        .map(|row| (row * inner) as u32)
        .collect();
    let chunks = row_chunks(
        height,
        layout.pitch,
        geometry.channels * layout.phases[0] * layout.phases[1],
    );
    let tasks = tasks(geometry.features, &chunks);
    for (image, map) in image
        .chunks_exact(geometry.channels * geometry.image_plane())
        .zip(map.chunks_exact_mut(geometry.features * geometry.map_plane()))
    {
        let planes = layout.stage(image);
        let map = Parts::new(map);
        tasks.par_iter().for_each(|(block, chunk)| {
            let stride = padded(positions(chunk, layout.pitch, width));
            let mut out = Scratch::new(block.len() * stride);
            Product {
                left: Left {
                    data: weight,
                    rows: &rows[block.clone()],
                    columns: &columns,
                },
                right: Right {
                    data: &planes,
                    rows: &right,
                    start: chunk.start * layout.pitch,
                },
                width: stride,
                out: &mut out,
                stride,
                add: false,
            }
            .compute();
            for (feature, out) in block.clone().zip(out.chunks_exact(stride)) {
                let first = (feature * height + chunk.start) * width;
                // SAFETY: tasks differ in features or in rows.
                let map = unsafe { map.part(first..first + chunk.len() * width) };
                let bias = bias.map_or(0.0, |bias| bias[feature]);
                for (map, out) in map.chunks_exact_mut(width).zip(out.chunks(layout.pitch)) {
                    for (map, out) in map.iter_mut().zip(out) {
                        *map = out + bias;
                    }
                }
            }
        });
    }
}

/// The adjoint: what each pixel of the image gets from the map. map: [batch, features, ..], weight: [features, channels, kernel],
/// bias: [channels] → image: [batch, channels, ..], overwritten.
pub(super) fn adjoint(
    geometry: &Geometry,
    map: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    image: &mut [f32],
) {
    let layout = Layout::new(geometry);
    let bordered = Bordered::new(geometry);
    let phases = phases(geometry, &layout, &bordered, weight);
    let chunks = row_chunks(layout.rows, layout.pitch, geometry.features);
    let tasks: Vec<_> = tasks(geometry.channels, &chunks)
        .into_iter()
        .flat_map(|(block, chunk)| {
            (0..phases.len()).map(move |phase| (phase, block.clone(), chunk.clone()))
        })
        .collect();
    let maps = layout.fold_maps();
    for (map, image) in map
        .chunks_exact(geometry.features * geometry.map_plane())
        .zip(image.chunks_exact_mut(geometry.channels * geometry.image_plane()))
    {
        let bordered_map = bordered.stage(map);
        let mut planes = Scratch::new(geometry.channels * layout.plane());
        let parts = Parts::new(&mut planes);
        tasks.par_iter().for_each(|(index, block, chunk)| {
            let phase = &phases[*index];
            let stride = padded(chunk.len() * layout.pitch);
            let mut out = Scratch::new(block.len() * stride);
            Product {
                left: Left {
                    data: &phase.weight,
                    rows: &phase.rows[block.clone()],
                    columns: &phase.columns,
                },
                right: Right {
                    data: &bordered_map,
                    rows: &phase.right,
                    start: chunk.start * layout.pitch,
                },
                width: stride,
                out: &mut out,
                stride,
                add: false,
            }
            .compute();
            for (channel, out) in block.clone().zip(out.chunks_exact(stride)) {
                let first = channel * layout.plane() + index * layout.phase();
                let range = first + chunk.start * layout.pitch..first + chunk.end * layout.pitch;
                // SAFETY: tasks differ in channels, phases or rows.
                let part = unsafe { parts.part(range) };
                part.copy_from_slice(&out[..chunk.len() * layout.pitch]);
            }
        });
        fold(geometry, &layout, &maps, &planes, bias, image);
    }
}

fn fold(
    geometry: &Geometry,
    layout: &Layout,
    maps: &Maps,
    planes: &[f32],
    bias: Option<&[f32]>,
    image: &mut [f32],
) {
    image
        .par_chunks_mut(geometry.image_plane())
        .zip(planes.par_chunks(layout.plane()))
        .enumerate()
        .with_min_len(1 + 4096 / layout.plane())
        .for_each(|(channel, (image, plane))| {
            let start = bias.map_or(0.0, |bias| bias[channel]);
            layout.fold(plane, start, image, maps);
        });
}

/// The part of the kernel that reaches the pixels of one phase.
struct Phase {
    /// [channels, features, taps].
    weight: Scratch,
    /// Where each channel begins in the weights.
    rows: Vec<u32>,
    /// Where (feature, tap) follows.
    columns: Vec<u32>,
    /// Where (feature, tap) reads the bordered map.
    right: Vec<u32>,
}

fn phases(geometry: &Geometry, layout: &Layout, bordered: &Bordered, weight: &[f32]) -> Vec<Phase> {
    let Geometry {
        channels,
        features,
        kernel,
        stride,
        ..
    } = *geometry;
    let mut phases = Vec::new();
    for phase_y in 0..layout.phases[0] {
        for phase_x in 0..layout.phases[1] {
            let taps: Vec<[usize; 2]> = (phase_y..kernel[0])
                .step_by(stride[0])
                .flat_map(|y| (phase_x..kernel[1]).step_by(stride[1]).map(move |x| [y, x]))
                .collect();
            // A row for each channel, as long as the sums run.
            let inner = features * taps.len();
            let mut rows = Scratch::new(channels * inner);
            if inner > 0 {
                rows.par_chunks_mut(inner)
                    .enumerate()
                    .with_min_len(1 + 4096 / inner)
                    .for_each(|(channel, row)| {
                        let kernels = weight.chunks_exact(geometry.taps());
                        let kernels = kernels.skip(channel).step_by(channels);
                        for (row, weight) in row.chunks_exact_mut(taps.len()).zip(kernels) {
                            for (row, [y, x]) in row.iter_mut().zip(&taps) {
                                *row = weight[y * kernel[1] + x];
                            }
                        }
                    });
            }
            let reads: Vec<u32> = taps
                .iter()
                .map(|[y, x]| bordered.tap([y / stride[0], x / stride[1]]) as u32)
                .collect();
            phases.push(Phase {
                weight: rows,
                columns: (0..inner as u32).collect(),
                rows: (0..channels).map(|row| (row * inner) as u32).collect(),
                right: offsets(features, bordered.plane(), &reads),
            });
        }
    }
    phases
}

/// Where each kernel value reads a plane.
fn taps(geometry: &Geometry, at: impl Fn(usize, usize) -> usize) -> Vec<u32> {
    (0..geometry.kernel[0])
        .flat_map(|y| (0..geometry.kernel[1]).map(move |x| (y, x)))
        .map(|(y, x)| at(y, x) as u32)
        .collect()
}

/// Where each value of a kernel over several planes reads.
fn offsets(planes: usize, plane: usize, taps: &[u32]) -> Vec<u32> {
    (0..planes)
        .flat_map(|index| taps.iter().map(move |tap| (index * plane) as u32 + tap))
        .collect()
}

/// Positions from the first output of a chunk of rows to its last.
fn positions(chunk: &Range<usize>, pitch: usize, width: usize) -> usize {
    (chunk.len() - 1) * pitch + width
}

/// Splits rows into chunks whose pixels stay in a core's cache.
fn row_chunks(rows: usize, pitch: usize, planes: usize) -> Vec<Range<usize>> {
    let cached = CACHED / (planes * pitch);
    let least = POSITIONS.div_ceil(pitch);
    let count = rows.div_ceil(cached.max(least)).max(1);
    (0..count)
        .map(|index| rows * index / count..rows * (index + 1) / count)
        .filter(|chunk| !chunk.is_empty())
        .collect()
}

/// Blocks of the product's rows × chunks of image rows. Blocks of one chunk follow one another.
fn tasks(rows: usize, chunks: &[Range<usize>]) -> Vec<(Range<usize>, Range<usize>)> {
    chunks
        .iter()
        .flat_map(|chunk| {
            (0..rows)
                .step_by(BLOCK)
                .map(move |first| (first..rows.min(first + BLOCK), chunk.clone()))
        })
        .collect()
}
