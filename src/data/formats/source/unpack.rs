//! Unpacking before anything else is looked at.

use super::super::packed::{self, Bounded, Packed, tar, zip};
use super::super::{columnar, sheets};
use super::{HEAD, Options, Role, Source};
use crate::data::DataError;

/// How often a file may be packed, as `ratings.csv.gz` within a zip archive is twice.
const MOST_LAYERS: usize = 4;

impl Source<'_> {
    /// Puts readers around the file that unpack it, as long as what comes out is packed.
    pub(super) fn unpack(&mut self, options: &Options<'_>) -> Result<(), DataError> {
        let mut member = options.member;
        // Those around a tar archive, if nothing else is.
        let mut packings = Some(Vec::new());
        for layer in 0.. {
            match packed::recognize(&self.pending) {
                Some(Packed::Zip) if layer == 0 => {
                    let chooses = (self.role == Role::Data).then_some(if options.is_test {
                        "data.test_member"
                    } else {
                        "data.member"
                    });
                    packings = None;
                    if !self.unpack_zip(member.take(), chooses)? {
                        break;
                    }
                }
                Some(Packed::Tar) => {
                    let chooses = (self.role == Role::Data).then_some(if options.is_test {
                        "data.test_member"
                    } else {
                        "data.member"
                    });
                    let Some(around) = packings.take() else {
                        return Err(self.wrong(
                            "holds an archive within an archive",
                            "Unpack the outer one and give the inner one, or the file of data in it",
                        ));
                    };
                    self.unpack_tar(&around, member.take(), chooses)?;
                }
                Some(Packed::Zip) if !zip::is_whole(&self.pending) => {
                    return Err(self.wrong(
                        "holds a zip archive that is packed once more",
                        "Unpack the outer one and give the zip archive",
                    ));
                }
                Some(Packed::Stream(packing)) if layer < MOST_LAYERS => {
                    if let Some(packings) = &mut packings {
                        packings.push(packing);
                    }
                    let file = self.file.clone();
                    self.wrap(0, |packed| {
                        let unpacking = packing.unpack(packed)?;
                        Ok(Box::new(Bounded::new(unpacking, packing.name(), file)))
                    })?;
                }
                Some(Packed::Stream(_)) => {
                    let remedy = "Unpack it and give the file of data in it";
                    return Err(self.wrong("is packed again and again", remedy));
                }
                Some(Packed::Unknown(what, remedy)) => {
                    let within = if layer == 0 { "is" } else { "holds" };
                    return Err(self.wrong(format!("{within} {what}, which is not read"), remedy));
                }
                None if self.pending.starts_with(columnar::MAGIC) => {
                    self.read_columns(layer)?;
                    break;
                }
                Some(Packed::Zip) | None => break,
            }
            self.read(HEAD)?;
            if self.pending.is_empty() {
                return Err(self.wrong(
                    "holds nothing once unpacked",
                    "Give a file with one rating per line: user, item, rating",
                ));
            }
        }
        self.read_sheet(options)?;
        match member {
            None => Ok(()),
            Some(_) => Err(DataError::Config {
                key: "member",
                problem: format!(
                    "is only for zip and tar archives, which {} is not: remove it",
                    self.path.display()
                ),
            }),
        }
    }

    /// Reads the member of a zip archive that is asked for, or else the only one. False if the archive is one for itself. `chooses`: a key
    /// says which member.
    fn unpack_zip(
        &mut self,
        wanted: Option<&str>,
        chooses: Option<&str>,
    ) -> Result<bool, DataError> {
        let members = zip::members(&self.path)?;
        let zip::Content::Files(files) = zip::content(&members) else {
            return match wanted {
                None => Ok(false),
                Some(_) => Err(DataError::Config {
                    key: "member",
                    problem: format!(
                        "is only for archives of files, and {} is one for itself (arrays of NumPy or a spreadsheet): remove it",
                        self.path.display()
                    ),
                }),
            };
        };
        let remedy = match chooses {
            Some(key) => format!("Set {key} to the one to read"),
            None => "Unpack it and give the one to read".to_owned(),
        };
        let member = zip::choose(&self.path, &files, wanted, &remedy)?;
        zip::check(&self.path, member)?;
        let file = self.file.clone();
        self.wrap(0, |archive| {
            let unpacking = zip::unpack(member, archive)?;
            Ok(Box::new(Bounded::new(unpacking, "zip", file)))
        })?;
        self.notices.push(format!("read {}", member.name));
        Ok(true)
    }

    /// Reads the member of a tar archive that is asked for, or else the only one.
    fn unpack_tar(
        &mut self,
        packings: &[packed::Packing],
        wanted: Option<&str>,
        chooses: Option<&str>,
    ) -> Result<(), DataError> {
        let members = tar::members(&self.path, packings)?;
        let remedy = match chooses {
            Some(key) => format!("Set {key} to the one to read"),
            None => "Unpack it and give the one to read".to_owned(),
        };
        let member = zip::choose(&self.path, &tar::files(&members), wanted, &remedy)?;
        self.wrap(0, |archive| tar::unpack(member, archive))?;
        self.notices.push(format!("read {}", member.name));
        Ok(())
    }

    /// Makes text of a spreadsheet.
    fn read_sheet(&mut self, options: &Options<'_>) -> Result<(), DataError> {
        if packed::recognize(&self.pending) != Some(Packed::Zip) || zip::holds_arrays(&self.pending)
        {
            return Ok(());
        }
        self.pending = self.rest()?;
        if !sheets::is_spreadsheet(&self.pending) {
            return Ok(());
        }
        let remedy = match self.role {
            Role::Data if !options.is_test => "Set data.variable to the one to read",
            _ => "Save the one to read in a file of its own",
        };
        let wanted = options.variable.filter(|_| !options.is_test);
        let mut sheet = sheets::read(&self.path, &self.pending, wanted, remedy)?;
        (self.has_sheets, self.is_made) = (true, true);
        self.notices.append(&mut sheet.notices);
        self.pending = sheet.text;
        Ok(())
    }

    /// Makes text of the rows of Parquet, which is read from its end on.
    fn read_columns(&mut self, layer: usize) -> Result<(), DataError> {
        if layer > 0 {
            return Err(self.wrong(
                "holds a Parquet file",
                "Unpack it and give the Parquet file",
            ));
        }
        let (rows, mut notices) = columnar::open(&self.path, self.monitor)?;
        self.notices.append(&mut notices);
        self.pending.clear();
        self.reader = Box::new(rows);
        self.ended = false;
        self.is_made = true;
        self.read(HEAD)
    }

    fn wrong(&self, problem: impl Into<String>, remedy: &str) -> DataError {
        DataError::content(&self.path, problem, remedy)
    }
}
