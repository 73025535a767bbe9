//! Passphrase, printed code and authenticator can be changed by who just confirmed who they are; the old one stops, other sessions end, what
//! was sealed still opens; and who lost the passphrase comes back in with the printed code, which tells a guesser nothing.

use diesel::prelude::*;
use lering::access::Role;
use lering::sign_in::{self, Attempt, Enrolment, Lost, LostTelephone, Parked, SignInError, Tokens};
use lering::texts::Language;
use lering::tx::{Caller, Refusal, Refused, Tx};
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::support::World;

const NAME: &str = "nynke@voorbeeld.test";
const PASSPHRASE: &str = "koper lantaarn reiger otter mist";
const NEW: &str = "duinpan stoomfluit kastanje wimpel";

struct Account {
    world: World,
    totp: Totp,
    printed: String,
    tokens: Tokens,
}

fn caller(tokens: &Tokens) -> Caller {
    Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() }
}

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// An administrator's account, with a text sealed to their key.
async fn account() -> Account {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let invited = world.invite(&administrator, Role::Administrator).await;
    let code = || InvitationCode::parse(invited.code.normalised()).unwrap();
    let first = code();
    let begun = world.app.run_public(move |tx| sign_in::begin(tx, &first, None)).await.unwrap();
    let totp = Totp::from_url(begun.otpauth.as_str()).unwrap();
    let told = Enrolment {
        token: begun.token.clone(), code: code(), second: None, sign_in_name: NAME.into(), name: "Nynke Vermeer".into(), passphrase: typed(PASSPHRASE),
        one_time_code: totp.generate_current().to_string(), language: Language::Nl,
    };
    let tokens = sign_in::finish(&world.app, told).await.unwrap();
    let kept = Parked { path: "/tasks".into(), fields: vec![("words".into(), "wat er al stond".into())], page: None };
    world.app.run(caller(&tokens), move |tx| sign_in::keep(tx, None, &kept)).await.unwrap();
    Account { world, totp, printed: begun.printed.to_string(), tokens }
}

