//! Contenders that run in turns, and their times.

use anyhow::{Error, Result};
use serde::{Deserialize, Serialize};
use statrs::statistics::{Data, OrderStatistics};

use super::three_digits::time;
use crate::errln;

/// Measurements of one run: names and seconds.
pub type Times = Vec<(String, f64)>;

/// Prints progress to standard error, so that the page can go into a pipe.
pub fn say(line: &str) {
    errln!("{line}");
}

/// A participant of a benchmark, which can be run again and again.
pub struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut() -> Result<Times> + 'a>,
    is_peer: bool,
}

impl<'a> Contender<'a> {
    /// Makes a contender of ours: if it fails, the benchmark fails.
    pub fn ours(
        name: &'static str,
        run: impl FnMut() -> Result<Times> + 'a,
    ) -> Self {
        Self {
            name,
            run: Box::new(run),
            is_peer: false,
        }
    }

    /// Makes a contender that may be missing: if it fails, its row says why.
    pub fn peer(
        name: &'static str,
        mut run: impl FnMut() -> Result<f64> + 'a,
    ) -> Self {
        Self {
            name,
            run: Box::new(move || Ok(vec![(name.to_owned(), run()?)])),
            is_peer: true,
        }
    }
}

/// All measurements with one name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the contender, or of one of its steps.
    pub name: String,
    /// Seconds, one value for each round.
    pub samples: Vec<f64>,
    /// Reason why there are no samples.
    pub missing: Option<String>,
}

impl Row {
    /// Returns the median, in seconds.
    pub fn median(&self) -> f64 {
        Data::new(self.samples.clone()).median()
    }

    /// Returns the 10th percentile, in seconds.
    pub fn low(&self) -> f64 {
        Data::new(self.samples.clone()).percentile(10)
    }

    /// Returns the 90th percentile, in seconds.
    pub fn high(&self) -> f64 {
        Data::new(self.samples.clone()).percentile(90)
    }

    /// Returns the median of the ratios to `base`, each of two runs in the same
    /// round.
    pub fn ratio_to(&self, base: &Self) -> Option<f64> {
        let pairs = self.samples.iter().zip(&base.samples);
        let ratios: Vec<f64> = pairs.map(|(own, base)| own / base).collect();
        (!ratios.is_empty()).then(|| Data::new(ratios).median())
    }
}

/// Runs each contender once to warm up, and then `rounds` times. Each round
/// begins with another contender, so that none always follows the same one.
pub fn run(
    contenders: &mut [Contender<'_>],
    rounds: usize,
    mut say: impl FnMut(&str),
) -> Result<Vec<Row>> {
    let mut rows = vec![Vec::<Row>::new(); contenders.len()];
    for round in 0..=rounds {
        let mut line = match round {
            0 => "warming up:".to_owned(),
            round => format!("round {round} of {rounds}:"),
        };
        for turn in 0..contenders.len() {
            let index = (turn + round) % contenders.len();
            let one = &mut contenders[index];
            let rows = &mut rows[index];
            if rows.iter().any(|row| row.missing.is_some()) {
                continue;
            }
            match (one.run)() {
                Ok(times) => {
                    for (name, seconds) in times {
                        line += &format!(" {name} {},", time(seconds));
                        keep(rows, name, (round > 0).then_some(seconds));
                    }
                }
                Err(error) if one.is_peer => {
                    *rows = vec![missing(one.name, &error)];
                    line += &format!(" {}: none,", one.name);
                }
                Err(error) => return Err(error.context(one.name)),
            }
        }
        say(line.trim_end_matches(','));
    }
    Ok(rows.into_iter().flatten().collect())
}

fn keep(rows: &mut Vec<Row>, name: String, seconds: Option<f64>) {
    let index = rows.iter().position(|row| row.name == name);
    let index = index.unwrap_or_else(|| {
        rows.push(Row {
            name,
            samples: Vec::new(),
            missing: None,
        });
        rows.len() - 1
    });
    rows[index].samples.extend(seconds);
}

/// Returns a row that has a reason instead of samples.
fn missing(name: &str, error: &Error) -> Row {
    let reason = format!("{error:#}");
    Row {
        name: name.to_owned(),
        samples: Vec::new(),
        missing: Some(reason.lines().next().unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use anyhow::bail;

    use super::*;

    #[test]
    fn the_ratio_is_of_pairs_so_a_slow_minute_does_not_count() {
        let row = |samples: &[f64]| Row {
            name: String::new(),
            samples: samples.to_vec(),
            missing: None,
        };
        let base = row(&[1.0, 1.0, 5.0, 5.0, 1.0]);
        let twice = row(&[2.0, 2.0, 10.0, 10.0, 2.0]);
        assert_eq!(twice.ratio_to(&base), Some(2.0));
        assert_eq!(row(&[]).ratio_to(&base), None);
    }

    #[test]
    fn each_runs_in_each_round_and_the_first_round_does_not_count() {
        let order = RefCell::new(String::new());
        let one = |name: &'static str| {
            let order = &order;
            Contender::peer(name, move || {
                order.borrow_mut().push_str(name);
                Ok(1.0)
            })
        };
        let mut both = [one("a"), one("b")];
        let rows = run(&mut both, 3, |_| {}).unwrap();
        drop(both);
        assert_eq!(order.into_inner(), "abbaabba");
        assert_eq!([rows[0].samples.len(), rows[1].samples.len()], [3, 3]);
    }

    #[test]
    fn a_peer_that_cannot_run_has_a_reason_and_no_number() {
        let mut calls = 0;
        let mut peers = [Contender::peer("crun", || {
            calls += 1;
            match calls {
                1 => Ok(1.0),
                _ => bail!("not installed\nat all"),
            }
        })];
        let rows = run(&mut peers, 3, |_| {}).unwrap();
        drop(peers);
        assert_eq!(rows[0].missing.as_deref(), Some("not installed"));
        assert_eq!((rows.len(), rows[0].samples.len()), (1, 0));
        assert_eq!(calls, 2);
        let mut ours = [Contender::ours("container", || bail!("broken"))];
        assert!(run(&mut ours, 3, |_| {}).is_err());
    }
}
