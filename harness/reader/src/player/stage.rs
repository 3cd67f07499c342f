//! One machine, and what the reader does with it.

use anyhow::Result;
use crossterm::event::Event;

use super::identity::Names;
use super::keys::{self, Key, Keyboard, Number, Typed};
use super::networks::Interfaces;
use super::screen::{self, HELP, Screen};
use super::script::{Item, Route, Script};
use super::style::{Line, Looks, Style, line};
use super::verdict::{ComparedPlace, Verdict};
use super::{markdown, matrix};
use crate::compare::Difference;
use crate::course::LessonFile;
use crate::lesson::{Command, Step};
use crate::progress;
use crate::session::Session;
use crate::snapshot_text::Matrix;
use crate::terminal::Quiet;
use crate::walk::{CommandRun, Walk};

/// Everything that outlives a machine.
pub struct Stage<'a> {
    /// Lesson that is played.
    pub file: &'a LessonFile,
    /// Lesson as one item after the other.
    pub script: &'a Script<'a>,
    /// Who has which colour.
    pub names: &'a Names,
    /// Where it is written.
    pub screen: Screen,
    /// The person's terminal.
    pub quiet: &'a Quiet,
    /// What was not as in the book.
    pub verdict: Verdict,
    /// The next item.
    pub place: usize,
}

/// Why a machine is no longer needed.
pub enum End {
    /// The lesson is over.
    Finished,
    /// The reader has enough.
    Quit,
    /// The reader goes back to this step.
    Afresh(usize),
}

/// How it goes on after a key.
enum Then {
    /// With the next item.
    On,
    /// With the item at the new place.
    Elsewhere,
    /// Not with this machine.
    End(End),
}

/// One machine with one lesson in it.
struct Scene<'a> {
    walk: Walk<'a>,
    /// Run without waiting, up to the end of this step.
    rest: bool,
    /// The reader has been in the machine.
    touched: bool,
    before: Moment,
}

/// The kernel's side at the beginning of a step.
#[derive(Default)]
struct Moment {
    matrix: Matrix,
    interfaces: Interfaces,
}

impl Moment {
    fn new(session: &Session) -> Self {
        let facts = session.facts();
        let namer = session.namer();
        Self {
            matrix: Matrix::new(facts, namer),
            interfaces: Interfaces::new(facts, namer),
        }
    }
}

impl<'a> Stage<'a> {
    /// Title, introduction, steps.
    pub fn introduce(&self) -> Result<()> {
        let lesson = &self.file.lesson;
        let width = self.screen.width();
        self.screen.gap()?;
        let title = screen::title(lesson, self.file.number, width);
        self.screen.lines(&title)?;
        self.screen.gap()?;
        if !lesson.intro.is_empty() {
            self.screen.prose(&lesson.intro)?;
        }
        self.screen.lines(&screen::steps(lesson, 0))?;
        self.screen.gap()?;
        Ok(())
    }

    /// What was shown, and whether it was as in the book. What comes next, the
    /// lesson has said.
    pub fn conclude(&self) -> Result<()> {
        let lesson = &self.file.lesson;
        let shown = format!(
            "{}: {}, {}, ",
            self.file.name(),
            count(lesson.steps.len(), "step"),
            count(lesson.commands().count(), "command")
        );
        let (words, style) = match self.verdict.differences() {
            0 => ("all as in the book.".into(), Style::GOOD),
            n => (
                format!("not as in the book in {}.", count(n, "place")),
                Style::BAD,
            ),
        };
        let conclusion = line(shown, Style::PLAIN).then(words, style);
        Ok(self.screen.line(&conclusion)?)
    }

    /// Plays from the present place in a machine in which nothing has
    /// happened yet.
    pub fn play(&mut self, walk: Walk<'a>) -> Result<End> {
        let mut scene = Scene {
            walk,
            rest: false,
            touched: false,
            before: Moment::default(),
        };
        let step = self.script.step_at(self.place);
        self.catch_up(&mut scene, step)?;
        while let Some(item) = self.script.item(self.place) {
            match self.show(&mut scene, item)? {
                Then::On => self.place += 1,
                Then::Elsewhere => {}
                Then::End(end) => return Ok(end),
            }
        }
        Ok(End::Finished)
    }

