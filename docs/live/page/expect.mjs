// Asks what the reader expects of a command, before it runs: if "What do you
// expect?" is switched on. What was expected stands in the panel until the next
// question.

import { Prediction } from './predict.mjs';

/** A form with these fields. Returns whether the command is to run. */
async function decided(book, panel, fields) {
    const { make, say } = book;
    const run = make('button', { type: 'submit' }, say('liveExpectRun'));
    const stop = make('button', { type: 'button' }, say('liveExpectStop'));
    const form = make('form', { class: 'live-expect' }, ...fields, run, stop);
    panel.show(true);
    // The kernel's answer to the question before stays beside this one.
    const answer = panel.below.querySelector('.live-expected');
    panel.below.replaceChildren(...(answer ? [answer] : []), form);
    form.querySelector('input').focus();
    const goesOn = await new Promise(answered => {
        form.addEventListener('submit', event => {
            event.preventDefault();
            answered(true);
        });
        stop.addEventListener('click', () => answered(false));
        // A new machine has nothing to run.
        panel.dismiss = () => answered(false);
    });
    panel.dismiss = null;
    panel.below.replaceChildren();
    return goesOn;
}

/** Returns whether a command is to run. `question` is the lesson's own about the
    process that the command starts, if it has one. */
export async function ask(book, panel, command, question) {
    panel.prediction = null;
    if (!document.documentElement.classList.contains('expecting')) {
        return true;
    }
    const { make, say } = book;
    if (question) {
        panel.prediction = new Prediction(book, question);
        return decided(book, panel, panel.prediction.fields());
    }
    const words = make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
    const label = make('label', {}, make('span', {}, say('liveExpect')), ' ',
        make('code', {}, command.text.split('\n')[0]), words);
    const goesOn = await decided(book, panel, [label]);
    if (goesOn && words.value.trim()) {
        panel.below.append(make('p', { class: 'live-expected' },
            say('liveExpected', { words: words.value.trim() })));
    }
    return goesOn;
}
