//! Migrations and texts are compiled in: a changed file must rebuild.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=web/locales");
}
