//! The text of an expression as a tree, before any name in it is looked up. The language is told in `[expressions]` of the codebook.

use crate::Label;

/// Why an expression can't be read: the place in its text, counted from 1, and what stands there.
pub(crate) type Unread = (usize, Label);

/// How two amounts are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A tree as it was written.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Tree {
    Number(i64),
    Name(String),
    /// A function and what stands between its brackets.
    Call(String, Vec<Node>),
    Sum(Box<Node>, char, Box<Node>),
    Compare(Box<Node>, Order, Box<Node>),
    OneOf(Box<Node>, Vec<i64>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
}

/// A tree and where it begins.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) tree: Tree,
}

/// Reads an expression.
pub(crate) fn read(text: &str) -> Result<Node, Unread> {
    let mut reader = Reader { words: words(text)?, next: 0, end: text.chars().count() + 1, depth: 0 };
    let node = reader.either()?;
    match reader.words.get(reader.next) {
        None => Ok(node),
        Some((at, word)) => Err((*at, Label::of(format!("'{}' is er een te veel", word.shown()), format!("'{}' is one too many", word.shown())))),
    }
}

#[derive(Clone, PartialEq, Debug)]
enum Word {
    Number(i64),
    Name(String),
    Sign(&'static str),
}

impl Word {
    fn shown(&self) -> String {
        match self {
            Word::Number(number) => number.to_string(),
            Word::Name(name) => name.clone(),
            Word::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// Two-character signs first: `<=` is not `<` and `=`.
const SIGNS: [&str; 16] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", ";", "+", "-", "*", "="];

/// How deep brackets and `not` may nest: more is a mistake, and would end in a stack that is full.
const DEPTH: usize = 50;

fn words(text: &str) -> Result<Vec<(usize, Word)>, Unread> {
    let (mut found, mut rest, mut at) = (vec![], text, 1);
    while let Some(first) = rest.chars().next() {
        let taken = if first.is_whitespace() {
            first.len_utf8()
        } else if first.is_ascii_digit() {
            let length = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let number = rest[..length].parse().map_err(|_| (at, Label::of(format!("{} is te groot", &rest[..length]), format!("{} is too large", &rest[..length]))))?;
            found.push((at, Word::Number(number)));
            length
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(rest.len());
            found.push((at, Word::Name(rest[..length].to_owned())));
            length
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            found.push((at, Word::Sign(sign)));
            sign.len()
        } else {
            return Err((at, Label::of(format!("'{first}' betekent hier niets"), format!("'{first}' means nothing here"))));
        };
        at += rest[..taken].chars().count();
        rest = &rest[taken..];
    }
    Ok(found)
}

struct Reader {
    words: Vec<(usize, Word)>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Reader {
    fn at(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |(at, _)| *at)
    }
    fn takes(&mut self, word: &Word) -> bool {
        let found = self.words.get(self.next).is_some_and(|(_, found)| found == word);
        self.next += usize::from(found);
        found
    }
    fn sign(&mut self, sign: &'static str) -> bool {
        self.takes(&Word::Sign(sign))
    }
    fn keyword(&mut self, name: &str) -> bool {
        self.takes(&Word::Name(name.to_owned()))
    }
    fn wants(&mut self, sign: &'static str) -> Result<(), Unread> {
        if self.sign(sign) { Ok(()) } else { self.wrong(&format!("'{sign}'"), &format!("'{sign}'")) }
    }
    fn wrong<T>(&self, nl: &str, en: &str) -> Result<T, Unread> {
        let found = self.words.get(self.next).map(|(_, word)| word.shown());
        let dutch = found.as_ref().map_or_else(|| "de tekst houdt op".to_owned(), |word| format!("'{word}' staat"));
        let english = found.as_ref().map_or_else(|| "the text ends".to_owned(), |word| format!("'{word}' stands"));
        Err((self.at(), Label::of(format!("{dutch} waar {nl} hoort"), format!("{english} where {en} should"))))
    }
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Unread>) -> Result<T, Unread> {
        if self.depth == DEPTH {
            return Err((self.at(), Label::of("te diep genest", "nested too deep")));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn either(&mut self) -> Result<Node, Unread> {
        self.joined("or", Self::both, Tree::Or)
    }
    fn both(&mut self) -> Result<Node, Unread> {
        self.joined("and", Self::negated, Tree::And)
    }
    fn joined(&mut self, word: &str, part: fn(&mut Self) -> Result<Node, Unread>, made: fn(Vec<Node>) -> Tree) -> Result<Node, Unread> {
        let (at, first) = (self.at(), part(self)?);
        let mut parts = vec![first];
        while self.keyword(word) {
            parts.push(part(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node { at, tree: made(parts) } })
    }
    fn negated(&mut self) -> Result<Node, Unread> {
        let at = self.at();
        if self.keyword("not") {
            let inner = self.deeper(Self::negated)?;
            return Ok(Node { at, tree: Tree::Not(Box::new(inner)) });
        }
        self.compared()
    }
    fn compared(&mut self) -> Result<Node, Unread> {
        let (at, left) = (self.at(), self.sum()?);
        let orders = [("==", Order::Equal), ("!=", Order::Unequal), ("<=", Order::AtMost), (">=", Order::AtLeast), ("<", Order::Less), (">", Order::More)];
        for (sign, order) in orders {
            if self.sign(sign) {
                let right = self.sum()?;
                return Ok(Node { at, tree: Tree::Compare(Box::new(left), order, Box::new(right)) });
            }
        }
        if self.keyword("in") {
            self.wants("[")?;
            let mut codes = vec![self.number()?];
            while self.sign(",") {
                codes.push(self.number()?);
            }
            self.wants("]")?;
            return Ok(Node { at, tree: Tree::OneOf(Box::new(left), codes) });
        }
        Ok(left)
    }
    fn number(&mut self) -> Result<i64, Unread> {
        let negative = self.sign("-");
        match self.words.get(self.next) {
            Some((_, Word::Number(number))) => {
                let number = if negative { -number } else { *number };
                self.next += 1;
                Ok(number)
            }
            _ => self.wrong("een getal", "a number"),
        }
    }
    fn sum(&mut self) -> Result<Node, Unread> {
        self.chain(&["+", "-"], |reader| reader.chain(&["*"], Self::unit))
    }
    fn chain(&mut self, signs: &[&'static str], part: impl Fn(&mut Self) -> Result<Node, Unread>) -> Result<Node, Unread> {
        let at = self.at();
        let mut left = part(self)?;
        while let Some(sign) = signs.iter().find(|sign| self.sign(sign)) {
            let (right, sign) = (part(self)?, sign.chars().next().unwrap_or('+'));
            left = Node { at, tree: Tree::Sum(Box::new(left), sign, Box::new(right)) };
        }
        Ok(left)
    }
    fn unit(&mut self) -> Result<Node, Unread> {
        let at = self.at();
        match self.words.get(self.next).map(|(_, word)| word.clone()) {
            Some(Word::Number(_) | Word::Sign("-")) => Ok(Node { at, tree: Tree::Number(self.number()?) }),
            Some(Word::Sign("(")) => {
                self.next += 1;
                let inner = self.deeper(Self::either)?;
                self.wants(")")?;
                Ok(inner)
            }
            Some(Word::Name(name)) if !["and", "or", "not", "in"].contains(&name.as_str()) => {
                self.next += 1;
                if !self.sign("(") {
                    return Ok(Node { at, tree: Tree::Name(name) });
                }
                let mut parts = vec![];
                while !self.sign(")") {
                    if !parts.is_empty() && !self.sign(",") && !self.sign(";") {
                        return self.wrong("',' of ')'", "',' or ')'");
                    }
                    parts.push(self.deeper(Self::either)?);
                }
                Ok(Node { at, tree: Tree::Call(name, parts) })
            }
            _ => self.wrong("een naam, een getal of '('", "a name, a number or '('"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let (at, why) = read(text).unwrap_err();
        format!("{at}: {}", why.en)
    }

    #[test]
    fn or_binds_weaker_than_and_and_a_product_stronger_than_a_sum() {
        let read = |text: &str| read(text).map(|node| format!("{:?}", node.tree)).unwrap();
        assert_eq!(read("a == 1 or b == 2 and c == 3").matches("And").count(), 1);
        assert!(read("a == 1 or b == 2 and c == 3").starts_with("Or"));
        assert!(read("a - b * 2 >= 9").contains("Sum(Node { at: 1, tree: Name(\"a\") }, '-', Node { at: 5, tree: Sum("));
        assert!(read("not a == 1").starts_with("Not(Node { at: 5, tree: Compare"));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        assert_eq!(told("a == "), "6: the text ends where a name, a number or '(' should");
        assert_eq!(told("a == 1 b"), "8: 'b' is one too many");
        assert_eq!(told("a in [1, x]"), "10: 'x' stands where a number should");
        assert_eq!(told("any(victim, a == 1"), "19: the text ends where ',' or ')' should");
        assert_eq!(told("é == 1"), "1: 'é' means nothing here");
        assert_eq!(told("a = 1"), "3: '=' is one too many");
        assert_eq!(told(&"(".repeat(9000)), "52: nested too deep");
        assert_eq!(told("a == 99999999999999999999"), "6: 99999999999999999999 is too large");
        let dutch = |text: &str| read(text).unwrap_err().1.nl;
        assert_eq!((dutch("a == "), dutch("a == 1 b")), ("de tekst houdt op waar een naam, een getal of '(' hoort".to_owned(), "'b' is er een te veel".to_owned()));
    }
}
