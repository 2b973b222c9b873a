//! MatrixMarket (Boisvert, Pozo, Remington 1996): ratings from coordinate files, users being rows and items columns; any real matrix.

mod header;
mod matrix;
mod ratings;

use super::format::{Format, Options};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;

/// MatrixMarket's coordinate and array files.
pub(crate) struct MatrixMarket;

impl Format for MatrixMarket {
    fn name(&self) -> &'static str {
        "MatrixMarket"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        header::begins(head)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        ratings::read(source, names)
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        matrix::read(source)
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        let banner = header::read_banner(source);
        banner.is_ok_and(|(banner, ..)| ratings::check(banner).is_err())
    }
}
