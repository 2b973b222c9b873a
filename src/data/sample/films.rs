//! Invented films. The words are chosen so that no title is that of a real film as far as we know.

use std::collections::BTreeSet;

use super::SampleRng;

/// The planted groups of items: name, how many films, and the two halves of their titles.
pub(super) const GENRES: [Genre; 6] = [
    Genre {
        name: "Sci-Fi",
        films: 90,
        first: &[
            "Cobalt",
            "The Seventh",
            "Pale",
            "Borrowed",
            "Inverted",
            "The Glass",
            "Magnetic",
            "The Tidal",
            "Forty-Second",
            "Unmapped",
            "The Copper",
            "Slow",
        ],
        second: &[
            "Meridian",
            "Perihelion",
            "Relay Station",
            "Lattice",
            "Airlock",
            "Cartographers",
            "Parallax",
            "Archive of Io",
            "Orbit Clerk",
            "Terraform",
            "Moon Ferry",
            "Antenna Garden",
        ],
    },
    Genre {
        name: "Romance",
        films: 80,
        first: &[
            "Letters for",
            "A Summer beside",
            "Waiting on",
            "Dancing past",
            "An Umbrella for",
            "Postcards to",
            "Two Tickets to",
            "The Spring of",
            "Every Sunday with",
            "Halfway to",
        ],
        second: &[
            "Marguerite Bly",
            "Lindenholm",
            "Aurelio",
            "the Ferry Pilot",
            "Saint Orsola",
            "Beatrix Lowe",
            "Tamsin",
            "Port Verity",
            "the Second Violin",
            "Casimir",
            "Orchard Street",
            "the Clockmaker's Son",
        ],
    },
    Genre {
        name: "Thriller",
        films: 70,
        first: &[
            "The Kessler",
            "The Ninth",
            "The Blackwater",
            "The Harrow",
            "The Lisbon",
            "The Unsigned",
            "The Brandt",
            "The Paper",
            "The Fourth-Floor",
            "The Winter",
        ],
        second: &[
            "Deposition",
            "Ledger",
            "Alibi",
            "Courier",
            "Handshake",
            "Cipher Clerk",
            "Passenger List",
            "Informant",
            "Affidavit",
            "Retainer",
            "Transcript",
            "Signature",
        ],
    },
    Genre {
        name: "Comedy",
        films: 60,
        first: &[
            "My Cousin's",
            "Uncle Bertie's",
            "The Neighbour's",
            "Our Landlord's",
            "Grandmother's",
            "Almost Everybody's",
            "The Mayor's",
            "Professor Pim's",
        ],
        second: &[
            "Terrible Canoe",
            "Second Wedding Cake",
            "Lucky Trousers",
            "Runaway Bakery",
            "Brass Band",
            "Talking Goat",
            "Package Holiday",
            "Borrowed Hearse",
            "Driving Lesson",
            "Very Small Yacht",
        ],
    },
    Genre {
        name: "Documentary",
        films: 55,
        first: &[
            "A Short History of",
            "Inside",
            "Counting",
            "Growing up with",
            "Seven Days among",
            "Listening to",
            "The Economics of",
        ],
        second: &[
            "Salt",
            "Lighthouses",
            "Moss",
            "the Night Ferry",
            "Beekeepers",
            "Concrete",
            "Elevators",
            "River Stones",
            "Typewriters",
            "Sheepdogs",
            "Harbour Cranes",
        ],
    },
    Genre {
        name: "Horror",
        films: 45,
        first: &[
            "The Thing under",
            "Whispers from",
            "The House behind",
            "Something at",
            "Nobody Leaves",
            "Knocking at",
            "What Came to",
        ],
        second: &[
            "Ashgrove Weir",
            "the Drowned Chapel",
            "Cellar Nine",
            "Widow's Mill",
            "the Tallow Wood",
            "Marrow Lane",
            "the Wax Nursery",
            "Pike Hollow",
            "Saint Wendel's",
            "Coldmouth",
        ],
    },
];

pub(super) struct Genre {
    name: &'static str,
    films: usize,
    first: &'static [&'static str],
    second: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Film {
    pub title: String,
    pub year: u64,
    /// The planted group: an index of `GENRES`.
    pub genre: usize,
    /// A second genre, for the list only.
    other: Option<usize>,
    /// How much everybody likes it, in stars.
    pub quality: f64,
    /// From light to grave, about normal.
    pub gravity: f64,
    /// How easily it is come by: the weight of being chosen.
    pub weight: u64,
}

impl Film {
    pub(super) fn genre_name(&self) -> &'static str {
        GENRES[self.genre].name
    }

    /// As in MovieLens: `Sci-Fi|Thriller`.
    pub(super) fn genres(&self) -> String {
        match self.other {
            Some(other) => format!("{}|{}", self.genre_name(), GENRES[other].name),
            None => self.genre_name().to_owned(),
        }
    }
}

/// All films, in an order that tells nothing of their groups or popularity.
pub(super) fn generate(rng: &mut SampleRng) -> Vec<Film> {
    let mut films = Vec::new();
    let mut taken = BTreeSet::new();
    for (genre, words) in GENRES.iter().enumerate() {
        let mut left = words.films;
        while left > 0 {
            let title = format!("{} {}", rng.pick(words.first), rng.pick(words.second));
            if taken.insert(title.clone()) {
                films.push(film(title, genre, rng));
                left -= 1;
            }
        }
    }
    // A long tail over a shuffled order: Zipf with an offset, so that nobody has seen everything.
    rng.shuffle(&mut films);
    for (rank, film) in films.iter_mut().enumerate() {
        film.weight = 1_000_000 / (rank as u64 + 12);
        // What is seen by many is a little better than what is not.
        film.quality += 0.2 - 0.001 * rank as f64;
    }
    rng.shuffle(&mut films);
    films
}

fn film(title: String, genre: usize, rng: &mut SampleRng) -> Film {
    let other = rng.below(GENRES.len() as u64 * 4) as usize;
    Film {
        title,
        year: 2014 - (rng.uniform() * rng.uniform() * 60.0) as u64,
        genre,
        other: (other < GENRES.len() && other != genre).then_some(other),
        quality: 0.35 * rng.normal(),
        gravity: rng.normal(),
        weight: 0,
    }
}
