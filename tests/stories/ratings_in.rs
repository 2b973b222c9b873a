//! A person opens a file of ratings: every format of the field is recognized by its content, whatever the file is called.
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::measured_data;
use atelier::data::{self, DataError, Monitor, RatingsData, RatingsSource};

fn load(config: &RatingsSource, base: &Path) -> Result<Arc<RatingsData>, DataError> {
    let data = data::load(&config.clone().into(), base, 1, &Monitor::default())?;
    Ok(Arc::clone(data.ratings().expect("ratings")))
}

fn at(path: &str) -> RatingsSource {
    RatingsSource {
        path: PathBuf::from(path),
        ..RatingsSource::default()
    }
}

/// Reads bytes as a file with a name that tells nothing.
fn read(content: &[u8]) -> Arc<RatingsData> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), content).expect("written");
    load(&at("file"), folder.path()).expect("ratings")
}

/// Training ratings by the ids of user and item.
fn by_id(data: &RatingsData) -> BTreeMap<(String, String), f32> {
    let name = |user, item| {
        (
            data.users.id(user).to_owned(),
            data.items.id(item).to_owned(),
        )
    };
    data.train
        .iter()
        .map(|(user, item, value)| (name(user, item), value))
        .collect()
}

fn expected(ratings: &[(&str, &str, f32)]) -> BTreeMap<(String, String), f32> {
    let owned = |&(user, item, value): &(&str, &str, f32)| ((user.into(), item.into()), value);
    ratings.iter().map(owned).collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(content).expect("packed");
    packed.finish().expect("packed")
}

#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn movielens_100k_with_its_titles() {
    let folder = measured_data::folder().join("ml-100k");
    let data = load(&at("u.data"), &folder).expect("u.data");
    // The numbers of u.info.
    assert_eq!((data.users.len(), data.items.len()), (943, 1682));
    assert_eq!(data.train.len(), 100_000);
    assert_eq!(data.scale, (1.0, 5.0));
    assert!(data.test.is_empty());
    let user = data.users.find("196").expect("user 196");
    let item = data.items.find("242").expect("item 242");
    assert_eq!(data.items.title(item), Some("Kolya (1996)"));
    assert_eq!(data.train.by_user().get(user, item), Some(3.0));
    assert_eq!(data.train.by_item().get(item, user), Some(3.0));
    assert_eq!(data.fingerprint.bytes, 1_979_173);
}

#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn movielens_100k_with_its_own_split() {
    let folder = measured_data::folder().join("ml-100k");
    let config = RatingsSource {
        test: Some(PathBuf::from("u1.test")),
        ..at("u1.base")
    };
    let data = load(&config, &folder).expect("u1");
    assert_eq!((data.train.len(), data.test.len()), (80_000, 20_000));
    assert_eq!((data.users.len(), data.items.len()), (943, 1682));
    // comm -23 <(cut -f2 u1.test | sort -u) <(cut -f2 u1.base | sort -u) | wc -l
    let items = data.train.by_item().offsets();
    let cold = items.windows(2).filter(|row| row[0] == row[1]).count();
    assert_eq!(cold, 32);
    assert!(
        data.notices
            .iter()
            .any(|notice| notice.contains("32 items"))
    );
}

#[test]
fn delimited_text_of_every_kind_gives_the_same_ratings() {
    let same = expected(&[("1", "10", 3.5), ("1", "20", 4.0), ("2", "10", 1.0)]);
    for content in [
        "1\t10\t3.5\n1\t20\t4\n2\t10\t1\n",
        "1,10,3.5\r\n1,20,4\r\n2,10,1\r\n",
        "1;10;3,5\n1;20;4\n2;10;1",
        "1|10|3.5\n1|20|4\n2|10|1\n",
        "1::10::3.5\n1::20::4.0\n2::10::1.0\n",
        "  1 10  3.5\n1 20 4\n2 10 1\n\n",
        "\u{feff}userId,movieId,rating\n1,10,3.5\n1,20,4\n2,10,1\n",
        "\"1\",\"10\",\"3.5\"\n\"1\",\"20\",\"4\"\n\"2\",\"10\",\"1\"\n",
        "rating,item,user\n3.5,10,1\n4,20,1\n1,10,2\n",
        "% a comment\n% another\n1 10 3.5\n1 20 4\n2 10 1\n",
        "user,10,20,30,40,50\n1,3.5,4,,,\n2,1,,,,\n",
    ] {
        assert_eq!(by_id(&read(content.as_bytes())), same, "{content}");
        assert_eq!(by_id(&read(&gzip(content.as_bytes()))), same, "{content}");
    }
}

