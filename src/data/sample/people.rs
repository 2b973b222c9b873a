//! Invented people and what they like.

use std::collections::BTreeSet;

use super::SampleRng;
use super::films::GENRES;

/// The planted groups of users: name, how many, and how many stars more or less than others they give each genre (in the order of
/// `GENRES`).
const GROUPS: [(&str, usize, [f64; 6]); 5] = [
    ("Stargazers", 160, [1.2, -0.8, 0.3, -0.3, 0.4, 0.1]),
    ("Romantics", 140, [-0.9, 1.2, -0.4, 0.6, 0.0, -1.2]),
    ("Sleuths", 120, [0.0, -0.6, 1.2, -0.6, 0.1, 0.6]),
    ("Jokers", 100, [0.2, 0.0, -0.6, 1.2, -1.1, 0.5]),
    ("Scholars", 80, [-0.4, 0.4, 0.1, -0.9, 1.3, -1.0]),
];

const FIRST: [&str; 40] = [
    "Ada", "Amara", "Anton", "Bruno", "Carmen", "Chidi", "Clara", "Daniel", "Elif", "Emma",
    "Farah", "Felix", "Greta", "Hana", "Hugo", "Ines", "Ivan", "Jamal", "Jonas", "Keiko", "Lars",
    "Leila", "Lucia", "Malik", "Marta", "Mei", "Nadia", "Noah", "Oskar", "Priya", "Rafael", "Rosa",
    "Samir", "Sofia", "Tariq", "Thea", "Viktor", "Wanda", "Yara", "Yusuf",
];

const LAST: [&str; 40] = [
    "Abara",
    "Aoki",
    "Baptiste",
    "Becker",
    "Castillo",
    "Cohen",
    "Costa",
    "Demir",
    "Dubois",
    "Eriksen",
    "Fontaine",
    "Fischer",
    "Garcia",
    "Haddad",
    "Hansen",
    "Ito",
    "Ivanov",
    "Jensen",
    "Kaur",
    "Kowalski",
    "Larsen",
    "Lindqvist",
    "Lopez",
    "Marino",
    "Mbeki",
    "Moreau",
    "Nakamura",
    "Novak",
    "Okafor",
    "Oliveira",
    "Park",
    "Patel",
    "Petrov",
    "Rahman",
    "Romano",
    "Silva",
    "Tanaka",
    "Vogel",
    "Weber",
    "Zhang",
];

#[derive(Debug)]
pub(super) struct Person {
    pub name: String,
    /// The planted group: an index of `GROUPS`.
    group: usize,
    /// Stars more or less than others for everything.
    pub mildness: f64,
    /// Stars more or less for each genre: the group's, and a little of one's own.
    pub taste: [f64; GENRES.len()],
    /// Stars more or less for one unit of a film's gravity.
    pub gravity: f64,
    /// How many films they rate.
    pub films: usize,
    /// When they begin, in seconds since 1970.
    pub begins: u64,
}

impl Person {
    pub(super) fn group_name(&self) -> &'static str {
        GROUPS[self.group].0
    }
}

/// Everybody, in an order that tells nothing of their groups.
pub(super) fn generate(rng: &mut SampleRng) -> Vec<Person> {
    /// 1 January 2015, and the days of nine years.
    const FIRST_DAY: u64 = 1_420_070_400;
    const DAYS: u64 = 3_287;
    let mut people = Vec::new();
    let mut taken = BTreeSet::new();
    for (group, (_, count, stars)) in GROUPS.iter().enumerate() {
        let mut left = *count;
        while left > 0 {
            let name = format!("{} {}", rng.pick(&FIRST), rng.pick(&LAST));
            if !taken.insert(name.clone()) {
                continue;
            }
            let activity = rng.uniform();
            people.push(Person {
                name,
                group,
                mildness: 0.35 * rng.normal(),
                taste: stars.map(|stars| stars + 0.3 * rng.normal()),
                gravity: 0.35 * rng.normal(),
                // Most rate few, a few rate many.
                films: 15 + (130.0 * activity * activity * activity) as usize,
                begins: FIRST_DAY + rng.below(DAYS * 86_400),
            });
            left -= 1;
        }
    }
    rng.shuffle(&mut people);
    people
}
