//! Files of known kinds that are not read: their name, and what to do.

use super::super::format::{Format, Options};
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use crate::data::DataError;

/// Statistics programs, databases, pictures, web pages instead of data, and the like.
pub(crate) struct Unsupported;

impl Format for Unsupported {
    fn name(&self) -> &'static str {
        "a file that is not read"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        Kind::of(head).is_some()
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Err(refused(source))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        Err(refused(source))
    }
}

fn refused(source: &Source<'_>) -> DataError {
    let (is, remedy) = Kind::of(source.head())
        .map_or(("is of an unknown kind", "Write it as CSV"), |kind| {
            (kind.is, kind.remedy)
        });
    DataError::content(source.path(), is, remedy)
}

/// A kind of files.
struct Kind {
    /// How they begin.
    starts: &'static [&'static [u8]],
    is: &'static str,
    remedy: &'static str,
}

const PICTURE: &str =
    "Choose a system that learns from folders of images, or give a table with the data";

/// Kinds that are known by their first bytes.
const KINDS: &[Kind] = &[
    Kind {
        starts: &[b"version https://git-lfs.github.com/spec/"],
        is: "is a pointer of Git LFS, not the file itself",
        remedy: "Fetch the file with `git lfs pull`, or download it from the web page of the repository",
    },
    Kind {
        starts: &[
            b"/annex/objects/",
            b"../.git/annex/objects/",
            b".git/annex/objects/",
        ],
        is: "is a pointer of git-annex, not the file itself",
        remedy: "Fetch the file with `git annex get`",
    },
    Kind {
        starts: &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
        is: "is a file of Excel before 2007 (.xls), or one that is protected by a password",
        remedy: "Open it and save the sheet as .xlsx without a password, or as CSV",
    },
    Kind {
        starts: &[b"SQLite format 3\0"],
        is: "is an SQLite database",
        remedy: "Export the table as CSV: sqlite3 -header -csv FILE \"select user, item, rating from …\"",
    },
    Kind {
        starts: &[
            b"-- MySQL dump",
            b"-- MariaDB dump",
            b"--\n-- PostgreSQL database dump",
            b"-- phpMyAdmin SQL Dump",
            b"INSERT INTO ",
            b"CREATE TABLE ",
            b"DROP TABLE ",
        ],
        is: "holds SQL commands",
        remedy: "Load it into a database and export the table as CSV",
    },
    Kind {
        starts: &[b"$FL2", b"$FL3"],
        is: "is an SPSS file",
        remedy: "Save it as CSV in SPSS, or in R: write.csv(haven::read_sav(…))",
    },
    Kind {
        starts: &[
            b"<stata_dta>",
            b"\x71\x01\x01\0",
            b"\x71\x02\x01\0",
            b"\x72\x01\x01\0",
            b"\x72\x02\x01\0",
            b"\x73\x01\x01\0",
            b"\x73\x02\x01\0",
        ],
        is: "is a Stata file",
        remedy: "Save it as CSV: export delimited in Stata, or pandas.read_stata(…).to_csv(…)",
    },
    Kind {
        starts: &[
            b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60",
            b"HEADER RECORD*******LIBRARY HEADER",
        ],
        is: "is a SAS file",
        remedy: "Save it as CSV: proc export in SAS, or pandas.read_sas(…).to_csv(…)",
    },
    Kind {
        starts: &[
            b"RDX2\n",
            b"RDX3\n",
            b"RDA2\n",
            b"RDA3\n",
            b"X\n\0\0\0\x02",
            b"X\n\0\0\0\x03",
        ],
        is: "holds objects of R",
        remedy: "Write the table as CSV in R: write.csv(…), or a sparse matrix with Matrix::writeMM(…)",
    },
    Kind {
        starts: &[b"\x80\x02", b"\x80\x03", b"\x80\x04\x95", b"\x80\x05\x95"],
        is: "is a pickle of Python, which is never loaded since it can run any program",
        remedy: "Load it in Python and write the table as CSV, or the matrix with numpy.save or scipy.sparse.save_npz",
    },
    Kind {
        starts: &[b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"],
        is: "is an Arrow or Feather file",
        remedy: "Write it as Parquet or CSV: pandas.read_feather(…).to_parquet(…)",
    },
    Kind {
        starts: &[b"ORC", b"Obj\x01"],
        is: "is an ORC or Avro file",
        remedy: "Write the table as Parquet or CSV",
    },
    Kind {
        starts: &[b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x0e\x03\x13\x01"],
        is: "is a NetCDF 3 or HDF 4 file",
        remedy: "Write the matrix with numpy.save, or as NetCDF 4 or HDF5",
    },
    Kind {
        starts: &[b"%PDF-"],
        is: "is a PDF document",
        remedy: "Give the table itself, as CSV for instance",
    },
    Kind {
        starts: &[b"{\\rtf"],
        is: "is a text document (RTF)",
        remedy: "Save it as plain text or CSV",
    },
    Kind {
        starts: &[
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF87a",
            b"GIF89a",
            b"II*\0",
            b"MM\0*",
            b"BM",
        ],
        is: "is a picture, not a table",
        remedy: PICTURE,
    },
    Kind {
        starts: &[b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"],
        is: "is a 7z or RAR archive",
        remedy: "Unpack it and give the file in it",
    },
    Kind {
        starts: &[b"\x7fELF", b"MZ\x90\0"],
        is: "is a program, not data",
        remedy: "Give a table of ratings or a matrix",
    },
];

const WEB_PAGE: Kind = Kind {
    starts: &[],
    is: "is a web page, not the data: a login page or an error, if it was downloaded",
    remedy: "Open the address in a browser, accept or log in there, and download the file again",
};

const XML: Kind = Kind {
    starts: &[],
    is: "is XML",
    remedy: "Write the table as CSV; if it was downloaded, look into it: it may be an error instead of the data",
};

const PICTURE_WEBP: Kind = Kind {
    starts: &[],
    is: "is a picture, not a table",
    remedy: PICTURE,
};

impl Kind {
    /// The kind of a file that begins like this.
    fn of(head: &[u8]) -> Option<&'static Self> {
        let starts = |kind: &&Kind| kind.starts.iter().any(|start| head.starts_with(start));
        // Two letters are too few for a bitmap: its next four bytes are its size, the four after that zero.
        let is_text = head.starts_with(b"BM") && head.get(6..10) != Some(&[0; 4]);
        let is_text = is_text || head.starts_with(b"ORC") && !head.contains(&0);
        if let Some(kind) = KINDS.iter().find(starts).filter(|_| !is_text) {
            return Some(kind);
        }
        if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            return Some(&PICTURE_WEBP);
        }
        let begin = head.trim_ascii_start();
        let begin = begin.get(..200).unwrap_or(begin).to_ascii_lowercase();
        let page = [
            &b"<!doctype html"[..],
            b"<html",
            b"<head",
            b"<body",
            b"<script",
        ];
        if page.iter().any(|start| begin.starts_with(start)) {
            return Some(&WEB_PAGE);
        }
        begin.starts_with(b"<?xml").then(|| {
            let html = memchr::memmem::find(&begin, b"<html").is_some();
            if html { &WEB_PAGE } else { &XML }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &[u8]) -> Option<&'static str> {
        Kind::of(head).map(|kind| kind.is)
    }

    #[test]
    fn kinds_by_how_they_begin() {
        for (head, name) in [
            (&b"\n <!DOCTYPE html>\n<html><title>Log in"[..], "web page"),
            (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied", "XML"),
            (
                b"<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html xmlns",
                "web page",
            ),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a",
                "Git LFS",
            ),
            (b"SQLite format 3\0\x10\0", "SQLite"),
            (b"X\n\0\0\0\x03\0\x04", "objects of R"),
            (b"\x80\x04\x95\x10\0\0\0", "pickle"),
            (b"$FL2@(#) SPSS DATA FILE", "SPSS"),
            (b"\x72\x02\x01\0\x05\0", "Stata"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture"),
            (b"BM\x36\x10\0\0\0\0\0\0", "picture"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "picture"),
            (b"%PDF-1.7\n", "PDF"),
        ] {
            let found = kind(head).unwrap_or_default();
            assert!(found.contains(name), "{name}: {found}");
        }
    }

    #[test]
    fn data_is_none_of_them() {
        for head in [
            &b"user,item,rating\n1,2,3\n"[..],
            b"BMW,Audi,5\nBMW,Fiat,4\n",
            b"ORC,a,5\nELF,b,4\n",
            b"<user>,<item>,<rating>\n1,2,3\n",
            b"A\n1\n2\n",
            b"\x93NUMPY\x01\0",
        ] {
            assert_eq!(kind(head), None);
        }
    }
}
