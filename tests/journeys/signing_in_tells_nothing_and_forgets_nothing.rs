use std::time::{Duration, Instant};

use diesel::prelude::*;
use lering::access::Role;
use lering::sign_in::{self, Attempt, Enrolment, SignInError, Tokens};
use lering::texts::Language;
use lering::tx::{Caller, Refusal, Refused};
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::support::World;

const PASSPHRASE: &str = "koper lantaarn reiger otter mist";

struct Account {
    world: World,
    totp: Totp,
    tokens: Tokens,
}

fn enrolment(token: &Zeroizing<Vec<u8>>, code: &InvitationCode, passphrase: &str, one_time_code: String) -> Enrolment {
    Enrolment {
        token: token.clone(), code: InvitationCode::parse(code.normalised()).unwrap(), second: None, sign_in_name: "Nynke@Voorbeeld.test".into(),
        name: "Nynke Vermeer".into(), passphrase: Zeroizing::new(passphrase.into()), one_time_code, language: Language::Nl,
    }
}

/// An administrator's account, made with a typed code (a role that needs no confirmations).
async fn account() -> Account {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let invited = world.invite(&administrator, Role::Administrator).await;
    let code = InvitationCode::parse(invited.code.normalised()).unwrap();
    let begun = world.app.run_public(move |tx| sign_in::begin(tx, &code, None)).await.unwrap();
    let totp = Totp::from_url(begun.otpauth.as_str()).unwrap();
    // Too easy to guess, and a wrong first code: refused, and the code still works afterwards.
    let weak = sign_in::finish(&world.app, enrolment(&begun.token, &invited.code, "Nynke2026", totp.generate_current().to_string())).await;
    assert!(matches!(weak, Err(SignInError::Weak)));
    let wrong = sign_in::finish(&world.app, enrolment(&begun.token, &invited.code, PASSPHRASE, "000000".into())).await;
    assert!(matches!(wrong, Err(SignInError::OneTimeCode)));
    let tokens = sign_in::finish(&world.app, enrolment(&begun.token, &invited.code, PASSPHRASE, totp.generate_current().to_string())).await.unwrap_or_else(|why| panic!("{why:?}"));
    // A used code is an unknown code.
    let code = InvitationCode::parse(invited.code.normalised()).unwrap();
    assert!(matches!(world.app.run_public(move |tx| sign_in::begin(tx, &code, None).map(|_| ())).await, Err(SignInError::Code)));
    Account { world, totp, tokens }
}

fn caller(tokens: &Tokens) -> Caller {
    Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() }
}

