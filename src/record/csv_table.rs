//! Results that are tables of text.

/// A CSV file that is made in memory.
pub(crate) struct CsvTable(csv::Writer<Vec<u8>>);

#[expect(
    clippy::expect_used,
    reason = "records have the header's length and the writer writes to memory"
)]
impl CsvTable {
    pub(crate) fn new<S: AsRef<[u8]>>(header: &[S]) -> Self {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(header);
        table
    }

    /// Adds a record as long as the header.
    pub(crate) fn row<S: AsRef<[u8]>>(&mut self, record: &[S]) {
        self.0.write_record(record).expect("writing to memory");
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.into_inner().expect("writing to memory")
    }
}
