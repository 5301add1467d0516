use crate::Target;

/// What decodes is written back and reads the same.
pub(crate) const TARGET: Target = Target { name: "frames", run, fixed: 16 << 10, for_each: 256 };

fn run(data: &[u8]) {
    let Ok(frame) = belljar_frames::decode(data) else { return };
    let written = belljar_frames::encode(&frame).map(|bytes| belljar_frames::decode(&bytes));
    assert_eq!(written, Ok(Ok(frame)));
}
