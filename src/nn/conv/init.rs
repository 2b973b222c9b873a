//! Initial weights from a run's own generator of random numbers.

use burn::module::{Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};
use faer::Mat;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// How weights are drawn; biases begin at 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// N(0, deviation²).
    Normal(f32),
    /// N(0, gain² · 2 / (fan in + fan out)): Glorot and Bengio 2010.
    Xavier(f32),
    /// N(0, 2 / fan in): He et al. 2015, for ReLU.
    Kaiming,
    /// Orthogonal rows or columns of length gain, whichever are fewer, each output (of a transposed convolution, each input) being a
    /// row: Saxe, McClelland and Ganguli 2014.
    Orthogonal(f32),
}

impl Default for Init {
    /// N(0, 0.02²), as CycleGAN and pix2pix.
    fn default() -> Self {
        Self::Normal(0.02)
    }
}

impl Init {
    /// The standard deviation of weights [outputs, inputs, kernel height, kernel width]. As PyTorch's, it takes the second size for
    /// the fan in of a transposed convolution too.
    fn deviation(self, [outputs, inputs, height, width]: [usize; 4]) -> f32 {
        let taps = height * width;
        let (fan_in, fan_out) = ((inputs * taps) as f32, (outputs * taps) as f32);
        match self {
            Self::Normal(deviation) => deviation,
            Self::Xavier(gain) => gain * (2.0 / (fan_in + fan_out)).sqrt(),
            Self::Kaiming => (2.0 / fan_in).sqrt(),
            Self::Orthogonal(_) => 1.0,
        }
    }

    /// The standard deviation of the scales of a batch normalization around 1. The official code of CycleGAN draws them with the gain
    /// of its option `init_gain`, whose default is 0.02.
    fn scale_deviation(self) -> f32 {
        match self {
            Self::Normal(gain) | Self::Xavier(gain) | Self::Orthogonal(gain) => gain,
            Self::Kaiming => 0.02,
        }
    }
}

/// Makes the parameters of one layer after another, with ids that are the same in every run.
#[derive(Debug)]
pub struct Initializer<'a> {
    init: Init,
    rng: Option<&'a mut ChaCha8Rng>,
    device: &'a Device,
    next_id: u64,
}

impl<'a> Initializer<'a> {
    /// Draws from `rng`; without one all weights are zero, to be loaded. Ids count from `first_id`: networks that one optimizer trains
    /// need ids of their own.
    #[must_use]
    pub fn new(
        init: Init,
        rng: Option<&'a mut ChaCha8Rng>,
        device: &'a Device,
        first_id: u64,
    ) -> Self {
        Self {
            init,
            rng,
            device,
            next_id: first_id,
        }
    }

    /// The id that the next parameter gets.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// The weights of a convolution.
    #[must_use]
    pub fn weight(&mut self, shape: [usize; 4]) -> Param<Tensor<4>> {
        let values = self.draw(shape, self.init.deviation(shape));
        self.parameter(values, shape)
    }

    fn draw(&mut self, shape: [usize; 4], deviation: f32) -> Vec<f32> {
        let mut values = vec![0.0f32; shape.iter().product()];
        if let Some(rng) = &mut self.rng {
            for value in &mut values {
                let draw: f32 = StandardNormal.sample(rng);
                *value = deviation * draw;
            }
            if let Init::Orthogonal(gain) = self.init {
                values = orthogonal(&values, shape[0], gain);
            }
        }
        values
    }

    /// The weights of a transposed convolution that starts as linear interpolation by the stride: for each pair of channels one number, as
    /// [`Self::weight`] draws it, times the tent function down and across. With 3 taps and stride 2 that is 1/2, 1, 1/2, and what reaches an
    /// output pixel sums to the number at any place.
    #[must_use]
    pub fn interpolating_weight(
        &mut self,
        shape: [usize; 4],
        stride: [usize; 2],
    ) -> Param<Tensor<4>> {
        let [inputs, outputs, height, width] = shape;
        let drawn = self.draw([inputs, outputs, 1, 1], self.init.deviation(shape));
        let [down, across] = [(height, stride[0]), (width, stride[1])].map(|(taps, stride)| {
            let middle = (taps as f32 - 1.0) / 2.0;
            let tent = |tap| (1.0 - (tap as f32 - middle).abs() / stride as f32).max(0.0);
            (0..taps).map(tent).collect::<Vec<_>>()
        });
        let spread = |value: f32| {
            let across = &across;
            down.iter()
                .flat_map(move |row| across.iter().map(move |column| value * row * column))
        };
        let values = drawn.into_iter().flat_map(spread).collect();
        self.parameter(values, shape)
    }

    /// The scales of a batch normalization, around 1.
    #[must_use]
    pub fn scale(&mut self, channels: usize) -> Param<Tensor<1>> {
        let mut values = vec![1.0; channels];
        if let Some(rng) = &mut self.rng {
            for value in &mut values {
                let draw: f32 = StandardNormal.sample(rng);
                *value += self.init.scale_deviation() * draw;
            }
        }
        self.parameter(values, [channels])
    }

    /// A bias of zeros.
    #[must_use]
    pub fn bias(&mut self, channels: usize) -> Param<Tensor<1>> {
        self.parameter(vec![0.0; channels], [channels])
    }

    fn parameter<const D: usize>(
        &mut self,
        values: Vec<f32>,
        shape: [usize; D],
    ) -> Param<Tensor<D>> {
        let mut tensor = Tensor::from_data(TensorData::new(values, shape), self.device);
        if self.device.is_autodiff() {
            tensor = tensor.require_grad();
        }
        Param::initialized(self.take_id(), tensor)
    }

    /// An id for values that are kept beside the parameters.
    #[must_use]
    pub fn take_id(&mut self) -> ParamId {
        let id = ParamId::from(self.next_id);
        self.next_id += 1;
        id
    }

    /// Where the parameters are.
    #[must_use]
    pub fn device(&self) -> &Device {
        self.device
    }
}

/// The nearest to what was drawn from a normal distribution that is orthogonal: Q of its QR decomposition with a positive diagonal of R, as
/// `torch.nn.init.orthogonal_`. values: [rows, …].
fn orthogonal(values: &[f32], rows: usize, gain: f32) -> Vec<f32> {
    let columns = values.len() / rows.max(1);
    let at = |row: usize, column: usize| f64::from(values[row * columns + column]);
    let tall = if rows < columns {
        Mat::from_fn(columns, rows, |row, column| at(column, row))
    } else {
        Mat::from_fn(rows, columns, at)
    };
    let qr = tall.qr();
    let (q, r) = (qr.compute_thin_Q(), qr.thin_R());
    let value = |row: usize, column: usize| {
        let sign = if r[(column, column)] < 0.0 { -1.0 } else { 1.0 };
        (sign * q[(row, column)] * f64::from(gain)) as f32
    };
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    places
        .map(|(row, column)| {
            if rows < columns {
                value(column, row)
            } else {
                value(row, column)
            }
        })
        .collect()
}
