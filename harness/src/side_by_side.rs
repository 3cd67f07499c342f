//! Work on many things side by side: on as many at once as there are cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

/// Does the work for each thing. Returns the results in the order of the things.
///
/// Each thread takes the next thing until there is none. `after` gets each
/// result at once, in the thread of the caller.
pub fn each<T: Sync, R: Send>(
    things: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut after: impl FnMut(&R),
) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, Into::into);
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let take = || {
        let index = next.fetch_add(1, Ordering::SeqCst);
        things.get(index).map(|thing| (index, thing))
    };
    let one_after_the_other = |sender: Sender<(usize, R)>| {
        while let Some((index, thing)) = take() {
            // It is received: the receiver waits for every sender.
            let _ = sender.send((index, work(thing)));
        }
    };
    let mut all: Vec<_> = thread::scope(|scope| {
        for _ in 0..cores.min(things.len()) {
            let sender = sender.clone();
            scope.spawn(|| one_after_the_other(sender));
        }
        // The results end when each thread has dropped its sender.
        drop(sender);
        results
            .iter()
            .inspect(|(_, result)| after(result))
            .collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_has_its_result_in_the_order_of_the_things() {
        let mut seen = Vec::new();
        let squares =
            each(&[3, 1, 2], |it| it * it, |result| seen.push(*result));
        assert_eq!(squares, [9, 1, 4]);
        seen.sort_unstable();
        assert_eq!(seen, [1, 4, 9]);
        assert!(each(&[], |_: &u8| 1, |_| {}).is_empty());
    }
}
