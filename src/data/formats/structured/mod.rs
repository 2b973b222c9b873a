//! Text formats with a structure of their own: lines above the cells that say what stands below, or cells that name their columns.
//!
//! Each is recognized strictly, by every line of the beginning, since plain delimited text must never be taken for one of them.

mod arff;
mod bag_of_words;
mod beside;
mod cluto;
mod columns;
#[cfg(test)]
mod damage;
mod gct;
mod geo;
mod grid;
mod jester;
mod json;
mod netflix;
mod orange;
mod pairs;
pub(super) mod ratings;
mod records;
mod review_blocks;
mod scan;
mod sized;
mod triplets;
mod unsupported;

pub(super) use arff::Arff;
pub(super) use bag_of_words::BagOfWords;
pub(super) use cluto::Cluto;
pub(super) use gct::Gct;
pub(super) use geo::Geo;
pub(super) use jester::Jester;
pub(super) use json::Json;
pub(super) use netflix::Netflix;
pub(super) use orange::Orange;
pub(super) use pairs::{LdaC, SvmLight};
pub(super) use review_blocks::ReviewBlocks;
pub(super) use sized::SizedList;
pub(super) use unsupported::Unsupported;
