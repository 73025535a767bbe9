use proptest::prelude::*;

use super::super::clock::times;
use super::*;

fn found(text: &str, language: Language, year_only: bool) -> Vec<(String, String)> {
    days(text, &Words { language }, year_only).into_iter().map(|one| (text.get(one.range).unwrap_or_default().to_owned(), one.by)).collect()
}

fn told(word: &str, by: &str) -> (String, String) {
    (word.to_owned(), by.to_owned())
}

/// What is written, what of it is found, and what may stand instead.
const FOUND: [(&str, &str, &str); 132] = [
    // Dutch, figures and words.
    ("Op 12 oktober 2016 belde zij.", "Op 12 oktober 2016", "In oktober 2016"),
    ("Zij kwam op 12 oktober 2016.", "op 12 oktober 2016", "in oktober 2016"),
    ("Vanaf 12 oktober 2016 niet.", "12 oktober 2016", "oktober 2016"),
    ("op 12 oktober was zij daar", "op 12 oktober", "in oktober"),
    ("op 12 okt 2016", "op 12 okt 2016", "in oktober 2016"),
    ("op 12 okt. 2016", "op 12 okt. 2016", "in oktober 2016"),
    ("op 12 okt. kwam zij", "op 12 okt.", "in oktober"),
    ("op 3 mrt 2016", "op 3 mrt 2016", "in maart 2016"),
    ("op 12 okt '16", "op 12 okt '16", "in oktober 2016"),
    ("op 12-okt-16", "op 12-okt-16", "in oktober 2016"),
    ("op 12-okt-2016", "op 12-okt-2016", "in oktober 2016"),
    ("op 12okt2016", "op 12okt2016", "in oktober 2016"),
    ("op 12e oktober 2016", "op 12e oktober 2016", "in oktober 2016"),
    ("op de 12e oktober", "op de 12e oktober", "in oktober"),
    ("op de 12de van oktober 2016", "op de 12de van oktober 2016", "in oktober 2016"),
    ("op de twaalfde oktober 2016", "op de twaalfde oktober 2016", "in oktober 2016"),
    ("de eenendertigste oktober", "de eenendertigste oktober", "oktober"),
    ("op twaalf oktober 2016", "op twaalf oktober 2016", "in oktober 2016"),
    ("op één mei", "op één mei", "in mei"),
    ("op tweeëntwintig mei 2016", "op tweeëntwintig mei 2016", "in mei 2016"),
    ("op woensdag 12 oktober 2016", "op woensdag 12 oktober 2016", "in oktober 2016"),
    ("Woensdag, 12 oktober 2016", "Woensdag, 12 oktober 2016", "oktober 2016"),
    ("op wo. 12 okt. 2016", "op wo. 12 okt. 2016", "in oktober 2016"),
    ("van 12 tot 14 oktober 2016", "van 12 tot 14 oktober 2016", "in oktober 2016"),
    ("van 12 t/m 14 oktober", "van 12 t/m 14 oktober", "in oktober"),
    ("tussen 12 en 14 oktober", "tussen 12 en 14 oktober", "in oktober"),
    ("op 12, 13 en 14 oktober 2016", "op 12, 13 en 14 oktober 2016", "in oktober 2016"),
    ("op 12/13 oktober", "op 12/13 oktober", "in oktober"),
    ("de nacht van 11 op 12 oktober", "van 11 op 12 oktober", "in oktober"),
    ("in de nacht van 11 op 12 oktober 2016 belde zij", "van 11 op 12 oktober 2016", "in oktober 2016"),
    ("de nacht van woensdag 11 op donderdag 12 oktober", "van woensdag 11 op donderdag 12 oktober", "in oktober"),
    ("de nacht van 11/12 oktober", "van 11/12 oktober", "in oktober"),
    ("in de nacht van de 11e op de 12e.", "van de 11e op de 12e", "in die maand"),
    ("op 12 december, toen", "op 12 december", "in december"),
    ("OP 12 OKTOBER 2016", "OP 12 OKTOBER 2016", "In oktober 2016"),
    // English.
    ("On October 12th, 2016 he left.", "On October 12th, 2016", "In October 2016"),
    ("on October 12, 2016", "on October 12, 2016", "in October 2016"),
    ("October 12 2016", "October 12 2016", "October 2016"),
    ("on Oct 12, 2016", "on Oct 12, 2016", "in October 2016"),
    ("on Oct. 12, 2016", "on Oct. 12, 2016", "in October 2016"),
    ("on Oct. 12", "on Oct. 12", "in October"),
    ("until October 12 she", "October 12", "October"),
    ("October the 12th", "October the 12th", "October"),
    ("on October twelfth, 2016", "on October twelfth, 2016", "in October 2016"),
    ("on 12 October 2016", "on 12 October 2016", "in October 2016"),
    ("on 12 October, 2016", "on 12 October, 2016", "in October 2016"),
    ("12 Oct. 2016", "12 Oct. 2016", "October 2016"),
    ("12 Oct. he left", "12 Oct.", "October"),
    ("12-Oct-16", "12-Oct-16", "October 2016"),
    ("12th October 2016", "12th October 2016", "October 2016"),
    ("On the 12th of October 2016", "On the 12th of October 2016", "In October 2016"),
    ("the 12th of October", "the 12th of October", "October"),
    ("on the 12th day of October", "on the 12th day of October", "in October"),
    ("the twelfth of October 2016", "the twelfth of October 2016", "October 2016"),
    ("on the twenty-first of October", "on the twenty-first of October", "in October"),
    ("on the thirty first of October", "on the thirty first of October", "in October"),
    ("on twelve October 2016", "on twelve October 2016", "in October 2016"),
    ("on Wednesday 12 October 2016", "on Wednesday 12 October 2016", "in October 2016"),
    ("On Wednesday, October 12, 2016", "On Wednesday, October 12, 2016", "In October 2016"),
    ("on Wednesday the 12th of October", "on Wednesday the 12th of October", "in October"),
    ("12–14 October 2016", "12–14 October 2016", "October 2016"),
    ("12 - 14 October 2016", "12 - 14 October 2016", "October 2016"),
    ("from 12 to 14 October", "from 12 to 14 October", "in October"),
    ("Between 12 and 14 October", "Between 12 and 14 October", "In October"),
    ("12 & 13 October", "12 & 13 October", "October"),
    ("the night of 11 to 12 October on her own", "of 11 to 12 October", "in October"),
    ("the nights of 11/12 October on her own", "of 11/12 October", "in October"),
    ("October 12–14, 2016", "October 12–14, 2016", "October 2016"),
    ("on the 12th and the 13th of October", "on the 12th and the 13th of October", "in October"),
    ("on 3rd May", "on 3rd May", "in May"),
    ("on 12 may", "on 12 may", "in May"),
    ("12 may 2016", "12 may 2016", "May 2016"),
    ("On March 3 she", "On March 3", "In March"),
    ("on June 1st", "on June 1st", "in June"),
    ("the first of March 2016", "the first of March 2016", "March 2016"),
    ("12 **October** 2016", "12 **October** 2016", "October 2016"),
    ("12\u{a0}October\u{a0}2016", "12\u{a0}October\u{a0}2016", "October 2016"),
    ("12 Oc\u{ad}tober 2016", "12 Oc\u{ad}tober 2016", "October 2016"),
    ("12\nOctober 2016", "12\nOctober 2016", "October 2016"),
    // Papiamentu.
    ("riba 12 di òktober 2016", "riba 12 di òktober 2016", "na òktober 2016"),
    ("12 di òktober di 2016", "12 di òktober di 2016", "òktober 2016"),
    ("12 di o\u{300}ktober", "12 di o\u{300}ktober", "òktober"),
    ("dia 12 di oktober", "dia 12 di oktober", "na òktober"),
    ("Dia 1 di yanüari 2016", "Dia 1 di yanüari 2016", "Na yanüari 2016"),
    ("promé di mei", "promé di mei", "mei"),
    ("diesdos di desèmber 2016", "diesdos di desèmber 2016", "desèmber 2016"),
    ("di 12 pa 14 di sèptèmber", "di 12 pa 14 di sèptèmber", "na sèptèmber"),
    ("djárason 12 di òktober 2016", "djárason 12 di òktober 2016", "òktober 2016"),
    ("12 di ougùstùs", "12 di ougùstùs", "ougùstùs"),
    // In figures.
    ("op 12-10-2016", "op 12-10-2016", "in 2016"),
    ("On 12/25/2026", "On 12/25/2026", "In 2026"),
    ("(2016-10-12)", "2016-10-12", "2016"),
    ("12.10.2016", "12.10.2016", "2016"),
    ("12/10/16", "12/10/16", "2016"),
    ("op 12-10-'16", "op 12-10-'16", "in 2016"),
    ("12-10-16", "12-10-16", "2016"),
    ("12.10.16", "12.10.16", "2016"),
    ("12‑10‑2016", "12‑10‑2016", "2016"),
    ("2016-10-12T18:34", "2016-10-12", "2016"),
    ("on 12/10 she", "on 12/10", "in that year"),
    // A year of two figures, with every apostrophe.
    ("op 12-10-’16 kwam zij", "op 12-10-’16", "in 2016"),
    ("op 12-10-\u{b4}16 kwam zij", "op 12-10-\u{b4}16", "in 2016"),
    ("op 12/10/'16", "op 12/10/'16", "in 2016"),
    ("op 12.10.'16", "op 12.10.'16", "in 2016"),
    ("3.5.'16", "3.5.'16", "2016"),
    ("op 12-10 '16", "op 12-10 '16", "in 2016"),
    ("op 12-okt-'16", "op 12-okt-'16", "in oktober 2016"),
    ("op 12 okt. '16", "op 12 okt. '16", "in oktober 2016"),
    // With nothing between, and in Roman figures.
    ("12 10 2016", "12 10 2016", "2016"),
    ("Toen, 12 10 2016, niet", "12 10 2016", "2016"),
    ("12.X.2016", "12.X.2016", "oktober 2016"),
    ("op 12-x-2016", "op 12-x-2016", "in oktober 2016"),
    ("12 XII '16", "12 XII '16", "december 2016"),
    ("on 12/IV/2016", "on 12/IV/2016", "in April 2016"),
    // A letter of another script.
    ("12 \u{43e}ktober 2016", "12 \u{43e}ktober 2016", "oktober 2016"),
    // The place in the month alone.
    ("Op woensdag de 12e belde zij.", "Op woensdag de 12e", "In die maand"),
    ("woensdag de 12e", "woensdag de 12e", "die maand"),
    ("Woensdag 12e zag hij", "Woensdag 12e", "die maand"),
    ("op woensdag de twaalfde, laat", "op woensdag de twaalfde", "in die maand"),
    ("op de 12e.", "op de 12e", "in die maand"),
    ("op de twaalfde kwam zij", "op de twaalfde", "in die maand"),
    ("tot de 12e was zij weg", "de 12e", "die maand"),
    ("van de 12e tot de 14e.", "van de 12e tot de 14e", "in die maand"),
    ("on Wednesday the 12th Mia left", "on Wednesday the 12th", "in that month"),
    ("until Wednesday the 12th", "Wednesday the 12th", "that month"),
    ("On the 12th she called", "On the 12th", "In that month"),
    ("on the twelfth.", "on the twelfth", "in that month"),
    ("riba dia 12.", "riba dia 12", "na e luna ei"),
    // `dia` goes with the word before it.
    ("riba dia 12 di ougùstùs 2016", "riba dia 12 di ougùstùs 2016", "na ougùstùs 2016"),
    ("na dia 12 di òktober", "na dia 12 di òktober", "na òktober"),
    ("desde dia 12 di òktober", "dia 12 di òktober", "òktober"),
    ("djárason dia 12 di òktober 2016", "djárason dia 12 di òktober 2016", "na òktober 2016"),
];

