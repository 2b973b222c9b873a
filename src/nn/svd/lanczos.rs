//! Leading singular triples by block Golub-Kahan-Lanczos bidiagonalization, every block orthogonalized against all before it
//! (G. Golub, F. Luk and M. Overton, A Block Lanczos Method, ACM TOMS 1981). Blocks find equal singular values, which single vectors miss.

use faer::{Accum, Mat, MatRef, Par, linalg::matmul::matmul};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use super::{Block, Operator};

/// A triple is found when ‖Aᵀu − σv‖ is below this share of the largest singular value.
const TOLERANCE: f64 = 1e-7;
/// Below this share of the largest singular value, a direction is rounding.
const NEGLIGIBLE: f64 = 1e-12;
/// Below this share, a difference has lost the digits that made it orthogonal.
const CANCELED: f64 = 1e-4;
/// Up to this size, the matrix is decomposed whole.
const SMALL: usize = 64;
/// Basis vectors before the iteration begins again from the best of them.
const MOST_BASIS: usize = 160;
const MOST_RESTARTS: usize = 20;

/// Singular triples, the largest first.
#[derive(Debug, Clone, Default)]
pub struct Triples {
    /// σ
    pub singular_values: Vec<f64>,
    /// u of each.
    pub left: Vec<Vec<f64>>,
    /// v of each.
    pub right: Vec<Vec<f64>>,
}

/// The `wanted` leading triples, or all if the matrix has fewer, to a relative error of 1e-7. `seed` draws where the iteration begins, and
/// decides nothing else unless singular values are equal.
#[must_use]
pub fn leading_triples(operator: &impl Operator, wanted: usize, seed: u64) -> Triples {
    let smaller = operator.rows().min(operator.columns());
    let wanted = wanted.min(smaller);
    if wanted == 0 {
        return Triples::default();
    }
    if smaller <= SMALL {
        return whole(operator, wanted);
    }
    match wanted {
        1..=4 => Lanczos::<_, 4>::new(operator, seed).run(wanted),
        5..=8 => Lanczos::<_, 8>::new(operator, seed).run(wanted),
        _ => Lanczos::<_, 16>::new(operator, seed).run(wanted),
    }
}

/// From the whole matrix, which has few rows or few columns.
fn whole(operator: &impl Operator, wanted: usize) -> Triples {
    let (rows, columns) = (operator.rows(), operator.columns());
    let mut matrix = Mat::<f64>::zeros(rows, columns);
    let wide = rows < columns;
    for at in 0..rows.min(columns) {
        let mut unit = vec![[0.0]; rows.min(columns)];
        unit[at] = [1.0];
        if wide {
            let row = operator.apply_transposed(&unit);
            for (column, [value]) in row.into_iter().enumerate() {
                matrix[(at, column)] = value;
            }
        } else {
            for (row, [value]) in operator.apply(&unit).into_iter().enumerate() {
                matrix[(row, at)] = value;
            }
        }
    }
    // A matrix of finite numbers has one; without it nothing is embedded.
    let Ok(svd) = matrix.thin_svd() else {
        return Triples::default();
    };
    let vectors = |side: MatRef<'_, f64>| -> Vec<Vec<f64>> {
        (0..wanted)
            .map(|at| side.col(at).iter().copied().collect())
            .collect()
    };
    Triples {
        left: vectors(svd.U()),
        right: vectors(svd.V()),
        singular_values: svd
            .S()
            .column_vector()
            .iter()
            .take(wanted)
            .copied()
            .collect(),
    }
}

/// A ≈ U T Vᵀ.
struct Lanczos<'a, O, const B: usize> {
    operator: &'a O,
    left: Basis,
    right: Basis,
    rng: ChaCha8Rng,
    most: usize,
}

impl<'a, O: Operator, const B: usize> Lanczos<'a, O, B> {
    fn new(operator: &'a O, seed: u64) -> Self {
        let (rows, columns) = (operator.rows(), operator.columns());
        let most = MOST_BASIS.min(rows).min(columns) / B * B;
        Self {
            operator,
            left: Basis::new(rows, most),
            right: Basis::new(columns, most),
            rng: ChaCha8Rng::seed_from_u64(seed),
            most,
        }
    }

    fn run(mut self, wanted: usize) -> Triples {
        let columns = self.operator.columns();
        let mut begin = Mat::from_fn(columns, B, |_, _| self.normal());
        let mut restarts = 0;
        loop {
            self.left.used = 0;
            self.right.used = 0;
            let found = self.sweep(begin, wanted);
            if found.residual <= TOLERANCE || restarts == MOST_RESTARTS {
                return self.triples(&found, wanted);
            }
            restarts += 1;
            // A few more than wanted: they are nearly found, too.
            let keep = (wanted + B).min(self.most / 2);
            begin = product(self.right.filled(), found.right.subcols(0, keep));
        }
    }