#[test]
fn ids_keep_their_text() {
    let data = read(b"user,item,rating\nann,\"Say \"\"hi\"\", you\",4\nann,0114508,3\nann,114508,2\n\xc3\xa9va,tt0111161,5\n");
    let same = expected(&[
        ("ann", "Say \"hi\", you", 4.0),
        ("ann", "0114508", 3.0),
        ("ann", "114508", 2.0),
        ("éva", "tt0111161", 5.0),
    ]);
    assert_eq!(by_id(&data), same);
}

#[test]
fn times_are_read_where_there_are_any() {
    let data = read(b"7::0114508::8::1381006850\n7::0208092::5::1586466072\n");
    let times = data.train.timestamps();
    assert_eq!(times.get(0), Some(1_381_006_850));
    assert_eq!(times.span(), Some((1_381_006_850, 1_586_466_072)));
    assert!(read(b"1,2,3\n2,2,4\n").train.timestamps().is_empty());
}

#[test]
fn matrices_written_by_numpy_and_scipy() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ratings");
    let from_zero = expected(&[
        ("0", "0", 5.0),
        ("0", "2", 3.0),
        ("2", "0", 4.0),
        ("2", "1", 1.0),
        ("3", "1", 2.0),
        ("3", "3", 4.5),
    ]);
    for name in ["csr.npz", "csc.npz", "coo.npz", "bsr.npz", "dense.npz"] {
        let data = load(&at(name), &fixtures).expect(name);
        assert_eq!(by_id(&data), from_zero, "{name}");
        assert!(data.users.ids().eq(["0", "2", "3"]), "{name}");
        assert!(data.items.ids().eq(["0", "1", "2", "3"]), "{name}");
    }
    let from_one = expected(&[
        ("1", "1", 5.0),
        ("1", "3", 3.0),
        ("3", "1", 4.0),
        ("3", "2", 1.0),
        ("4", "2", 2.0),
        ("4", "4", 4.5),
    ]);
    let data = load(&at("matrix.mtx"), &fixtures).expect("matrix.mtx");
    assert_eq!(by_id(&data), from_one);
    let mut rounded = from_zero.clone();
    // numpy.rint(4.5) is 4.
    rounded.insert(("3".into(), "3".into()), 4.0);
    let data = load(&at("zeros.npy"), &fixtures).expect("zeros.npy");
    assert_eq!(by_id(&data), rounded);
    assert!(
        data.notices
            .iter()
            .any(|notice| notice.contains("0 was read as no rating"))
    );
    let mut with_zero = from_zero;
    with_zero.insert(("1".into(), "3".into()), 0.0);
    let data = load(&at("nan.npy"), &fixtures).expect("nan.npy");
    assert_eq!(by_id(&data), with_zero);
}

#[test]
fn a_labeled_matrix_with_empty_cells() {
    let data = read(b",film a,film b,film c\nann,5,,3.5\nbob,,,1\ncy,2,2,\n");
    let same = expected(&[
        ("ann", "film a", 5.0),
        ("ann", "film c", 3.5),
        ("bob", "film c", 1.0),
        ("cy", "film a", 2.0),
        ("cy", "film b", 2.0),
    ]);
    assert_eq!(by_id(&data), same);
    // As R writes it: no name above the row names, NA for what is missing.
    let data = read(
        b"\"a\" \"b\" \"c\" \"d\" \"e\" \"f\"\n\"u\" 1 NA 3 NA NA NA\n\"v\" NA 2 NA NA NA 5\n",
    );
    let same = expected(&[
        ("u", "a", 1.0),
        ("u", "c", 3.0),
        ("v", "b", 2.0),
        ("v", "f", 5.0),
    ]);
    assert_eq!(by_id(&data), same);
}