impl Account {
    async fn try_as(&self, name: &str, passphrase: &str, code: String, address: &str) -> Result<Tokens, SignInError> {
        sign_in::sign_in(&self.world.app, Attempt {
            sign_in_name: name.into(), passphrase: Zeroizing::new(passphrase.into()), one_time_code: code, hat: None, address: address.into(),
        }).await
    }
    /// The code of the next step, which is accepted too and not spent yet.
    fn next_code(&self) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        self.totp.generate(now + 30).to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_makes_an_account_that_opens_with_passphrase_and_one_time_code() {
    let a = account().await;
    let unlocked = |tx: &mut lering::tx::Tx| -> Result<bool, Refused> { Ok(tx.private_key().is_ok()) };
    assert!(a.tokens.wears_hat && a.world.app.run(caller(&a.tokens), unlocked).await.unwrap());
    let code = a.next_code();
    // Spaces and capitals in the name do not matter.
    let tokens = a.try_as(" nynke@voorbeeld.TEST ", PASSPHRASE, code.clone(), "x").await.unwrap();
    assert!(tokens.wears_hat && a.world.app.run(caller(&tokens), unlocked).await.unwrap(), "the only hat is worn");
    // The same one-time code never works twice.
    assert!(matches!(a.try_as("nynke@voorbeeld.test", PASSPHRASE, code, "y").await, Err(SignInError::Failed)));
    a.world.app.run(caller(&tokens), |tx| sign_in::end_session(tx, sign_in::Ending::All)).await.unwrap();
    for tokens in [&tokens, &a.tokens] {
        assert!(matches!(a.world.app.run(caller(tokens), unlocked).await, Err(Refused::NoSession)), "I-7");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_and_unknown_are_one_answer_and_guessing_slows_down() {
    let a = account().await;
    let mut times = vec![];
    for (name, passphrase) in [("nynke@voorbeeld.test", "wrong"), ("nobody@voorbeeld.test", PASSPHRASE)] {
        let started = Instant::now();
        let refused = a.try_as(name, passphrase, "123456".into(), name).await.err().unwrap();
        times.push(started.elapsed());
        assert_eq!((refused.status(), refused.kind(), refused.words()), (401, "sign-in-failed", vec![]));
    }
    let (short, long) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(*short > Duration::from_millis(20) && *long < *short * 4, "both cost the stretching: {times:?}");
    // The second try within a second is told to wait, right or wrong; another address is not held up by it.
    assert!(matches!(a.try_as("nynke@voorbeeld.test", "wrong", "123456".into(), "nynke@voorbeeld.test").await, Err(SignInError::Refused(Refused::TooMany { .. }))));
    assert!(a.try_as("nynke@voorbeeld.test", PASSPHRASE, a.next_code(), "home").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_keep_their_session_and_a_thief_ends_it() {
    let a = account().await;
    let first = a.tokens.refresh.clone();
    let second = sign_in::refresh(&a.world.app, first.clone()).await.unwrap();
    assert!(matches!(sign_in::refresh(&a.world.app, first.clone()).await, Err(SignInError::Race)), "within 15 seconds: another tab");
    let third = sign_in::refresh(&a.world.app, second.clone()).await.unwrap();
    assert!(matches!(sign_in::refresh(&a.world.app, Zeroizing::new(vec![1; 32])).await, Err(SignInError::Ended)));
    // A minute later the spent token comes back: the whole family ends.
    diesel::sql_query("update sec.session set rotated_at = rotated_at - interval '1 minute'").execute(&mut a.world.connection("postgres")).unwrap();
    assert!(matches!(sign_in::refresh(&a.world.app, second).await, Err(SignInError::Ended)));
    assert!(matches!(sign_in::refresh(&a.world.app, third).await, Err(SignInError::Ended)));
    assert!(matches!(a.world.app.run(caller(&a.tokens), |tx| tx.session().map(|_| ())).await, Err(Refused::NoSession)));
}

/// One more officer, under the same name.
async fn of_the_same_name(a: &Account, passphrase: &str) -> Result<(Totp, Tokens, String), SignInError> {
    let administrator = a.world.administrator().await;
    let invited = a.world.invite(&administrator, Role::RecoveryOfficer).await;
    let code = InvitationCode::parse(invited.code.normalised()).unwrap();
    let begun = a.world.app.run_public(move |tx| sign_in::begin(tx, &code, None)).await?;
    let totp = Totp::from_url(begun.otpauth.as_str()).unwrap();
    let tokens = sign_in::finish(&a.world.app, enrolment(&begun.token, &invited.code, passphrase, totp.generate_current().to_string())).await?;
    Ok((totp, tokens, begun.printed.to_string()))
}

const NAME: &str = "nynke@voorbeeld.test";
const OTHER: &str = "duinpan stoomfluit kastanje wimpel";

#[tokio::test(flavor = "multi_thread")]
async fn a_name_somebody_has_makes_an_account_like_any_other_and_each_enters_their_own() {
    let a = account().await;
    let sql = |sql: &str| diesel::sql_query(sql).execute(&mut a.world.connection("postgres")).unwrap();
    let person = async |tokens: &Tokens| a.world.app.run(caller(tokens), |tx| -> Result<_, Refused> { Ok(tx.session()?.person) }).await.unwrap();
    let (second, tokens, printed) = of_the_same_name(&a, OTHER).await.unwrap_or_else(|why| panic!("whoever holds a code learns of an account: {why:?}"));
    let (first, other) = (person(&a.tokens).await, person(&tokens).await);
    assert_ne!(first, other);
    let enters = async |passphrase: &str, totp: &Totp| {
        sql("update sec.person_secret set totp_spent = '{}'");
        sql("delete from sec.soft_lock");
        a.try_as(NAME, passphrase, totp.generate_current().to_string(), "home").await
    };
    assert_eq!(person(&enters(PASSPHRASE, &a.totp).await.unwrap()).await, first);
    assert_eq!(person(&enters(OTHER, &second).await.unwrap()).await, other);
    assert!(matches!(enters(PASSPHRASE, &second).await, Err(SignInError::Failed)) && matches!(enters(OTHER, &a.totp).await, Err(SignInError::Failed)), "nobody's code opens another's account");
    // The same passphrase too: the one-time code settles whose account it is.
    let (third, tokens, _) = of_the_same_name(&a, OTHER).await.unwrap();
    let last = person(&tokens).await;
    assert_eq!((person(&enters(OTHER, &second).await.unwrap()).await, person(&enters(OTHER, &third).await.unwrap()).await), (other, last));
    // Another passphrase, chosen or after the printed code, leaves all of them a way in.
    let tokens = enters(OTHER, &second).await.unwrap();
    sign_in::change_passphrase(&a.world.app, caller(&tokens), Zeroizing::new(OTHER.into()), Zeroizing::new("regenton klaver zeilmaker anijs".into())).await.unwrap();
    assert_eq!(person(&enters("regenton klaver zeilmaker anijs", &second).await.unwrap()).await, other);
    sql("update sec.person_secret set totp_spent = '{}'");
    let lost = sign_in::Lost {
        sign_in_name: NAME.into(), printed_code: Zeroizing::new(printed), one_time_code: second.generate_current().to_string(), passphrase: Zeroizing::new("veerpont mosgroen trommel hazelnoot".into()),
        hat: None, address: "home".into(),
    };
    assert_eq!(person(&sign_in::recover(&a.world.app, lost).await.unwrap()).await, other);
    assert_eq!(person(&enters("veerpont mosgroen trommel hazelnoot", &second).await.unwrap()).await, other);
    assert_eq!((person(&enters(PASSPHRASE, &a.totp).await.unwrap()).await, person(&enters(OTHER, &third).await.unwrap()).await), (first, last));
    // One salt for all three: one stretching tries them all.
    assert_eq!(diesel::sql_query("select 1 from sec.person_secret where lookup_hash = (select lookup_hash from sec.person_secret group by lookup_hash having count(*) = 3) group by salt").execute(&mut a.world.connection("postgres")).unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reaches_the_database_with_statements_becomes_nobody_else() {
    let a = account().await;
    let thief = a.world.administrator().await;
    let sql = |sql: &str| diesel::sql_query(sql).execute(&mut a.world.connection("postgres")).unwrap();
    let person = a.world.app.run(caller(&a.tokens), |tx| -> Result<_, Refused> { Ok(tx.session()?.person) }).await.unwrap();
    // Statements of their own, in a session that is open: as the application's role, with all it may call.
    let injected = async |sql: String| a.world.app.run(thief.caller(), move |tx| tx.attempt(|tx| Ok(diesel::sql_query(sql).execute(tx.db())?))).await.unwrap().is_some();
    let opens = async |proof: &str| injected(format!("select sec.open_session('{person}', null, sha256(gen_random_uuid()::text::bytea), sha256(gen_random_uuid()::text::bytea), '\\x00', now() + interval '1 hour', '', {proof})")).await;
    let confirms = async |proof: &str| injected(format!("select sec.stepped_up({proof})")).await;
    let sets_up = async |proof: &str| injected(format!("select sec.set_up_only({proof})")).await;
    for proof in ["null", "'known'", "(select proof_hash from sec.person_secret limit 1)"] {
        assert!(!opens(proof).await && !confirms(proof).await && !sets_up(proof).await, "{proof}");
    }
    // It is the proof they lack, and nothing else.
    sql("update sec.person_secret set proof_hash = sha256('known')");
    assert!(opens("'known'").await && confirms("'known'").await);
    // An account from before has none, and nobody gives it one but the server, at the next sign-in: once, and the log says so.
    let enters = async || {
        sql("update sec.person_secret set totp_spent = '{}'");
        a.try_as(NAME, PASSPHRASE, a.totp.generate_current().to_string(), "home").await.unwrap()
    };
    let logged = || sql(&format!("select 1 from sec.log_entry where action = 'session.first_proof' and result = 'done' and person_id = '{person}'"));
    sql("update sec.person_secret set proof_hash = null");
    assert!(!injected(format!("select sec.first_proof('{person}', 'known', 'guessed')")).await && !opens("'known'").await);
    for _ in 0..2 {
        enters().await;
        assert_eq!((logged(), sql("select 1 from sec.person_secret where proof_hash is not null")), (1, 1));
    }
    // Or where who they are is confirmed.
    let tokens = enters().await;
    sql("update sec.person_secret set proof_hash = null");
    sql("update sec.person_secret set totp_spent = '{}'");
    sign_in::step_up(&a.world.app, caller(&tokens), Zeroizing::new(PASSPHRASE.into()), a.totp.generate_current().to_string()).await.unwrap();
    assert_eq!(logged(), 2);
}
