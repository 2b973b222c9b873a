//! How things look and are written, in the window, in pictures and in reports alike: tokens, color maps, number formats.
//!
//! Uses `record`.

mod color;
pub mod format;
mod maps;
mod tokens;

pub use color::contrast;
pub use maps::{Diverging, Sequential};
pub use tokens::{DARK, LIGHT, Radii, Sizes, Space, Tokens};