/// What looks like a day and is none.
const NOT_FOUND: [&str; 82] = [
    "in May 2016", "In October 2016, 12 days.", "in oktober", "May 2016", "Oct. 2016", "in mei 2016 kwam zij", "di òktober 2016", "12 march on", "Of the 12 may two leave.", "the 12th may have been", "he may 12 times",
    "March 2016", "they march 12 miles", "In March 3 people came", "in May 16 people", "During October 12 visits", "in mei 12 keer", "12 maanden", "12 oktopussen", "oktober", "12", "versie 12.10", "12.10", "op 12.10", "art. 12.10",
    "artikel 12.10.16", "art. 3.1.10", "versie 2.10.16", "v12.10.16", "lid 12.10.16", "06-12345678", "06-12-34-56-78", "+31 6 12 34 56 78", "0599-12-10-16", "020 - 12 10 16", "24/7", "on 24/7", "op 3/4 van de weg",
    "12-10", "12/10", "1-10", "2016-2017", "2016/17", "2016-10", "10/2016", "12 of 13 jaar", "12,10 euro", "pagina 12. Maart was koud.", "There were 12. May we ask?", "The second day, may be", "een oktober vol regen", "He dies, May says",
    "een mei", "de twelve October meetings", "32 oktober", "12345 oktober", "99-99-2016", "12-13-14-15", "10.10.10.10",
    "de 12e eeuw", "in de 12e.", "de twaalfde", "op de 12e verdieping", "the 12th meeting", "on the 12th floor", "op de 3e fase", "tot de 3e keer", "op de 1e, 2e en 3e verdieping", "op de 1e, 2e verdieping", "op de 12e-eeuwse muur",
    "op de eerste, toen", "on the first, she", "op maandag de eerste agent", "op woensdag de 2e melding", "06 12 10 2016", "artikel 12 10 2016", "5 x 2016", "12.X", "hoofdstuk 3.II.2016", "art. 12.V.16", "3-v-10", "dia 12 tabata",
];

