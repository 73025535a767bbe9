//! Notices as a page shows them: what was told of one case on one day in the same words stands there once.

use chrono::NaiveDate;

use super::Mine;
use crate::ids::NoticeId;

/// One line of a page.
#[derive(Clone, Debug)]
pub struct Folded {
    /// The latest of them.
    pub latest: Mine,
    /// All of them, the latest first.
    pub ids: Vec<NoticeId>,
}

impl Folded {
    /// How often it was told.
    pub fn times(&self) -> usize {
        self.ids.len()
    }
    /// The notices, as a form sends them back.
    pub fn sent_back(&self) -> String {
        self.ids.iter().map(NoticeId::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Folds notices, newest first, by case, words, day in the bureau's zone, and whether they were read.
pub fn fold(notices: Vec<Mine>, zone: &chrono_tz::Tz) -> Vec<Folded> {
    let day = |notice: &Mine| -> NaiveDate { notice.at.with_timezone(zone).date_naive() };
    let mut lines: Vec<Folded> = vec![];
    for notice in notices {
        let same = |line: &&mut Folded| {
            let latest = &line.latest;
            (latest.case, &latest.kind, latest.read, day(latest)) == (notice.case, &notice.kind, notice.read, day(&notice))
        };
        match lines.iter_mut().find(same) {
            Some(line) => line.ids.push(notice.id),
            None => lines.push(Folded { ids: vec![notice.id], latest: notice }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CaseId;

    #[test]
    fn the_same_words_of_one_case_on_one_day_stand_once() {
        let (one, other) = (CaseId::new(), CaseId::new());
        let told = |case, kind: &str, at: &str, read| Mine { id: NoticeId::new(), kind: kind.into(), case: Some(case), number: None, at: at.parse().unwrap(), read };
        // 23.30 UTC is the next day in Amsterdam.
        let notices = vec![
            told(one, "answered", "2026-11-26T23:30:00Z", false), told(one, "answered", "2026-11-26T12:00:00Z", false), told(other, "answered", "2026-11-26T11:00:00Z", false),
            told(one, "answered", "2026-11-26T10:00:00Z", false), told(one, "returned", "2026-11-26T09:00:00Z", false), told(one, "answered", "2026-11-26T08:00:00Z", true),
        ];
        let ids: Vec<NoticeId> = notices.iter().map(|notice| notice.id).collect();
        let lines = fold(notices, &chrono_tz::Europe::Amsterdam);
        let of: Vec<Vec<NoticeId>> = lines.iter().map(|line| line.ids.clone()).collect();
        assert_eq!(of, vec![vec![ids[0]], vec![ids[1], ids[3]], vec![ids[2]], vec![ids[4]], vec![ids[5]]]);
        assert_eq!((lines[1].latest.id, lines[1].times(), lines[1].sent_back()), (ids[1], 2, format!("{} {}", ids[1], ids[3])));
    }
}
