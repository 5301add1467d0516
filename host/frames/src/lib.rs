//! The messages a guest sends to the host, defined once.
//!
//! A guest calls the one imported function of the glass with the postcard bytes of one [`Frame`]. Frames leave
//! as soon as they are known, so a trap or a limit keeps everything sent before it. The Python encoder
//! (`guest/belljar_guest/frames.py`) is generated from these types by [`python_encoder`]; a test fails when the
//! file is stale. The wire form is postcard 1.x: <https://postcard.jamesmunns.com/wire-format>.
//!
//! These types are what crosses the boundary; what the host thinks with is `belljar-schema`.

mod decode;
mod frame;
mod python;

pub use decode::{Decoded, decode};
pub use frame::*;
pub use python::python_encoder;

/// Version of the protocol; a guest that speaks another one is refused.
pub const PROTOCOL: u32 = 2;

/// Encodes one frame, as the guest does.
pub fn encode(frame: &Frame) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(frame)
}
