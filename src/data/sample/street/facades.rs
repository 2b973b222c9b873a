//! The look of walls: stories, windows, doors, shops, lit rooms.

use super::buildings::{Building, Shop};
use super::classes::BUILDING;
use super::geometry::{V3, gray, hash, noise, smooth, turbulence, v3};
use super::raster::Surface;

/// Wall paints and bricks, in linear light.
pub(super) const WALLS: [V3; 11] = [
    v3(0.36, 0.15, 0.10),
    v3(0.27, 0.11, 0.08),
    v3(0.62, 0.54, 0.40),
    v3(0.55, 0.50, 0.44),
    v3(0.40, 0.38, 0.36),
    v3(0.66, 0.62, 0.55),
    v3(0.55, 0.37, 0.20),
    v3(0.42, 0.47, 0.50),
    v3(0.60, 0.43, 0.33),
    v3(0.33, 0.38, 0.30),
    v3(0.48, 0.26, 0.19),
];

pub(super) const SIGNS: [V3; 6] = [
    v3(0.45, 0.05, 0.05),
    v3(0.04, 0.18, 0.36),
    v3(0.05, 0.26, 0.14),
    v3(0.50, 0.34, 0.05),
    v3(0.10, 0.09, 0.10),
    v3(0.38, 0.10, 0.28),
];

/// Light of rooms by night.
pub(super) const ROOMS: [V3; 5] = [
    v3(1.00, 0.66, 0.30),
    v3(1.00, 0.74, 0.42),
    v3(1.00, 0.58, 0.22),
    v3(0.95, 0.86, 0.66),
    v3(0.55, 0.70, 1.00),
];

impl Building {
    /// The wall along the street.
    pub(super) fn front(&self, along: f32, up: f32) -> Surface {
        let distance = self.along.0 + along;
        if up < self.ground {
            return match &self.shop {
                Some(shop) => self.shop_front(shop, along, up),
                None => self.house_front(along, up, distance),
            };
        }
        let (column, across) = cell(along / self.bay);
        let (row, share) = cell((up - self.ground) / self.story);
        let topmost = self.height - up < 0.5;
        let centered = (across - 0.5).abs() * 2.0;
        let from_sill = share - 0.2;
        if !topmost
            && self.height - (self.ground + (row as f32 + 0.85) * self.story) > 0.0
            && centered < self.window.0 + 0.1
            && (-0.06..self.window.1 + 0.06).contains(&from_sill)
        {
            let within = centered < self.window.0 && (0.0..self.window.1).contains(&from_sill);
            if !within {
                return Surface::matt(BUILDING, self.trim);
            }
            let height = from_sill / self.window.1;
            return self.glass(column, row, across, height, distance);
        }
        if share < 0.05 {
            return Surface::matt(BUILDING, self.trim * 0.9);
        }
        self.plain(along, up)
    }

    /// The wall that looks down the street, where the neighbor is lower or further back.
    pub(super) fn flank(&self, along: f32, up: f32) -> Surface {
        let (column, across) = cell(along / 3.6);
        let (row, share) = cell((up - self.ground) / self.story);
        let has_window = hash(column, row, self.seed ^ 0x55) < 0.4;
        if up > self.ground
            && has_window
            && self.height - up > 0.9
            && (0.36..0.64).contains(&across)
            && (0.25..0.7).contains(&share)
        {
            return self.glass(
                column + 50,
                row,
                across,
                (share - 0.25) / 0.45,
                self.along.0,
            );
        }
        self.plain(along + 31.0, up)
    }

    fn plain(&self, along: f32, up: f32) -> Surface {
        let stain = turbulence(along * 0.35, up * 0.5, 3, self.seed);
        let mut shade = 0.82 + 0.36 * stain;
        if self.brick {
            let course = (up * 4.0).floor();
            shade *= 0.88
                + 0.24
                    * hash(
                        (along * 1.6 + course * 0.5) as i32,
                        course as i32,
                        self.seed,
                    );
        }
        shade *= 0.8 + 0.2 * smooth(0.0, 1.5, up);
        Surface::matt(BUILDING, self.wall * shade)
    }

