//! What happens by itself: mail goes out, terms remind, follow-up starts, what has had its time is shredded. It reads process facts
//! and no content; row locks let several servers run it side by side.

use std::time::Duration;

use crate::anchors::Anchors;
use crate::notices::{self, Mail, Sent};
use crate::tx::{App, Refusal};
use crate::{cases, compartments, findings, reflections, register, relatives, reports, thematic};

/// Turns of comparing records in one look at most.
const COMPARING: u32 = 30;

/// How the worker works.
pub struct Settings {
    /// Where mail goes.
    pub mail: Mail,
    /// The server's address as people type it; it stands in mails.
    pub address: String,
    /// The pause between two turns of sending.
    pub pause: Duration,
    /// How many such turns pass between two looks at terms, follow-up and shredding.
    pub looks: u32,
    /// Where the head of the log is written down at each look.
    pub anchors: Option<Anchors>,
}

impl Settings {
    /// Sends every half minute, looks at terms every ten minutes.
    pub fn new(mail: Mail, address: String) -> Settings {
        Settings { mail, address, pause: Duration::from_secs(30), looks: 20, anchors: None }
    }
}

/// What one look did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Looked {
    /// People reminded.
    pub reminded: usize,
    /// Cases whose follow-up started.
    pub followed: usize,
    /// Publications taken down.
    pub taken_down: usize,
    /// People told of a step, of a publication, or that others read what they released.
    pub told: usize,
    /// Keys deleted.
    pub shredded: usize,
}

/// Works until it is dropped. A turn that fails is told and tried again; nothing waits for it.
pub async fn run(app: App, settings: Settings) {
    let mut turn: u32 = 0;
    loop {
        if turn.is_multiple_of(settings.looks.max(1)) {
            look(&app).await;
            anchor(&app, &settings).await;
        }
        send(&app, &settings).await;
        turn = turn.wrapping_add(1);
        tokio::time::sleep(settings.pause).await;
    }
}

/// Sends what may go now.
pub async fn send(app: &App, settings: &Settings) -> Sent {
    notices::send(app, &settings.mail, &settings.address).await.unwrap_or_else(|why| {
        failed("sending", &why);
        Sent::default()
    })
}

/// Reminds, starts follow-ups, tells, takes down, shreds. Each in a transaction of its own: one that fails stops no other.
pub async fn look(app: &App) -> Looked {
    let mut done = Looked::default();
    for remind in [cases::remind, reflections::remind, relatives::remind, reports::remind, findings::remind, thematic::remind] {
        done.reminded += app.run_worker(remind).await.unwrap_or_else(|why| failed("reminding", &why));
    }
    done.followed = app.run_worker(cases::follow_up).await.unwrap_or_else(|why| failed("follow-up", &why));
    done.taken_down = app.run_worker(reports::take_down_due).await.unwrap_or_else(|why| failed("taking down", &why));
    for tell in [cases::tell_steps, reports::tell_published, notices::tell_readers] {
        done.told += app.run_worker(tell).await.unwrap_or_else(|why| failed("telling", &why));
    }
    app.run_worker(cases::end_due_loans).await.unwrap_or_else(|why| failed("ending loans", &why));
    app.run_worker(compartments::end_evidence).await.unwrap_or_else(|why| failed("ending evidence", &why));
    // A file of past cases brings ten thousand at once. Each turn commits for itself, and there is an end to it: mail waits behind this.
    for _ in 0..COMPARING {
        if app.run_worker(register::duplicates::pair).await.unwrap_or_else(|why| failed("comparing records", &why)) == 0 {
            break;
        }
    }
    app.run_worker(register::import::forget).await.unwrap_or_else(|why| failed("forgetting files", &why));
    app.run_worker(crate::tx::forget).await.unwrap_or_else(|why| failed("forgetting answers", &why));
    app.run_worker(crate::sign_in::forget).await.unwrap_or_else(|why| failed("forgetting texts that waited", &why));
    app.run_worker(crate::tx::trim_log).await.unwrap_or_else(|why| failed("trimming the log", &why));
    done.shredded = app.run_worker(cases::shred).await.unwrap_or_else(|why| failed("shredding", &why));
    done
}

/// Writes the head of the log down outside the database. Whether it was written: a head that has not moved is not.
pub async fn anchor(app: &App, settings: &Settings) -> bool {
    let Some(anchors) = &settings.anchors else { return false };
    let head = app.run_worker(crate::tx::log_head).await.unwrap_or_else(|why| {
        failed("reading the head of the log", &why);
        None
    });
    let Some(head) = head else { return false };
    anchors.append(&head, chrono::Utc::now()).unwrap_or_else(|why| {
        tracing::error!(%why, "no anchor was written");
        false
    })
}

fn failed(what: &str, why: &dyn Refusal) -> usize {
    tracing::error!(what, kind = why.kind(), %why, "the worker failed");
    0
}