impl Account {
    fn sql(&self, sql: &str) {
        diesel::sql_query(sql).execute(&mut self.world.connection("postgres")).unwrap();
    }
    fn count(&self, sql: &str) -> i64 {
        diesel::sql_query(sql).get_result::<Count>(&mut self.world.connection("postgres")).unwrap().n
    }
    /// No step is spent and nobody is slowed down: as if a minute had passed.
    fn a_minute_later(&self) {
        self.sql("update sec.person_secret set totp_spent = '{}'");
        self.sql("delete from sec.soft_lock");
    }
    async fn enters(&self, passphrase: &str, totp: &Totp) -> Result<Tokens, SignInError> {
        self.a_minute_later();
        sign_in::sign_in(&self.world.app, Attempt {
            sign_in_name: NAME.into(), passphrase: typed(passphrase), one_time_code: totp.generate_current().to_string(), hat: None, address: "home".into(),
        }).await
    }
    /// Whether it opens the key; the session is left as it was.
    async fn unlocks(&self, with: &str) -> bool {
        self.a_minute_later();
        self.sql("create table sec.before as select id, wrapped_key from sec.session");
        let opened = sign_in::unlock(&self.world.app, Caller { unlock: None, ..caller(&self.tokens) }, typed(with)).await.is_ok();
        self.sql("update sec.session s set wrapped_key = b.wrapped_key from sec.before b where b.id = s.id");
        self.sql("drop table sec.before");
        opened
    }
    async fn returns(&self, name: &str, printed: &str, code: String, passphrase: &str) -> Result<Tokens, SignInError> {
        sign_in::recover(&self.world.app, Lost {
            sign_in_name: name.into(), printed_code: typed(printed), one_time_code: code, passphrase: typed(passphrase), hat: None, address: name.into(),
        }).await
    }
    /// Comes in with passphrase and printed code.
    async fn without_telephone(&self, name: &str, passphrase: &str, printed: &str) -> Result<Tokens, SignInError> {
        self.a_minute_later();
        sign_in::without_authenticator(&self.world.app, LostTelephone { sign_in_name: name.into(), passphrase: typed(passphrase), printed_code: typed(printed), address: name.into() }).await
    }
    /// Puts the account in another app, in a session that is to be set up first.
    async fn new_app(&self, tokens: &Tokens) -> Totp {
        let otpauth = self.world.app.run(caller(tokens).to_set_up(), |tx| sign_in::new_authenticator(tx)).await.unwrap();
        let new = Totp::from_url(otpauth.as_str()).unwrap();
        let code = new.generate_current().to_string();
        self.world.app.run(caller(tokens).to_set_up(), move |tx| sign_in::confirm_authenticator(tx, &code)).await.unwrap();
        new
    }
    /// Makes another printed code there, and types its two groups back.
    async fn new_code(&self, tokens: &Tokens) -> String {
        let made = self.world.app.run(caller(tokens).to_set_up(), |tx| sign_in::new_printed_code(tx)).await.unwrap();
        let new = made.printed.to_string();
        let groups = made.groups.map(|group| new.split(' ').nth(group - 1).unwrap().to_owned());
        assert!(sign_in::put_on_paper(&self.world.app, caller(tokens), groups).await.unwrap(), "the last that was to be set up");
        new
    }
    /// Whether a printed code still opens a way in; what that leaves is undone.
    async fn unlocks_somewhere(&self, printed: &str) -> bool {
        let opened = self.without_telephone(NAME, PASSPHRASE, printed).await.is_ok();
        self.sql("delete from sec.session where sets_up = 'authenticator'");
        opened
    }
    fn printed_code_told(&self) -> i64 {
        self.count("select count(*) as n from app.notice where kind = 'printed_code_used' and urgent and case_id is null and subject_id is null")
    }
    async fn lives(&self, tokens: &Tokens) -> bool {
        self.world.app.run(caller(tokens).to_set_up(), |tx| tx.session().map(drop)).await.is_ok()
    }
    /// Whether what was sealed before still opens.
    async fn reads(&self, tokens: &Tokens) -> bool {
        self.world.app.run(caller(tokens), |tx| sign_in::parked(tx)).await.is_ok_and(|texts| texts.len() == 1 && texts[0].2.fields[0].1 == "wat er al stond")
    }
    fn told(&self) -> i64 {
        self.count("select count(*) as n from app.notice where kind = 'sign_in_changed' and case_id is null and subject_id is null")
    }
    fn logged(&self, action: &str, result: &str) -> i64 {
        self.count(&format!("select count(*) as n from sec.log_entry where action = '{action}' and result = '{result}' and person_id is not null"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_passphrase_takes_the_place_of_the_old_and_ends_every_other_session() {
    let a = account().await;
    let other = a.enters(PASSPHRASE, &a.totp).await.unwrap();
    let app = &a.world.app;
    let change = async |old: &str, new: &str| sign_in::change_passphrase(app, caller(&a.tokens), typed(old), typed(new)).await;
    // Who did not just confirm who they are, who chooses badly, and who does not know the old one changes nothing.
    a.sql("update sec.session set stepped_up_at = now() - interval '6 minutes'");
    assert!(matches!(change(PASSPHRASE, NEW).await, Err(SignInError::Refused(Refused::StepUp))));
    a.sql("update sec.session set stepped_up_at = now()");
    assert!(matches!(change(PASSPHRASE, "Nynke Vermeer 1").await, Err(SignInError::Weak)));
    let wrong = change("koper lantaarn reiger otter mos", NEW).await.unwrap_err();
    assert_eq!((wrong.status(), wrong.kind(), wrong.words()), (401, "sign-in-failed", vec![]));
    assert!(matches!(change(PASSPHRASE, NEW).await, Err(SignInError::Refused(Refused::TooMany { .. }))), "a wrong guess slows down");
    assert!(a.lives(&other).await && a.told() == 0 && a.unlocks(PASSPHRASE).await);
    a.a_minute_later();
    change(PASSPHRASE, NEW).await.unwrap();
    assert!(a.lives(&a.tokens).await && !a.lives(&other).await, "this session goes on, the other ended");
    assert!(matches!(a.enters(PASSPHRASE, &a.totp).await, Err(SignInError::Failed)), "the old passphrase");
    let again = a.enters(NEW, &a.totp).await.unwrap();
    assert!(a.reads(&again).await && a.reads(&a.tokens).await && a.unlocks(&a.printed).await, "the key is the same");
    assert_eq!((a.told(), a.logged("account.passphrase", "done"), a.logged("account.passphrase", "sign-in-failed")), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_printed_code_counts_once_it_is_shown_to_be_on_paper() {
    let a = account().await;
    let other = a.enters(PASSPHRASE, &a.totp).await.unwrap();
    let app = &a.world.app;
    let confirm = async |groups: [String; 2]| app.run(caller(&a.tokens), move |tx| sign_in::confirm_printed_code(tx, &groups)).await;
    assert!(matches!(confirm(["AAAA".into(), "AAAA".into()]).await, Err(Refused::Rule("no-new-code"))));
    let made = app.run(caller(&a.tokens), |tx| sign_in::new_printed_code(tx)).await.unwrap();
    let new = made.printed.to_string();
    let groups = made.groups.map(|group| new.split(' ').nth(group - 1).unwrap().to_lowercase());
    assert!(made.groups[0] < made.groups[1] && (1..=8).contains(&made.groups[1]));
    assert_eq!(app.run(caller(&a.tokens), |tx| sign_in::awaited_groups(tx)).await.unwrap(), Some(made.groups));
    // Nothing of it stands in the database for who has no key: neither code nor groups.
    assert_eq!(a.count(&format!("select count(*) as n from sec.person_secret where position('{}' in encode(printed_awaited, 'escape')) > 0", groups[0].to_uppercase())), 0);
    assert!(matches!(confirm([groups[0].clone(), "0000".into()]).await, Err(Refused::Faults(_))));
    assert!(a.lives(&other).await && a.unlocks(&a.printed).await && !a.unlocks(&new).await && a.told() == 0, "till then the old one counts");
    // After half an hour, and for another session of who is no longer sure to be the person, it is too late.
    a.sql("update sec.session set stepped_up_at = null");
    assert!(matches!(confirm(groups.clone()).await, Err(Refused::StepUp)));
    a.sql("update sec.session set stepped_up_at = now()");
    a.sql("update sec.person_secret set awaited_until = awaited_until - interval '31 minutes'");
    assert!(matches!(confirm(groups.clone()).await, Err(Refused::Rule("no-new-code"))));
    a.sql("update sec.person_secret set awaited_until = now() + interval '1 minute'");
    confirm(groups.clone()).await.unwrap();
    assert!(!a.unlocks(&a.printed).await, "the old code");
    assert!(a.unlocks(&new).await && a.unlocks(PASSPHRASE).await && !a.lives(&other).await && a.reads(&a.tokens).await);
    assert!(matches!(confirm(groups).await, Err(Refused::Rule("no-new-code"))));
    assert_eq!(a.told(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_authenticator_counts_once_it_gave_a_right_code() {
    let a = account().await;
    let app = &a.world.app;
    let confirm = async |code: String| app.run(caller(&a.tokens), move |tx| sign_in::confirm_authenticator(tx, &code)).await;
    assert!(matches!(confirm("123456".into()).await, Err(SignInError::Refused(Refused::Rule("no-new-authenticator")))));
    let otpauth = app.run(caller(&a.tokens), |tx| sign_in::new_authenticator(tx)).await.unwrap();
    assert_eq!(app.run(caller(&a.tokens), |tx| sign_in::awaited_authenticator(tx)).await.unwrap().unwrap(), otpauth);
    let new = Totp::from_url(otpauth.as_str()).unwrap();
    assert!(matches!(confirm(a.totp.generate_current().to_string()).await, Err(SignInError::OneTimeCode)), "a code of the old one");
    assert!(a.enters(PASSPHRASE, &new).await.is_err() && a.told() == 0);
    let other = a.enters(PASSPHRASE, &a.totp).await.unwrap();
    confirm(new.generate_current().to_string()).await.unwrap();
    assert!(!a.lives(&other).await && a.lives(&a.tokens).await);
    assert!(matches!(a.enters(PASSPHRASE, &a.totp).await, Err(SignInError::Failed)), "the old authenticator");
    assert!(a.reads(&a.enters(PASSPHRASE, &new).await.unwrap()).await);
    assert_eq!(a.told(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_passphrase_comes_back_with_the_printed_code_and_a_guess_learns_nothing() {
    let a = account().await;
    let now = || a.totp.generate_current().to_string();
    let guess = "0000 ".repeat(8);
    a.a_minute_later();
    let mut answers = vec![];
    for (name, printed, code) in [(NAME, guess.as_str(), now()), ("nobody@voorbeeld.test", a.printed.as_str(), now()), (NAME, "kort", now()), (NAME, a.printed.as_str(), "000000".to_owned())] {
        let started = std::time::Instant::now();
        let refused = a.returns(name, printed, code, NEW).await.err().unwrap();
        answers.push((refused.status(), refused.kind(), refused.words(), refused.to_string()));
        assert!(started.elapsed() > std::time::Duration::from_millis(20), "each costs the stretching");
        assert!(matches!(a.returns(name, printed, now(), NEW).await, Err(SignInError::Refused(Refused::TooMany { .. }))), "and slows down");
        a.a_minute_later();
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // A weak passphrase is told to anybody alike, before anything is looked at.
    for name in [NAME, "nobody@voorbeeld.test"] {
        assert!(matches!(a.returns(name, &a.printed, now(), "geheim").await, Err(SignInError::Weak)));
    }
    assert!(a.lives(&a.tokens).await && a.told() == 0 && a.unlocks(PASSPHRASE).await, "nothing was changed");
    // One's own name in it is told too, to who has both codes.
    assert!(matches!(a.returns(NAME, &a.printed, now(), "Nynke Vermeer 1").await, Err(SignInError::Weak)));
    a.a_minute_later();
    let code = now();
    let back = a.returns(" Nynke@Voorbeeld.test", &a.printed.to_lowercase().replace(' ', "-"), code.clone(), NEW).await.unwrap();
    assert!(a.reads(&back).await, "what was sealed opens");
    assert!(!a.lives(&a.tokens).await, "whoever held a session has none any more");
    assert!(matches!(a.returns(NAME, &a.printed, code, PASSPHRASE).await, Err(SignInError::Failed)), "a one-time code works once");
    assert!(matches!(a.enters(PASSPHRASE, &a.totp).await, Err(SignInError::Failed)));
    assert!(a.reads(&a.enters(NEW, &a.totp).await.unwrap()).await);
    assert_eq!((a.told(), a.logged("session.recover", "done")), (1, 1));
    // The code on paper still counts; that a new one is better is said on the page.
    a.a_minute_later();
    assert!(a.returns(NAME, &a.printed, now(), PASSPHRASE).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_telephone_comes_in_with_passphrase_and_printed_code_and_sets_up_another() {
    let a = account().await;
    // Two of three, and both right: anything else is one answer.
    let guess = "0000 ".repeat(8);
    let mut answers = vec![];
    for (name, passphrase, printed) in [(NAME, PASSPHRASE, guess.as_str()), (NAME, NEW, a.printed.as_str()), ("nobody@voorbeeld.test", PASSPHRASE, a.printed.as_str()), (NAME, PASSPHRASE, "kort")] {
        let started = std::time::Instant::now();
        let refused = a.without_telephone(name, passphrase, printed).await.err().unwrap();
        assert!(started.elapsed() > std::time::Duration::from_millis(20), "each costs the stretching");
        answers.push((refused.status(), refused.kind(), refused.words()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!((a.printed_code_told(), a.logged("session.without_authenticator", "done")), (0, 0), "a guess is told to nobody");
    // Who got in and stopped there: the owner hears of it, and the old authenticator and the old code count as before.
    let first = a.without_telephone(NAME, PASSPHRASE, &a.printed).await.unwrap();
    assert_eq!((a.printed_code_told(), a.told(), a.logged("session.without_authenticator", "done")), (1, 0, 1));
    let other = a.enters(PASSPHRASE, &a.totp).await.unwrap();
    let back = a.without_telephone(NAME, PASSPHRASE, &a.printed).await.unwrap();
    assert_eq!((a.printed_code_told(), a.logged("session.without_authenticator", "done")), (2, 2), "every time");
    // However long the new one takes.
    a.sql("update sec.session set stepped_up_at = now() - interval '20 minutes'");
    let new = a.new_app(&back).await;
    for ended in [&a.tokens, &first, &other] {
        assert!(!a.lives(ended).await, "nobody else is signed in");
    }
    assert!(a.told() == 1 && a.enters(PASSPHRASE, &a.totp).await.is_err());
    assert!(a.unlocks_somewhere(&a.printed).await, "the old code counts until the new one is on paper");
    let printed = a.new_code(&back).await;
    assert!(a.lives(&back).await && a.reads(&back).await, "the session goes on as any other");
    assert!(a.world.app.run(caller(&back), |tx| tx.hat().map(drop)).await.is_ok(), "under the only hat");
    assert!(matches!(a.without_telephone(NAME, PASSPHRASE, &a.printed).await, Err(SignInError::Failed)), "the old code");
    assert!(a.without_telephone(NAME, PASSPHRASE, &printed).await.is_ok());
    assert!(a.enters(PASSPHRASE, &new).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_the_authenticator_opens_its_set_up_and_nothing_else() {
    let a = account().await;
    let app = &a.world.app;
    let back = a.without_telephone(NAME, PASSPHRASE, &a.printed).await.unwrap();
    let hat = app.run(caller(&a.tokens), |tx| tx.hat()).await.unwrap();
    let served = crate::support::served::Served::new(&a.world);
    let who = crate::support::Someone::signed_in(hat, &back);
    let ask = async |path: &str| {
        let answer = served.call(&who, reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.headers().get("location").map_or(String::new(), |to| to.to_str().unwrap().to_owned()))
    };
    let closed = async |stage: &str| {
        for path in ["/", "/account", "/account/passphrase", "/parked", "/typing?page=/", "/people", "/recovery", "/notices", "/search?q=x", "/today", "/session/renew"] {
            assert_eq!(ask(path).await, (303, "/account/authenticator".to_owned()), "{stage} {path}");
        }
        for (method, path) in [("GET", "/api/v1/session"), ("GET", "/api/v1/account"), ("GET", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions/others"), ("GET", "/api/v1/cases"), ("GET", "/api/v1/notices")] {
            let (status, told) = served.told(served.call(&who, method.parse().unwrap(), path)).await;
            assert_eq!((status, told["type"].as_str()), (403, Some("urn:lering:problem:set-up-first")), "{stage} {path}");
        }
        // No hat either, not even past the application.
        assert!(matches!(sign_in::wear(app, caller(&back), hat).await, Err(Refused::SetUpFirst)));
        assert!(matches!(sign_in::wear(app, caller(&back).to_set_up(), hat).await, Err(Refused::NotFound)), "{stage}");
        assert!(matches!(sign_in::change_passphrase(app, caller(&back), typed(PASSPHRASE), typed(NEW)).await, Err(SignInError::Refused(Refused::SetUpFirst))));
        assert!(sign_in::change_passphrase(app, caller(&back).to_set_up(), typed(PASSPHRASE), typed(NEW)).await.is_err(), "{stage}");
    };
    closed("before the app").await;
    // One after the other: the code does not come before the app.
    assert_eq!(ask("/account/authenticator").await.0, 200);
    assert_eq!(ask("/account/code").await, (303, "/account/authenticator".to_owned()));
    assert!(matches!(app.run(caller(&back).to_set_up(), |tx| sign_in::new_printed_code(tx)).await, Err(Refused::SetUpFirst)));
    a.new_app(&back).await;
    closed("before the code").await;
    assert_eq!(ask("/account/authenticator").await, (303, "/account/code".to_owned()));
    let page = served.call(&who, reqwest::Method::GET, "/account/code").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("action=\"/sign-out\"") && page.contains("href=\"/leave\"") && !page.contains("href=\"/account\""), "{page}");
    a.new_code(&back).await;
    assert_eq!(ask("/account").await.0, 200);
    let page = served.call(&who, reqwest::Method::GET, "/notices").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<a href=\"/account\">Iemand kwam binnen met uw geprinte code</a>"), "{page}");
    // On the page where it begins: a second form, which leads to the new app. Signing out is open at any time.
    let page = served.client.get(format!("{}/sign-in/lost", served.server)).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("name=\"lost\" value=\"telephone\""), "{page}");
    a.sql("update sec.session set sets_up = 'authenticator', membership_id = null where ended_at is null");
    assert_eq!(served.told(served.call(&who, reqwest::Method::DELETE, "/api/v1/session")).await.0, 204);
    assert!(!a.lives(&back).await && app.run(caller(&back).to_set_up(), |tx| tx.session().map(drop)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_end_one_by_one_all_others_or_all_and_never_another_persons() {
    let a = account().await;
    let b = a.world.administrator().await;
    let app = &a.world.app;
    let mut tokens = vec![];
    for _ in 0..3 { tokens.push(a.enters(PASSPHRASE, &a.totp).await.unwrap()); }
    let end = async |by: &Tokens, which: sign_in::Ending| app.run(caller(by), move |tx| sign_in::end_session(tx, which)).await;
    let devices = app.run(caller(&tokens[0]), |tx| sign_in::devices(tx)).await.unwrap();
    assert_eq!(devices.len(), 4);
    let theirs = app.run(b.caller(), |tx| sign_in::devices(tx)).await.unwrap()[0].id;
    assert!(matches!(end(&tokens[0], sign_in::Ending::One(theirs)).await, Err(Refused::NotFound)));
    let of_last = app.run(caller(&tokens[2]), |tx: &mut Tx| -> Result<_, Refused> { Ok(sign_in::devices(tx)?.into_iter().find(|device| device.here).unwrap().id) }).await.unwrap();
    end(&tokens[0], sign_in::Ending::One(of_last)).await.unwrap();
    assert!(!a.lives(&tokens[2]).await && a.lives(&tokens[1]).await && a.lives(&a.tokens).await);
    end(&tokens[0], sign_in::Ending::Others).await.unwrap();
    assert!(a.lives(&tokens[0]).await && !a.lives(&tokens[1]).await && !a.lives(&a.tokens).await);
    end(&tokens[0], sign_in::Ending::Others).await.unwrap();
    end(&tokens[0], sign_in::Ending::All).await.unwrap();
    assert!(!a.lives(&tokens[0]).await);
    assert!(app.run(b.caller(), |tx| tx.session().map(drop)).await.is_ok());
}
