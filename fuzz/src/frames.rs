use belljar_frames::Decoded;

use crate::Target;

/// What a frame may take, bytes.
const MEMORY: usize = 64 << 20;

/// What decodes is written back and reads the same.
pub(crate) const TARGET: Target = Target { name: "frames", run, fixed: 16 << 10, for_each: 256 };

fn run(data: &[u8]) {
    let Ok(Some(Decoded { frame, decoded_bytes })) = belljar_frames::decode(data, MEMORY) else { return };
    let written = belljar_frames::encode(&frame).map(|bytes| belljar_frames::decode(&bytes, decoded_bytes));
    assert_eq!(written, Ok(Ok(Some(Decoded { frame, decoded_bytes }))));
}
