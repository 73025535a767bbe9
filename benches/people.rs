//! People of the bureau under measure, enrolled by the same use cases as anybody: code, passphrase, authenticator, keys, session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use lering::access::Role;
use lering::http::Keys;
use lering::ids::MembershipId;
use lering::people::{self, Invitation};
use lering::sign_in::{self, Enrolment};
use lering::texts::Language;
use lering::tx::{App, Caller, Refused};
use lering::{compartments, start};
use totp_rs::Totp;
use vault::InvitationCode;
use zeroize::Zeroizing;

use crate::Res;

/// The passphrase of everybody here.
pub const PASSPHRASE: &str = "koperen dwaallicht vijver trambaan";

/// Somebody signed in.
#[derive(Clone)]
pub struct Person {
    /// The hat.
    pub hat: MembershipId,
    /// What they sign in with.
    pub sign_in_name: String,
    otpauth: String,
    handle: Vec<u8>,
    unlock: Vec<u8>,
}

impl Person {
    /// As their requests arrive at a use case.
    pub fn caller(&self) -> Caller {
        Caller { handle: Some(Zeroizing::new(self.handle.clone())), unlock: Some(Zeroizing::new(self.unlock.clone())), ..Caller::default() }
    }
    /// Header lines that show who they are; good for ten minutes.
    pub fn headers(&self, keys: &Keys) -> String {
        format!("authorization: Bearer {}\r\nx-lering-unlock: {}\r\n", keys.access(&self.handle), BASE64.encode(&self.unlock))
    }
    /// The authenticator's code, some steps of thirty seconds from now.
    ///
    /// # Errors
    /// When the authenticator's address can't be read.
    pub fn code(&self, steps: i64) -> Res<String> {
        code(&self.otpauth, steps)
    }
}

fn code(otpauth: &str, steps: i64) -> Res<String> {
    let at = chrono::Utc::now().timestamp() + 30 * steps;
    Ok(Totp::from_url(otpauth).map_err(|why| why.to_string())?.generate(at.unsigned_abs()).to_string())
}

/// The people of the bureau.
pub struct Bureau {
    /// Coordinator.
    pub coordinator: Person,
    /// Chair.
    pub chair: Person,
    /// Secretary.
    pub secretary: Person,
    /// Panel members.
    pub members: Vec<Person>,
}

impl Bureau {
    /// Everybody who may take part in a case.
    pub fn all(&self) -> Vec<(&'static str, &Person)> {
        let mut all = vec![("CO", &self.coordinator), ("CH", &self.chair), ("SE", &self.secretary)];
        all.extend(self.members.iter().map(|member| ("PM", member)));
        all
    }
}

/// Redeems a code: of a role that waits for others it is told whose it is.
async fn enrol(app: &App, code: &str, name: &str, waits: Option<MembershipId>) -> Res<Person> {
    let typed = InvitationCode::parse(code)?;
    let begun = app.run_public(move |tx| sign_in::begin(tx, &typed, None)).await?;
    let (otpauth, sign_in_name) = (begun.otpauth.to_string(), format!("{}@bench.example", name.replace(' ', ".").to_lowercase()));
    let told = Enrolment {
        token: begun.token, code: InvitationCode::parse(code)?, second: None, sign_in_name: sign_in_name.clone(), name: name.to_owned(),
        passphrase: Zeroizing::new(PASSPHRASE.into()), one_time_code: self::code(&otpauth, 0)?, language: Language::Nl,
    };
    let tokens = sign_in::finish(app, told).await?;
    let caller = Caller { handle: Some(tokens.handle.clone()), unlock: Some(tokens.unlock.clone()), ..Caller::default() };
    let hat = match waits {
        Some(hat) => hat,
        None => app.run(caller, |tx| tx.hat()).await?,
    };
    Ok(Person { hat, sign_in_name, otpauth, handle: tokens.handle.to_vec(), unlock: tokens.unlock.to_vec() })
}

async fn invited(app: &App, by: &Person, officers: &[Person], role: Role, name: &str) -> Res<Person> {
    let told = Invitation { role, name: name.to_owned(), organisation: None, second: None };
    let invited = people::invite(app, by.caller(), told).await?;
    let hat = invited.hat;
    let person = enrol(app, invited.code.normalised(), name, Some(hat)).await?;
    // A content role is granted by two people (ruling 19), who know who redeemed the code.
    for officer in officers.iter().take(2) {
        app.run(officer.caller(), move |tx| people::confirm(tx, hat).map(drop)).await?;
    }
    sign_in::wear(app, person.caller(), hat).await?;
    Ok(person)
}

/// A bureau that is no practice bureau, its recovery set up, with a coordinator, a chair, a secretary and four panel members.
///
/// # Errors
/// Whatever a use case refuses.
pub async fn bureau(installation: &start::Installation, app: &App) -> Res<Bureau> {
    let told = start::Bureau { name: "Reviewbureau Noord".into(), zone: "Europe/Amsterdam".into(), calendar: "nl".into(), language: "nl".into(), ..start::Bureau::default() };
    let administrator = enrol(app, &start::tenant(installation, &told)?, "Ada Beheer", None).await?;
    let mut officers: Vec<Person> = vec![];
    for name in ["Olga Een", "Olaf Twee", "Odile Drie"] {
        // The first two begin at once; the third is confirmed by them.
        let officer = invited(app, &administrator, &officers, Role::RecoveryOfficer, name).await?;
        officers.push(officer);
    }
    app.run(officers[0].caller(), |tx| -> Result<(), Refused> { compartments::establish(tx).map(drop) }).await?;
    let mut members = vec![];
    for name in ["Piet Politie", "Zora Zorg", "Gijs Gemeente", "Orla Opvang"] {
        members.push(invited(app, &administrator, &officers, Role::PanelMember, name).await?);
    }
    Ok(Bureau {
        coordinator: invited(app, &administrator, &officers, Role::Coordinator, "Cora Coordinator").await?,
        chair: invited(app, &administrator, &officers, Role::Chair, "Vera Voorzitter").await?,
        secretary: invited(app, &administrator, &officers, Role::Secretary, "Sem Secretaris").await?,
        members,
    })
}
