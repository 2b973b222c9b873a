//! Two domains of images, with masks of classes where there are some: what is found in folders, and how it reaches a network.
//!
//! `load` finds and checks files by their headers; a `Loader` decodes and augments ahead of training; `Thumbnails` decodes for the window.

mod classes;
mod decode;
mod fingerprint;
mod guard;
mod header;
pub(crate) mod indexed_png;
mod layout;
mod list;
mod load;
mod masks;
mod pairs;
mod picture;
mod reason;
mod size;
mod source;

pub use classes::{Class, ClassTable};
pub use decode::{image_from_bytes, read_image};
pub use list::is_image;
pub use load::load;
pub use picture::{Domain, Half, ImageDomains, Picture, Side};
pub use reason::{LeftOut, Reason};
pub use size::Size;
pub use source::{ImageSource, Layout, MaskNeed};

/// In masks that reach a network: a pixel of no class, or of one that is ignored.
pub const IGNORE: u8 = 255;
