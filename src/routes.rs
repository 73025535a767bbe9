//! Every room's routes, once: the server, the API description and the role matrix are taken from here.

use crate::http::{Hooks, Renewed, Routes};
use crate::sign_in::{self, Parked, SignInError};
use crate::tx::Refusal;
use crate::{bureaus, cases, desk, documents, findings, library, notices, panels, people, reflections, register, relatives, reports, research, thematic};

/// All routes.
pub fn all() -> Routes {
    let mut routes = Routes::new();
    sign_in::routes(&mut routes);
    people::routes(&mut routes);
    bureaus::routes(&mut routes);
    notices::routes(&mut routes);
    cases::routes(&mut routes);
    reflections::routes(&mut routes);
    relatives::routes(&mut routes);
    panels::routes(&mut routes);
    thematic::routes(&mut routes);
    findings::routes(&mut routes);
    reports::routes(&mut routes);
    library::routes(&mut routes);
    documents::routes(&mut routes);
    desk::routes(&mut routes);
    register::routes(&mut routes);
    research::routes(&mut routes);
    routes
}

/// What the network layer asks of the rooms.
pub fn hooks() -> Hooks {
    Hooks {
        refresh: |app, token| Box::pin(async move {
            match sign_in::refresh(&app, token).await {
                Ok(fresh) => Renewed::Fresh(fresh),
                Err(SignInError::Race) => Renewed::Race,
                Err(_) => Renewed::Ended,
            }
        }),
        park: |app, handle, path, fields| Box::pin(async move {
            let form = Parked { path, fields, page: None };
            app.run_public(move |tx| sign_in::park(tx, &handle, &form)).await.unwrap_or(false)
        }),
        taken: |app, caller, text| Box::pin(async move {
            // What can't be thrown away now is offered once more, and goes by itself after three days.
            if let Err(why) = app.run(caller, move |tx| sign_in::unpark(tx, text)).await {
                tracing::debug!(kind = why.kind(), "a kept text stays");
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::split;

    #[test]
    fn no_route_stands_behind_the_beginning_of_another() {
        let parts = |path: &'static str| path.split('/').collect::<Vec<_>>();
        let begins: std::collections::BTreeSet<&str> = all().infos().iter().filter_map(|info| split(info.path)).map(|(begin, _)| begin).collect();
        for one in &begins {
            for other in begins.iter().filter(|other| *other != one) {
                let (one, other) = (parts(one), parts(other));
                let taken = one.len() <= other.len() && one.iter().zip(&other).all(|(one, other)| one == other || one.starts_with('{'));
                assert!(!taken, "{other:?} is never reached: {one:?} takes it");
            }
        }
        assert!(begins.len() > 20, "{begins:?}");
    }
}
