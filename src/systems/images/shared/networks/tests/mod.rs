//! The networks against PyTorch, which ran `tests/fixtures/translation/make.py`.

mod exchange;
mod fixture;
mod forward;
mod modes;
mod sizes;
