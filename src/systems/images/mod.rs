//! The systems that translate images: CycleGAN, pix2pix, AugGAN, and what they share.

pub mod auggan;
pub mod cyclegan;
mod measures;
pub mod pix2pix;
pub mod shared;
