//! What the writers of a report type, as parts: paragraphs, and the small Markdown of `ux.md` section 5.5: headings, lists, quotes. Marks of
//! emphasis go, their words stay; whatever else Markdown knows is read as words. Nothing that was typed is lost.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::assemble::Part;

/// The parts of a text.
pub fn parts(text: &str) -> Vec<Part> {
    let typed = kept(text);
    let mut reader = Reader::default();
    for event in Parser::new(&typed) {
        reader.read(event);
    }
    reader.parts
}

/// What Markdown would take for something else, as words: `[b12]: ...` defines a link there and would be gone, and a year that begins a line
/// would begin a numbered list.
fn kept(text: &str) -> String {
    text.lines().map(|line| {
        let line = line.replace("]:", "]\\:");
        let words = line.trim_start_matches([' ', '\t', '-', '*', '+', '>']);
        let (marks, figures) = (line.len() - words.len(), words.bytes().take_while(u8::is_ascii_digit).count());
        match words.as_bytes().get(figures) {
            Some(b'.' | b')') if figures > 2 => { let (number, rest) = line.split_at(marks + figures); format!("{number}\\{rest}") }
            _ => line,
        }
    }).collect::<Vec<_>>().join("\n")
}

/// What is being read.
#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    /// The words since the last part.
    words: String,
    /// Lists that are open: those within another go on in it.
    lists: usize,
    items: Vec<String>,
    from: Option<u64>,
    /// Quotes that are open, and their words.
    quotes: usize,
    quoted: Vec<String>,
    heading: bool,
    /// Where an open link leads.
    link: Option<String>,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => self.words.push_str(&words),
            Event::SoftBreak | Event::HardBreak => self.words.push('\n'),
            _ => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(from) => {
                self.told();
                if self.lists == 0 {
                    self.from = from;
                }
                self.lists += 1;
            }
            Tag::Item => self.told(),
            Tag::BlockQuote(_) => {
                self.told();
                self.quotes += 1;
            }
            Tag::Heading { .. } => {
                self.told();
                self.heading = true;
            }
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => self.told(),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link = Some(dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Item => self.told(),
            TagEnd::Heading(_) => {
                self.told();
                self.heading = false;
            }
            TagEnd::List(_) => {
                self.told();
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 && !self.items.is_empty() {
                    self.parts.push(Part::List { items: std::mem::take(&mut self.items), from: self.from.take() });
                }
            }
            TagEnd::BlockQuote(_) => {
                self.told();
                self.quotes = self.quotes.saturating_sub(1);
                if self.quotes == 0 && !self.quoted.is_empty() {
                    self.parts.push(Part::Quote { text: std::mem::take(&mut self.quoted).join("\n"), by: String::new() });
                }
            }
            TagEnd::Link | TagEnd::Image => {
                // An address typed as itself is not told twice.
                if let Some(address) = self.link.take().filter(|address| !address.is_empty() && !self.words.ends_with(address.as_str())) {
                    self.words.push_str(&format!(" ({address})"));
                }
            }
            _ => {}
        }
    }

    /// The words so far are a part of what is open.
    fn told(&mut self) {
        let words = std::mem::take(&mut self.words).trim().to_owned();
        if words.is_empty() {
            return;
        }
        if self.lists > 0 {
            self.items.push(words);
        } else if self.quotes > 0 {
            self.quoted.push(words);
        } else if self.heading {
            self.parts.push(Part::Heading { text: words });
        } else {
            self.parts.push(Part::Text { text: words });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(words: &str) -> Part {
        Part::Text { text: words.into() }
    }

    fn list(items: &[&str], from: Option<u64>) -> Part {
        Part::List { items: items.iter().map(|item| (*item).into()).collect(), from }
    }

    #[test]
    fn headings_lists_and_quotes_are_parts_and_an_empty_line_begins_a_paragraph() {
        assert_eq!(parts("## Wat vooraf ging\nZij belde **twee keer**.\nNiemand nam op.\n\nDaarna niet meer.\n\n- de huisarts\n- de school\n  - de conciërge\n\n> Ik wist het niet.\n\n1. eerst\n2. toen\n"), [
            Part::Heading { text: "Wat vooraf ging".into() }, text("Zij belde twee keer.\nNiemand nam op."), text("Daarna niet meer."), list(&["de huisarts", "de school", "de conciërge"], None),
            Part::Quote { text: "Ik wist het niet.".into(), by: String::new() }, list(&["eerst", "toen"], Some(1)),
        ]);
    }

    #[test]
    fn what_only_looks_like_markdown_stays_as_it_was_typed() {
        assert_eq!(parts("2016. Het jaar daarna.\n\n[b12]: zie de tijdlijn\n\nZie [b12] en <b>R&D</b>, 3 * 4 * 5, een_twee_drie."), [
            text("2016. Het jaar daarna."), text("[b12]: zie de tijdlijn"), text("Zie [b12] en <b>R&D</b>, 3 * 4 * 5, een_twee_drie."),
        ]);
        assert_eq!(parts("Zie [de wet](https://wetten.overheid.nl) of <https://rijksoverheid.nl>."), [text("Zie de wet (https://wetten.overheid.nl) of https://rijksoverheid.nl.")]);
        assert_eq!(parts("    ingesprongen\n\n<div>\nniet weg\n</div>"), [text("ingesprongen"), text("<div>\nniet weg\n</div>")]);
        assert_eq!(parts("- [b12]: zie de tijdlijn\n- 2016. Het jaar daarna"), [list(&["[b12]: zie de tijdlijn", "2016. Het jaar daarna"], None)]);
        assert_eq!(parts(" \n\n"), []);
    }

    /// Letters and figures of a text, in order. A number that begins an item of a list is drawn with the list.
    fn signs(text: &str) -> String {
        text.chars().filter(|sign| sign.is_alphabetic()).collect()
    }

    proptest! {
        #[test]
        fn nothing_that_was_typed_is_lost(typed in "([a-zé]{1,6}|[-*>#_`\\[\\]():.!<]|[0-9]{1,4}[.)] |\\n\\[b1\\]: |\n|\n\n|  | ){0,40}") {
            let told: String = parts(&typed).iter().map(|part| match part {
                Part::Text { text } | Part::Quote { text, .. } | Part::Heading { text } => text.clone(),
                Part::List { items, .. } => items.concat(),
                _ => String::new(),
            }).collect();
            prop_assert_eq!(signs(&told), signs(&typed), "{:?}", typed);
        }
    }
}
