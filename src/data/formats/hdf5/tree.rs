//! The arrays of a file, group by group.

use hdf5_pure::{Dataset, File, Group};

use super::content::{Bound, holds};
use super::sparse::Sparse;
use super::{anndata, matlab, tenx};
use crate::data::Dense;
use crate::data::formats::arrays::{Arrays, Content};
use crate::data::formats::choose::{Announced, Holds, choose};
use crate::data::formats::entries;
use crate::data::formats::npy::Wrong;
use crate::data::formats::raw::RawMatrix;

/// Groups within groups are looked into so far.
const DEEPEST: usize = 6;
/// Groups and datasets that are looked at: a group may be a member of itself.
const MOST: usize = 10_000;

/// The arrays of a file.
pub(super) struct Tree {
    file: File,
    size: usize,
    bound: Bound,
    announced: Vec<Announced>,
    places: Vec<Place>,
    /// Groups and datasets that were looked at.
    seen: usize,
    is_anndata: bool,
}

/// Where an array is.
enum Place {
    Dataset(Dataset),
    /// With its class.
    Matlab(Dataset, String),
    Sparse(Box<Sparse>),
}

impl Tree {
    pub(super) fn open(file: &File, size: usize) -> Result<Self, hdf5_pure::Error> {
        let mut tree = Self {
            file: file.clone(),
            size,
            bound: Bound::of_file(size),
            announced: Vec::new(),
            places: Vec::new(),
            seen: 0,
            is_anndata: anndata::is_anndata(file),
        };
        tree.walk(&file.root(), "", "/", 0)?;
        Ok(tree)
    }

    /// Lists what is in a group, the datasets before what is in other groups. `within` and `point` stand before the names.
    fn walk(
        &mut self,
        group: &Group,
        within: &str,
        point: &str,
        depth: usize,
    ) -> Result<(), hdf5_pure::Error> {
        let path = |name: &str| match within {
            "" => name.to_owned(),
            _ => format!("{within}{point}{name}"),
        };
        for (name, dataset) in group.iter_datasets()? {
            self.seen += 1;
            if self.seen > MOST {
                return Ok(());
            }
            self.add(dataset, path(&name));
        }
        for (name, inner) in group.iter_groups()? {
            self.seen += 1;
            // What MATLAB needs for itself begins with #.
            if self.seen > MOST || depth >= DEEPEST || name.starts_with('#') {
                continue;
            }
            let path = path(&name);
            if self.is_anndata && anndata::is_aside(&path) {
                continue;
            }
            let members: Vec<(String, Dataset)> = inner.iter_datasets()?.collect();
            if let Some(sparse) = Sparse::of(&inner, &members, self.bound) {
                self.announced.push(Announced {
                    name: path,
                    shape: vec![sparse.shape.0, sparse.shape.1],
                    holds: Holds::Numbers,
                });
                self.places.push(Place::Sparse(Box::new(sparse)));
                continue;
            }
            drop(members);
            let is_struct = inner
                .attrs()
                .is_ok_and(|attributes| attributes.contains_key("MATLAB_class"));
            let point = if is_struct { "." } else { "/" };
            self.walk(&inner, &path, point, depth + 1)?;
        }
        Ok(())
    }

    fn add(&mut self, dataset: Dataset, name: String) {
        if let Some(class) = matlab::class(&dataset) {
            let announced = matlab::announce(&dataset, &class, name, self.bound);
            self.announced.push(announced);
            self.places.push(Place::Matlab(dataset, class));
            return;
        }
        let holds = holds(&dataset);
        self.announced.push(Announced {
            name,
            shape: dataset.shape().unwrap_or_default(),
            holds,
        });
        self.places.push(Place::Dataset(dataset));
    }

    /// Adds the names and classes that stand elsewhere in the file to the matrix that was read.
    pub(super) fn add_names(
        &self,
        raw: &mut RawMatrix,
        variable: Option<&str>,
    ) -> Result<(), Wrong> {
        let at = choose(&self.announced, variable)?.matrix;
        let path = &self.announced[at].name;
        if let Place::Sparse(sparse) = &self.places[at] {
            raw.notices.extend(sparse.notice.clone());
            tenx::add(&self.file, path, raw, self.bound);
        }
        if self.is_anndata {
            anndata::add(&self.file, path, raw, self.bound)?;
        }
        Ok(())
    }

    /// Names the array in an error.
    fn named(&self, at: usize) -> impl Fn(Wrong) -> Wrong + use<'_> {
        let name = &self.announced[at].name;
        move |wrong| Wrong::new(format!("{name}: {}", wrong.problem), wrong.remedy)
    }

    fn dense(&self, dataset: &Dataset, by_column: bool) -> Result<Dense, Wrong> {
        let numbers = self.bound.narrow(dataset)?;
        let shape = dataset.shape().map_err(super::content::damaged)?;
        let &[first, second] = &shape[..] else {
            return Err(Wrong::new("is not a matrix", super::AGAIN));
        };
        // Its bytes are there, so the sides are small.
        let (rows, columns) = match by_column {
            true => (second as usize, first as usize),
            false => (first as usize, second as usize),
        };
        if numbers.is_empty() {
            return Ok(Dense::default());
        }
        let numbers = numbers.into_iter().map(f64::from);
        let values = entries::dense(numbers, (rows, columns), by_column)?;
        Ok(Dense::new(columns, values))
    }
}

impl Arrays for Tree {
    fn announced(&self) -> &[Announced] {
        &self.announced
    }

    fn content(&mut self, at: usize) -> Result<Content, Wrong> {
        match &self.places[at] {
            Place::Dataset(dataset) => self.dense(dataset, false).map(Content::Dense),
            Place::Matlab(dataset, _) => self.dense(dataset, true).map(Content::Dense),
            Place::Sparse(sparse) => sparse.read(self.bound, self.size).map(Content::Sparse),
        }
        .map_err(self.named(at))
    }

    fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong> {
        match &self.places[at] {
            Place::Dataset(dataset) => self.bound.texts(dataset),
            Place::Matlab(dataset, class) => matlab::texts(dataset, class, self.bound),
            Place::Sparse(_) => Err(Wrong::new(
                "is sparse, where classes are expected",
                "Save it as a full vector",
            )),
        }
        .map_err(self.named(at))
    }
}
