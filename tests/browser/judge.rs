//! A judge of pages: axe, order, no error, and that a page that must be there is.

use std::collections::BTreeSet;
use std::path::Path;

use thirtyfour::prelude::*;

use crate::hands::{order, told, violations};

/// Whether a path is one of a route's.
pub fn fits(route: &str, path: &str) -> bool {
    route.split('/').count() == path.split('/').count() && route.split('/').zip(path.split('/')).all(|(want, is)| want == is || want.starts_with('{'))
}

/// A page that must be looked at as somebody, with what to call it.
pub struct Look {
    /// Who looks.
    pub role: &'static str,
    /// What there is to see.
    pub what: &'static str,
    /// Where.
    pub path: String,
}

/// The judge.
pub struct Judge<'a> {
    driver: &'a WebDriver,
    server: &'a str,
    /// How often a page was judged.
    pub seen: usize,
    /// What is wrong, each with who saw it where.
    pub faults: Vec<String>,
    /// Where a page stood.
    pub stood: BTreeSet<String>,
}

impl<'a> Judge<'a> {
    /// Who has judged nothing yet.
    pub fn new(driver: &'a WebDriver, server: &'a str) -> Judge<'a> {
        Judge { driver, server, seen: 0, faults: vec![], stood: BTreeSet::new() }
    }

    /// Looks at a page in two languages and at two widths. Where pictures are kept, under `name`, a page that must be looked at is kept at both
    /// widths in both.
    pub async fn look(&mut self, role: &str, path: &str, name: &str, must: bool) {
        let pictures = std::env::var("LERING_SCREENSHOTS").ok();
        let views = [("nl", 1280), ("en", 320), ("en", 1280), ("nl", 320)];
        for (language, width) in views.into_iter().take(if must && pictures.is_some() { 4 } else { 2 }) {
            self.driver.set_window_rect(0, 0, width, 900).await.unwrap();
            self.driver.goto(format!("{}/language/{language}?to={path}", self.server)).await.unwrap();
            self.seen += 1;
            let wrong: Vec<String> = violations(self.driver).await.into_iter().chain(order(self.driver).await).collect();
            self.faults.extend(wrong.into_iter().map(|fault| format!("{role} {path} {language} {width}: {fault}")));
            let text = self.driver.find(By::Css("body")).await.unwrap().text().await.unwrap();
            if text.contains("Er ging iets mis bij ons") || text.contains("Something went wrong") {
                self.faults.push(format!("{role} {path}: server error"));
            }
            let there = told(self.driver, "return document.querySelector('main h1').textContent").await;
            if !["Pagina niet gevonden", "Page not found"].contains(&there.trim()) {
                self.stood.insert(self.driver.current_url().await.unwrap().path().to_owned());
            } else if must {
                self.faults.push(format!("{role} {path}: leads nowhere"));
            }
            if let Some(folder) = &pictures {
                self.picture(&Path::new(folder).join(format!("{name}-{language}-{width}.png"))).await;
            }
        }
    }

    /// Keeps a picture of the whole page.
    async fn picture(&self, to: &Path) {
        let height: u32 = told(self.driver, "return String(document.documentElement.scrollHeight)").await.parse().unwrap_or(900);
        let width = self.driver.get_window_rect().await.unwrap().width;
        self.driver.set_window_rect(0, 0, width as u32, height.clamp(900, 8000) + 200).await.unwrap();
        self.driver.screenshot(to).await.unwrap();
    }
}
