//! A lesson in another language: its titles and prose beside the commands of the
//! original.
//!
//! The file `README.zh-CN.md` beside a lesson is written by `just translate`.
//! Its blocks are copies, so a block that differs makes the file stale.

use super::{Lesson, Part, Step};

impl Lesson {
    /// Returns this lesson with the titles and the prose of a translation;
    /// `None` if the translation has other steps or blocks.
    pub fn translated(&self, translation: Lesson) -> Option<Lesson> {
        let same = self.steps.len() == translation.steps.len();
        let mut lesson = Lesson {
            title: translation.title,
            intro: translation.intro,
            ..self.clone()
        };
        let mut steps = lesson.steps.iter_mut().zip(translation.steps);
        let fits = steps.all(|(step, from)| step.take_words(from));
        (same && fits).then_some(lesson)
    }
}

impl Step {
    /// Takes title and prose of a translated step; `false` if other parts differ.
    fn take_words(&mut self, from: Step) -> bool {
        self.title = from.title;
        let same = self.parts.len() == from.parts.len();
        let mut parts = self.parts.iter_mut().zip(from.parts);
        let fits = parts.all(|(part, from)| part.take_words(from));
        same && fits
    }
}

impl Part {
    fn take_words(&mut self, from: Part) -> bool {
        match (self, from) {
            (Self::Prose(words), Self::Prose(from))
            | (Self::Question(words), Self::Question(from)) => {
                *words = from;
                true
            }
            (this, from) => this.to_string() == from.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::lesson::parse;

    const ENGLISH: &str = "<!-- lesson\nterminals: host\n-->\n\n# Cards\n\nLook.\n\n\
        ## One\n\nCount.\n\n```console\nhost# true\n```\n";

    #[test]
    fn words_are_taken_and_commands_stay() {
        let lesson = parse(Path::new("a.md"), ENGLISH).unwrap();
        let chinese = ENGLISH
            .replace("# Cards", "# 网卡")
            .replace("# One", "# 一")
            .replace("Count.", "数一数。");
        let chinese = parse(Path::new("b.md"), &chinese).unwrap();
        let both = lesson.translated(chinese).unwrap();
        assert_eq!(both.title, "网卡");
        assert_eq!(both.steps[0].title, "一");
        assert_eq!(both.steps[0].slug, "one");
        let commands: Vec<_> = both.commands().collect();
        assert_eq!(commands, lesson.commands().collect::<Vec<_>>());
    }

    #[test]
    fn another_command_makes_a_translation_stale() {
        let lesson = parse(Path::new("a.md"), ENGLISH).unwrap();
        let other = ENGLISH.replace("host# true", "host# true 1");
        let other = parse(Path::new("b.md"), &other).unwrap();
        assert_eq!(lesson.translated(other), None);
    }
}