#[test]
fn days_are_found_as_people_write_them_and_what_stands_instead_reads() {
    for (text, word, by) in FOUND {
        let language = if text.contains("on ") || text.contains("On ") { Language::En } else { Language::Nl };
        assert_eq!(found(text, language, false), [told(word, by)], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_day_is_not_found() {
    for text in NOT_FOUND {
        assert_eq!(found(text, Language::Nl, false), [], "{text}");
    }
}

#[test]
fn several_days_of_a_text_are_each_found() {
    assert_eq!(found("Op 12 oktober 2016 belde zij, en op 13-10-2016 weer.", Language::Nl, false), [told("Op 12 oktober 2016", "In oktober 2016"), told("op 13-10-2016", "in 2016")]);
    assert_eq!(found("Vanaf 12 oktober 2016, stop 3 mei 2017.", Language::Nl, false), [told("12 oktober 2016", "oktober 2016"), told("3 mei 2017", "mei 2017")]);
    assert_eq!(found("from 12 October to 3 November 2016", Language::En, false), [told("12 October", "October"), told("3 November 2016", "November 2016")]);
    assert_eq!(found("Er waren er 3 op 12 oktober.", Language::Nl, false), [told("op 12 oktober", "in oktober")], "no night");
    assert_eq!(found("House 3, 12 October 2016", Language::En, false), [told("12 October 2016", "October 2016")]);
    // What is written in another language than the report's is told in its own.
    assert_eq!(found("On October 12th, 2016 and op 3 maart.", Language::Nl, false), [told("On October 12th, 2016", "In October 2016"), told("op 3 maart", "in maart")]);
}

#[test]
fn where_only_a_year_may_stand_a_month_beside_it_is_found_too_and_a_sentence_stays_one() {
    assert_eq!(found("In oktober 2016, en op 3 mei 2017.", Language::Nl, true), [told("oktober 2016", "2016"), told("op 3 mei 2017", "in 2017")]);
    assert_eq!(found("Van 2016-10 tot 11/2017, of 12-10-2016.", Language::Nl, true), [told("2016-10", "2016"), told("11/2017", "2017"), told("12-10-2016", "2016")]);
    assert_eq!(found("In oktober, in 2016, en 24/7 of 2016-2017.", Language::Nl, true), []);
    assert_eq!(found("In Nov 2026 and Nov. 2026, òktober di 2016.", Language::En, true), [told("Nov 2026", "2026"), told("Nov. 2026", "2026"), told("òktober di 2016", "2016")]);
    assert_eq!(found("On 24 November the baby was found.", Language::En, true), [told("On 24 November", "In that year")]);
    assert_eq!(found("Na 24 november kwam zij, op 3 mei.", Language::Nl, true), [told("24 november", "dat jaar"), told("op 3 mei", "in dat jaar")]);
    assert_eq!(found("On Monday, 24 November 2026 at noon", Language::En, true), [told("On Monday, 24 November 2026", "In 2026")]);
}

/// A day of a case in each form it is written in.
fn forms(day: u32, month: u32, year: u32) -> Vec<String> {
    let named = |language: Language, month: u32| Words { language }.t(&format!("month-{month}"));
    let (nl, en, pap) = (named(Language::Nl, month), named(Language::En, month), named(Language::Pap, month));
    let short = |name: &str| name.chars().take(3).collect::<String>();
    let (short_nl, short_en) = (if month == 3 { "mrt".to_owned() } else { short(&nl) }, short(&en));
    let end = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let two = year % 100;
    // `May` is short in itself.
    let point = if month == 5 { "" } else { "." };
    vec![
        format!("op {day} {nl} {year}"), format!("op {day} {nl}"), format!("op {day}e {nl} {year}"), format!("op de {day}ste {nl}"), format!("op {day} {short_nl} {year}"), format!("op {day} {short_nl}. {year}"),
        format!("op {day}-{short_nl}-{two:02}"), format!("op {day} {nl} '{two:02}"), format!("op maandag {day} {nl} {year}"), format!("van {day} tot en met {day} {nl} {year}").replace(" tot en met ", " t/m "),
        format!("{en} {day}{end}, {year}"), format!("{en} {day}, {year}"), format!("{short_en} {day}, {year}"), format!("{short_en}{point} {day}, {year}"), format!("{day} {short_en}{point} {year}"), format!("the {day}{end} of {en} {year}"),
        format!("on {en} {day}"), format!("on {day} {en}"), format!("on Monday, {en} {day}, {year}"), format!("{day}–{day} {en} {year}"), format!("from {day} to {day} {en}"), format!("{day} {} {year}", en.to_lowercase()),
        format!("{day} di {pap} {year}"), format!("riba {day} di {pap} di {year}"), format!("{day}-{month}-{year}"), format!("{day:02}-{month:02}-{year}"), format!("{year}-{month:02}-{day:02}"), format!("{month}/{day}/{year}"),
        format!("{day}.{month}.{year}"), format!("op {day}-{month}-'{two:02}"), format!("{day}/{month}/’{two:02}"), format!("{day} {month} {year}"), format!("{day}.{}.{year}", roman(month)), format!("op {day} {} {year}", roman(month)),
        format!("op woensdag de {day}e"), format!("on Wednesday the {day}{end}"), format!("riba dia {day} di {pap} {year}"), format!("{day:02}/{month:02}/{two:02}"), format!("{day:02}.{month:02}.{two:02}"), format!("on {day}/{month}/{two:02}"),
    ]
}

fn roman(month: u32) -> &'static str {
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"].into_iter().zip(1..).find(|(_, number)| *number == month).map_or("", |(roman, _)| roman)
}

proptest! {
    /// Whatever the day of a case is, and however it is written, its day stands in what is found.
    #[test]
    fn whatever_the_day_it_is_found_in_every_form(day in 1_u32..=31, month in 1_u32..=12, year in 1990_u32..2060, after in prop::sample::select(vec![".", ", ", " ", " kwam zij", "\n", ")"])) {
        for form in forms(day, month, year) {
            let text = format!("Toen, {form}{after}");
            let all = found(&text, Language::Nl, false);
            let kept = all.iter().fold(text.clone(), |text, (word, by)| text.replacen(word.as_str(), by, 1));
            prop_assert!(!all.is_empty(), "{text}");
            prop_assert!(!kept.split(|sign: char| !sign.is_alphanumeric()).any(|word| word.parse::<u32>().is_ok_and(|number| number == day)), "{text} -> {kept}");
        }
    }

    /// Whatever is written, it is read without fault, and what is found stands there.
    #[test]
    fn any_text_is_read(text in "(\\PC|[0-9 .:/-]|okt|may|12){0,60}") {
        let words = Words { language: Language::En };
        for one in days(&text, &words, true).into_iter().chain(times(&text, &words, |_| true)) {
            prop_assert!(text.get(one.range).is_some_and(|word| !word.is_empty()));
        }
    }
}
