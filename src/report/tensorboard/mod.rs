//! Event files for TensorBoard.
