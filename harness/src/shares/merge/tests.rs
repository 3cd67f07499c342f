use std::fs;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::*;

const COURSE: &str = "c0ffee";

/// Work of this test: words, whose results are their lengths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Words(Vec<String>);

impl SharedWork for Words {
    const COMMAND: &'static str = "measure";
    type Done = usize;

    fn costs(&self) -> Vec<u64> {
        self.0.iter().map(|word| word.len() as u64).collect()
    }

    fn difference(&self, other: &Self) -> Option<String> {
        (self != other).then(|| format!("{:?}", other.0))
    }
}

fn words() -> Words {
    let all = ["a", "three", "of", "them", "and", "more"];
    Words(all.map(str::to_owned).into())
}

/// Writes a share of `work` to the file `name`.
fn share(folder: &TempDir, name: &str, part: &str, work: &Words) -> PathBuf {
    let partition: Partition = part.parse().unwrap();
    let own = partition.own(&work.costs()).into_iter();
    let done = own.map(|index| work.0[index].len()).collect();
    let path = folder.path().join(name);
    let share = Share {
        command: Words::COMMAND.into(),
        course: COURSE.into(),
        partition,
        work: work.clone(),
        done,
    };
    share.write(&path).unwrap();
    path
}

/// Returns the lines about these files, without the path of their folder.
fn refused(folder: &TempDir, files: &[PathBuf]) -> String {
    let error = merge::<Words>(COURSE, files).unwrap_err();
    let own = format!("{}/", folder.path().display());
    error.to_string().replace(&own, "")
}

#[test]
fn all_shares_in_any_order_are_the_whole() {
    let folder = TempDir::new().unwrap();
    for parts in 1..9 {
        let names = (1..=parts).rev().map(|part| format!("{part}/{parts}"));
        let write = |part: String| {
            let name = part.replace('/', "-of-");
            share(&folder, &name, &part, &words())
        };
        let files: Vec<PathBuf> = names.map(write).collect();
        let whole = merge::<Words>(COURSE, &files).unwrap();
        assert_eq!(whole.work, words());
        assert_eq!(whole.done, [1, 5, 2, 4, 3, 4]);
        assert_eq!(whole.parts, parts);
    }
}

#[test]
fn what_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let second = share(&folder, "b", "2/8", &words());
    let fifth = share(&folder, "e", "5/8", &words());
    assert_eq!(
        refused(&folder, &[second, fifth]),
        "shares 1, 3, 4, 6-8 of 8 are missing: just measure ... --partition \
         1/8\nNothing was put together."
    );
    let first = share(&folder, "a", "1/2", &words());
    let error = merge::<Words>(COURSE, &[first]).unwrap_err();
    assert!(error.missing.starts_with("share 2 of 2 is missing"));
    assert!(error.wrong.is_empty());
}

#[test]
fn a_share_that_does_not_belong_to_the_others_is_named_with_the_reason() {
    let folder = TempDir::new().unwrap();
    let first = share(&folder, "a", "1/2", &words());
    let mut others = words();
    others.0[0] = "b".into();
    let again = share(&folder, "again", "1/2", &words());
    let run = share(&folder, "run", "2/2", &others);
    let parts = share(&folder, "parts", "3/3", &words());
    let away = folder.path().join("away");
    let all = [first, again, run, parts, away, folder.path().to_owned()];
    let own = folder.path().display();
    assert_eq!(
        refused(&folder, &all),
        format!(
            "again: share 1 of 2 is in a, too\n\
             run: it is of another run than a: \
             [\"b\", \"three\", \"of\", \"them\", \"and\", \"more\"]\n\
             parts: it is share 3 of 3, and a has another number of parts: 2\n\
             away: the file is not there\n\
             {own}: it is no file but a folder\n\
             share 2 of 2 is missing: just measure ... --partition 2/2\n\
             Nothing was put together."
        )
    );
}

/// Writes a share with another second line and, if it is to be believed, the
/// checksum of that line.
fn forged(from: &Path, change: impl Fn(&str) -> String, believed: bool) {
    let text = fs::read_to_string(from).unwrap();
    let (first, second) = text.split_once('\n').unwrap();
    let changed = change(second.trim_end());
    assert_ne!(changed, second.trim_end());
    let sum = super::super::course_digest::of_bytes(changed.as_bytes());
    let first = if believed {
        format!("{{\"format\":1,\"sha256\":\"{sum}\"}}")
    } else {
        first.to_owned()
    };
    fs::write(from, format!("{first}\n{changed}\n")).unwrap();
}

#[test]
fn a_damaged_or_hostile_share_is_refused_and_its_words_move_no_cursor() {
    type Change = fn(&str) -> String;
    let deep = |_: &str| "[".repeat(100_000);
    let cases: [(Change, bool, &str); 8] = [
        (|it| it.replace("1/2", "2/2"), false, "it is damaged"),
        (deep, true, "it is no share"),
        (|it| it.replace("[5,", "["), true, "it has 2 results"),
        (|it| it.replace("1/2", "1/0"), true, "it is no share"),
        (|it| it.replace("1/2", "0/2"), true, "it is no share"),
        (|it| it.replace(COURSE, "b"), true, "another version of the"),
        (
            |it| it.replace("measure", "\\u001b[2Jgrade"),
            true,
            "another command: just \"\\u{1b}[2Jgrade\"",
        ),
        (|it| it.replace("[5,", "[-5,"), true, "it is no share"),
    ];
    for (change, believed, why) in cases {
        let folder = TempDir::new().unwrap();
        let file = share(&folder, "a", "1/2", &words());
        forged(&file, change, believed);
        let said = refused(&folder, &[file]);
        assert!(said.starts_with("a: ") && said.contains(why), "{said}");
    }
}

#[test]
fn a_share_that_was_cut_anywhere_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = share(&folder, "a", "1/1", &words());
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        let said = refused(&folder, std::slice::from_ref(&file));
        let reason = said.contains("no share") || said.contains("damaged");
        assert!(reason, "{length}: {said}");
    }
    fs::write(&file, &whole).unwrap();
    assert!(merge::<Words>(COURSE, &[file]).is_ok());
}
