//! The gradient of a convolution's weights.

use rayon::prelude::*;

use super::planes::{Layout, SLACK, channels_last, padded};
use super::product::{LANES, Left, Product, Right};
use crate::nn::buffer_pool::Scratch;
use crate::nn::conv::geometry::Geometry;

/// Pixels that pass before the next rows of the product have their turn, so that they stay in a core's L1 cache.
const PIXELS: usize = 128;
/// Products that are added up separately at least, so that there is work for every core.
const SPLIT: usize = 16;
/// Rows of a product that one task computes.
const BLOCK: usize = 24;

/// image: [batch, channels, ..], map: the gradient of the output, [batch, features, ..] → weight: [features, channels, kernel], overwritten.
pub(super) fn weight(geometry: &Geometry, image: &[f32], map: &[f32], weight: &mut [f32]) {
    if geometry.channels >= LANES || geometry.channels >= geometry.features {
        over_channels(geometry, image, map, weight);
    } else {
        over_features(geometry, image, map, weight);
    }
}

/// Vectors run over the channels of the image: for each kernel value, `Σ_pixels map[feature][pixel] · image[pixel shifted][channel]`.
fn over_channels(geometry: &Geometry, image: &[f32], map: &[f32], weight: &mut [f32]) {
    let Geometry {
        channels,
        features,
        kernel,
        stride,
        ..
    } = *geometry;
    let taps = geometry.taps();
    let lanes = padded(channels);
    let plane = geometry.map_plane();
    // The padded image as far as the kernel reaches.
    let [rows, columns] = [0, 1]
        .map(|axis| geometry.sources(axis, (geometry.map[axis] - 1) * stride[axis] + kernel[axis]));
    let positions: Vec<Option<usize>> = rows
        .iter()
        .flat_map(|row| {
            columns
                .iter()
                .map(move |column| Some((*row)? * geometry.image[1] + (*column)?))
        })
        .collect();
    let right: Vec<u32> = (0..geometry.map[0])
        .flat_map(|y| (0..geometry.map[1]).map(move |x| (y, x)))
        .map(|(y, x)| ((y * stride[0] * columns.len() + x * stride[1]) * lanes) as u32)
        .collect();
    let shifts: Vec<usize> = (0..kernel[0])
        .flat_map(|y| (0..kernel[1]).map(move |x| (y, x)))
        .map(|(y, x)| (y * columns.len() + x) * lanes)
        .collect();
    let left_columns: Vec<u32> = (0..plane as u32).collect();
    let left_rows: Vec<u32> = (0..features).map(|row| (row * plane) as u32).collect();
    let blocks = features.div_ceil(BLOCK);
    let chunks = pixel_chunks(plane, SPLIT.div_ceil(blocks));
    let task = BLOCK * taps * lanes;
    let mut partial = Scratch::zeros(blocks * chunks.len() * task);
    for (image, map) in image
        .chunks_exact(channels * geometry.image_plane())
        .zip(map.chunks_exact(features * plane))
    {
        let mut pixels = Scratch::new(positions.len() * lanes);
        channels_last(
            image,
            geometry.image_plane(),
            &positions,
            lanes,
            &mut pixels,
        );
        partial
            .par_chunks_mut(task)
            .enumerate()
            .for_each(|(index, out)| {
                let (block, chunk) = (index % blocks * BLOCK, &chunks[index / blocks]);
                let block = block..features.min(block + BLOCK);
                for first in chunk.clone().step_by(PIXELS) {
                    let range = first..chunk.end.min(first + PIXELS);
                    for (&shift, out) in shifts.iter().zip(out.chunks_exact_mut(BLOCK * lanes)) {
                        Product {
                            left: Left {
                                data: map,
                                rows: &left_rows[block.clone()],
                                columns: &left_columns[range.clone()],
                            },
                            right: Right {
                                data: &pixels,
                                rows: &right[range.clone()],
                                start: shift,
                            },
                            width: lanes,
                            out,
                            stride: lanes,
                            add: true,
                        }
                        .compute();
                    }
                }
            });
    }
    // [chunk, block, tap, feature, channel] → [feature, channel, tap].
    weight
        .par_chunks_mut(channels * taps)
        .enumerate()
        .with_min_len(1 + 2048 / (channels * taps))
        .for_each(|(feature, weight)| {
            let (block, row) = (feature / BLOCK, feature % BLOCK);
            weight.fill(0.0);
            for chunk in 0..chunks.len() {
                let sums = &partial[(chunk * blocks + block) * task..][..task];
                for (tap, sums) in sums.chunks_exact(BLOCK * lanes).enumerate() {
                    let sums = &sums[row * lanes..][..channels];
                    for (weight, sum) in weight.chunks_exact_mut(taps).zip(sums) {
                        weight[tap] += sum;
                    }
                }
            }
        });
}

