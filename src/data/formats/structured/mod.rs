//! Text formats with a structure of their own: lines above the cells that say what stands below, or cells that name their columns.
//!
//! Each is recognized strictly, by every line of the beginning, since plain delimited text must never be taken for one of them.

mod bag_of_words;
mod beside;
mod cluto;
mod grid;
mod ratings;
mod scan;
mod sized;
mod triplets;

pub(super) use bag_of_words::BagOfWords;
pub(super) use cluto::Cluto;
pub(super) use sized::SizedList;
