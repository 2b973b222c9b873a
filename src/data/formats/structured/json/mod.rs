//! Ratings as JSON: one object a line, as the reviews of Amazon and Yelp have them, one after the other, or in one list.

mod keys;
mod value;

use std::io::{self, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer as _, SeqAccess, Visitor};

use super::super::blocks::{LineError, in_blocks, lines};
use super::super::collect::{Collector, Part};
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::columns::named;
use super::ratings;
use super::scan;
use crate::data::DataError;
use crate::data::load::counted;
use keys::{First, Keys};
use value::{Record, RecordSeed, Value};

/// JSON.
pub(crate) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        Shape::of(head).is_some()
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        const RECORDS: &str = "Write one object per line with the keys user, item and rating; in pandas: to_json(…, orient=\"records\", lines=True)";
        const NAME_KEYS: &str = "Name the keys with data.columns = {user = …, item = …, rating = …}, or rename them in the file";
        let refused =
            |problem: &str, remedy: &str| Err(DataError::content(source.path(), problem, remedy));
        let shape = Shape::of(source.head());
        match shape {
            None | Some(Shape::Arrays) => {
                return refused("is a JSON list, but not of objects", RECORDS);
            }
            Some(Shape::Python) => {
                return refused(
                    "holds Python's dictionaries, with single quotes, not JSON",
                    "Convert every line; in Python: json.dumps(ast.literal_eval(line))",
                );
            }
            Some(Shape::Objects | Shape::List) => (),
        }
        let first = match first_object(source.head()) {
            Ok(first) => first,
            Err(error) => {
                return refused(&format!("begins like JSON, but {}", told(&error)), RECORDS);
            }
        };
        let keys = match Keys::of(&first, named(&first.names(), "keys", options)?) {
            Ok(keys) => keys,
            Err(problem) => return refused(&problem, NAME_KEYS),
        };
        let mut reader = Reader {
            keys: &keys,
            collector: Collector::default(),
            left_out: 0,
        };
        match shape {
            Some(Shape::Objects) if first_line_is_whole(source.head()) => {
                reader.lines(source, names)?;
            }
            _ => reader.stream(source, names, shape == Some(Shape::List))?,
        }
        let mut notices = Vec::new();
        if reader.left_out > 0 {
            notices.push(format!(
                "{} without {}, {} or {} left out",
                counted(reader.left_out, "object was", "objects were"),
                keys.user,
                keys.item,
                keys.rating
            ));
        }
        if !keys.others.is_empty() {
            let more = if keys.others.len() > 20 { ", …" } else { "" };
            let others: Vec<&str> = keys.others.iter().take(20).map(String::as_str).collect();
            notices.push(format!("keys not used: {}{more}", others.join(", ")));
        }
        Ok(Table {
            chunks: reader.collector.finish(),
            notices,
            ..Table::default()
        })
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        if matches!(Shape::of(source.head()), None | Some(Shape::Arrays)) {
            return Err(DataError::content(
                source.path(),
                "holds lists between brackets, as JSON and Python print them",
                "Write a matrix as CSV without brackets, or as .npy; in Python: numpy.save(…, numpy.array(json.load(open(…))))",
            ));
        }
        let mut names = Names::default();
        let table = self.ratings(source, &mut names, options)?;
        Ok(ratings::to_matrix(names, table))
    }

    fn takes_columns(&self) -> bool {
        true
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Objects one after the other.
    Objects,
    /// A list of objects.
    List,
    /// A list of lists or of values.
    Arrays,
    /// Objects in the way of Python.
    Python,
}

impl Shape {
    /// What a file holds, by its first two signs.
    fn of(head: &[u8]) -> Option<Self> {
        let (first, rest) = head.trim_ascii_start().split_first()?;
        let second = rest.trim_ascii_start().first()?;
        match (first, second) {
            (b'{', b'"') => Some(Self::Objects),
            (b'{', b'\'') => Some(Self::Python),
            (b'[', b'{') => Some(Self::List),
            (b'[', b'[' | b'"') => Some(Self::Arrays),
            _ => None,
        }
    }
}

/// The first object in the beginning of a file.
fn first_object(head: &[u8]) -> serde_json::Result<First> {
    let head = head.trim_ascii_start();
    let head = head.strip_prefix(b"[").unwrap_or(head);
    let mut stream = serde_json::Deserializer::from_slice(head).into_iter::<First>();
    stream.next().unwrap_or_else(|| serde_json::from_slice(b""))
}

/// True if the first line holds an object and nothing else.
fn first_line_is_whole(head: &[u8]) -> bool {
    let first = lines(head)
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty());
    first.is_some_and(|line| serde_json::from_slice::<First>(line).is_ok())
}

/// What an error says, without its position.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Ratings of a block, and how many objects of it have none.
#[derive(Default)]
struct Block {
    part: Part,
    left_out: usize,
}

struct Reader<'k> {
    keys: &'k Keys,
    collector: Collector,
    left_out: usize,
}

