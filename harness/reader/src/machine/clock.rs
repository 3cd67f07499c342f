//! What a machine has had of time: the clock of every limit.
//!
//! A limit is meant for the machine, and computers differ: one gives QEMU a
//! processor of its own, another a quarter of one, a third stops it for a
//! while. So seconds are counted only
//!
//! * in which QEMU sleeps: the machine waits, and its own clock goes on,
//! * or which QEMU has had of a processor.
//!
//! A QEMU that wants to run and may not has no time. One that is kept from it
//! for long, without a moment in between, stands still.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use procfs::process::Process;

/// How often is looked while something is waited for.
const LOOK: Duration = Duration::from_millis(50);

/// Between two looks no more than this goes by: whoever comes to look only
/// after a longer time was kept from it by the computer, as QEMU was.
const GAP: Duration = Duration::from_millis(500);

/// Of two threads that run at once, no more than this is kept for later.
const TICK: Duration = Duration::from_millis(10);

/// A QEMU that has had no processor for so long, and wanted one, stands still:
/// somebody has stopped it.
const STILL: Duration = Duration::from_secs(15);

/// The clock of one machine.
#[derive(Debug)]
pub struct Clock {
    qemu: Pid,
    /// What the machine has had by the last look.
    had: Duration,
    /// For how long it had nothing, by the last look.
    still: Duration,
    /// What QEMU had taken of the processor by the last look.
    taken: Duration,
    /// What of it is still to be counted: the kernel tells it in ticks.
    uncounted: Duration,
    looked: Instant,
}

/// Why nothing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// The machine has had the time it was given.
    #[error("nothing came in the time there was for it")]
    Over,
    /// QEMU stands still.
    #[error("QEMU stands still")]
    Still,
    /// Who would have sent something is gone.
    #[error("it is closed")]
    Closed,
}

/// QEMU at one look.
struct Seen {
    /// All it has taken of the processor until now.
    taken: Duration,
    /// It wants nothing: all of its threads sleep.
    sleeps: bool,
}

impl Clock {
    /// The clock of the machine that this process runs.
    pub fn of(qemu: Pid) -> Self {
        Self {
            qemu,
            had: Duration::ZERO,
            still: Duration::ZERO,
            taken: look_at(qemu).map_or(Duration::ZERO, |seen| seen.taken),
            uncounted: Duration::ZERO,
            looked: Instant::now(),
        }
    }

    /// What the machine has had until now.
    pub fn had(&mut self) -> Duration {
        let passed = self.looked.elapsed();
        if passed >= LOOK {
            self.looked = Instant::now();
            // A QEMU that has ended will not be starved: its end is reported.
            let seen = look_at(self.qemu).unwrap_or(Seen {
                taken: self.taken,
                sleeps: true,
            });
            self.advance(passed, &seen);
        }
        self.had
    }

    /// Whether QEMU stands still.
    pub fn stands_still(&self) -> bool {
        self.still >= STILL
    }

    /// Waits for what another thread sends, until the machine has had so much.
    pub fn wait<T>(
        &mut self,
        sent: &Receiver<T>,
        until: Duration,
    ) -> Result<T, Silence> {
        loop {
            let left = until.saturating_sub(self.had());
            match sent.recv_timeout(left.min(LOOK)) {
                Ok(message) => return Ok(message),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Silence::Closed);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.had() >= until {
                return Err(Silence::Over);
            }
            if self.stands_still() {
                return Err(Silence::Still);
            }
        }
    }

    fn advance(&mut self, passed: Duration, seen: &Seen) {
        let ran = seen.taken.saturating_sub(self.taken);
        self.taken = seen.taken.max(self.taken);
        let passed = passed.min(GAP);
        let all = ran + self.uncounted;
        let counted = if seen.sleeps { passed } else { passed.min(all) };
        self.uncounted = all.saturating_sub(counted).min(TICK);
        self.had += counted;
        self.still = if seen.sleeps || ran > Duration::ZERO {
            Duration::ZERO
        } else {
            self.still + passed
        };
    }
}

