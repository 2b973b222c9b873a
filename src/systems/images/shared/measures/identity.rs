//! The translator that every other must beat.

use burn::tensor::Tensor;

use crate::data::images::{Side, Size};
use crate::systems::TrainError;
use crate::systems::images::shared::{Translating, Translation, Wanted};

/// Gives images back as they are.
#[derive(Debug, Clone, Copy)]
pub struct Identity;

impl Translating for Identity {
    fn targets(&self) -> &[Side] {
        &[Side::A, Side::B]
    }

    fn multiple(&self) -> u32 {
        1
    }

    fn least(&self) -> u32 {
        1
    }

    fn margin(&self) -> u32 {
        0
    }

    fn classes(&self) -> usize {
        0
    }

    fn memory(&self, size: Size) -> u64 {
        size.pixels() * 12
    }

    fn translate(
        &self,
        images: Tensor<4>,
        _from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        Ok(Translation {
            reconstruction: wanted.reconstruction.then(|| images.clone()),
            identity: wanted.identity.then(|| images.clone()),
            fake: images,
            parsing: None,
        })
    }
}
