//! Words of the machine in the page.

use serde::Serialize;
use tr::tr;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Live {
    live_again: String,
    live_again_help: String,
    live_busy: String,
    live_closed: String,
    live_difference: String,
    live_differs: String,
    live_end_panicked: String,
    live_end_restarted: String,
    live_end_switched_off: String,
    live_expect: String,
    live_expect_run: String,
    live_expect_stop: String,
    live_expected: String,
    live_failed: String,
    live_fetched: String,
    live_fetching: String,
    live_file: String,
    live_fold: String,
    live_go_on: String,
    live_here: String,
    live_keys: String,
    live_lost: String,
    live_matrix: String,
    live_old: String,
    live_own: String,
    live_panel: String,
    live_predict_anew: String,
    live_predict_differs: String,
    live_predict_process: String,
    live_predict_right: String,
    live_predict_same: String,
    live_predict_shell: String,
    live_ready: String,
    live_run: String,
    live_run_again: String,
    live_run_help: String,
    live_run_to: String,
    live_runs: String,
    live_same: String,
    live_start: String,
    live_starting: String,
    live_stop: String,
    live_stop_help: String,
    live_stopped: String,
    live_terminal: String,
    live_terminal_input: String,
    live_unfold: String,
    live_views: String,
}

impl Live {
    pub(super) fn new() -> Self {
        let all = "{all}";
        let command = "{command}";
        let n = "{n}";
        let process = "{process}";
        let shell = "{shell}";
        let step = "{step}";
        let terminal = "{terminal}";
        let why = "{why}";
        let words = "{words}";
        Self {
            live_again: tr!("Start again"),
            live_again_help: tr!("A new machine, as it was at the first step"),
            live_busy: tr!(
                "A command still runs in {terminal}: end it there, or stop it",
                terminal = terminal
            ),
            live_closed: tr!("This terminal is closed: its shell has ended."),
            live_difference: tr!(
                "This machine, in lines with +, and the book, in lines with -:"
            ),
            live_differs: tr!("not as in the book"),
            live_end_panicked: tr!("its kernel panicked"),
            live_end_restarted: tr!("it restarted itself"),
            live_end_switched_off: tr!("it switched itself off"),
            live_expect: tr!("What do you expect?"),
            live_expect_run: tr!("Run it"),
            live_expect_stop: tr!("Not now"),
            live_expected: tr!("You expected: {words}", words = words),
            live_failed: tr!(
                "Linux did not start: {why}. Press the button once more, or \
                 read on: the text has all outputs",
                why = why
            ),
            live_fetched: tr!("{n} of {all} MB", n = n, all = all),
            live_fetching: tr!("Fetching Linux"),
            live_file: tr!(
                "The commands run only in a book that a server sends: \
                 `just web --serve` is one. The text has all outputs"
            ),
            live_fold: tr!("Hide"),
            live_go_on: tr!("Run to step {step} again", step = step),
            live_here: tr!(
                "The commands run here, in a Linux of your browser's own. The \
                 first press fetches it, 9 MB; after that it needs no network"
            ),
            live_keys: tr!("Keys"),
            live_lost: tr!(
                "The machine has ended: {why}. Start again",
                why = why
            ),
            live_matrix: tr!("Namespaces"),
            live_old: tr!("The commands cannot run here: this browser has no \
                 WebAssembly, or it is switched off. The text has all outputs"),
            live_own: tr!(
                "You have typed commands of your own, and they may be the reason."
            ),
            live_panel: tr!("Linux in this page"),
            live_predict_anew: tr!(
                "Predict: this command starts {process} anew. Which of its \
                 eight namespaces will be others than before?",
                process = process
            ),
            live_predict_differs: tr!(
                "you said that it is the same, and it differs."
            ),
            live_predict_process: tr!(
                "Predict: this command starts the process {process}. Which of \
                 its eight namespaces will be others than those of {shell}, \
                 the shell you type in?",
                process = process,
                shell = shell
            ),
            live_predict_right: tr!("All eight are right."),
            live_predict_same: tr!(
                "you said that it differs, and it is the same."
            ),
            live_predict_shell: tr!(
                "Predict: this command starts the shell {process}. Which of \
                 its eight namespaces will be others than those of {shell}, \
                 the shell you type in?",
                process = process,
                shell = shell
            ),
            live_ready: tr!("Linux waits for commands"),
            live_run: tr!("Run"),
            live_run_again: tr!("Run again"),
            live_run_help: tr!(
                "Run the commands up to here, in a Linux in this page"
            ),
            live_run_to: tr!("Run to here"),
            live_runs: tr!("Runs: {command}", command = command),
            live_same: tr!("as in the book"),
            live_start: tr!("Start Linux"),
            live_starting: tr!("Linux starts"),
            live_stop: tr!("Ctrl-C"),
            live_stop_help: tr!("End the command that runs in the terminal"),
            live_stopped: tr!(
                "The lesson cannot go on: {why}. Mend this in the terminal, or \
                 start again",
                why = why
            ),
            live_terminal: tr!("Terminal {terminal}", terminal = terminal),
            live_terminal_input: tr!("Input of the terminal"),
            live_unfold: tr!("Show"),
            live_views: tr!("Views"),
        }
    }
}
