//! The views of results: a folder for each kind of artifact.

pub mod co_clusters;
pub mod predictions;
pub mod translations;
