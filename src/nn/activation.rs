//! Element-wise functions of layers and their biases on the CPU, vectorized and on all cores.

use burn::backend::flex::FlexTensor;
use pulp::Arch;
use rayon::prelude::*;

use super::flex::slice;

/// Rows that one task takes; fixed, so that sums do not depend on the number of threads.
const ROWS: usize = 64;

/// An element-wise function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// x
    Identity,
    /// tanh x
    Tanh,
    /// 1 / (1 + exp(−x))
    Sigmoid,
    /// max(0, x)
    Relu,
}

/// tanh x as a rational function, within 3·10⁻⁷ of it everywhere (the coefficients are those of Eigen).
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.905_311, 7.905_311);
    let s = x * x;
    let mut p = -2.760_768_5e-16_f32;
    for coefficient in [
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297_1e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ] {
        p = p.mul_add(s, coefficient);
    }
    let mut q = 1.198_258_4e-6_f32;
    for coefficient in [1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3] {
        q = q.mul_add(s, coefficient);
    }
    x * p / q
}

/// Fills every row with the bias.
pub(in crate::nn) fn fill_rows(out: &mut [f32], bias: &[f32]) {
    out.par_chunks_mut(bias.len() * ROWS).for_each(|rows| {
        for row in rows.chunks_exact_mut(bias.len()) {
            row.copy_from_slice(bias);
        }
    });
}

/// 1 / (1 + exp(−x)), within 3·10⁻⁷.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    tanh(0.5 * x).mul_add(0.5, 0.5)
}

/// Adds the bias to every row.
pub(in crate::nn) fn add_to_rows(rows: &mut [f32], bias: &[f32]) {
    rows.par_chunks_mut(bias.len() * ROWS).for_each(|rows| {
        for row in rows.chunks_exact_mut(bias.len()) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value += bias;
            }
        }
    });
}

/// Applies the function to every value.
pub(in crate::nn) fn apply(function: Function, values: &mut [f32]) {
    let work: fn(&mut [f32]) = match function {
        Function::Identity => return,
        Function::Tanh => |values| {
            Arch::new().dispatch(
                #[inline(always)]
                || values.iter_mut().for_each(|value| *value = tanh(*value)),
            );
        },
        Function::Sigmoid => |values| {
            Arch::new().dispatch(
                #[inline(always)]
                || values.iter_mut().for_each(|value| *value = sigmoid(*value)),
            );
        },
        Function::Relu => |values| {
            Arch::new().dispatch(
                #[inline(always)]
                || values.iter_mut().for_each(|value| *value = value.max(0.0)),
            );
        },
    };
    values.par_chunks_mut(1 << 14).for_each(work);
}

/// Turns the gradient of the function's values y into that of its arguments.
fn backward(function: Function, values: &[f32], gradient: &mut [f32]) {
    let work: fn((&mut [f32], &[f32])) = match function {
        Function::Identity => return,
        Function::Tanh => |(gradient, values)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (gradient, y) in gradient.iter_mut().zip(values) {
                        *gradient *= 1.0 - y * y;
                    }
                },
            );
        },
        Function::Sigmoid => |(gradient, values)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (gradient, y) in gradient.iter_mut().zip(values) {
                        *gradient *= y * (1.0 - y);
                    }
                },
            );
        },
        Function::Relu => |(gradient, values)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (gradient, y) in gradient.iter_mut().zip(values) {
                        *gradient = if *y > 0.0 { *gradient } else { 0.0 };
                    }
                },
            );
        },
    };
    gradient
        .par_chunks_mut(1 << 14)
        .zip(values.par_chunks(1 << 14))
        .for_each(work);
}

/// The gradient of the sums before the function.
pub(in crate::nn) fn before(
    gradient: FlexTensor,
    y: &FlexTensor,
    function: Function,
) -> FlexTensor {
    let mut gradient = whole(gradient);
    if function != Function::Identity {
        let y = y.to_contiguous();
        backward(function, slice(&y), gradient.storage_mut::<f32>());
    }
    gradient
}

/// Contiguous, with a storage of exactly its values.
fn whole(tensor: FlexTensor) -> FlexTensor {
    let whole =
        tensor.is_contiguous() && tensor.storage::<f32>().len() == tensor.layout().num_elements();
    if whole {
        tensor
    } else {
        FlexTensor::from_data(tensor.to_contiguous().into_data())
    }
}

/// The sum of each column: [rows, width] → [width].
pub(in crate::nn) fn column_sums(values: &[f32], width: usize) -> Vec<f32> {
    let parts: Vec<Vec<f32>> = values
        .par_chunks(width * ROWS)
        .map(|rows| {
            let mut sums = vec![0.0_f32; width];
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for row in rows.chunks_exact(width) {
                        for (sum, value) in sums.iter_mut().zip(row) {
                            *sum += value;
                        }
                    }
                },
            );
            sums
        })
        .collect();
    let mut total = vec![0.0_f64; width];
    for part in &parts {
        for (sum, value) in total.iter_mut().zip(part) {
            *sum += f64::from(*value);
        }
    }
    total.into_iter().map(|sum| sum as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rational_function_is_tanh_and_makes_the_sigmoid() {
        let mut values: Vec<f32> = (-3000..=3000).map(|x| x as f32 / 250.0).collect();
        let expected: Vec<f64> = values.iter().map(|x| f64::from(*x).tanh()).collect();
        apply(Function::Tanh, &mut values);
        for (value, expected) in values.iter().zip(expected) {
            assert!((f64::from(*value) - expected).abs() < 3e-7);
        }
        let mut values: Vec<f32> = (-3000..=3000).map(|x| x as f32 / 250.0).collect();
        let expected: Vec<f64> = values
            .iter()
            .map(|x| 1.0 / (1.0 + (-f64::from(*x)).exp()))
            .collect();
        apply(Function::Sigmoid, &mut values);
        for (value, expected) in values.iter().zip(expected) {
            assert!((f64::from(*value) - expected).abs() < 3e-7);
        }
    }
}