    fn house_front(&self, along: f32, up: f32, distance: f32) -> Surface {
        let (column, across) = cell(along / self.bay);
        let centered = (across - 0.5).abs() * 2.0;
        let doors = (self.along.1 - self.along.0) / self.bay;
        if column == (doors * 0.5) as i32 {
            if centered < 0.5 && up < 2.5 {
                let panel = centered > 0.38 || up > 2.2;
                let color = SIGNS[self.seed as usize % SIGNS.len()];
                return Surface::matt(BUILDING, if panel { self.trim } else { color * 0.7 });
            }
        } else if centered < self.window.0 + 0.1 && (0.85..2.75).contains(&up) {
            if centered < self.window.0 && (0.98..2.62).contains(&up) {
                return self.glass(column, -1, across, (up - 0.98) / 1.64, distance);
            }
            return Surface::matt(BUILDING, self.trim);
        }
        if up < 0.5 {
            return Surface::matt(BUILDING, self.wall * 0.5);
        }
        self.plain(along, up)
    }

    fn shop_front(&self, shop: &Shop, along: f32, up: f32) -> Surface {
        let length = self.along.1 - self.along.0;
        let top = self.ground - 0.25;
        if along < 0.35 || along > length - 0.35 || up > top {
            return self.plain(along, up);
        }
        if up > top - 0.75 {
            let letters = noise(along * 2.6, 0.5, self.seed) > 0.52
                && (top - 0.56..top - 0.2).contains(&up)
                && (along - 0.5 * length).abs() < 0.3 * length;
            let paint = if letters { gray(0.7) } else { shop.sign };
            let lit = if shop.open { 1.0 } else { 0.0 };
            return Surface::matt(BUILDING, paint).glowing(paint * (1.1 * lit));
        }
        if shop.awning && up > top - 1.35 {
            let stripe = (along * 1.4).floor() as i32 % 2 == 0;
            let paint = if stripe { gray(0.7) } else { shop.sign };
            let lit = if shop.open { 0.35 } else { 0.0 };
            return Surface::matt(BUILDING, paint).glowing(paint * shop.light * lit);
        }
        let (pane, across) = cell(along / (length / (length / 2.6).floor().max(1.0)));
        let low = if pane == 1 { 0.1 } else { 0.55 };
        if up < low || !(0.06..0.94).contains(&across) {
            return Surface::matt(BUILDING, shop.sign * 0.6);
        }
        let goods = turbulence(along * 1.7, up * 1.7, 2, self.seed ^ 0x77);
        let dark = v3(0.05, 0.055, 0.06) + v3(0.16, 0.14, 0.12) * smooth(0.4, 0.8, goods);
        let glow = if shop.open {
            shop.light * (0.9 + 2.2 * goods) * (0.45 + 0.55 * smooth(0.3, 2.2, up))
        } else {
            gray(0.0)
        };
        Surface::matt(BUILDING, dark).glossy(0.35).glowing(glow)
    }

    /// A pane: across and up from 0 to 1, the same lamp behind it each night.
    pub(super) fn glass(
        &self,
        column: i32,
        row: i32,
        across: f32,
        up: f32,
        distance: f32,
    ) -> Surface {
        let rng = |salt: u32| hash(column, row, self.seed ^ salt);
        let bar = (across - 0.5).abs() < 0.025 || (up - 0.6).abs() < 0.03;
        if bar && distance < 45.0 {
            return Surface::matt(BUILDING, self.trim * 0.8);
        }
        let drawn = (0.5 - (across - 0.5).abs()) < 0.32 && rng(3) < 0.5;
        let curtain = if drawn { 0.35 } else { 0.0 };
        let day = v3(0.035, 0.045, 0.06).toward(gray(0.5), curtain * rng(5));
        let glow = if rng(1) < self.lit {
            let room = ROOMS[(rng(2) * ROOMS.len() as f32) as usize % ROOMS.len()];
            let dim = if drawn { 0.55 } else { 1.0 };
            room * ((0.7 + 1.7 * rng(4)) * dim * (0.55 + 0.45 * up))
        } else {
            gray(0.0)
        };
        Surface::matt(BUILDING, day)
            .glossy(0.55 * (1.0 - curtain))
            .glowing(glow)
    }
}

/// Which cell of a row, and how far across it, 0 to 1.
pub(super) fn cell(position: f32) -> (i32, f32) {
    let whole = position.floor();
    (whole as i32, position - whole)
}
