//! Vectors from the standards, so that a changed library or parameter turns red.
#![allow(clippy::unwrap_used)]

use vault::{Cost, PrivateKey, SealKey, derive_from_passphrase, open_with, unwrap_sealed};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// RFC 9180 appendix A.2.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence 0.
#[test]
fn hpke_opens_the_vector_of_rfc_9180() {
    let private = PrivateKey::from_bytes(&hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")).unwrap();
    assert_eq!(private.public().as_bytes().to_vec(), hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
    let sealed = [
        vec![1],
        hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
        hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
    ].concat();
    let plain = open_with(&private, &hex("4f6465206f6e2061204772656369616e2055726e"), &hex("436f756e742d30"), &sealed).unwrap();
    assert_eq!(plain.to_vec(), b"Beauty is truth, truth beauty");
}

/// draft-irtf-cfrg-xchacha-03 appendix A.3.1.
#[test]
fn xchacha_opens_the_vector_of_the_draft() {
    let key = SealKey::from_bytes(&(0x80..=0x9f).collect::<Vec<u8>>()).unwrap();
    let sealed = [
        vec![2],
        hex("404142434445464748494a4b4c4d4e4f5051525354555657"),
        hex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"),
        hex("c0875924c1c7987947deafd8780acf49"),
    ].concat();
    let plain = unwrap_sealed(&key, &hex("50515253c0c1c2c3c4c5c6c7"), &sealed).unwrap();
    assert!(plain.starts_with(b"Ladies and Gentlemen of the class of '99"));
}

/// HMAC-SHA256 is used with length-prefixed parts; the figure was computed with Python's hmac module.
#[test]
fn a_mac_is_hmac_sha256_over_length_prefixed_parts() {
    let key = SealKey::from_bytes(&[0x0b; 32]).unwrap();
    assert_eq!(vault::mac_with(&key, "test", &[b"Hi", b"There"]).to_vec(), hex(include_str!("hmac.txt").trim()));
}

/// Argon2id, 8 MiB, 2 passes; figure of the reference implementation's command line tool (argon2-cffi).
#[test]
fn a_passphrase_yields_the_key_of_the_reference_implementation() {
    let key = derive_from_passphrase("correct horse battery staple", b"0123456789abcdef", &Cost::from_parts(8192, 2).unwrap()).unwrap();
    assert_eq!(key.as_bytes().to_vec(), hex(include_str!("argon2id.txt").trim()));
}

/// HKDF-SHA256 without salt, under the label of its purpose; the figure was computed with Python's hmac module.
#[test]
fn a_key_proves_that_it_was_opened_by_what_follows_from_it() {
    let private = PrivateKey::from_bytes(&hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")).unwrap();
    assert_eq!(private.proof().to_vec(), hex("2026578f5213aaf3e171a72069609b70090ea581148f0093703d18adf182fde6"));
}