fn look_at(qemu: Pid) -> Option<Seen> {
    let process = Process::new(qemu.as_raw()).ok()?;
    let stat = process.stat().ok()?;
    let ticks = stat.utime + stat.stime;
    let seconds = ticks as f64 / procfs::ticks_per_second() as f64;
    let mut threads = process.tasks().ok()?.flatten();
    // One that has just ended is not among them any more.
    let sleeps = threads.all(|thread| {
        thread
            .stat()
            .map_or(true, |stat| matches!(stat.state, 'S' | 'Z'))
    });
    Some(Seen {
        taken: Duration::from_secs_f64(seconds),
        sleeps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    fn clock() -> Clock {
        Clock {
            qemu: Pid::from_raw(0),
            had: Duration::ZERO,
            still: Duration::ZERO,
            taken: Duration::ZERO,
            uncounted: Duration::ZERO,
            looked: Instant::now(),
        }
    }

    /// What a machine has had after a minute of such tenths of a second.
    fn after_a_minute(taken: Duration, sleeps: bool) -> Clock {
        let mut clock = clock();
        for look in 1..=600 {
            let taken = taken * look;
            clock.advance(TENTH, &Seen { taken, sleeps });
        }
        clock
    }

    #[test]
    fn a_machine_that_waits_has_all_the_time_that_goes_by() {
        let clock = after_a_minute(Duration::ZERO, true);
        assert_eq!(clock.had, Duration::from_secs(60));
        assert!(!clock.stands_still());
    }

    #[test]
    fn a_machine_that_works_has_what_the_computer_gives_it() {
        let whole = after_a_minute(TENTH, false);
        assert_eq!(whole.had, Duration::from_secs(60));
        let quarter = after_a_minute(TENTH / 4, false);
        assert_eq!(quarter.had, Duration::from_secs(15));
        assert!(!quarter.stands_still());
        // Two threads at once are no second machine.
        let twice = after_a_minute(TENTH * 2, false);
        assert_eq!(twice.had, Duration::from_secs(60));
    }

    #[test]
    fn what_the_kernel_tells_in_ticks_is_counted_whole() {
        let mut clock = clock();
        for look in 1..=600 {
            let ticks = Duration::from_millis(51) * look;
            let ticks = ticks.as_millis() / 10 * 10;
            let taken = Duration::from_millis(u64::try_from(ticks).unwrap());
            let sleeps = false;
            let passed = Duration::from_millis(51);
            clock.advance(passed, &Seen { taken, sleeps });
        }
        let all = Duration::from_millis(51 * 600);
        assert!(clock.had <= all && clock.had + TICK >= all);
    }

    #[test]
    fn a_machine_that_is_stopped_has_no_time_and_stands_still_in_the_end() {
        let mut clock = after_a_minute(Duration::ZERO, false);
        assert_eq!(clock.had, Duration::ZERO);
        assert!(clock.stands_still());
        // A moment is enough.
        let taken = Duration::from_millis(10);
        let sleeps = false;
        clock.advance(TENTH, &Seen { taken, sleeps });
        assert!(!clock.stands_still());
        assert_eq!(clock.had, taken);
    }

    #[test]
    fn while_nobody_could_look_little_time_went_by() {
        let mut clock = clock();
        let taken = Duration::from_secs(3600);
        for sleeps in [true, false] {
            clock.advance(Duration::from_secs(3600), &Seen { taken, sleeps });
        }
        assert_eq!(clock.had, GAP + TICK);
    }

    #[test]
    fn what_is_sent_is_had_and_what_is_not_is_waited_for_until_the_end() {
        let (sender, sent) = std::sync::mpsc::channel();
        let mut clock = Clock::of(Pid::from_raw(0));
        sender.send(7).unwrap();
        assert_eq!(clock.wait(&sent, Duration::ZERO), Ok(7));
        assert_eq!(clock.wait(&sent, TENTH), Err(Silence::Over));
        drop(sender);
        assert_eq!(clock.wait(&sent, TENTH * 9), Err(Silence::Closed));
    }
}
