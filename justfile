# The workshop's whole vocabulary. `just` alone lists it.

set positional-arguments

# A person without Docker is told what was not run; CI has to have it.
if_possible := if env("CI", "") == "true" { "" } else { "--if-possible" }

# Three programs: what reads is a part of the harness, and is built in less time.
# The book is built by none but who reads or translates it.
reader := "harness/run reader"
harness := "harness/run harness"
book := "harness/run book"

# The script that starts just(1) with libraries of its own says what it is.
just := env("NAMESPACE_WORKSHOP_JUST", just_executable())

# List all that can be typed here
[group('learn')]
[no-exit-message]
list:
    @{{ quote(just) }} --list --unsorted

# Play a lesson step by step; --predict: guess first; --auto: straight through
[group('learn')]
[no-exit-message]
chapter N *ARGS:
    @{{ reader }} chapter "$@"

# Open a shell in a fresh machine; shell 3.2: as it is after that step
[group('learn')]
[no-exit-message]
shell *ARGS:
    @{{ reader }} shell "$@"

# List the exercises; exercise 3.1: begin it
[group('learn')]
[no-exit-message]
exercise *N:
    @{{ harness }} exercise "$@"

# Grade exercise 3.1, or your answer to it; alone: the course checks itself
[group('learn')]
[no-exit-message]
check *ARGS:
    @{{ harness }} check "$@"

# Grade exercise 3.1 whenever you save it
[group('learn')]
[no-exit-message]
watch N *ARGS:
    @{{ harness }} watch "$@"

# Read a hint for exercise 3.1; the next time one more
[group('learn')]
[no-exit-message]
hint N:
    @{{ harness }} hint "$@"

# Look around in the machine that exercise 3.1 begins with
[group('learn')]
[no-exit-message]
explore N:
    @{{ harness }} explore "$@"

# Explain the last failed check, or an error: EPERM, setns EINVAL
[group('learn')]
[no-exit-message]
why *WORDS:
    @{{ harness }} why "$@"

# Ask every kernel: since 'unshare --time true'; --program FILE.rs: a program
[group('learn')]
[no-exit-message]
since *ARGS:
    @{{ harness }} since "$@"

# Begin exercise 3.1 anew; what you have is kept
[group('learn')]
[no-exit-message]
reset N:
    @{{ harness }} reset "$@"

# Read the solution of exercise 3.1
[group('learn')]
[no-exit-message]
solution *ARGS:
    @{{ harness }} solution "$@"

# Tell what you have solved
[group('learn')]
[no-exit-message]
progress:
    @{{ harness }} progress

# Make the site: the book, and the machine in its pages; --serve: and serve it
[group('maintain')]
[no-exit-message]
web *ARGS:
    @docs/site/make "$@"

# Prove all lessons in the machine of the page: under Node, and in Chromium
[group('maintain')]
test-page:
    cargo test --package harness --test all -- --ignored --test-threads 2 page::
    {{ harness }} matrix --qemu v86
    docs/live/judge/run
    node --test docs/site/site.test.mjs
    docs/site/make
    docs/live/browser/run

# Make the book; --open: and open it; --check: fail on whatever is untrue in it
[group('learn')]
[no-exit-message]
book *ARGS:
    @{{ book }} make "$@"

# Tell what the machine runs with here, and why
[group('learn')]
[no-exit-message]
doctor *ARGS:
    @{{ reader }} doctor "$@"

# Install what is missing; --kernel 7.3, --docker sid: one more
[group('teach')]
[no-exit-message]
setup *ARGS:
    @vm/setup "$@"

# Write down what you have done: JSON for the teacher, Markdown to read
[group('learn')]
[no-exit-message]
report *ARGS:
    @{{ harness }} report "$@"

# Show the reports of a class in one table
[group('teach')]
[no-exit-message]
class FOLDER:
    @{{ harness }} class "$@"

# Grade a folder of programs: FOLDER/STUDENT/3.1.rs
[group('teach')]
[no-exit-message]
grade *ARGS:
    @{{ harness }} grade "$@"

# Pack all of the course into one archive, for places without internet
[group('teach')]
[no-exit-message]
bundle *ARGS:
    @{{ harness }} bundle "$@"

# Make a box of Debian: just vagrant box; else Vagrant's words: status, halt
[group('teach')]
[no-exit-message]
vagrant *ARGS:
    @vm/vagrant "$@"

# Play all chapters straight through, many at once, and verify them
[group('maintain')]
[no-exit-message]
course *ARGS:
    @{{ reader }} course "$@"

# Run every test, the lessons among them; then, if it can run, just docker
[group('maintain')]
[no-exit-message]
test *ARGS:
    @harness/tests/run {{ if_possible }} "$@"

# Run the tests that wait for a limit, with QEMU held to a quarter of a core
[group('maintain')]
[no-exit-message]
slowly:
    @harness/tests/slowly

# Try the archive for places without internet, where there is none
[group('maintain')]
[no-exit-message]
test-bundle:
    cargo test --package harness --test all -- --ignored bundle::

# Try Debian's own systemd and sshd, in boxes that QEMU boots: test-box trixie
[group('maintain')]
[no-exit-message]
test-box *SUITE:
    @harness/tests/box "$@"

# Compare chapter 6's container with real Docker, as root; --with SUITE, --all
[group('maintain')]
[no-exit-message]
docker *ARGS:
    @{{ harness }} docker "$@"

# Bring catalogues and translated lessons up to date; --check: only look
[group('maintain')]
[no-exit-message]
translate *ARGS:
    @{{ book }} translate "$@"

# Verify all lessons on every kernel that has been fetched
[group('maintain')]
[no-exit-message]
kernels:
    @{{ reader }} kernels

# Play lessons and solutions on many kernels, userlands and QEMUs
[group('maintain')]
[no-exit-message]
matrix *ARGS:
    @{{ harness }} matrix "$@"

# Prove the book in a real browser: all pages, search, buttons, print, phone
[group('maintain')]
[no-exit-message]
book-test *TEST:
    @docs/book/browser/run "$@"

# Look for bytes and lessons that break the parsers, so long for each
[group('maintain')]
[no-exit-message]
fuzz SECONDS="60":
    @fuzz/run "$1"

# Clone so many machines in a row, and look for what they leave
[group('maintain')]
[no-exit-message]
clones COUNT="500":
    @CLONES="$1" cargo test --package harness --test all -- --ignored --nocapture many_clones

# Measure how long everything takes, beside others; --quick: a few rounds
[group('maintain')]
[no-exit-message]
bench *ARGS:
    @{{ harness }} bench "$@"

# Rewrite lesson N, or all, from what the machine prints
[group('maintain')]
[no-exit-message]
bless *N:
    @{{ reader }} bless "$@"

# Draw the picture of the README from a run of chapter 3
[group('maintain')]
[no-exit-message]
picture:
    @{{ harness }} picture docs/src

# Remove the saved machines; the next run makes a new one
[group('maintain')]
[no-exit-message]
clean-cache:
    @{{ reader }} clean-cache

# Begin an exercise or a chapter: new exercise 3.5 NAME, new chapter NAME
[group('maintain')]
[no-exit-message]
new *ARGS:
    @harness/new "$@"

# Check all that needs no machine: format, lints, docs, scripts; some: just lint docs
[group('maintain')]
[no-exit-message]
lint *CHECK:
    @.ci/gate "$@"