    /// Grows the bases block by block until the wanted triples are found or the bases are full.
    fn sweep(&mut self, begin: Mat<f64>, wanted: usize) -> Ritz {
        let mut projected = Mat::<f64>::zeros(self.most, self.most);
        self.right.extend(begin, &mut self.rng);
        let (mut done, mut look) = (0, 0);
        loop {
            // A V_j = U [H; R]: columns of T.
            let width = self.right.used - done;
            let image = self.forward(done, width);
            let coefficients = self.left.extend(image, &mut self.rng);
            projected
                .submatrix_mut(0, done, coefficients.nrows(), width)
                .copy_from(&coefficients);
            let used = self.left.used;
            // Aᵀ U_j = V [H; R]: the part beyond V is what is left over.
            let image = self.backward(done, width);
            let (next, remainder) = self.right.remainder(image, B);
            let full = used + next.ncols() > self.most;
            if used >= look || full {
                let ritz = Ritz::new(projected.submatrix(0, 0, used, used), &remainder, wanted);
                if ritz.residual <= TOLERANCE || full {
                    return ritz;
                }
                // Looking costs the cube of the size.
                look = used + (used / 4).max(2 * B);
            }
            done = used;
            self.right.extend(next, &mut self.rng);
        }
    }

    fn triples(&self, found: &Ritz, wanted: usize) -> Triples {
        let vectors = |basis: &Basis, small: &Mat<f64>| -> Vec<Vec<f64>> {
            let vectors = product(basis.filled(), small.subcols(0, wanted));
            (0..wanted)
                .map(|at| vectors.col_as_slice(at).to_vec())
                .collect()
        };
        Triples {
            left: vectors(&self.left, &found.left),
            right: vectors(&self.right, &found.right),
            singular_values: found.values[..wanted].to_vec(),
        }
    }

    fn forward(&self, first: usize, width: usize) -> Mat<f64> {
        let blocks = |block: &Block<B>| self.operator.apply(block);
        self.multiply(&self.right, first, width, blocks)
    }

    fn backward(&self, first: usize, width: usize) -> Mat<f64> {
        let blocks = |block: &Block<B>| self.operator.apply_transposed(block);
        self.multiply(&self.left, first, width, blocks)
    }

    /// Products with some vectors of a basis, `B` at a time.
    fn multiply(
        &self,
        basis: &Basis,
        first: usize,
        width: usize,
        apply: impl Fn(&Block<B>) -> Block<B>,
    ) -> Mat<f64> {
        let mut image = Mat::zeros(0, 0);
        for start in (0..width).step_by(B) {
            let own = B.min(width - start);
            let mut block: Block<B> = vec![[0.0; B]; basis.vectors.nrows()];
            for at in 0..own {
                let vector = basis.vectors.col_as_slice(first + start + at);
                for (place, value) in block.iter_mut().zip(vector) {
                    place[at] = *value;
                }
            }
            let product = apply(&block);
            if start == 0 {
                image = Mat::zeros(product.len(), width);
            }
            for at in 0..own {
                let vector = image.col_as_slice_mut(start + at);
                for (place, value) in vector.iter_mut().zip(&product) {
                    *place = value[at];
                }
            }
        }
        image
    }

    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.rng)
    }
}

/// Orthonormal vectors.
struct Basis {
    vectors: Mat<f64>,
    used: usize,
}

impl Basis {
    fn new(length: usize, most: usize) -> Self {
        Self {
            vectors: Mat::zeros(length, most),
            used: 0,
        }
    }

