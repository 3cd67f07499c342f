//! Processes side by side: are they members of the same namespaces?

use std::collections::BTreeSet;

use crate::Process;

/// A line for each type, a column for each process, then `same` or `differ`.
pub fn table(types: &[String], processes: &[Process]) -> String {
    let pids = processes.iter().map(|(pid, ..)| format!("  {pid:>10}"));
    let mut text = format!("TYPE  {}", pids.collect::<String>());
    for kind in types {
        text += &format!("\n{kind:6}");
        let mut distinct = BTreeSet::new();
        for (.., namespaces) in processes {
            let namespace = namespaces.get(kind.as_str());
            let cell = match namespace {
                Some(Some(number)) => number.to_string(),
                Some(None) => "denied".to_owned(),
                None => "-".to_owned(),
            };
            text += &format!("  {cell:>10}");
            distinct.insert(namespace.copied().flatten());
        }
        text += match distinct.len() {
            _ if processes.len() == 1 || distinct.contains(&None) => "",
            1 => "  same",
            _ => "  differ",
        };
    }
    text + "\n"
}
