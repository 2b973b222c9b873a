//! The matrix product under every convolution: `out[m][p] = Σ_k left[m][k] · right[k][p]`, where the rows of both factors may lie
//! anywhere in memory, so that a convolution needs no unrolled copy of its image.
//!
//! A tile of M rows × V vectors of the output stays in registers while k runs. SIMD width is chosen at run time (`pulp`).

use pulp::{Arch, Simd, WithSimd};

/// Widths are multiples of this; it is a multiple of every SIMD width.
pub(super) const LANES: usize = 16;

/// The factor whose values are broadcast: (m, k) lies at `rows[m] + columns[k]`.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    pub(super) data: &'a [f32],
    pub(super) rows: &'a [u32],
    pub(super) columns: &'a [u32],
}

/// The factor that is read in vectors: row k begins at `rows[k] + start`.
#[derive(Clone, Copy)]
pub(super) struct Right<'a> {
    pub(super) data: &'a [f32],
    pub(super) rows: &'a [u32],
    pub(super) start: usize,
}

/// `out[m · stride ..][.. width]` is set to the product, or has it added.
pub(super) struct Product<'a> {
    pub(super) left: Left<'a>,
    pub(super) right: Right<'a>,
    /// Columns computed, a multiple of [`LANES`].
    pub(super) width: usize,
    pub(super) out: &'a mut [f32],
    pub(super) stride: usize,
    pub(super) add: bool,
}

impl Product<'_> {
    pub(super) fn compute(self) {
        let rows = self.left.rows.len();
        if rows == 0 || self.width == 0 {
            return;
        }
        assert_eq!(self.width % LANES, 0);
        assert_eq!(self.left.columns.len(), self.right.rows.len());
        assert!((rows - 1) * self.stride + self.width <= self.out.len());
        if self.right.rows.is_empty() {
            if !self.add {
                for row in self.out.chunks_mut(self.stride.max(1)).take(rows) {
                    row[..self.width].fill(0.0);
                }
            }
            return;
        }
        let last = |offsets: &[u32]| offsets.iter().copied().max().unwrap_or(0) as usize;
        assert!(last(self.left.rows) + last(self.left.columns) < self.left.data.len());
        assert!(last(self.right.rows) + self.right.start + self.width <= self.right.data.len());
        // SAFETY: the assertions above are what `Checked` asks for.
        Arch::new().dispatch(unsafe { Checked::new(self) });
    }
}

/// A product whose offsets were checked.
struct Checked<'a>(Product<'a>);

impl<'a> Checked<'a> {
    /// # Safety
    ///
    /// Every sum of a row and a column offset of the left factor lies in its data; every row of the right factor has `width` values
    /// from `start` on in its data; both have as many k; `width` is a multiple of `LANES`.
    unsafe fn new(product: Product<'a>) -> Self {
        Self(product)
    }
}

impl WithSimd for Checked<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let vectors = self.0.width / S::F32_LANES;
        let rows = self.0.left.rows.len();
        let mut job = self;
        let mut done = 0;
        while done < vectors {
            let wide = strip(vectors - done, rows, S::REGISTER_COUNT);
            let at = done * S::F32_LANES;
            match wide {
                8 => job.strip::<S, 8>(simd, at),
                6 => job.strip::<S, 6>(simd, at),
                4 => job.strip::<S, 4>(simd, at),
                3 => job.strip::<S, 3>(simd, at),
                2 => job.strip::<S, 2>(simd, at),
                _ => job.strip::<S, 1>(simd, at),
            }
            done += wide;
        }
    }
}

/// How many vectors wide the next strip is: what fills the registers with few loads for each multiplication.
#[inline(always)]
fn strip(left: usize, rows: usize, registers: usize) -> usize {
    let wide = registers >= 32;
    let best = match (rows, wide) {
        (1..=3, true) => 8,
        (4, true) => 6,
        (1..=2, false) => 4,
        (3..=4, false) => 3,
        (_, false) => 2,
        _ if left.is_multiple_of(4) => 4,
        _ => 3,
    };
    [8, 6, 4, 3, 2, 1]
        .into_iter()
        .find(|&width| width <= best.min(left))
        .unwrap_or(1)
}

impl Checked<'_> {
    /// All rows of a strip of `V` vectors.
    #[inline(always)]
    fn strip<S: Simd, const V: usize>(&mut self, simd: S, at: usize) {
        let rows = self.0.left.rows.len();
        let mut row = 0;
        while row < rows {
            let left = rows - row;
            let budget = S::REGISTER_COUNT;
            // The tallest tile whose sums, vectors and one broadcast value fit into the registers.
            macro_rules! tiles {
                ($($m:literal)*) => {
                    $(if left >= $m && $m * V + V.min($m) < budget {
                        self.tile::<S, $m, V>(simd, row, at);
                        row += $m;
                        continue;
                    })*
                };
            }
            tiles!(16 12 8 6 4 3 2);
            self.tile::<S, 1, V>(simd, row, at);
            row += 1;
        }
    }

    #[inline(always)]
    #[expect(
        clippy::needless_range_loop,
        reason = "which sums meet which values is plainer by index"
    )]
    fn tile<S: Simd, const M: usize, const V: usize>(&mut self, simd: S, row: usize, at: usize) {
        let Product {
            left,
            right,
            out,
            stride,
            add,
            ..
        } = &mut self.0;
        let lanes = S::F32_LANES;
        let data = right.data.as_ptr().wrapping_add(right.start + at);
        let mut rows = [left.data.as_ptr(); M];
        for (m, start) in rows.iter_mut().enumerate() {
            *start = start.wrapping_add(left.rows[row + m] as usize);
        }
        let zero = simd.splat_f32s(0.0);
        let mut sums = [[zero; V]; M];
        for (&column, &begin) in left.columns.iter().zip(right.rows) {
            let begin = data.wrapping_add(begin as usize);
            let column = column as usize;
            // SAFETY: `Checked` holds that row and column offsets stay inside the left data, and that `width` values from `start` on
            // stay inside the right data; `at + V · lanes <= width`. f32s are Pod and read unaligned.
            unsafe {
                if M <= V {
                    let mut values = [zero; M];
                    for m in 0..M {
                        values[m] = simd.splat_f32s(*rows[m].wrapping_add(column));
                    }
                    for v in 0..V {
                        let vector = begin.wrapping_add(v * lanes).cast::<S::f32s>();
                        let vector = vector.read_unaligned();
                        for m in 0..M {
                            sums[m][v] = simd.mul_add_e_f32s(values[m], vector, sums[m][v]);
                        }
                    }
                } else {
                    let mut vectors = [zero; V];
                    for v in 0..V {
                        let vector = begin.wrapping_add(v * lanes).cast::<S::f32s>();
                        vectors[v] = vector.read_unaligned();
                    }
                    for m in 0..M {
                        let value = simd.splat_f32s(*rows[m].wrapping_add(column));
                        for v in 0..V {
                            sums[m][v] = simd.mul_add_e_f32s(value, vectors[v], sums[m][v]);
                        }
                    }
                }
            }
        }
        for (m, sums) in sums.iter().enumerate() {
            let out = &mut out[(row + m) * *stride + at..][..V * lanes];
            let (out, _) = S::as_mut_simd_f32s(out);
            for (out, &sum) in out.iter_mut().zip(sums) {
                *out = if *add { simd.add_f32s(*out, sum) } else { sum };
            }
        }
    }
}
