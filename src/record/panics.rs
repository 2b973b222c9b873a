//! Panics of code that reads a stranger's file: what was caught is an error, and nothing is printed about it.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How the threads are called that compute for others: a panic of theirs goes on in the thread that asked.
pub const COMPUTE_THREADS: &str = "compute-";

thread_local! {
    /// How many calls of [`catch`] this thread is in.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}
/// How many calls of [`catch`] all threads are in.
static CATCHING: AtomicUsize = AtomicUsize::new(0);

/// Calls something that may panic. What it left half done must not be used afterward.
///
/// # Errors
/// The message of the panic.
pub fn catch<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    silence();
    let _inside = Inside::enter();
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| message(payload.as_ref()).to_owned())
}

/// Counts a call for as long as it lasts, however it ends.
struct Inside;

impl Inside {
    fn enter() -> Self {
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        CATCHING.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
        CATCHING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// From now on panics that are caught are not printed; all others are, as before.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if is_caught() {
                tracing::debug!("caught: {panic}");
            } else {
                print(panic);
            }
        }));
    });
}

fn is_caught() -> bool {
    // A thread that ends has no local values any more.
    if DEPTH.try_with(Cell::get).unwrap_or(0) > 0 {
        return true;
    }
    let thread = std::thread::current();
    let computes = thread
        .name()
        .is_some_and(|name| name.starts_with(COMPUTE_THREADS));
    computes && CATCHING.load(Ordering::Relaxed) > 0
}

/// The message of a panic.
#[must_use]
pub fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("panicked without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_by_its_message_and_counted_out() {
        assert_eq!(catch(|| 3), Ok(3));
        let caught = catch(|| catch(|| panic!("inner")).map(|()| 1));
        assert_eq!(caught, Ok(Err("inner".to_owned())));
        let number = 7;
        let caught: Result<(), String> = catch(|| panic!("outer {number}"));
        assert_eq!(caught, Err("outer 7".to_owned()));
        assert!(!is_caught());
    }

    #[test]
    fn panics_are_silent_while_they_are_caught_alone() {
        let inside = catch(is_caught);
        assert_eq!(inside, Ok(true));
        // Another thread's are printed: nobody there catches them.
        let on_thread = |name: &str| {
            let thread = std::thread::Builder::new().name(name.to_owned());
            catch(|| thread.spawn(is_caught).ok()?.join().ok())
        };
        assert_eq!(on_thread("another"), Ok(Some(false)));
        let compute = format!("{COMPUTE_THREADS}0");
        assert_eq!(on_thread(&compute), Ok(Some(true)));
    }
}
