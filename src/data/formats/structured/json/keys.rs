//! Which keys of JSON objects hold the parts of a rating.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::super::header::Named;
use super::super::super::number;
use super::value::{Seed, Value};

/// The keys that hold the parts of a rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    pub user: String,
    pub item: String,
    pub rating: String,
    pub time: Option<String>,
    /// Those that hold something else.
    pub others: Vec<String>,
}

/// The keys of an object in their order, each with its value if that is a text or a number.
pub(super) struct First(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = First;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<First, A::Error> {
                let mut found = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if found.len() < MOST_KEYS {
                        found.push((key, map.next_value_seed(Seed)?));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(First(found))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl First {
    /// The keys.
    pub(super) fn names(&self) -> Vec<&[u8]> {
        self.0.iter().map(|(key, _)| key.as_bytes()).collect()
    }
}

/// Keys that are looked at.
const MOST_KEYS: usize = 1000;

impl Keys {
    /// The keys of ratings, of which `named` says which they are; if one is missing, what there is instead.
    pub(super) fn of(first: &First, named: Named) -> Result<Self, String> {
        let (Some(user), Some(item), Some(rating)) = (named.user, named.item, named.rating) else {
            let keys: Vec<&str> = first.0.iter().take(12).map(|(key, _)| &key[..]).collect();
            let lacks = [
                (named.user, "a user"),
                (named.item, "an item"),
                (named.rating, "a rating"),
            ];
            let lacks: Vec<&str> = lacks
                .into_iter()
                .filter_map(|(found, what)| found.is_none().then_some(what))
                .collect();
            return Err(format!(
                "none of the keys {} is known as {}",
                keys.join(", "),
                lacks.join(" or ")
            ));
        };
        // Of several times the first that can be read: Amazon has one as text beside one in seconds.
        let is_time = |at: &usize| {
            let (key, value) = &first.0[*at];
            let known =
                Some(*at) == named.timestamp || Named::of(&[key.as_bytes()]).timestamp.is_some();
            known
                && value
                    .text()
                    .is_some_and(|text| number::time(text.as_bytes()).is_some())
        };
        let time = named
            .timestamp
            .filter(is_time)
            .or_else(|| (0..first.0.len()).find(is_time));
        let used = [Some(user), Some(item), Some(rating), time];
        let key = |at: usize| first.0[at].0.clone();
        Ok(Self {
            user: key(user),
            item: key(item),
            rating: key(rating),
            time: time.map(key),
            others: (0..first.0.len())
                .filter(|at| !used.contains(&Some(*at)))
                .map(key)
                .collect(),
        })
    }
}
