//! Sign-in beside the Argon2id cost alone, and how much memory four at once take.

use std::time::Instant;

use serde_json::json;
use vault::Cost;

use crate::Res;
use crate::figure::{Figure, number};
use crate::load::{self, Request, middle};
use crate::people::{PASSPHRASE, Person};
use crate::processes;
use crate::world::World;

fn ask(person: &Person, steps: i64) -> Res<Request> {
    let body = json!({ "signInName": person.sign_in_name, "passphrase": PASSPHRASE, "oneTimeCode": person.code(steps)?, "hat": person.hat });
    Ok(Request::json("POST /api/v1/sessions", "", &body))
}

/// Which half minute it is (RFC 6238).
fn step() -> i64 {
    chrono::Utc::now().timestamp() / 30
}

fn timed<T>(work: impl FnOnce() -> Res<T>) -> Res<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

/// One after another, then four at once.
///
/// # Errors
/// When somebody does not get in.
pub fn sign_in(world: &mut World) -> Res<()> {
    let people: Vec<Person> = world.people.all().into_iter().map(|(_, person)| person.clone()).collect();
    let (address, pid) = (world.server()?.address.clone(), world.server()?.pid());
    let stretch = || vault::derive_from_passphrase(PASSPHRASE, &[7; 16], &Cost::STANDARD).map_err(Into::into);
    timed(stretch)?;
    let (mut alone, mut took) = (vec![], vec![]);
    // By turns; each code works once, and the next step's is accepted already.
    for person in &people {
        alone.push(timed(stretch)?);
        let request = ask(person, 1)?;
        took.push(timed(|| load::one(&address, &request))?);
    }
    let (n, alone, took) = (people.len(), middle(alone), middle(took));
    Figure {
        what: "sign-in beyond the Argon2id cost", ours: took - alone, beside: None, unit: "ms", n, aim: "at most 10 ms", met: Some(took - alone <= 10.0),
        parts: json!({ "sign-in": number(took), "Argon2id alone": number(alone) }),
    }.print();
    // A code works once, and no older one after it: those of now are new when the step that was used ahead has passed.
    let used = step() + 1;
    while step() <= used {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    let before = processes::memory(pid)?;
    let requests: Vec<Request> = people.iter().map(|person| ask(person, 0)).collect::<Res<_>>()?;
    let (done, most) = processes::highest_memory(pid, || -> Res<f64> {
        timed(|| std::thread::scope(|scope| {
            let asked: Vec<_> = requests.iter().map(|request| { let address = &address; scope.spawn(move || load::one(address, request)) }).collect();
            asked.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| Err("a client stopped".into())).map(drop))
        }))
    });
    std::thread::sleep(std::time::Duration::from_secs(1));
    let (done, after) = (done?, processes::memory(pid)?);
    // 4 x 64 MiB are 268 MB.
    Figure {
        what: &format!("memory while {} sign in at once", people.len()), ours: most, beside: None, unit: "MB", n: people.len(), aim: "four at once: 4 x 64 MiB and the server", met: Some(most - before <= 285.0),
        parts: json!({ "before": number(before), "after": number(after), "all done after ms": number(done) }),
    }.print();
    Ok(())
}
