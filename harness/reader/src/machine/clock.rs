//! Measures a machine's own time, in which every limit is expressed.
//!
//! A limit is meant for the machine, and computers differ: one gives QEMU a
//! whole processor, another a quarter of one, a third stops QEMU for a while.
//! So time counts only
//!
//! * while QEMU sleeps: the machine waits, and its own clock goes on,
//! * or as far as QEMU has used a processor.
//!
//! Time does not count for a QEMU that wants to run and gets no processor. If
//! that lasts long without interruption, QEMU stands still.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use procfs::process::Process;

/// Interval between two looks at QEMU while something is waited for.
const LOOK: Duration = Duration::from_millis(50);

/// Most time that counts between two looks. A thread that looks later than this
/// was held up by the computer, and so was QEMU.
const GAP: Duration = Duration::from_millis(500);

/// Most processor time that is carried over to the next look, so that two
/// threads that run at once do not store up time.
const TICK: Duration = Duration::from_millis(10);

/// Time after which a QEMU that wanted a processor and got none stands still:
/// somebody has stopped it.
const STILL: Duration = Duration::from_secs(15);

/// The clock of one machine.
#[derive(Debug)]
pub struct Clock {
    qemu: Pid,
    /// Part of the time that counts: one in so many.
    one_in: u32,
    /// Machine time until the last look.
    had: Duration,
    /// Time without any processor, until the last look.
    still: Duration,
    /// Processor time that QEMU had used at the last look.
    taken: Duration,
    /// Processor time not yet counted: the kernel reports processor time in
    /// ticks.
    uncounted: Duration,
    looked: Instant,
}

/// Reason why nothing arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// The machine has used up the time it was given.
    #[error("nothing came in the time there was for it")]
    Over,
    /// QEMU stands still.
    #[error("QEMU stands still")]
    Still,
    /// The sender is gone.
    #[error("it is closed")]
    Closed,
}

/// State of QEMU at one look.
struct Seen {
    /// Processor time that QEMU has used so far.
    taken: Duration,
    /// Whether all threads of QEMU sleep.
    sleeps: bool,
}

impl Clock {
    /// Starts the clock of the machine that runs in this process.
    pub fn of(qemu: Pid) -> Self {
        Self {
            qemu,
            one_in: 1,
            had: Duration::ZERO,
            still: Duration::ZERO,
            taken: look_at(qemu).map_or(Duration::ZERO, |seen| seen.taken),
            uncounted: Duration::ZERO,
            looked: Instant::now(),
        }
    }

    /// Starts the clock of the machine at the other end of this process. Nobody
    /// here knows how much of a processor it gets there: every other second
    /// counts.
    pub fn at_the_other_end_of(process: Pid) -> Self {
        Self {
            one_in: 2,
            ..Self::of(process)
        }
    }

    /// Returns the machine's time so far.
    pub fn had(&mut self) -> Duration {
        let passed = self.looked.elapsed();
        if passed >= LOOK {
            self.looked = Instant::now();
            // The end of QEMU is reported elsewhere; an ended QEMU lacks no
            // processor.
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

    /// Waits for a message from another thread until the machine's time is
    /// `until`.
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
        let passed = passed.min(GAP) / self.one_in;
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
    // A thread that has just ended is no longer listed.
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
            one_in: 1,
            had: Duration::ZERO,
            still: Duration::ZERO,
            taken: Duration::ZERO,
            uncounted: Duration::ZERO,
            looked: Instant::now(),
        }
    }

    /// Returns the clock after a minute in which each tenth of a second was
    /// like this.
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
        // Two threads that run at once do not count as a second machine.
        let twice = after_a_minute(TENTH * 2, false);
        assert_eq!(twice.had, Duration::from_secs(60));
    }

    #[test]
    fn at_the_other_end_of_a_process_every_other_second_counts() {
        let mut clock = clock();
        clock.one_in = 2;
        for _ in 0..600 {
            let taken = Duration::ZERO;
            clock.advance(
                TENTH,
                &Seen {
                    taken,
                    sleeps: true,
                },
            );
        }
        assert_eq!(clock.had, Duration::from_secs(30));
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
        // A moment of processor time is enough.
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
