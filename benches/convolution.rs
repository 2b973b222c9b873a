//! Milliseconds of convolution layers and of whole generators, forward and backward, beside burn's own ops and PyTorch.
//!
//!     cargo bench --bench convolution                 each layer of the table and both generators
//!     cargo bench --bench convolution -- --layers     the layers alone
//!     cargo bench --bench convolution -- --generators the generators alone
//!
//! PyTorch is measured in turn with ours where `python3` has torch; without it, its columns are empty.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use atelier::engine::machine::own_threads;
use atelier::nn::conv::{
    Activation, Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Geometry, Init,
    Initializer, PadMode, Padding, conv_transpose2d, conv2d, instance_norm, residual_instance_norm,
};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode as BurnPadMode};
use burn::tensor::{Device, Tensor, TensorData, module};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

/// Times each thing is measured; the least counts.
const ROUNDS: usize = 3;
/// Seconds spent on one thing in one round.
const SECONDS: f64 = 0.15;

struct Layer {
    inputs: usize,
    outputs: usize,
    size: usize,
    kernel: usize,
    stride: usize,
    padding: Padding,
    transposed: bool,
}

fn layers() -> Vec<Layer> {
    let layer = |inputs, outputs, size, kernel, stride, padding| Layer {
        inputs,
        outputs,
        size,
        kernel,
        stride,
        padding,
        transposed: false,
    };
    let up = |inputs, outputs, size| Layer {
        transposed: true,
        ..layer(inputs, outputs, size, 3, 2, Padding::zero(1))
    };
    vec![
        layer(128, 128, 16, 3, 1, Padding::reflection(1)),
        layer(256, 256, 32, 3, 1, Padding::reflection(1)),
        layer(32, 64, 64, 3, 2, Padding::zero(1)),
        layer(64, 128, 64, 3, 2, Padding::zero(1)),
        layer(64, 128, 128, 3, 2, Padding::zero(1)),
        layer(64, 128, 32, 4, 2, Padding::zero(1)),
        layer(256, 512, 16, 4, 1, Padding::zero(1)),
        layer(512, 1, 15, 4, 1, Padding::zero(1)),
        layer(3, 32, 64, 7, 1, Padding::reflection(3)),
        layer(32, 3, 64, 7, 1, Padding::reflection(3)),
        layer(3, 64, 128, 7, 1, Padding::reflection(3)),
        layer(64, 3, 128, 7, 1, Padding::reflection(3)),
        layer(3, 64, 128, 4, 2, Padding::zero(1)),
        up(128, 64, 16),
        up(256, 128, 32),
        up(128, 64, 64),
    ]
}

fn main() -> Result<()> {
    // As a run has it.
    let _threads = own_threads(1);
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            table()?;
            generators()
        }
        ["--layers"] => table(),
        ["--generators"] => generators(),
        _ => bail!("usage: convolution [--layers | --generators]"),
    }
}

fn table() -> Result<()> {
    println!("batch 1, ms, least of {ROUNDS} rounds: forward / forward and backward");
    for layer in layers() {
        let mut times = [[f64::INFINITY; 2]; 3];
        for _ in 0..ROUNDS {
            let peer = peer(&layer.for_python()).ok();
            let found = [
                layer.ours()?,
                layer.burns(),
                peer.unwrap_or([f64::INFINITY; 2]),
            ];
            for (least, found) in times
                .as_flattened_mut()
                .iter_mut()
                .zip(found.as_flattened())
            {
                *least = least.min(*found);
            }
        }
        let [ours, burns, peer] = times;
        println!(
            "{:38} ours {:6.2} / {:6.2}   burn {:6.2} / {:7.2}   PyTorch {:6.2} / {:6.2}   ours / PyTorch {:.2} / {:.2}",
            layer.name(),
            ours[0],
            ours[1],
            burns[0],
            burns[1],
            peer[0],
            peer[1],
            ours[0] / peer[0],
            ours[1] / peer[1],
        );
    }
    Ok(())
}

impl Layer {
    fn name(&self) -> String {
        format!(
            "{} → {}, {size} × {size}, {kernel} × {kernel}{}{}",
            self.inputs,
            self.outputs,
            if self.stride > 1 {
                format!(" / {}", self.stride)
            } else {
                String::new()
            },
            if self.transposed { " transposed" } else { "" },
            size = self.size,
            kernel = self.kernel,
        )
    }

    fn input(&self) -> [usize; 4] {
        [1, self.inputs, self.size, self.size]
    }

    fn weight(&self) -> [usize; 4] {
        if self.transposed {
            [self.inputs, self.outputs, self.kernel, self.kernel]
        } else {
            [self.outputs, self.inputs, self.kernel, self.kernel]
        }
    }

