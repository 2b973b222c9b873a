//! The classes of the masks.

use super::raster::Class;

pub(super) const SKY: Class = 0;
pub(super) const BUILDING: Class = 1;
pub(super) const ROAD: Class = 2;
pub(super) const PAVEMENT: Class = 3;
pub(super) const TREE: Class = 4;
pub(super) const LAMP: Class = 5;
pub(super) const CAR: Class = 6;
pub(super) const PEDESTRIAN: Class = 7;

/// Name and color of each class; the index is the id.
pub(super) const CLASSES: [(&str, [u8; 3]); 8] = [
    ("sky", [0x87, 0xb5, 0xe0]),
    ("building", [0x9c, 0x5a, 0x3c]),
    ("road", [0x80, 0x40, 0x80]),
    ("pavement", [0xd8, 0x6f, 0xc8]),
    ("tree", [0x4c, 0x9a, 0x2a]),
    ("lamp", [0xf2, 0xc1, 0x2e]),
    ("car", [0x2d, 0x4d, 0xd6]),
    ("pedestrian", [0xd9, 0x26, 0x3a]),
];
