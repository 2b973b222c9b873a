//! 3 × 3 convolutions with stride 1 by Winograd's minimal filtering F(4 × 4, 3 × 3): a quarter of the multiplications.
//!
//! Tiles of 6 × 6 pixels and the kernels are transformed; for each of the 36 frequencies one matrix product over the channels follows; its
//! result is transformed back to tiles of 4 × 4 outputs. The gradients are the adjoints of the same steps. Transformed values lie with
//! the channels next to each other, 16 channels are transformed together.

use std::marker::PhantomData;

use pulp::Arch;
use rayon::prelude::*;

use super::filters::{by_channel, by_feature, gradient};
use super::parts::Parts;
use super::product::LANES;
use super::spectrum::{Side, Spectrum, ToSpectrum, ToSquares};
use super::squares::{Squares, fold, gather, scatter};
use super::transforms::{IN, Input, InputAdjoint, OUT, Output, OutputAdjoint, Transform};
use crate::nn::buffer_pool::Scratch;
use crate::nn::conv::geometry::Geometry;

/// True if this method computes the convolution and saves time.
pub(super) fn fits(geometry: &Geometry) -> bool {
    let whole = |channels: usize| channels >= 2 * LANES && channels.is_multiple_of(LANES);
    let tiles = Tiles::new(geometry);
    geometry.kernel == [3, 3]
        && geometry.stride == [1, 1]
        && whole(geometry.channels)
        && whole(geometry.features)
        // Most of the tiles' outputs are wanted.
        && 2 * geometry.map_plane() >= tiles.each() * OUT * OUT
}

/// image: [batch, channels, ..], weight: [features, channels, 3, 3], bias: [features] → map: [batch, features, ..], overwritten.
pub(super) fn forward(
    geometry: &Geometry,
    image: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    map: &mut [f32],
) {
    let Geometry {
        channels, features, ..
    } = *geometry;
    let tiles = Tiles::new(geometry);
    let pixels = tiles.image(image);
    let filters = by_feature(geometry, weight);
    let mut sums = Spectrum::new(tiles.all(), features);
    sums.multiply(
        Side {
            spectrum: &pixels,
            rows: (tiles.all(), channels),
            inner: (channels, 1),
        },
        &filters,
    );
    let plane = geometry.map_plane();
    map.par_chunks_mut(LANES * plane)
        .enumerate()
        .for_each(|(index, map)| {
            let (image, first) = tiles.group(index, features);
            let squares = tiles.squares(image, OUT);
            let mut local = Scratch::new(squares.values());
            Arch::new().dispatch(ToSquares::<Output, OUT> {
                spectrum: &sums,
                first,
                squares,
                local: &mut local,
                _transform: PhantomData,
            });
            scatter(&local, squares.columns, geometry.map, map);
            if let Some(bias) = bias {
                for (map, bias) in map.chunks_exact_mut(plane).zip(&bias[first..]) {
                    map.iter_mut().for_each(|value| *value += bias);
                }
            }
        });
}

/// The map's gradient at the frequencies, from which both other gradients follow.
pub(super) struct MapSpectrum {
    spectrum: Spectrum,
    geometry: Geometry,
    tiles: Tiles,
}

impl MapSpectrum {
    /// map: [batch, features, ..].
    pub(super) fn new(geometry: &Geometry, map: &[f32]) -> Self {
        let tiles = Tiles::new(geometry);
        let sources = [tiles.down, tiles.across].map(|count| count * OUT);
        let [rows, columns] = [0, 1].map(|axis| {
            (0..sources[axis])
                .map(|at| (at < geometry.map[axis]).then_some(at))
                .collect::<Vec<_>>()
        });
        Self {
            spectrum: tiles.transform::<OutputAdjoint, OUT>(
                map,
                geometry.map,
                geometry.features,
                &rows,
                &columns,
            ),
            geometry: *geometry,
            tiles,
        }
    }