    fn ours(&self) -> Result<[f64; 2]> {
        let stride = [self.stride; 2];
        let amount = [self.padding.vertical[0]; 2];
        let geometry = if self.transposed {
            Geometry::transposed(self.input(), self.weight(), stride, amount, [1; 2])?
        } else {
            Geometry::convolution(self.input(), self.weight(), stride, self.padding)?
        };
        Ok(self.time(|image, weight, bias| {
            if self.transposed {
                conv_transpose2d(image, weight, Some(bias), geometry)
            } else {
                conv2d(image, weight, Some(bias), geometry)
            }
        }))
    }

    fn burns(&self) -> [f64; 2] {
        let stride = [self.stride; 2];
        let amount = self.padding.vertical[0];
        self.time(|image, weight, bias| {
            if self.transposed {
                let options = ConvTransposeOptions::new(stride, [amount; 2], [1; 2], [1; 2], 1);
                return module::conv_transpose2d(image, weight, Some(bias), options);
            }
            let (image, amount) = if self.padding.mode == PadMode::Zero {
                (image, amount)
            } else {
                (image.pad([(amount, amount); 2], BurnPadMode::Reflect), 0)
            };
            let options = ConvOptions::new(stride, [amount; 2], [1; 2], 1);
            module::conv2d(image, weight, Some(bias), options)
        })
    }

    fn time(&self, layer: impl Fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>) -> [f64; 2] {
        let device = Device::flex().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let image = random(&mut rng, self.input(), &device).require_grad();
        let weight = random(&mut rng, self.weight(), &device).require_grad();
        let bias = random(&mut rng, [self.outputs], &device).require_grad();
        let [plain_image, plain_weight] =
            [&image, &weight].map(|tensor| tensor.clone().without_autodiff());
        let plain_bias = bias.clone().without_autodiff();
        let shape = layer(
            plain_image.clone(),
            plain_weight.clone(),
            plain_bias.clone(),
        )
        .dims();
        // The gradient of Σ out · grad is grad, without the cost of a real loss.
        let grad = random(&mut rng, shape, &device);
        [
            least(|| {
                layer(
                    plain_image.clone(),
                    plain_weight.clone(),
                    plain_bias.clone(),
                );
            }),
            least(|| {
                let out = layer(image.clone(), weight.clone(), bias.clone());
                (out * grad.clone()).sum().backward();
            }),
        ]
    }

    /// The same layer in PyTorch, as a Python expression `(module, input shape)`.
    fn for_python(&self) -> String {
        let Self {
            inputs,
            outputs,
            kernel,
            stride,
            size,
            ..
        } = self;
        let amount = self.padding.vertical[0];
        let module = if self.transposed {
            format!("nn.ConvTranspose2d({inputs}, {outputs}, {kernel}, {stride}, {amount}, 1)")
        } else if self.padding.mode == PadMode::Zero {
            format!("nn.Conv2d({inputs}, {outputs}, {kernel}, {stride}, {amount})")
        } else {
            format!(
                "nn.Sequential(nn.ReflectionPad2d({amount}), nn.Conv2d({inputs}, {outputs}, {kernel}, {stride}))"
            )
        };
        format!("{module}, (1, {inputs}, {size}, {size})")
    }
}

fn random<const D: usize>(rng: &mut ChaCha8Rng, shape: [usize; D], device: &Device) -> Tensor<D> {
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-1.0..1.0))
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Least milliseconds.
fn least(mut work: impl FnMut()) -> f64 {
    work();
    let start = Instant::now();
    let mut least = f64::INFINITY;
    while start.elapsed().as_secs_f64() < SECONDS {
        let began = Instant::now();
        work();
        least = least.min(began.elapsed().as_secs_f64());
    }
    least * 1e3
}

const PEER: &str = r#"
import json, time, torch
from torch import nn

class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c), nn.ReLU(True),
            nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c))
    def forward(self, x):
        return x + self.body(x)

def generator(n, blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, n, 7), nn.InstanceNorm2d(n), nn.ReLU(True)]
    for i in (1, 2):
        layers += [nn.Conv2d(n * i, n * i * 2, 3, 2, 1), nn.InstanceNorm2d(n * i * 2), nn.ReLU(True)]
    layers += [Residual(4 * n) for _ in range(blocks)]
    for i in (2, 1):
        layers += [nn.ConvTranspose2d(n * i * 2, n * i, 3, 2, 1, 1), nn.InstanceNorm2d(n * i), nn.ReLU(True)]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(n, 3, 7), nn.Tanh()]
    return nn.Sequential(*layers)

module, shape = (LAYER)
x = torch.rand(shape).requires_grad_()
grad = torch.rand_like(module(x))

def forward():
    with torch.no_grad():
        module(x)

def both():
    x.grad = None
    module.zero_grad(set_to_none=True)
    (module(x) * grad).sum().backward()

