//! Where an answer stands: `victims[0].age`, in a fault as in the name of an input.

use std::fmt;

use serde::{Serialize, Serializer};

/// One step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A field, by its id.
    Name(String),
    /// A row or item, counted from 0.
    Index(usize),
}

/// The way from the answers' root to one of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole of the answers.
    pub fn root() -> Path {
        Path::default()
    }

    /// The path that is written so: `victims[0].age`. An index that is none is left out, since whoever writes a path names what there is.
    pub fn read(told: &str) -> Path {
        let steps = told.split(['.', '[']).filter(|step| !step.is_empty()).filter_map(|step| match step.strip_suffix(']') {
            Some(index) => plain_index(index).map(Step::Index),
            None => Some(Step::Name(step.to_owned())),
        });
        Path(steps.collect())
    }

    /// The member `name` of what stands here.
    pub fn child(&self, name: &str) -> Path {
        self.with(Step::Name(name.to_owned()))
    }

    /// The row or item `index` of what stands here.
    pub fn item(&self, index: usize) -> Path {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The top-level field this path starts with.
    pub fn field(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The list and the index, when this path is a row or item.
    pub fn row(&self) -> Option<(Path, usize)> {
        match self.0.split_last() {
            Some((Step::Index(index), list)) => Some((Path(list.to_vec()), *index)),
            _ => None,
        }
    }

    /// The name of the input: `victims[0].age`.
    pub fn name(&self) -> String {
        self.to_string()
    }

    /// The `id` of the input, unique on the page: `f-victims-0-age`.
    pub fn id(&self) -> String {
        let steps: Vec<String> = self.0.iter().map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        }).collect();
        format!("f-{}", steps.join("-"))
    }
}

/// A number as we write indices: no sign, no leading zero, at most six digits.
pub(crate) fn plain_index(text: &str) -> Option<usize> {
    let index: usize = text.parse().ok()?;
    (index < 1_000_000 && index.to_string() == text).then_some(index)
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if position == 0 => write!(f, "{name}")?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn what_is_written_is_read_again() {
        for told in ["ground", "victims[0].age", "victims[12].person", "known_relatives[1]"] {
            assert_eq!(Path::read(told).to_string(), told);
        }
        assert_eq!(Path::read("victims[0].age"), Path::root().child("victims").item(0).child("age"));
    }
}
