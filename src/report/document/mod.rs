//! The report as a page: blocks of text, tables and figures, filled into the template in `assets/report.html`.

mod block;
mod data;
mod environment;
mod measures;
mod overview;
mod page;
mod repeat;
mod results;
mod settings;
mod sweep;
mod template;

use std::io::Write;

use super::ReportError;
use super::comparison::Comparison;
use super::material::Material;
use crate::data::Monitor;

pub(super) use block::{Align, Block, Cell, Column, Drawn, LegendEntry, Pixels, Table, TableRow};
pub(super) use measures::decimals;
pub(super) use overview::{system_name, title};

/// Writes the page. `monitor` counts the runs that are drawn.
pub(super) fn write(
    material: &Material,
    to: &mut dyn Write,
    monitor: &Monitor,
) -> Result<(), ReportError> {
    let comparison = Comparison::of(material);
    let page = page::page(material, &comparison, monitor)?;
    let text = template::filled(&page)?;
    if monitor.is_canceled() {
        return Err(ReportError::Canceled);
    }
    to.write_all(text.as_bytes())?;
    Ok(())
}