    fn show(&mut self, scene: &mut Scene<'a>, item: Item<'a>) -> Result<Then> {
        match item {
            Item::Opening => return self.wait(scene, "begin", None),
            Item::Heading(step) => self.begin(scene, step)?,
            Item::Prose(text) => self.screen.prose(text)?,
            Item::Figure(text) => {
                for text in markdown::figure(text) {
                    self.screen.say(&format!("    {text}"), Style::PLAIN)?;
                }
                self.screen.gap()?;
            }
            Item::Command(command) => {
                self.screen.lines(&screen::command(command, self.names))?;
                if !scene.rest {
                    let then = self.wait(scene, "run", Some(command))?;
                    if !matches!(then, Then::On) {
                        return Ok(then);
                    }
                }
                self.run(scene)?;
            }
            Item::End(step) => {
                self.no_more_at_once(scene);
                self.end(scene, step)?;
                let is_last = step.number == self.file.lesson.steps.len();
                let enter = if is_last { "end" } else { "next step" };
                return self.wait(scene, enter, None);
            }
        }
        Ok(Then::On)
    }

    fn begin(&self, scene: &mut Scene<'a>, step: &Step) -> Result<()> {
        scene.before = Moment::new(scene.walk.session());
        let of = self.file.lesson.steps.len();
        let width = self.screen.width();
        let heading = screen::heading(step.number, of, &step.title, width);
        self.screen.line(&heading)?;
        self.screen.gap()?;
        Ok(())
    }

    /// Runs the command that has been shown.
    fn run(&mut self, scene: &mut Scene<'a>) -> Result<()> {
        let slow = progress::if_slow("still running");
        let run = self.run_next(scene)?;
        drop(slow);
        let Some(run) = run else { return Ok(()) };
        let shown = crate::labels::plain(&run.played.shown);
        let shown = shown.trim_end_matches('\n');
        let columns = self.screen.columns();
        let lines = self.names.label(shown, &run.played.normal, columns);
        self.screen.lines(&lines)?;
        if run.played.status != 0 {
            let status = format!("[exit {}]", run.played.status);
            self.screen.say(&status, Style::DIM)?;
        }
        let news = self.news_of_output(scene, run);
        if news.is_some() || self.is_last_of_block() {
            self.screen.gap()?;
        }
        if let Some(difference) = news {
            self.no_more_at_once(scene);
            self.report(&difference, scene.touched)?;
        }
        Ok(())
    }

    /// The rest of the step was asked for: that ends here.
    fn no_more_at_once(&self, scene: &mut Scene<'a>) {
        if scene.rest {
            scene.rest = false;
            self.screen.new_page();
        }
    }

    fn is_last_of_block(&self) -> bool {
        let next = self.script.item(self.place + 1);
        !matches!(next, Some(Item::Command(_)))
    }

