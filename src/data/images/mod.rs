//! Two domains of images, with masks of classes where there are some: what is found in folders, and how it reaches a network.

pub(crate) mod indexed_png;
