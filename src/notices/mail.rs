//! Mail: that something is ready, in one sentence, with an address without a token. Plain text, no name, no case, no organisation
//! (`ux.md` section 5.11).

use std::path::{Path, PathBuf};

use lettre::message::{Mailbox, header};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::texts::{Language, Texts};

/// Where mail goes.
pub enum Mail {
    /// Over SMTP.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Mailbox),
    /// To files in a folder, one a message: for practice on one machine.
    Files(AsyncFileTransport<Tokio1Executor>, Mailbox),
    /// Nowhere: messages stay in the outbox, where the administrator sees them.
    Nowhere,
}

/// Why mail is not set up, or did not go. Never carries an address (I-14).
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The setting can't be used.
    #[error("LERING_SMTP: {0}")]
    Setting(String),
    /// The authority's certificate can't be used.
    #[error("LERING_SMTP_CA: {0}: {1}")]
    Authority(PathBuf, String),
    /// The sender's address can't be used.
    #[error("LERING_MAIL_FROM is not a mail address")]
    From,
    /// The folder can't be made.
    #[error("{0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The other side said no for good.
    #[error("refused: {0}")]
    Refused(String),
    /// It may go later.
    #[error("not now: {0}")]
    Later(String),
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

impl Mail {
    /// Over SMTP: `smtps://user:password@host:465`, or `smtp://host:587` with STARTTLS required. Without TLS only to this machine. With
    /// `authority`, a PEM file, only a certificate of that authority is trusted; without, those of the public ones.
    ///
    /// # Errors
    /// `Setting`, `From`, `Authority`.
    pub fn smtp(url: &str, from: &str, authority: Option<&Path>) -> Result<Mail, MailError> {
        let from = from.parse().map_err(|_| MailError::From)?;
        let fault = |why: &str| MailError::Setting(why.to_owned());
        let (scheme, rest) = url.split_once("://").ok_or_else(|| fault("wants smtps://host or smtp://host"))?;
        let (login, place) = rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
        let place = place.trim_end_matches('/');
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| fault("the port is not a number"))?)),
            None => (place, None),
        };
        if host.is_empty() {
            return Err(fault("the host is missing"));
        }
        let own = authority.map(root).transpose()?;
        let tls = || {
            let parts = TlsParameters::builder(host.to_owned());
            let parts = match &own {
                Some(root) => parts.certificate_store(CertificateStore::None).add_root_certificate(root.clone()),
                None => parts.certificate_store(CertificateStore::WebpkiRoots),
            };
            parts.build().map_err(|_| match authority {
                Some(file) => MailError::Authority(file.to_owned(), "holds no certificate that can be used".into()),
                None => fault("the host's name can't be checked"),
            })
        };
        let mut builder = match scheme {
            "smtps" => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port.unwrap_or(465)).tls(Tls::Wrapper(tls()?)),
            "smtp" if is_here(host) => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port.unwrap_or(25)).tls(Tls::Opportunistic(tls()?)),
            "smtp" => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port.unwrap_or(587)).tls(Tls::Required(tls()?)),
            _ => return Err(fault("wants smtps://host or smtp://host")),
        };
        if let Some((user, password)) = login.and_then(|login| login.split_once(':')) {
            builder = builder.credentials(Credentials::new(user.to_owned(), password.to_owned()));
        }
        Ok(Mail::Smtp(builder.timeout(Some(std::time::Duration::from_secs(20))).build(), from))
    }

    /// To files in a folder.
    ///
    /// # Errors
    /// `Folder`.
    pub fn files(folder: &Path) -> Result<Mail, MailError> {
        std::fs::create_dir_all(folder).map_err(|why| MailError::Folder(folder.to_owned(), why))?;
        let address = Address::new("lering", "localhost").map_err(|_| MailError::From)?;
        Ok(Mail::Files(AsyncFileTransport::new(folder), Mailbox::new(None, address)))
    }

    /// Whether messages leave at all.
    pub fn goes(&self) -> bool {
        !matches!(self, Mail::Nowhere)
    }

    /// Sends one message.
    ///
    /// # Errors
    /// `Refused` for good, `Later` for a while.
    pub(super) async fn send(&self, to: Address, words: &Words<'_>) -> Result<(), MailError> {
        let compose = |from: &Mailbox| words.message(from.clone(), Mailbox::new(None, to.clone()));
        match self {
            Mail::Smtp(transport, from) => transport.send(compose(from)?).await.map(drop).map_err(|why| told(&why)),
            Mail::Files(transport, from) => transport.send(compose(from)?).await.map(drop).map_err(|_| MailError::Later("the folder can't be written".into())),
            Mail::Nowhere => Err(MailError::Later("no mail server is set".into())),
        }
    }
}

