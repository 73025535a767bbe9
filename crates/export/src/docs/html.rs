//! The documentation as a part of a web page: headings from `h2` on, an anchor for each variable, lists of names and values.

use std::fmt::Write;

use super::facts::{facts, overview};
use super::{Documentation, RuleLine, Variable};
use crate::words::words;
use crate::{Category, ExportError, Language, escaped};

/// The documentation as HTML, to be placed in a page under its `h1`. All words are escaped.
///
/// # Errors
/// `Malformed` when the documentation contradicts itself.
pub fn html(docs: &Documentation, language: Language) -> Result<String, ExportError> {
    docs.check()?;
    let words = words(language);
    let mut out = format!(r#"<article class="codebook" lang="{}">"#, language.tag());
    let _ = write!(out, "<p>{}</p>", escaped(docs.summary.get(language)));
    pairs(&mut out, &overview(docs, language));
    if !docs.quality.is_empty() {
        let _ = write!(out, r#"<section aria-labelledby="doc-quality"><h2 id="doc-quality">{}</h2>"#, words.quality);
        for quality in &docs.quality {
            let _ = write!(out, "<p>{}</p>", escaped(quality.get(language)));
        }
        out.push_str("</section>");
    }
    let _ = write!(out, r#"<nav aria-labelledby="doc-contents"><h2 id="doc-contents">{}</h2><ul>"#, words.contents);
    for level in &docs.levels {
        let _ = write!(out, r##"<li><a href="#level-{}">{}</a></li>"##, escaped(&level.id), escaped(level.label.get(language)));
    }
    let _ = write!(out, r##"<li><a href="#doc-missing">{0}</a></li></ul></nav><section aria-labelledby="doc-missing"><h2 id="doc-missing">{0}</h2>"##, words.missing);
    codes(&mut out, &docs.missing, words.missing, language);
    out.push_str("</section>");
    for level in &docs.levels {
        let (id, label) = (escaped(&level.id), escaped(level.label.get(language)));
        let _ = write!(out, r#"<section aria-labelledby="level-{id}"><h2 id="level-{id}">{label}</h2>"#);
        if !level.rows.get(language).is_empty() {
            let _ = write!(out, "<p>{}</p>", escaped(level.rows.get(language)));
        }
        for variable in docs.of_level(level) {
            one(&mut out, variable, language);
        }
        out.push_str("</section>");
    }
    out.push_str("</article>");
    Ok(out)
}

fn pairs(out: &mut String, pairs: &[(String, String)]) {
    out.push_str("<dl>");
    for (name, value) in pairs {
        let _ = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value));
    }
    out.push_str("</dl>");
}

fn codes(out: &mut String, categories: &[Category], caption: &str, language: Language) {
    let words = words(language);
    let _ = write!(out, r#"<table><caption>{}</caption><thead><tr><th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>"#, escaped(caption), words.code_of, words.meaning);
    for category in categories {
        let _ = write!(out, r#"<tr><th scope="row">{}</th><td>{}</td></tr>"#, category.code, escaped(category.label.get(language)));
    }
    out.push_str("</tbody></table>");
}

/// The table by which a variable is computed.
fn lines(out: &mut String, lines: &[RuleLine], caption: &str, language: Language) {
    let words = words(language);
    let heads = [words.line, words.fits, words.code_of, words.meaning].map(|head| format!(r#"<th scope="col">{head}</th>"#)).join("");
    let _ = write!(out, "<table><caption>{}</caption><thead><tr>{heads}</tr></thead><tbody>", escaped(caption));
    for (number, line) in (1..).zip(lines) {
        let number: i32 = number;
        let then = &line.then;
        let _ = write!(out, r#"<tr><th scope="row">{number}</th><td>{}</td><td>{}</td><td>{}</td></tr>"#, escaped(line.when.get(language)), then.code, escaped(then.label.get(language)));
    }
    out.push_str("</tbody></table>");
}

fn one(out: &mut String, variable: &Variable, language: Language) {
    let words = words(language);
    let label = variable.label.get(language);
    let id = escaped(&variable.id);
    let _ = write!(out, r#"<section aria-labelledby="var-{id}"><h3 id="var-{id}">{} <code>{id}</code></h3>"#, escaped(label));
    pairs(out, &facts(variable, language));
    if !variable.rule.is_empty() {
        lines(out, &variable.rule, &format!("{}: {label}", words.rule), language);
    }
    if !variable.codes.is_empty() {
        codes(out, &variable.codes, &format!("{}: {label}", words.codes), language);
    }
    out.push_str("</section>");
}
