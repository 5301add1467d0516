//! x
mod change; mod report; mod normalise;
pub use change::*; pub use report::*;
