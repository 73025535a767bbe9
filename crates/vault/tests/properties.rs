//! What must hold for any key and any text.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use vault::{Cost, InstallationKey, InvitationCode, ItemLabel, PrintedCode, PrivateKey, SealKey, SealedItem, VaultError, open_item, open_with, seal_item, seal_to, shares};

fn label(version: i32) -> ItemLabel<'static> {
    ItemLabel { bureau: [1; 16], case: [2; 16], compartment: [3; 16], epoch: 1, item: [4; 16], version, author: [5; 16], kind: "reflection", agency: "reflection", ground: "public_task" }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn i_2_a_sealed_item_opens_only_under_its_key_and_label(text in proptest::collection::vec(any::<u8>(), 0..400), flip in any::<prop::sample::Index>(), which in 0usize..11) {
        let mut rng = rand::rng();
        let key = SealKey::generate(&mut rng);
        let sealed = seal_item(&key, b"binding", &label(1), &text, &mut rng);
        prop_assert_eq!(open_item(&key, b"binding", &label(1), &sealed).unwrap().to_vec(), text);
        let mut other = label(1);
        match which {
            0 => other.bureau = [9; 16], 1 => other.case = [9; 16], 2 => other.compartment = [9; 16], 3 => other.epoch = 2, 4 => other.item = [9; 16],
            5 => other.version = 2, 6 => other.author = [9; 16], 7 => other.kind = "finding", 8 => other.agency = "panel", 9 => other.ground = "consent",
            _ => (other.kind, other.agency) = ("reflectionr", "eflection"),
        }
        prop_assert_eq!(open_item(&key, b"binding", &other, &sealed).unwrap_err(), VaultError::Refused);
        prop_assert!(open_item(&SealKey::generate(&mut rng), b"binding", &label(1), &sealed).is_err());
        prop_assert!(open_item(&key, b"another", &label(1), &sealed).is_err());
        let mut touched = sealed.body.clone();
        let at = flip.index(touched.len());
        touched[at] ^= 1;
        let touched = SealedItem { key: sealed.key.clone(), body: touched };
        prop_assert!(open_item(&key, b"binding", &label(1), &touched).is_err());
    }

    #[test]
    fn what_is_sealed_to_one_opens_for_nobody_else(text in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..40) {
        let mut rng = rand::rng();
        let (owner, other) = (PrivateKey::generate(&mut rng), PrivateKey::generate(&mut rng));
        let sealed = seal_to(&owner.public(), b"grant", b"to me", &text, &mut rng).unwrap();
        prop_assert_eq!(open_with(&owner, b"grant", b"to me", &sealed).unwrap().to_vec(), text);
        prop_assert!(open_with(&other, b"grant", b"to me", &sealed).is_err());
        prop_assert!(open_with(&owner, b"other", b"to me", &sealed).is_err());
        prop_assert!(open_with(&owner, b"grant", b"to you", &sealed).is_err());
        prop_assert!(open_with(&owner, b"grant", b"to me", &sealed[..cut.min(sealed.len() - 1)]).is_err());
    }

    #[test]
    fn codes_are_read_back_however_people_write_them(spaces in any::<bool>(), lower in any::<bool>()) {
        let mut rng = rand::rng();
        let (printed, code) = (PrintedCode::generate(&mut rng), InvitationCode::generate(&mut rng));
        for (shown, is_printed) in [(printed.to_string(), true), (code.to_string(), false)] {
            let mut typed = if spaces { shown.replace(' ', " - ") } else { shown.replace(' ', "") };
            if lower { typed = typed.to_lowercase().replace('0', "o").replace('1', "l"); }
            if is_printed {
                let again = PrintedCode::parse(&typed).unwrap();
                let (read, shown) = (again.key(), printed.key());
                prop_assert_eq!(read.as_bytes(), shown.as_bytes());
            } else {
                let again = InvitationCode::parse(&typed).unwrap();
                prop_assert_eq!(again.normalised(), code.normalised());
            }
        }
    }

    #[test]
    fn parsing_a_code_never_panics(text in any::<String>()) {
        let _ = (PrintedCode::parse(&text).is_ok(), InvitationCode::parse(&text).is_ok());
    }
}

#[test]
fn i_5_every_pair_of_officers_recovers_and_one_alone_does_not() {
    let mut rng = rand::rng();
    for officers in 3..=5 {
        let secret = PrivateKey::generate(&mut rng).to_bytes();
        for _pair in shares::pairs(officers).unwrap() {
            let (first, second) = shares::split_in_two(&secret, &mut rng);
            assert_eq!(shares::join(&first, &second).unwrap().to_vec(), secret.to_vec());
            assert_ne!(first.to_vec(), secret.to_vec());
            assert_ne!(shares::join(&first, &first).unwrap().to_vec(), secret.to_vec(), "the same half twice is no pair");
        }
    }
    assert_eq!(shares::pairs(5).unwrap().len(), 10);
    assert!(shares::pairs(2).is_err() && shares::pairs(6).is_err());
}

#[test]
fn an_invitation_code_yields_the_same_pair_again_and_another_salt_another() {
    let code = InvitationCode::parse("K7RM 2QXT 9HWA").unwrap();
    let cost = Cost::from_parts(8192, 1).unwrap();
    let pair = code.key_pair(&[7; 16], &cost).unwrap();
    assert_eq!(pair.public(), InvitationCode::parse("k7rm2qxt9hwa").unwrap().key_pair(&[7; 16], &cost).unwrap().public());
    assert_ne!(pair.public(), code.key_pair(&[8; 16], &cost).unwrap().public());
}

#[test]
fn i_14_secrets_are_not_printed() {
    let mut rng = rand::rng();
    assert_eq!(format!("{:?} {:?}", PrivateKey::generate(&mut rng), SealKey::generate(&mut rng)), "PrivateKey(..) SealKey(..)");
}

#[test]
fn account_data_opens_for_its_owner_only() {
    let mut rng = rand::rng();
    let key = InstallationKey::generate(&mut rng);
    let sealed = key.seal_account("account", b"one", b"Nynke Vermeer", &mut rng);
    assert_eq!(key.open_account("account", b"one", &sealed).unwrap().to_vec(), b"Nynke Vermeer");
    assert!(key.open_account("account", b"two", &sealed).is_err());
    assert!(key.open_account("other", b"one", &sealed).is_err());
    assert!(InstallationKey::generate(&mut rng).open_account("account", b"one", &sealed).is_err());
    assert!(key.verify_mac("d", &[b"ab", b"c"], &key.mac("d", &[b"a", b"bc"])).is_err(), "parts are told apart");
}
