//! All tests of the course, in one program: what waits in one of them does so
//! beside the others.
//!
//! # Layout
//!
//! * `bundle`: the archive for classrooms without internet
//! * `calls`: system calls and memory of the small tools
//! * `changed`: a copy of a lesson, with one change
//! * `chapters`: every chapter is as in the book
//! * `class`: reports, and the table of a class
//! * `clones`: a clone is a machine of its own
//! * `containers`: containers come and go, or are killed half made
//! * `debian`: lessons on Debian's own systemd, over its sshd
//! * `descriptors`: what a child of `container` has open
//! * `engine`: each thing that an exercise can say of a run
//! * `english`: programs speak English to tests
//! * `excerpt`: what an assertion that fails shows of a text
//! * `exercises`: the exercises are right
//! * `faults`: what breaks is named as what it is
//! * `front_page`: the README's picture and numbers
//! * `fuzz`: the properties that fuzz/ looks for holes in
//! * `grade`: a class's folder, with submissions in it that mean harm
//! * `house`: how the code is laid out and written
//! * `holders`: who holds a namespace without a member
//! * `hostile`: whatever a program does to its machine
//! * `hostile_containers`: whatever a container does to the machine
//! * `learner`: what a learner types
//! * `lives`: several verbs at once, and what a life leaves behind
//! * `machine`: what PID 1 of the machine promises
//! * `matrix`: the course on many systems
//! * `needed_kernel`: the kernel that a lesson names
//! * `newcomer`: what a new computer waits for
//! * `page`: the machine of the page, under Node
//! * `player`: a lesson at a terminal
//! * `predictions`: predictions at a terminal
//! * `programs`: what the programs of the chapters have in common
//! * `roots`: what a container's root leaves of the machine's mounts
//! * `scaffold`: what `just new` makes, and what the checks say of it
//! * `setup`: what the set-up installs, and what the cache gets instead
//! * `since`: every kernel is asked, and the probes are pages
//! * `shares`: work that several computers share
//! * `shell`: a shell in the machine
//! * `stages`: stages on a made-up computer
//! * `userland`: the machine's programs can be those of a tree
//! * `vagrant`: a machine that Vagrant has started
//! * `versions`: what differs between kernels
//! * `watch`: a file is watched
//! * `why`: a failure is explained by the rule that it has met
//! * `wrong_lessons`: a lesson that is wrong must fail

mod bundle;
mod calls;
mod changed;
mod chapters;
mod claims;
mod class;
mod clones;
mod containers;
mod debian;
mod descriptors;
mod engine;
mod english;
mod excerpt;
mod exercises;
mod faults;
mod front_page;
mod fuzz;
mod grade;
mod holders;
mod hostile;
mod hostile_containers;
mod house;
mod learner;
mod lives;
mod machine;
mod matrix;
mod needed_kernel;
mod newcomer;
mod page;
mod player;
mod predictions;
mod programs;
mod roots;
mod scaffold;
mod setup;
mod shares;
mod shell;
mod since;
mod stages;
mod userland;
mod vagrant;
mod versions;
mod watch;
mod why;
mod wrong_lessons;
