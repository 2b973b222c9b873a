//! Two domains of images, with masks of classes where there are some: what is found in folders, and how it reaches a network.
//!
//! `load` finds and checks files by their headers; a `Loader` decodes and augments ahead of training; `Thumbnails` decodes for the window.

mod affixes;
mod augment;
mod classes;
mod conventions;
mod decode;
mod fetch;
#[cfg(test)]
mod field_tests;
mod fingerprint;
mod gray_tiff;
mod guard;
mod header;
pub(crate) mod indexed_png;
mod inventory;
mod layout;
mod list;
mod load;
mod loader;
mod mask_colors;
mod masks;
mod mixed;
mod names;
mod needs;
mod order;
mod pages;
mod pairs;
mod picture;
mod prepare;
mod range;
mod reader;
mod reason;
mod sets;
mod size;
mod structure;
mod thumbnails;
mod twins;
mod worker_pool;

pub use crate::record::translations::Side;
pub use augment::{Augment, Draw, Ready, Resize, image_of_planes};
pub use classes::{Class, ClassTable};
pub use decode::{image_from_bytes, is_deep, read_image, read_image_in};
pub use fetch::read_picture;
pub use layout::{FolderContent, look_into_folder};
pub use list::{images_in, is_image};
pub use load::load;
pub use loader::{Batch, BatchSide, Loader, LoaderSettings};
pub use needs::{ImageNeeds, MaskNeed};
pub use order::Position;
pub use picture::{Domain, Half, ImageDomains, Picture};
pub use range::ValueRange;
pub use reader::{ImageBytes, image_reader};
pub use reason::{LeftOut, Reason};
pub use size::Size;
pub use thumbnails::{PictureId, SmallPicture, SmallState, Thumbnails};

/// In masks that reach a network: a pixel of no class, or of one that is ignored.
pub const IGNORE: u8 = 255;