def least(work):
    work()
    start, least = time.perf_counter(), 1e9
    while time.perf_counter() - start < SECONDS:
        began = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - began)
    return least * 1e3

print(json.dumps([least(forward), least(both)]))
"#;

/// PyTorch's milliseconds forward, and forward and backward.
fn peer(layer: &str) -> Result<[f64; 2]> {
    let script = PEER
        .replace("LAYER", layer)
        .replace("SECONDS", &SECONDS.to_string());
    let output = Command::new("python3").args(["-c", &script]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let times: Value = serde_json::from_str(text.lines().last().context("no output")?)?;
    let time = |index: usize| times[index].as_f64().context("not a number");
    Ok([time(0)?, time(1)?])
}

fn generators() -> Result<()> {
    for (size, filters, blocks) in [(64, 32, 6), (128, 64, 9)] {
        let mut times = [[f64::INFINITY; 2]; 2];
        for _ in 0..ROUNDS {
            let python = format!("generator({filters}, {blocks}), (1, 3, {size}, {size})");
            let found = [
                peer(&python).unwrap_or([f64::INFINITY; 2]),
                Generator::time(size, filters, blocks)?,
            ];
            for (least, found) in times
                .as_flattened_mut()
                .iter_mut()
                .zip(found.as_flattened())
            {
                *least = least.min(*found);
            }
        }
        let [peer, ours] = times;
        println!(
            "generator, {size} × {size}, {filters} filters, {blocks} blocks: ours {:.1} / {:.1}   PyTorch {:.1} / {:.1}   ours / PyTorch {:.2} / {:.2}",
            ours[0],
            ours[1],
            peer[0],
            peer[1],
            ours[0] / peer[0],
            ours[1] / peer[1],
        );
    }
    Ok(())
}

/// CycleGAN's ResNet generator.
struct Generator {
    first: Conv2d,
    down: Vec<Conv2d>,
    blocks: Vec<[Conv2d; 2]>,
    up: Vec<ConvTranspose2d>,
    last: Conv2d,
}

impl Generator {
    fn new(filters: usize, blocks: usize, device: &Device) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut initializer = Initializer::new(Init::default(), Some(&mut rng), device, 1);
        let make = &mut initializer;
        let wide = 4 * filters;
        let edge = Padding::reflection(3);
        Self {
            first: Conv2dConfig::new(3, filters, 7)
                .with_padding(edge)
                .init(make),
            down: [1, 2]
                .map(|i| {
                    Conv2dConfig::new(i * filters, 2 * i * filters, 3)
                        .with_stride(2)
                        .with_padding(Padding::zero(1))
                        .init(make)
                })
                .into(),
            blocks: (0..blocks)
                .map(|_| {
                    [(); 2].map(|()| {
                        Conv2dConfig::new(wide, wide, 3)
                            .with_padding(Padding::reflection(1))
                            .init(make)
                    })
                })
                .collect(),
            up: [2, 1]
                .map(|i| {
                    ConvTranspose2dConfig::new(2 * i * filters, i * filters, 3)
                        .with_stride(2)
                        .with_padding(1)
                        .with_output_padding(1)
                        .init(make)
                })
                .into(),
            last: Conv2dConfig::new(filters, 3, 7)
                .with_padding(edge)
                .init(make),
        }
    }

    fn forward(&self, image: Tensor<4>) -> Result<Tensor<4>> {
        let relu = Activation::Relu;
        let mut x = instance_norm(self.first.forward(image)?, relu);
        for layer in &self.down {
            x = instance_norm(layer.forward(x)?, relu);
        }
        for [first, second] in &self.blocks {
            let inner = instance_norm(first.forward(x.clone())?, relu);
            x = residual_instance_norm(x, second.forward(inner)?, Activation::None);
        }
        for layer in &self.up {
            x = instance_norm(layer.forward(x)?, relu);
        }
        Ok(self.last.forward(x)?.tanh())
    }

    fn time(size: usize, filters: usize, blocks: usize) -> Result<[f64; 2]> {
        let device = Device::flex().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let generator = Self::new(filters, blocks, &device);
        let image = random(&mut rng, [1, 3, size, size], &device).require_grad();
        let grad = random(&mut rng, [1, 3, size, size], &device);
        let plain = Self::new(filters, blocks, &device.clone().without_autodiff());
        let plain_image = image.clone().without_autodiff();
        plain.forward(plain_image.clone())?;
        generator.forward(image.clone())?;
        Ok([
            least(|| {
                let _ = plain.forward(plain_image.clone());
            }),
            least(|| {
                if let Ok(out) = generator.forward(image.clone()) {
                    (out * grad.clone()).sum().backward();
                }
            }),
        ])
    }
}