#[test]
fn titles_come_from_the_file_beside_or_the_one_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("ratings.dat", b"1::5::3\n1::6::4\n2::5::2\n");
    write(
        "movies.dat",
        b"5::Mis\xe9rables, Les (1995)::Drama\n6::Other (1990)::Comedy\n",
    );
    write("mine.csv", b"id,kind,title\n6,x,\"Mine, all mine\"\n");
    let title = |config: &RatingsSource, id: &str| {
        let data = load(config, folder.path()).expect("ratings");
        let item = data.items.find(id).expect("an item");
        data.items.display(item).to_owned()
    };
    assert_eq!(title(&at("ratings.dat"), "5"), "Misérables, Les (1995)");
    let found =
        |config: &RatingsSource| load(config, folder.path()).expect("ratings").titles.clone();
    assert_eq!(
        found(&at("ratings.dat")),
        Some(folder.path().join("movies.dat"))
    );
    let named = RatingsSource {
        items: Some(PathBuf::from("mine.csv")),
        ..at("ratings.dat")
    };
    assert_eq!(title(&named, "6"), "Mine, all mine");
    assert_eq!(title(&named, "5"), "5");
    assert_eq!(found(&named), None, "it was named, not found");
}

#[test]
fn a_large_file_reads_the_same_on_any_number_of_threads() {
    // Several blocks of 4 MB, with ids that first appear in different blocks and in unsorted order.
    let mut text = String::new();
    for line in 0..700_000_u32 {
        let user = line.wrapping_mul(2_654_435_761) >> 12;
        text += &format!(
            "{},{},{}\n",
            user % (line / 100 + 7),
            line % 4_001,
            line % 9 + 1
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), &text).expect("written");
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads")
            .install(|| load(&at("file"), folder.path()).expect("ratings"))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one.train.by_user(), three.train.by_user());
    assert_eq!(one.train.by_item(), three.train.by_item());
    assert!(one.users.ids().eq(three.users.ids()));
    assert_eq!(one.notices, three.notices);
    assert_eq!(one.fingerprint, three.fingerprint);
    // By another way: line by line into a map, where the later of a pair wins.
    let mut pairs = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let pair = (fields[0].to_owned(), fields[1].to_owned());
        pairs.insert(pair, fields[2].parse::<f32>().expect("a rating"));
    }
    assert!(by_id(&one) == pairs);
}

#[test]
fn a_split_depends_on_its_seed_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    data::sample::write_ratings(folder.path(), 3).expect("written");
    let config = RatingsSource {
        test_fraction: Some(0.1),
        ..at("ratings.csv")
    };
    let test = |seed| {
        let data = data::load(
            &config.clone().into(),
            folder.path(),
            seed,
            &Monitor::default(),
        )
        .expect("ratings");
        data.ratings()
            .expect("ratings")
            .test
            .iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(test(1), test(1));
    assert_ne!(test(1), test(2));
}

#[test]
fn reading_can_be_canceled_and_counts_its_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "12,34,5\n".repeat(1_500_000);
    std::fs::write(folder.path().join("file"), &text).expect("written");
    let monitor = Monitor::default();
    data::load(&at("file").into(), folder.path(), 1, &monitor).expect("ratings");
    assert_eq!(monitor.fraction(), Some(1.0));
    let monitor = Monitor::default();
    monitor.cancel();
    let canceled = data::load(&at("file").into(), folder.path(), 1, &monitor);
    assert!(matches!(canceled, Err(DataError::Canceled)));
}