    /// The adjoint of the convolution → image: [batch, channels, ..], overwritten.
    pub(super) fn image(&self, weight: &[f32], bias: Option<&[f32]>, image: &mut [f32]) {
        let Geometry {
            channels, features, ..
        } = self.geometry;
        let filters = by_channel(&self.geometry, weight);
        let mut sums = Spectrum::new(self.tiles.all(), channels);
        sums.multiply(
            Side {
                spectrum: &self.spectrum,
                rows: (self.tiles.all(), features),
                inner: (features, 1),
            },
            &filters,
        );
        drop(filters);
        let sources = self.tiles.sources();
        let plane = self.geometry.image_plane();
        image
            .par_chunks_mut(LANES * plane)
            .enumerate()
            .for_each(|(index, image)| {
                let (number, first) = self.tiles.group(index, channels);
                let squares = self.tiles.squares(number, IN);
                let mut local = Scratch::zeros(squares.values());
                Arch::new().dispatch(ToSquares::<InputAdjoint, IN> {
                    spectrum: &sums,
                    first,
                    squares,
                    local: &mut local,
                    _transform: PhantomData,
                });
                for (channel, image) in image.chunks_exact_mut(plane).enumerate() {
                    image.fill(bias.map_or(0.0, |bias| bias[first + channel]));
                }
                fold(&local, &sources, self.geometry.image[1], image);
            });
    }

    /// The gradient of the weights. image: [batch, channels, ..] → weight: [features, channels, 3, 3], overwritten.
    pub(super) fn weight(&self, image: &[f32], weight: &mut [f32]) {
        let Geometry {
            channels, features, ..
        } = self.geometry;
        let pixels = self.tiles.image(image);
        let mut sums = Spectrum::new(features, channels);
        sums.multiply(
            Side {
                spectrum: &self.spectrum,
                rows: (features, 1),
                inner: (self.tiles.all(), features),
            },
            &pixels,
        );
        gradient(&sums, channels, weight);
    }
}

/// The tiles that cover the maps of a batch.
#[derive(Clone, Copy)]
struct Tiles {
    geometry: Geometry,
    down: usize,
    across: usize,
}

impl Tiles {
    fn new(geometry: &Geometry) -> Self {
        Self {
            geometry: *geometry,
            down: geometry.map[0].div_ceil(OUT),
            across: geometry.map[1].div_ceil(OUT),
        }
    }

    /// Tiles of one image.
    fn each(&self) -> usize {
        self.down * self.across
    }

    /// Tiles of the batch.
    fn all(&self) -> usize {
        self.geometry.batch * self.each()
    }

    /// The image and the first channel of a group of 16 among `channels`.
    fn group(&self, index: usize, channels: usize) -> (usize, usize) {
        let groups = channels / LANES;
        (index / groups, index % groups * LANES)
    }

    /// Tiles of `side` values on pixels of one image.
    fn squares(&self, image: usize, side: usize) -> Squares {
        Squares {
            first: image * self.each(),
            down: self.down,
            across: self.across,
            side,
            columns: self.across * OUT + side - OUT,
        }
    }

    /// Which pixels the rows and columns of all tiles show.
    fn sources(&self) -> [Vec<Option<usize>>; 2] {
        [(0, self.down), (1, self.across)]
            .map(|(axis, count)| self.geometry.sources(axis, count * OUT + IN - OUT))
    }

    /// The transformed tiles of images. image: [batch, channels, ..].
    fn image(&self, image: &[f32]) -> Spectrum {
        let [rows, columns] = self.sources();
        self.transform::<Input, IN>(
            image,
            self.geometry.image,
            self.geometry.channels,
            &rows,
            &columns,
        )
    }

    fn transform<T: Transform<N, IN>, const N: usize>(
        &self,
        planes: &[f32],
        size: [usize; 2],
        channels: usize,
        rows: &[Option<usize>],
        columns: &[Option<usize>],
    ) -> Spectrum {
        let mut spectrum = Spectrum::new(self.all(), channels);
        let (frequency, width) = (spectrum.frequency, spectrum.width);
        let parts = Parts::new(&mut spectrum.data);
        planes
            .par_chunks(LANES * size[0] * size[1])
            .enumerate()
            .for_each(|(index, planes)| {
                let (image, first) = self.group(index, channels);
                let squares = self.squares(image, N);
                let mut local = Scratch::new(squares.values());
                gather(planes, size, rows, columns, &mut local);
                Arch::new().dispatch(ToSpectrum::<T, N> {
                    local: &local,
                    squares,
                    parts: &parts,
                    frequency,
                    width,
                    first,
                    _transform: PhantomData,
                });
            });
        spectrum
    }
}
