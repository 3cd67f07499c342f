// Asks what a command will print, before it runs: if the reader has switched on
// "What do you expect?".

/** Returns whether the command is to run. */
export async function ask(book, panel, command) {
    if (!document.documentElement.classList.contains('expecting')) {
        return true;
    }
    const { make, say } = book;
    const words = make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
    const run = make('button', { type: 'submit' }, say('liveExpectRun'));
    const stop = make('button', { type: 'button' }, say('liveExpectStop'));
    const form = make('form', { class: 'live-expect' },
        make('label', {}, make('span', {}, say('liveExpect')), ' ',
            make('code', {}, command.text.split('\n')[0]), words), run, stop);
    panel.show(true);
    panel.below.replaceChildren(form);
    words.focus();
    const goesOn = await new Promise(decided => {
        form.addEventListener('submit', event => {
            event.preventDefault();
            decided(true);
        });
        stop.addEventListener('click', () => decided(false));
        // A new machine has nothing to run.
        panel.dismiss = () => decided(false);
    });
    panel.dismiss = null;
    const expected = words.value.trim();
    panel.below.replaceChildren(...(goesOn && expected
        ? [make('p', { class: 'live-expected' }, say('liveExpected', { words: expected }))] : []));
    return goesOn;
}