    /// Runs the next command. If the lesson cannot go on, the reader may have
    /// been the reason.
    fn run_next(
        &self,
        scene: &mut Scene<'a>,
    ) -> Result<Option<CommandRun<'a>>> {
        let run = scene.walk.run_next();
        if run.is_err() && scene.touched {
            self.screen.prose_in(TOUCHED, Style::PLAIN)?;
        }
        Ok(run?)
    }

    /// Returns the difference of the command's output from the book, if it is
    /// a new one.
    fn news_of_output(
        &mut self,
        scene: &Scene<'a>,
        run: CommandRun<'a>,
    ) -> Option<Difference> {
        let place = ComparedPlace::Output(scene.walk.done() - 1);
        self.verdict.news(place, run.difference)
    }

    /// Returns the difference of the facts from the step's snapshot, if it is
    /// a new one.
    fn news_of_facts(
        &mut self,
        scene: &mut Scene<'a>,
        step: &Step,
    ) -> Option<Difference> {
        let difference = scene.walk.facts_after(step).difference;
        self.verdict
            .news(ComparedPlace::Facts(step.number), difference)
    }

    fn report(&self, difference: &Difference, touched: bool) -> Result<()> {
        let text = difference.render(self.screen.looks == Looks::Colour);
        for (n, text) in text.lines().enumerate() {
            let style = if n == 0 { Style::BAD } else { Style::PLAIN };
            self.screen.say(text, style)?;
        }
        if touched {
            self.screen.prose_in(TOUCHED, Style::PLAIN)?;
        }
        self.screen.gap()?;
        Ok(())
    }

    /// The kernel's side after a step.
    fn end(&mut self, scene: &mut Scene<'a>, step: &Step) -> Result<()> {
        if step.commands().next().is_none() {
            return Ok(());
        }
        let now = Moment::new(scene.walk.session());
        let old = &scene.before;
        let table = matrix::matrix(&now.matrix, &old.matrix, self.names);
        self.screen.lines(&table)?;
        self.screen.gap()?;
        let changes = now.interfaces.changes_since(&old.interfaces, self.names);
        if !changes.is_empty() {
            self.screen.lines(&changes)?;
            self.screen.gap()?;
        }
        if let Some(difference) = self.news_of_facts(scene, step) {
            self.report(&difference, scene.touched)?;
        }
        Ok(())
    }

    /// Waits for the key that goes on, page after page; what the other keys
    /// ask for is done. A command that waits is shown again after it.
    fn wait(
        &mut self,
        scene: &mut Scene<'a>,
        enter: &str,
        command: Option<&Command>,
    ) -> Result<Then> {
        loop {
            let more = self.screen.has_more();
            let key = match (more, command) {
                (true, _) => self.key("more", Some("all of it"))?,
                (false, Some(_)) => self.key(enter, Some("rest of step"))?,
                (false, None) => self.key(enter, None)?,
            };
            match key {
                Key::Enter | Key::Page if more => {
                    self.screen.next_page()?;
                    continue;
                }
                Key::Rest if more => {
                    self.screen.all_pages()?;
                    continue;
                }
                _ => self.screen.new_page(),
            }
            let below = self.screen.put_aside();
            let speaks = matches!(key, Key::Go | Key::Shell | Key::Help);
            if speaks && command.is_some() {
                // Or it would look like what the command prints.
                self.screen.gap()?;
            }
            match key {
                Key::Enter => return Ok(Then::On),
                Key::Rest | Key::Page if command.is_some() => {
                    scene.rest = true;
                    self.screen.without_pages();
                    return Ok(Then::On);
                }
                Key::Quit => return Ok(Then::End(End::Quit)),
                Key::Rest | Key::Page => continue,
                Key::Back => {
                    match self.script.back_from(self.place, scene.walk.done()) {
                        Some(step) => return self.go(scene, step),
                        None => self.note("This is the beginning.")?,
                    }
                }
                Key::Go => match self.ask_for_step()? {
                    Typed::Number(step) => return self.go(scene, step),
                    Typed::Quit => return Ok(Then::End(End::Quit)),
                    Typed::More | Typed::Nothing => {}
                },
                Key::Shell => self.shell(scene)?,
                Key::Help => {
                    self.screen.say(HELP, Style::PLAIN)?;
                    self.screen.gap()?;
                }
                Key::Suspend => self.quiet.suspend()?,
            }
            match command {
                Some(command) if !more => {
                    let lines = screen::command(command, self.names);
                    self.screen.lines(&lines)?;
                }
                _ => self.screen.put_back(below)?,
            }
        }
    }

    fn note(&self, text: &str) -> Result<()> {
        self.screen.say(text, Style::DIM)?;
        Ok(())
    }

    /// Waits for a key that means something.
    fn key(&self, enter: &str, rest: Option<&str>) -> Result<Key> {
        let keyboard = Keyboard::open()?;
        loop {
            let width = self.screen.width();
            self.screen.last(&screen::keys(enter, rest, width))?;
            let key = loop {
                match keyboard.next()? {
                    Event::Key(key) => match keys::meaning(key) {
                        Some(key) => break Some(key),
                        None => continue,
                    },
                    Event::Resize(..) => break None,
                    _ => {}
                }
            };
            self.screen.erase()?;
            if let Some(key) = key {
                return Ok(key);
            }
        }
    }

    /// Asks for the number of a step.
    fn ask_for_step(&self) -> Result<Typed> {
        let lesson = &self.file.lesson;
        let last = lesson.steps.len();
        let here = self.script.step_at(self.place);
        self.screen.lines(&screen::steps(lesson, here))?;
        self.screen.all_pages()?;
        let keyboard = Keyboard::open()?;
        let mut number = Number::default();
        let typed = loop {
            let question = line(format!("Go to step 1-{last}: "), Style::BOLD)
                .then(number.digits(), Style::PLAIN);
            self.screen.last(&question)?;
            let Event::Key(key) = keyboard.next()? else {
                self.screen.erase()?;
                continue;
            };
            let typed = number.press(key);
            self.screen.erase()?;
            if typed != Typed::More {
                break typed;
            }
        };
        drop(keyboard);
        match typed {
            Typed::Number(step) if step == 0 || step > last => {
                self.note(&format!("There is no step {step}."))?;
                Ok(Typed::Nothing)
            }
            typed => Ok(typed),
        }
    }

    /// Goes to the beginning of a step.
    fn go(&mut self, scene: &mut Scene<'a>, step: usize) -> Result<Then> {
        match self.script.route(scene.walk.done(), step) {
            Route::Afresh => return Ok(Then::End(End::Afresh(step))),
            Route::Here => {}
            Route::Onwards => self.catch_up(scene, step)?,
        }
        scene.rest = false;
        self.place = self.script.place_of(step);
        self.screen.gap()?;
        Ok(Then::Elsewhere)
    }

    /// Runs all commands before this step without showing them. What differs
    /// from the book and was not told yet is told then.
    fn catch_up(&mut self, scene: &mut Scene<'a>, step: usize) -> Result<()> {
        let target = self.script.commands_before(step);
        let of = target - scene.walk.done().min(target);
        if of == 0 {
            return Ok(());
        }
        let words = format!("running what comes before step {step}");
        if self.screen.looks == Looks::Plain {
            self.note(&format!("{words} ..."))?;
        }
        let progress = progress::if_slow(words.clone());
        let mut news = Vec::new();
        for n in 1..=of {
            let Some(command) = scene.walk.session().next_command() else {
                break;
            };
            progress.say(format!(
                "{words}, {n}/{of}: {} {}",
                command.prompt(),
                command.input.lines().next().unwrap_or_default()
            ));
            let Some(run) = self.run_next(scene)? else {
                break;
            };
            news.extend(self.news_of_output(scene, run));
            for step in self.script.steps_ending_at(scene.walk.done()) {
                news.extend(self.news_of_facts(scene, step));
            }
        }
        drop(progress);
        for difference in news {
            self.report(&difference, scene.touched)?;
        }
        Ok(())
    }

    /// A shell in the machine, on this terminal.
    fn shell(&self, scene: &mut Scene<'a>) -> Result<()> {
        let text = "A shell in this machine. What you change here stays \
                    changed. Leave it with exit or Ctrl-D.";
        self.screen.prose_in(text, Style::DIM)?;
        scene.touched = true;
        scene.walk.machine().attach(&["bash"])?;
        self.screen.new_page();
        self.screen.line(&Line::default())?;
        self.note("Back in the lesson.")
    }
}

const TOUCHED: &str = "You have used the shell in this machine: that may be \
                       why. b goes back, in a fresh machine.";

/// `1 step`, `2 steps`.
fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
