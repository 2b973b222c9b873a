//! How things look and are written, in the window, in pictures and in reports alike: tokens, color maps, number formats, pictures and
//! charts, drawn once and written as SVG or PNG or painted in the window.
//!
//! Uses `record`.

mod augmentation;
pub mod chart;
mod color;
mod font;
pub mod format;
mod maps;
pub mod matrix;
mod picture;
mod png;
pub mod predictions;
pub mod runs;
mod scale;
pub mod sheet;
mod svg;
pub mod ticks;
mod tokens;

pub use augmentation::augmentation;
pub use color::{contrast, contrasting};
pub use maps::{Diverging, Sequential};
pub use picture::{Anchor, Dash, Picture, Point, Rect, Shape, TextStyle};
pub use png::{DENSITY, PictureError, write_png};
pub use scale::{Scale, range_around};
pub(crate) use svg::base64;
pub use tokens::{DARK, LIGHT, Radii, Sizes, Space, Theme, Tokens};
