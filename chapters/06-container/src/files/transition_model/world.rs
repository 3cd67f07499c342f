//! world - one container, and all that can happen to it next
//!
//! The verbs of the model ask [`next`] what to do, as the real ones.

use crate::files::transition::{State, Step, Verb, next};

/// A container, with all owners and verbs at work on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub rules: Rules,
    /// The container's folder, unless it was removed.
    pub folder: Option<Folder>,
    /// All its lives. The number of a life stands for its claim.
    lives: Vec<Life>,
    pub verbs: Vec<Doing>,
    /// Processes that may still be killed, or end by themselves.
    faults: u8,
}

/// Two rules that were missing once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Each life has a claim of its own; not all of them the same.
    pub a_claim_for_each_life: bool,
    /// A restart is announced, and the owner does not remove the container.
    pub restarts_are_announced: bool,
}

pub const OURS: Rules = Rules {
    a_claim_for_each_life: true,
    restarts_are_announced: true,
};

/// The content of state.json.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folder {
    written: Written,
    life: usize,
    /// --rm
    pub rm: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Written {
    Creating,
    Running,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Life {
    owner: Owner,
    process: bool,
    /// Whether it was written down that its process runs.
    has_run: bool,
}

/// The next step of an owner, which holds the claim until it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    Clones,
    WritesThatItRuns,
    Attends,
    TakesBack,
    Gone,
}

/// A verb at work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Doing {
    verb: Verb,
    pub at: At,
    ended: bool,
    announced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum At {
    Looks,
    Signals(usize),
    AwaitsStart(usize),
    AwaitsEnd(usize),
    /// Has begun this life, and waits for its owner's word.
    Begun(usize),
    Finished(bool),
    Killed,
}

/// An event that may come next.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Verb(usize),
    Owner(usize),
    ProcessEnds(usize),
    VerbIsKilled(usize),
    OwnerIsKilled(usize),
}

impl World {
    /// A container that runs.
    pub fn new(rules: Rules, rm: bool, verbs: &[Verb], faults: u8) -> Self {
        let doing = |verb: &Verb| Doing {
            verb: *verb,
            at: At::Looks,
            ended: false,
            announced: false,
        };
        let folder = Folder {
            written: Written::Running,
            life: 0,
            rm,
        };
        let life = Life {
            owner: Owner::Attends,
            process: true,
            has_run: true,
        };
        Self {
            rules,
            folder: Some(folder),
            lives: vec![life],
            verbs: verbs.iter().map(doing).collect(),
            faults,
        }
    }

    fn starting(&self, life: usize) -> bool {
        let owner = self.lives[life].owner;
        matches!(owner, Owner::Clones | Owner::WritesThatItRuns)
    }

    fn claimed(&self, life: usize) -> bool {
        let mut all = self.lives.iter();
        if self.rules.a_claim_for_each_life {
            self.lives[life].owner != Owner::Gone
        } else {
            all.any(|it| it.owner != Owner::Gone)
        }
    }

    fn kept(&self) -> bool {
        self.verbs.iter().any(|it| it.announced)
    }

    /// The events that come by themselves.
    pub fn steps(&self) -> Vec<Event> {
        let able = |doing: &Doing| match doing.at {
            At::Looks | At::Signals(_) => true,
            At::AwaitsStart(life) | At::Begun(life) => !self.starting(life),
            At::AwaitsEnd(life) => !self.claimed(life),
            At::Finished(_) | At::Killed => false,
        };
        let at_work = |life: &Life| match life.owner {
            Owner::Attends => !life.process,
            owner => owner != Owner::Gone,
        };
        let verbs = (0..self.verbs.len()).filter(|it| able(&self.verbs[*it]));
        let owners =
            (0..self.lives.len()).filter(|it| at_work(&self.lives[*it]));
        verbs
            .map(Event::Verb)
            .chain(owners.map(Event::Owner))
            .collect()
    }

    /// The events that may come besides, at any moment.
    pub fn misfortunes(&self) -> Vec<Event> {
        let mut all = Vec::new();
        if self.faults == 0 {
            return all;
        }
        for (n, doing) in self.verbs.iter().enumerate() {
            if !matches!(doing.at, At::Finished(_) | At::Killed) {
                all.push(Event::VerbIsKilled(n));
            }
        }
        for (n, life) in self.lives.iter().enumerate() {
            if life.owner != Owner::Gone {
                all.push(Event::OwnerIsKilled(n));
            }
            if life.process {
                all.push(Event::ProcessEnds(n));
            }
        }
        all
    }

    pub fn after(&self, event: Event) -> Self {
        let mut world = self.clone();
        match event {
            Event::Verb(n) => world.go_on(n),
            Event::Owner(life) => world.own(life),
            misfortune => {
                world.faults -= 1;
                world.befall(misfortune);
            }
        }
        world.assert_safe();
        world
    }

