//! The cell-key arithmetic against the ONS package (`cell-key-perturbation` 3.1.0, MIT): the same invented records and noise
//! tables, its numbers as vectors. Its sample table rounds and adds no noise; a second, noisy one is compared as well.

use crate::columns::Builder;
use crate::perturb::Table;

/// The records and the noisy table were made with this generator (constants of Knuth's MMIX).
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Below ten nothing, above the nearest multiple of five.
fn ten_five() -> Table {
    let step = |count: i16| if count < 10 { -count } else { [0, -1, -2, 2, 1][usize::try_from(count % 5).unwrap()] };
    Table::from_rows((0..=750).map(|count| [step(count); 256]).collect(), 250).unwrap()
}

fn noise() -> Table {
    let mut drawn = Lcg(7);
    let mut rows = vec![[0; 256]];
    for count in 1..=750_i16 {
        rows.push(std::array::from_fn(|_| i16::try_from(drawn.below(7)).unwrap().saturating_sub(3).max(-count)));
    }
    Table::from_rows(rows, 250).unwrap()
}

#[test]
fn counts_cell_keys_and_results_are_those_of_the_ons_package() {
    let mut builder = Builder::new("case", &[("region", 5), ("period", 3), ("answer", 2)]).unwrap();
    let mut drawn = Lcg(20_260_101);
    for case in 0..4000 {
        let region = drawn.below(5).min(drawn.below(5)).min(drawn.below(9));
        let (period, answer, key) = (drawn.below(3), u64::from(drawn.below(10) < 3), drawn.below(256));
        let codes = [region, period, answer].map(|code| u16::try_from(code).unwrap());
        builder.push(case, u8::try_from(key).unwrap(), &codes).unwrap();
    }
    let columns = builder.finish();
    let (ten_five, noise) = (ten_five(), noise());
    let mut compared = 0;
    for line in include_str!("../tests/vectors/census.txt").lines().filter(|line| !line.starts_with('#')) {
        let (name, numbers) = line.split_once(' ').unwrap();
        let numbers: Vec<i64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
        let [region, period, answer, count, cell_key, _, result] = numbers[..] else { panic!("{line}") };
        let keys: Vec<(&str, i64, i64)> = [("region", region, 5), ("period", period, 3)].into_iter().filter(|key| key.1 >= 0).collect();
        let counts = columns.count(&keys.iter().map(|key| key.0).collect::<Vec<_>>(), "answer").unwrap();
        let cell = keys.iter().fold(0, |cell, (_, code, codes)| cell * codes + code) * 2 + answer;
        let cell = counts.cells[usize::try_from(cell).unwrap()];
        assert_eq!((i64::from(cell.units), i64::from(cell.cell_key)), (count, cell_key), "{line}");
        let table = if name == "noise" { &noise } else { &ten_five };
        assert_eq!(i64::from(table.apply(cell.cell_key, cell.units)), result, "{line}");
        compared += 1;
    }
    assert_eq!(compared, 96);
}