/// Vectors run over the features of the map: `Σ_pixels image[channel][pixel shifted] · map[pixel][feature]` for each channel and kernel
/// value, where the image has few channels.
fn over_features(geometry: &Geometry, image: &[f32], map: &[f32], weight: &mut [f32]) {
    let Geometry {
        channels,
        features,
        kernel,
        ..
    } = *geometry;
    let layout = Layout::new(geometry);
    let inner = channels * geometry.taps();
    let lanes = padded(features);
    let [height, width] = geometry.map;
    let left_rows: Vec<u32> = (0..channels)
        .flat_map(|channel| {
            (0..kernel[0]).flat_map(move |y| (0..kernel[1]).map(move |x| (channel, y, x)))
        })
        .map(|(channel, y, x)| (channel * layout.plane() + layout.tap(y, x)) as u32)
        .collect();
    let left_columns: Vec<u32> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (y, x)))
        .map(|(y, x)| (y * layout.pitch + x) as u32)
        .collect();
    let right: Vec<u32> = (0..height * width)
        .map(|pixel| (pixel * lanes) as u32)
        .collect();
    let positions: Vec<Option<usize>> = (0..height * width).map(Some).collect();
    let chunks = pixel_chunks(height * width, SPLIT);
    let task = inner * lanes;
    let mut partial = Scratch::zeros(chunks.len() * task);
    for (image, map) in image
        .chunks_exact(channels * geometry.image_plane())
        .zip(map.chunks_exact(features * geometry.map_plane()))
    {
        let planes = layout.stage(image);
        let mut pixels = Scratch::new(height * width * lanes + SLACK);
        channels_last(map, geometry.map_plane(), &positions, lanes, &mut pixels);
        partial
            .par_chunks_mut(task)
            .zip(&chunks)
            .for_each(|(out, chunk)| {
                for first in chunk.clone().step_by(PIXELS) {
                    let range = first..chunk.end.min(first + PIXELS);
                    Product {
                        left: Left {
                            data: &planes,
                            rows: &left_rows,
                            columns: &left_columns[range.clone()],
                        },
                        right: Right {
                            data: &pixels,
                            rows: &right[range],
                            start: 0,
                        },
                        width: lanes,
                        out: &mut *out,
                        stride: lanes,
                        add: true,
                    }
                    .compute();
                }
            });
    }
    // [chunk, channel and tap, feature] → [feature, channel and tap].
    for (k, row) in (0..inner).map(|k| (k, k * lanes)) {
        for feature in 0..features {
            weight[feature * inner + k] = (0..chunks.len())
                .map(|chunk| partial[chunk * task + row + feature])
                .sum();
        }
    }
}

/// Splits the pixels of a map into about `count` parts, none too small.
fn pixel_chunks(pixels: usize, count: usize) -> Vec<std::ops::Range<usize>> {
    let size = pixels
        .div_ceil(count)
        .next_multiple_of(PIXELS)
        .max(4 * PIXELS);
    (0..pixels)
        .step_by(size)
        .map(|first| first..pixels.min(first + size))
        .collect()
}

/// The sum of each channel's values, in doubles, since they may nearly cancel. values: [batch, channels, plane] → [channels].
pub(crate) fn channel_sums(values: &[f32], channels: usize, plane: usize) -> Vec<f32> {
    let sums: Vec<f64> = values
        .par_chunks(plane)
        .with_min_len(1 + 8192 / plane)
        .map(|plane| {
            let mut lanes = [0.0f64; LANES];
            let (groups, rest) = plane.as_chunks::<LANES>();
            for group in groups {
                for (lane, value) in lanes.iter_mut().zip(group) {
                    *lane += f64::from(*value);
                }
            }
            let rest = rest.iter().map(|value| f64::from(*value));
            lanes.iter().sum::<f64>() + rest.sum::<f64>()
        })
        .collect();
    (0..channels)
        .map(|channel| {
            let own = sums.iter().skip(channel).step_by(channels);
            own.sum::<f64>() as f32
        })
        .collect()
}