    fn befall(&mut self, misfortune: Event) {
        match misfortune {
            Event::VerbIsKilled(n) => {
                self.verbs[n].at = At::Killed;
                self.verbs[n].announced = false;
            }
            // The kernel may spare its process (PR_SET_PDEATHSIG(2const)).
            Event::OwnerIsKilled(life) => self.lives[life].owner = Owner::Gone,
            Event::ProcessEnds(life) => self.lives[life].process = false,
            Event::Verb(_) | Event::Owner(_) => unreachable!(),
        }
    }

    fn own(&mut self, life: usize) {
        let next = match self.lives[life].owner {
            Owner::Clones => {
                self.lives[life].process = true;
                Owner::WritesThatItRuns
            }
            Owner::WritesThatItRuns => {
                self.write(Written::Running);
                self.lives[life].has_run = true;
                Owner::Attends
            }
            Owner::Attends => {
                self.write_end();
                Owner::TakesBack
            }
            Owner::TakesBack | Owner::Gone => Owner::Gone,
        };
        self.lives[life].owner = next;
    }

    fn write(&mut self, written: Written) {
        if let Some(folder) = &mut self.folder {
            folder.written = written;
        }
    }

    fn write_end(&mut self) {
        self.write(Written::Ended);
        let kept = self.kept();
        self.folder = self.folder.take().filter(|it| !it.rm || kept);
    }

    /// Under the store's lock: sweeps up what has lost its owner, then looks.
    pub fn look(&mut self) -> State {
        let Some(Folder { written, life, .. }) = self.folder else {
            return State::Gone;
        };
        if self.lives[life].owner == Owner::Gone {
            self.lives[life].process = false;
            self.write_end();
            return match self.folder {
                Some(_) => State::Ended,
                None => State::Gone,
            };
        }
        match written {
            Written::Creating => State::Starting,
            Written::Running => State::Running,
            Written::Ended => State::Ending,
        }
    }

    fn go_on(&mut self, n: usize) {
        let at = match self.verbs[n].at {
            At::Looks => self.look_and_act(n),
            At::Signals(life) => {
                self.lives[life].process = false;
                At::AwaitsEnd(life)
            }
            At::AwaitsStart(_) | At::AwaitsEnd(_) => At::Looks,
            At::Begun(life) => At::Finished(self.lives[life].has_run),
            at => at,
        };
        let doing = &mut self.verbs[n];
        doing.at = at;
        doing.announced &= !matches!(at, At::Begun(_) | At::Finished(_));
    }

    fn look_and_act(&mut self, n: usize) -> At {
        let state = self.look();
        let life = self.folder.as_ref().map_or(0, |it| it.life);
        let announced = self.rules.restarts_are_announced;
        let doing = &mut self.verbs[n];
        match next(doing.verb, state, doing.ended) {
            Step::Done => At::Finished(true),
            Step::Refuse => At::Finished(false),
            Step::AwaitStart => At::AwaitsStart(life),
            Step::AwaitEnd => At::AwaitsEnd(life),
            Step::End => {
                doing.ended = true;
                doing.announced = announced && doing.verb == Verb::Restart;
                At::Signals(life)
            }
            Step::Begin => self.begin(),
            Step::Forget => {
                self.folder = None;
                At::Finished(true)
            }
        }
    }

    fn begin(&mut self) -> At {
        let life = self.lives.len();
        self.lives.push(Life {
            owner: Owner::Clones,
            process: false,
            has_run: false,
        });
        self.write(Written::Creating);
        self.folder.iter_mut().for_each(|it| it.life = life);
        At::Begun(life)
    }

    /// Checks the rules of every moment.
    fn assert_safe(&self) {
        let processes = self.lives.iter().filter(|it| it.process).count();
        assert!(processes <= 1, "two processes: {self:?}");
        let owners = self.lives.iter().filter(|it| it.owner != Owner::Gone);
        assert!(owners.count() <= 1, "two owners: {self:?}");
    }

    /// Checks the rules of the end, when nothing goes on by itself any more.
    pub fn assert_well(mut self) {
        let hangs = |it: &Doing| !matches!(it.at, At::Finished(_) | At::Killed);
        assert!(!self.verbs.iter().any(hangs), "a verb hangs: {self:?}");
        let state = self.look();
        let process = self.lives.iter().any(|it| it.process);
        assert_eq!(process, state == State::Running, "{self:?}");
        assert!(
            matches!(state, State::Gone | State::Running | State::Ended),
            "half a life: {self:?}"
        );
        let rm = self.folder.as_ref().is_some_and(|it| it.rm);
        assert!(!(rm && state == State::Ended), "--rm, and there: {self:?}");
    }
}