    fn filled(&self) -> MatRef<'_, f64> {
        self.vectors.subcols(0, self.used)
    }

    /// Subtracts from `block` what lies in the basis; returns the coefficients: [used, width].
    fn project_out(&self, block: &mut Mat<f64>) -> Mat<f64> {
        let mut coefficients = Mat::zeros(self.used, block.ncols());
        // Twice is enough (W. Kahan).
        for _ in 0..2 {
            let own = product(self.filled().transpose(), block.as_ref());
            matmul(
                block.as_mut(),
                Accum::Add,
                self.filled(),
                own.as_ref(),
                -1.0,
                Par::rayon(0),
            );
            coefficients += own;
        }
        coefficients
    }

    /// Makes `block` orthonormal and adds it; as many random directions as it lacks. Returns [H; R] with block = basis H + new R:
    /// [used after, width].
    fn extend(&mut self, mut block: Mat<f64>, rng: &mut ChaCha8Rng) -> Mat<f64> {
        let (before, width) = (self.used, block.ncols());
        let projected = self.project_out(&mut block);
        let mut coefficients = Mat::zeros(before + width, width);
        coefficients
            .submatrix_mut(0, 0, before, width)
            .copy_from(projected);
        for column in 0..width {
            let mut vector = block.col_as_slice(column).to_vec();
            let full = norm(&vector).max(1.0);
            for _ in 0..2 {
                for own in 0..column {
                    let new = self.vectors.col_as_slice(before + own);
                    let share = dot(new, &vector);
                    coefficients[(before + own, column)] += share;
                    subtract(&mut vector, share, new);
                }
            }
            let length = norm(&vector);
            if length > NEGLIGIBLE * full {
                coefficients[(before + column, column)] = length;
                normalize(&mut vector);
                if length < CANCELED * full {
                    vector = self.outside(&vector);
                }
            } else {
                let random: Vec<f64> = (0..vector.len())
                    .map(|_| StandardNormal.sample(rng))
                    .collect();
                vector = self.outside(&random);
            }
            self.vectors
                .col_as_slice_mut(before + column)
                .copy_from_slice(&vector);
            self.used += 1;
        }
        coefficients
    }

    /// The part of a vector outside the basis, of length 1.
    fn outside(&self, vector: &[f64]) -> Vec<f64> {
        let mut block = Mat::from_fn(vector.len(), 1, |row, _| vector[row]);
        self.project_out(&mut block);
        let mut vector = block.col_as_slice(0).to_vec();
        normalize(&mut vector);
        vector
    }

    /// The part of `block` outside the basis, as at most `most` directions that hold nearly all of it, and its Gram matrix.
    fn remainder(&self, mut block: Mat<f64>, most: usize) -> (Mat<f64>, Mat<f64>) {
        self.project_out(&mut block);
        let gram = product(block.transpose(), block.as_ref());
        if block.ncols() > most
            && let Ok(eigen) = gram.self_adjoint_eigen(faer::Side::Lower)
        {
            // Ascending: the last ones are the largest.
            let largest = eigen.U().subcols(gram.ncols() - most, most);
            block = product(block.as_ref(), largest);
        }
        (block, gram)
    }
}

/// Singular triples of the projected matrix T = X Σ Yᵀ.
struct Ritz {
    values: Vec<f64>,
    left: Mat<f64>,
    right: Mat<f64>,
    /// Largest ‖Aᵀu − σv‖ of the wanted triples, in units of the largest singular value.
    residual: f64,
}

impl Ritz {
    /// `remainder`: the Gram matrix of what Aᵀ times the last left vectors has beyond the right basis.
    fn new(projected: MatRef<'_, f64>, remainder: &Mat<f64>, wanted: usize) -> Self {
        let size = projected.nrows();
        // The projected matrix is small and finite; an SVD that fails all the same counts as not converged.
        let Ok(svd) = projected.svd() else {
            return Self {
                values: vec![0.0; size],
                left: Mat::identity(size, size),
                right: Mat::identity(size, size),
                residual: f64::INFINITY,
            };
        };
        let (left, right) = (svd.U().to_owned(), svd.V().to_owned());
        let values: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        let width = remainder.ncols();
        let residual = |at: usize| {
            let last = left.submatrix(size - width, at, width, 1);
            let square = product(last.transpose(), product(remainder.as_ref(), last).as_ref());
            square[(0, 0)].max(0.0).sqrt()
        };
        let largest = values.first().copied().unwrap_or(0.0);
        let residual = if size < wanted {
            f64::INFINITY
        } else if largest <= NEGLIGIBLE {
            0.0
        } else {
            (0..wanted).map(residual).fold(0.0, f64::max) / largest
        };
        Self {
            values,
            left,
            right,
            residual,
        }
    }
}

fn product(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> Mat<f64> {
    let mut product = Mat::zeros(left.nrows(), right.ncols());
    matmul(
        product.as_mut(),
        Accum::Replace,
        left,
        right,
        1.0,
        Par::rayon(0),
    );
    product
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

fn normalize(vector: &mut [f64]) {
    let length = norm(vector);
    vector.iter_mut().for_each(|value| *value /= length);
}

fn subtract(vector: &mut [f64], share: f64, other: &[f64]) {
    for (value, other) in vector.iter_mut().zip(other) {
        *value -= share * other;
    }
}
