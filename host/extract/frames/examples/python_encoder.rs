//! Prints the Python encoder; `make frames` redirects it into the guest.

#[expect(clippy::print_stdout, reason = "printing is its purpose")]
fn main() {
    print!("{}", belljar_frames::python_encoder());
}
