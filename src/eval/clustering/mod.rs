//! Measures of clusterings: against true classes, and of points alone.

mod contingency;
mod silhouette;

pub use contingency::Contingency;
pub use silhouette::silhouette;

#[cfg(test)]
mod fixture_tests;