impl Reader<'_> {
    /// One object a line, on all cores.
    fn lines(&mut self, source: &mut Source<'_>, names: &mut Names) -> Result<(), DataError> {
        let keys = self.keys;
        in_blocks(
            source,
            1,
            |text, block: &mut Block| objects(text, keys, block),
            |block| {
                self.left_out += block.left_out;
                self.collector.take(&mut block.part, names);
            },
        )
    }

    /// Objects that go over several lines, or a list of them.
    fn stream(
        &mut self,
        source: &mut Source<'_>,
        names: &mut Names,
        list: bool,
    ) -> Result<(), DataError> {
        let path = source.path().to_owned();
        let mut failed = None;
        let reader = Blocks {
            source,
            block: Vec::new(),
            at: 0,
            failed: &mut failed,
        };
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(reader));
        let mut block = Block::default();
        let mut each = |record: Record, keys: &Keys| -> Result<(), String> {
            block.push(&record, keys)?;
            if block.part.values.len() >= HANDED_OVER {
                self.collector.take(&mut block.part, names);
                block.part.clear();
            }
            Ok(())
        };
        let read = if list {
            let list = List {
                keys: self.keys,
                each: &mut each,
            };
            json.deserialize_seq(list).and_then(|()| json.end())
        } else {
            loop {
                if json.end().is_ok() {
                    break Ok(());
                }
                let read = RecordSeed(self.keys).deserialize(&mut json);
                let read = read
                    .and_then(|record| each(record, self.keys).map_err(serde::de::Error::custom));
                if let Err(error) = read {
                    break Err(error);
                }
            }
        };
        drop(json);
        if let Some(error) = failed {
            return Err(error);
        }
        self.left_out += block.left_out;
        self.collector.take(&mut block.part, names);
        read.map_err(|error| {
            let line = error.line() as u64;
            scan::at(&path, line, scan::wrong(told(&error), MEND))
        })
    }
}

/// Ratings that are handed over to the names of the data after this many.
const HANDED_OVER: usize = 1 << 16;

const MEND: &str = "Correct it or remove the object, or download the file again";

/// Objects of a block of lines; returns how many lines there are.
fn objects(text: &[u8], keys: &Keys, block: &mut Block) -> Result<u64, LineError> {
    block.part.clear();
    block.left_out = 0;
    let mut count = 0;
    for line in lines(text) {
        if !line.trim_ascii().is_empty() {
            let mut json = serde_json::Deserializer::from_slice(line);
            let record = RecordSeed(keys).deserialize(&mut json);
            let record = record.and_then(|record| json.end().map(|()| record));
            let pushed = match record {
                Ok(record) => block.push(&record, keys),
                Err(error) => Err(told(&error)),
            };
            pushed.map_err(|problem| scan::wrong(problem, MEND).at(count))?;
        }
        count += 1;
    }
    Ok(count)
}

impl Block {
    /// Takes what an object says; an error as words.
    fn push(&mut self, record: &Record, keys: &Keys) -> Result<(), String> {
        let (Value::Text(user), Value::Text(item), Value::Text(rating)) =
            (&record.user, &record.item, &record.rating)
        else {
            self.left_out += 1;
            return Ok(());
        };
        let value = number::number(rating.as_bytes(), false)
            .map_err(|_| format!("{} is {rating:?}, not a finite number", keys.rating))?;
        if let Some(key) = &keys.time {
            let time = record.time.text();
            let seconds = time.and_then(|text| number::time(text.as_bytes()));
            let seconds = seconds.ok_or_else(|| {
                let found = time.map_or("missing".to_owned(), |time| format!("{time:?}"));
                format!("{key} is {found}, not a time as in the first object")
            })?;
            self.part.times.push(seconds);
        }
        let part = &mut self.part;
        part.users.push(part.user_ids.intern(user.as_bytes()).0);
        part.items.push(part.item_ids.intern(item.as_bytes()).0);
        part.values.push(value);
        Ok(())
    }
}

/// Reads a list of objects one by one.
struct List<'k, 'e> {
    keys: &'k Keys,
    each: &'e mut dyn FnMut(Record, &Keys) -> Result<(), String>,
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element_seed(RecordSeed(self.keys))? {
            (self.each)(record, self.keys).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// A source as a stream of bytes. What goes wrong is put aside, since a parser has errors of its own only.
struct Blocks<'s, 'm, 'f> {
    source: &'s mut Source<'m>,
    block: Vec<u8>,
    at: usize,
    failed: &'f mut Option<DataError>,
}

impl Read for Blocks<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            self.at = 0;
            match self.source.next_block(&mut self.block) {
                Ok(true) => (),
                Ok(false) => self.block.clear(),
                Err(error) => {
                    self.block.clear();
                    *self.failed = Some(error);
                    return Err(io::ErrorKind::Other.into());
                }
            }
        }
        let rest = &self.block[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