/// The certificate of a bureau's own authority.
fn root(file: &Path) -> Result<Certificate, MailError> {
    let fault = |why: String| MailError::Authority(file.to_owned(), why);
    let pem = std::fs::read(file).map_err(|why| fault(why.to_string()))?;
    if !pem.windows(BEGIN.len()).any(|part| part == BEGIN) {
        return Err(fault("holds no certificate in PEM".into()));
    }
    Certificate::from_pem(&pem).map_err(|_| fault("is no certificate that can be read".into()))
}

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// What the other side said, without its words: those may repeat the address.
fn told(why: &lettre::transport::smtp::Error) -> MailError {
    let code = why.status().map(|code| code.to_string());
    match (why.is_permanent(), code) {
        (true, code) => MailError::Refused(code.unwrap_or_else(|| "for good".into())),
        (false, Some(code)) => MailError::Later(code),
        (false, None) if why.is_tls() => MailError::Later("no safe connection".into()),
        (false, None) if why.is_timeout() => MailError::Later("no answer in time".into()),
        (false, None) => MailError::Later("no connection".into()),
    }
}

/// What a message says.
pub(super) struct Words<'a> {
    /// In this language.
    pub language: Language,
    /// The address of the server, without a token.
    pub address: &'a str,
    /// The bureau's telephone number; may be empty.
    pub phone: &'a str,
}

impl Words<'_> {
    fn message(&self, from: Mailbox, to: Mailbox) -> Result<Message, MailError> {
        let texts = Texts::shared();
        let mut body = texts.say(self.language, "mail-body", &[("address", self.address)]);
        if !self.phone.is_empty() {
            body.push_str("\n\n");
            body.push_str(&texts.say(self.language, "mail-phone", &[("phone", self.phone)]));
        }
        body.push('\n');
        Message::builder().from(from).to(to).subject(texts.say(self.language, "mail-subject", &[])).header(header::ContentType::TEXT_PLAIN)
            .raw_header(header::HeaderValue::new(header::HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()))
            .body(body).map_err(|_| MailError::Refused("the message can't be written".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_that_something_is_ready_and_nothing_else() {
        let from: Mailbox = "lering@example.org".parse().expect("address");
        let words = Words { language: Language::Nl, address: "https://lering.example.org", phone: "030 123 45 67" };
        let mail = String::from_utf8(words.message(from.clone(), from).expect("message").formatted()).expect("text");
        assert!(mail.contains("Subject: Er staat iets voor u klaar\r\n") && mail.contains("https://lering.example.org") && mail.contains("030 123 45 67"), "{mail}");
        assert!(!mail.contains("HG-") && !mail.to_lowercase().contains("text/html") && !mail.contains("example.org/"), "{mail}");
    }

    #[test]
    fn without_tls_mail_goes_to_this_machine_only() {
        assert!(Mail::smtp("smtps://someone:secret@mail.example.org", "a@example.org", None).is_ok());
        assert!(Mail::smtp("smtp://127.0.0.1:2525", "a@example.org", None).is_ok());
        for wrong in ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"] {
            assert!(matches!(Mail::smtp(wrong, "a@example.org", None), Err(MailError::Setting(_))), "{wrong}");
        }
        assert!(matches!(Mail::smtp("smtps://host", "nobody", None), Err(MailError::From)));
    }
}
