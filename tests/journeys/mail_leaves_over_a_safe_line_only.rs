//! Mail over TLS, as bureaus have it: from the first byte (`smtps`), or after `STARTTLS`. A certificate counts only when an authority made it
//! that is trusted: the public ones, or the bureau's own (`LERING_SMTP_CA`) and then no other.

use lering::access::Role;
use lering::notices::{self, Mail, Sent};
use lering::worker::{self, Settings};

use crate::support::World;
use crate::support::post::{Certificate, PostOffice};

/// An address of this machine that does not count as this machine: mail to it must be safe.
const ELSEWHERE: &str = "127.0.0.2";

async fn sent(world: &World, mail: Mail) -> Sent {
    worker::send(&world.app, &Settings::new(mail, "https://lering.example.org".into())).await
}

/// A world with one notice to send.
async fn waiting() -> World {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let (anna, bert) = (world.person(&administrator, Role::Coordinator).await, world.person(&administrator, Role::Chair).await);
    world.with_mail_address(&anna, "anna@example.org");
    let to = anna.hat;
    world.app.run(bert.caller(), move |tx| notices::tell(tx, to, notices::Kind::Released, None, None)).await.unwrap();
    world
}

fn authority(world: &World, certificate: &Certificate) -> std::path::PathBuf {
    let file = world.folder().join("mail authority.pem");
    std::fs::write(&file, &certificate.pem).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_bureaus_own_authority_it_goes_from_the_first_byte() {
    let (world, own) = (waiting().await, Certificate::made_for(ELSEWHERE));
    let office = PostOffice::wrapped(ELSEWHERE, &own);
    assert_eq!(sent(&world, Mail::smtp(&office.url, "lering@example.org", Some(&authority(&world, &own))).unwrap()).await.sent, 1);
    assert!(office.got().concat().contains("To: anna@example.org"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_bureaus_own_authority_it_goes_after_starttls() {
    let (world, own) = (waiting().await, Certificate::made_for(ELSEWHERE));
    let office = PostOffice::start_tls(ELSEWHERE, &own);
    assert_eq!(sent(&world, Mail::smtp(&office.url, "lering@example.org", Some(&authority(&world, &own))).unwrap()).await.sent, 1);
    assert!(office.got().concat().contains("To: anna@example.org"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_nobody_vouches_for_gets_no_mail_and_the_mail_waits() {
    let (world, own, other) = (waiting().await, Certificate::made_for(ELSEWHERE), Certificate::made_for(ELSEWHERE));
    let file = authority(&world, &other);
    for office in [PostOffice::wrapped(ELSEWHERE, &own), PostOffice::start_tls(ELSEWHERE, &own)] {
        for trusted in [None, Some(file.as_path())] {
            world.send_waiting_now();
            let done = sent(&world, Mail::smtp(&office.url, "lering@example.org", trusted).unwrap()).await;
            assert_eq!((done.sent, done.later), (0, 1), "{} trusting {trusted:?}", office.url);
        }
        assert!(office.got().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_host_gets_no_mail() {
    let (world, own) = (waiting().await, Certificate::made_for("mail.example.org"));
    let office = PostOffice::wrapped(ELSEWHERE, &own);
    assert_eq!(sent(&world, Mail::smtp(&office.url, "lering@example.org", Some(&authority(&world, &own))).unwrap()).await.sent, 0);
    assert!(office.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_without_tls_gets_no_mail() {
    let world = waiting().await;
    let office = PostOffice::bare(ELSEWHERE);
    assert_eq!(sent(&world, Mail::smtp(&office.url, "lering@example.org", None).unwrap()).await.sent, 0);
    assert!(office.got().is_empty());
}

#[test]
fn an_authority_that_cannot_be_read_is_said_before_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    for text in [None, Some("no certificate"), Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let why = Mail::smtp("smtps://mail.example.org", "lering@example.org", Some(&file)).err().unwrap().to_string();
        assert!(why.starts_with("LERING_SMTP_CA: ") && why.contains("authority.pem"), "{why}");
    }
}
