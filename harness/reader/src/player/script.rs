//! A lesson as a list of items, and the routes between its steps.

use crate::lesson::{Command, Lesson, Part, Program, Step};

/// One thing to show or to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// The opening, before the first step.
    Opening,
    /// The beginning of a step.
    Heading(&'a Step),
    /// Markdown.
    Prose(&'a str),
    /// A block that is only shown, with its fences.
    Figure(&'a str),
    /// A question, as Markdown; the answer follows.
    Question(&'a str),
    /// A function of the chapter's program.
    Program(&'a Program),
    /// A command.
    Command(&'a Command),
    /// The end of a step.
    End(&'a Step),
}

/// All items of a lesson, in order.
pub struct Script<'a> {
    lesson: &'a Lesson,
    items: Vec<Item<'a>>,
}

/// Route from here to the beginning of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Run nothing: the machine is in the right state.
    Here,
    /// Run the commands in between in this machine.
    Onwards,
    /// Run all commands before the step in a fresh machine: a machine has no
    /// undo.
    Afresh,
}

impl<'a> Script<'a> {
    /// Lists the items of a lesson.
    pub fn new(lesson: &'a Lesson) -> Self {
        let mut items = vec![Item::Opening];
        for step in &lesson.steps {
            items.push(Item::Heading(step));
            for part in &step.parts {
                match part {
                    Part::Prose(text) => items.push(Item::Prose(text)),
                    Part::Figure(text) => items.push(Item::Figure(text)),
                    Part::Program(program) => {
                        items.push(Item::Program(program));
                    }
                    Part::Question(text) => items.push(Item::Question(text)),
                    Part::EndOfAnswer => {}
                    Part::Block(commands) => {
                        items.extend(commands.iter().map(Item::Command));
                    }
                }
            }
            items.push(Item::End(step));
        }
        Self { lesson, items }
    }

    /// Returns the item at this place, or `None` at the end.
    pub fn item(&self, place: usize) -> Option<Item<'a>> {
        self.items.get(place).copied()
    }

    /// Returns the place where the step with this number begins.
    pub fn place_of(&self, number: usize) -> usize {
        let heading = |item: &Item| matches!(item, Item::Heading(step) if step.number == number);
        self.items.iter().position(heading).unwrap_or_default()
    }

    /// Returns the number of the step at this place; 0 before the first.
    pub fn step_at(&self, place: usize) -> usize {
        let before = self.items.iter().take(place + 1);
        before.filter(|i| matches!(i, Item::Heading(_))).count()
    }

    /// Returns the number of commands before the step with this number.
    pub fn commands_before(&self, number: usize) -> usize {
        let before = self.lesson.steps.iter().take(number.saturating_sub(1));
        before.flat_map(Step::commands).count()
    }

    /// Returns the step to go back to from this place after `done` commands:
    /// this step if it has begun, or else the one before it.
    pub fn back_from(&self, place: usize, done: usize) -> Option<usize> {
        let here = self.step_at(place);
        let begun = here > 0 && done > self.commands_before(here);
        let target = if begun { here } else { here.saturating_sub(1) };
        (target > 0).then_some(target)
    }

    /// Returns the route to the beginning of a step after `done` commands.
    pub fn route(&self, done: usize, number: usize) -> Route {
        match self.commands_before(number).cmp(&done) {
            std::cmp::Ordering::Equal => Route::Here,
            std::cmp::Ordering::Greater => Route::Onwards,
            std::cmp::Ordering::Less => Route::Afresh,
        }
    }

    /// Returns the steps that end exactly with this number of commands: several
    /// if some have no command.
    pub fn steps_ending_at(
        &self,
        done: usize,
    ) -> impl Iterator<Item = &'a Step> {
        let mut count = 0;
        self.lesson.steps.iter().filter(move |step| {
            count += step.commands().count();
            count == done
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lesson::parse;

    /// Returns a lesson of three steps, with two commands, none, and one.
    fn lesson() -> Lesson {
        let text = "# T\n\n## One\n\nlook\n\n```console\nhost# a\nhost# b\n\
                    ```\n\n## Two\n\nwords\n\n## Three\n\n```console\n\
                    host# c\n```\n\nafter\n";
        parse(Path::new("L.md"), text).unwrap()
    }

    #[test]
    fn a_script_is_the_lesson_from_its_opening_to_its_last_end() {
        let lesson = lesson();
        let script = Script::new(&lesson);
        let words = |item: &Item| match item {
            Item::Opening => "opening".to_owned(),
            Item::Heading(step) => format!("# {}", step.title),
            Item::Prose(text) | Item::Figure(text) | Item::Question(text) => {
                (*text).to_owned()
            }
            Item::Program(program) => program.function.clone(),
            Item::Command(command) => format!("${}", command.input),
            Item::End(step) => format!("end {}", step.number),
        };
        let words: Vec<_> = script.items.iter().map(words).collect();
        assert_eq!(
            words.join(","),
            "opening,# One,look,$a,$b,end 1,# Two,words,end 2,# Three,$c,\
             after,end 3"
        );
        assert_eq!(script.item(13), None);
        let steps: Vec<_> = (0..13).map(|n| script.step_at(n)).collect();
        assert_eq!(steps, [0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
        assert_eq!(script.place_of(3), 9);
    }

    #[test]
    fn back_goes_to_the_beginning_of_what_has_begun() {
        let lesson = lesson();
        let script = Script::new(&lesson);
        let first_command = 3;
        assert_eq!(script.back_from(0, 0), None);
        assert_eq!(script.back_from(first_command, 0), None);
        assert_eq!(script.back_from(first_command + 1, 1), Some(1));
        let end_of_one = 5;
        let end_of_two = 8;
        let in_three = 10;
        assert_eq!(script.back_from(end_of_one, 2), Some(1));
        assert_eq!(script.back_from(end_of_two, 2), Some(1));
        assert_eq!(script.back_from(in_three, 2), Some(2));
        assert_eq!(script.back_from(in_three + 1, 3), Some(3));
    }

    #[test]
    fn only_going_back_needs_a_fresh_machine() {
        let lesson = lesson();
        let script = Script::new(&lesson);
        assert_eq!(script.route(0, 1), Route::Here);
        assert_eq!(script.route(0, 3), Route::Onwards);
        assert_eq!(script.route(1, 1), Route::Afresh);
        assert_eq!(script.route(2, 2), Route::Here);
        assert_eq!(script.route(2, 3), Route::Here);
        assert_eq!(script.route(3, 3), Route::Afresh);
    }

    #[test]
    fn a_step_ends_with_its_last_command() {
        let lesson = lesson();
        let script = Script::new(&lesson);
        let ending = |done| {
            let steps = script.steps_ending_at(done);
            steps.map(|step| step.number).collect::<Vec<_>>()
        };
        assert_eq!(ending(1), [0; 0]);
        assert_eq!(ending(2), [1, 2]);
        assert_eq!(ending(3), [3]);
    }
}
