#![forbid(unsafe_code)]

fn main() {
    println!("lering {}: the server is still to come; see README.md", env!("CARGO_PKG_VERSION"));
}
