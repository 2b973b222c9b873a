//! Columns whose pages are packed with zstd, as Polars and Spark write them: `parquet` reads the pages, this unpacks them. Its own feature for zstd
//! would need a second version of that library.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::super::packed::{ALWAYS_ALLOWED, MOST_EXPANSION};

/// A reader of a column of a group of rows that is packed with zstd.
pub(super) fn column_reader(
    file: Arc<File>,
    group: &RowGroupMetaData,
    at: usize,
) -> Result<ColumnReader> {
    // As bytes that are packed with nothing, the pages come as they stand in the file.
    let metadata = group.column(at).clone().into_builder();
    let metadata = metadata
        .set_compression(Compression::UNCOMPRESSED)
        .build()?;
    let rows = usize::try_from(group.num_rows())?;
    let packed = SerializedPageReader::new(file, &metadata, rows, None)?;
    let description = group.schema_descr().column(at);
    Ok(get_column_reader(description, Box::new(Pages(packed))))
}

/// Pages, unpacked.
struct Pages(SerializedPageReader<File>);

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.0.get_next_page()?.map(unpacked).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// The page with its values unpacked. In pages of version 2 the levels stand before them as they are.
fn unpacked(mut page: Page) -> Result<Page> {
    let levels = match &mut page {
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            is_compressed,
            ..
        } => {
            if !std::mem::take(is_compressed) {
                return Ok(page);
            }
            *def_levels_byte_len as usize + *rep_levels_byte_len as usize
        }
        Page::DataPage { .. } | Page::DictionaryPage { .. } => 0,
    };
    let (Page::DataPage { buf, .. }
    | Page::DataPageV2 { buf, .. }
    | Page::DictionaryPage { buf, .. }) = &mut page;
    let damaged = |why: String| ParquetError::General(format!("a page packed with zstd: {why}"));
    let (levels, packed) = buf
        .split_at_checked(levels)
        .ok_or_else(|| damaged("it is shorter than its levels".to_owned()))?;
    let mut bytes = levels.to_vec();
    // A page without values has nothing packed.
    if !packed.is_empty() {
        let most = ALWAYS_ALLOWED.max((packed.len() as u64).saturating_mul(MOST_EXPANSION));
        let unpacking = zstd::stream::read::Decoder::with_buffer(packed)
            .map_err(|error| damaged(error.to_string()))?;
        let read = unpacking
            .take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(error.to_string()))?;
        if read as u64 > most {
            return Err(damaged(format!(
                "it expands more than {MOST_EXPANSION} times"
            )));
        }
    }
    *buf = bytes.into();
    Ok(page)
}
