//! Worked examples for researchers: the very ones of `docs/researchers.md`, which a test runs.

use actix_web::HttpResponse;
use askama::Template;

use crate::http::{Problem, Routes, Shell, Who, page};

const DOCUMENT: &str = include_str!("../../docs/researchers.md");

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.open("GET", "/register/help", "How to ask tables by program, with worked examples", help);
}

/// A worked example: its language (`sh`, `python`, `r`) and its text.
pub struct Example {
    /// As after the fence.
    pub language: String,
    /// What is run.
    pub text: String,
}

/// The examples of the document, in order.
pub fn examples() -> Vec<Example> {
    let mut found = vec![];
    let mut lines = DOCUMENT.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        found.push(Example { language: language.to_owned(), text: text.join("\n") + "\n" });
    }
    found
}

#[derive(Template)]
#[template(path = "research/help.html")]
struct Help {
    shell: Shell,
    examples: Vec<(String, String)>,
}

async fn help(who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let examples = examples().into_iter().map(|example| (words.t(&format!("example-{}", example.language)), example.text)).collect();
    page(&Help { shell: Shell::public(&who, words.t("register-help")), examples })
}
