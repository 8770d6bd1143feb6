//! A thread on which Rego can be evaluated: that is done by recursion.

use ordinance_engine::evaluate::STACK_SIZE;

use crate::exit::CommandError;

/// Runs something on a stack that is big enough.
///
/// # Errors
/// What it returns, or when there is no thread to be had.
pub(crate) fn big<T: Send>(
    run: impl FnOnce() -> Result<T, CommandError> + Send,
) -> Result<T, CommandError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            _ => Err(CommandError::usage("cannot start a thread")),
        }
    })
}
