//! Points, directions and colors, and noise without randomness.
//!
//! Everything here is made of additions, multiplications, divisions and square roots, which give the same bits on every machine.

use std::ops::{Add, Mul, Sub};

/// A point or direction in meters (x to the right, y up, z ahead), or a color in linear light (red, green, blue).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct V3 {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) z: f32,
}

pub(super) const fn v3(x: f32, y: f32, z: f32) -> V3 {
    V3 { x, y, z }
}

/// A gray in linear light.
pub(super) const fn gray(value: f32) -> V3 {
    v3(value, value, value)
}

impl V3 {
    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(super) fn cross(self, other: Self) -> Self {
        v3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// The same direction with length 1; a zero vector stays one.
    pub(super) fn unit(self) -> Self {
        let length = self.dot(self).sqrt();
        if length > 0.0 {
            self * (1.0 / length)
        } else {
            self
        }
    }

    pub(super) fn toward(self, other: Self, share: f32) -> Self {
        self + (other - self) * share
    }

    /// Perceived brightness of a color (Rec. 709).
    pub(super) fn luminance(self) -> f32 {
        0.2126 * self.x + 0.7152 * self.y + 0.0722 * self.z
    }
}

impl Add for V3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        v3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for V3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        v3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for V3 {
    type Output = Self;
    fn mul(self, by: f32) -> Self {
        v3(self.x * by, self.y * by, self.z * by)
    }
}

impl Mul for V3 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        v3(self.x * other.x, self.y * other.y, self.z * other.z)
    }
}

/// 0 below `from`, 1 above `to`, smooth between; `from` may be the larger.
pub(super) fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// A number from 0 to 1 that looks random, fixed for a cell of a grid.
pub(super) fn hash(x: i32, y: i32, seed: u32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).wrapping_mul(0x85eb_ca77)
        ^ seed.wrapping_mul(0xc2b2_ae3d);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x2c1b_3c6d);
    bits ^= bits >> 12;
    bits = bits.wrapping_mul(0x297a_2d39);
    bits ^= bits >> 15;
    (bits >> 8) as f32 / (1_u32 << 24) as f32
}

/// Smooth noise from 0 to 1 with features of size 1.
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (smooth(0.0, 1.0, x - left), smooth(0.0, 1.0, y - top));
    let (column, row) = (left as i32, top as i32);
    let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
    mix(
        mix(hash(column, row, seed), hash(column + 1, row, seed), across),
        mix(
            hash(column, row + 1, seed),
            hash(column + 1, row + 1, seed),
            across,
        ),
        down,
    )
}

/// Noise of several sizes from 1 downward, 0 to 1.
pub(super) fn turbulence(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
    for octave in 0..octaves {
        sum += weight * noise(x, y, seed.wrapping_add(octave));
        total += weight;
        weight *= 0.5;
        (x, y) = (x * 2.03 + 17.3, y * 2.03 + 5.9);
    }
    sum / total
}
