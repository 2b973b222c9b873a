//! Values of JSON that can be an id, a rating or a time.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::keys::Keys;

/// A value, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Null, or an empty text.
    Missing,
    /// A text, or a number as it is written shortest.
    Text(String),
    /// A list or an object.
    Nested,
}

impl Value {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Missing | Self::Nested => None,
        }
    }
}

/// Reads a value.
pub(super) struct Seed;

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(match text.trim() {
            "" => Value::Missing,
            text => Value::Text(text.to_owned()),
        })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Text(flag.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
}

/// What an object says of a rating.
#[derive(Debug)]
pub(super) struct Record {
    pub user: Value,
    pub item: Value,
    pub rating: Value,
    pub time: Value,
}

/// Reads the values of known keys, and passes over the others.
#[derive(Clone, Copy)]
pub(super) struct RecordSeed<'k>(pub &'k Keys);

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = Record;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Record, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record {
            user: Value::Missing,
            item: Value::Missing,
            rating: Value::Missing,
            time: Value::Missing,
        };
        while let Some(part) = map.next_key_seed(KeySeed(self.0))? {
            let place = match part {
                Part::User => &mut record.user,
                Part::Item => &mut record.item,
                Part::Rating => &mut record.rating,
                Part::Time => &mut record.time,
                Part::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = map.next_value_seed(Seed)?;
        }
        for (value, key) in [
            (&record.user, &self.0.user),
            (&record.item, &self.0.item),
            (&record.rating, &self.0.rating),
        ] {
            if *value == Value::Nested {
                return Err(A::Error::custom(format!("{key} is a list or an object")));
            }
        }
        Ok(record)
    }
}

enum Part {
    User,
    Item,
    Rating,
    Time,
    Other,
}

/// Reads a key as the part that it names.
struct KeySeed<'k>(&'k Keys);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Part;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Part, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Part, E> {
        let keys = self.0;
        Ok(if key == keys.user {
            Part::User
        } else if key == keys.item {
            Part::Item
        } else if key == keys.rating {
            Part::Rating
        } else if Some(key) == keys.time.as_deref() {
            Part::Time
        } else {
            Part::Other
        })
    }
}
