'use strict';

/* A machine to look around in, at each exercise to find something, where one
   stands beside the book. Nothing of it is loaded before the first press. */

(() => {
    const { language, main, make, recall, root, say } = book;
    const places = [...main.querySelectorAll('.live-exercise')];
    if (places.length === 0) {
        return;
    }
    const top = new URL(language === 'en' ? '.' : '..', root);
    const base = new URL('live/', top);
    let begun = null;

    /** Key of the sentence why there is no machine. */
    function lacking() {
        if (location.protocol === 'file:') {
            return 'exerciseFile';
        }
        const has = typeof WebAssembly === 'object' && typeof Worker === 'function'
            && 'noModule' in HTMLScriptElement.prototype;
        return has ? null : 'exerciseOld';
    }

    async function load(number) {
        const answer = await fetch(new URL('machine.json', base));
        if (!answer.ok) {
            throw new Error(`machine.json: ${answer.status}`);
        }
        const machine = await answer.json();
        const file = machine.files['page/exercise.mjs'];
        const { begin } = await import(new URL(file.url, base).href);
        return begin(book, { base, top, machine, number });
    }

    /** One machine at a time: that of another exercise goes. */
    async function start(number, said, solved) {
        said.textContent = '';
        try {
            if (begun?.number !== number) {
                (await begun?.machine.catch(() => null))?.end();
                begun = { number, machine: load(number) };
            }
            window.exercise = await begun.machine;
            window.exercise.solved = solved;
            window.exercise.panel.show(true);
        } catch (error) {
            begun = null;
            said.textContent = say('exerciseFailed', { why: error.message });
        }
    }

    for (const place of places) {
        const number = place.dataset.exercise;
        const why = lacking();
        if (why) {
            place.append(make('p', {}, ...say(why).split('`').map(
                (it, at) => (at % 2 ? make('code', {}, it) : it))));
            continue;
        }
        const said = make('p', { class: 'live-said', role: 'status' });
        const solved = () => {
            said.textContent = say('exerciseSolved');
        };
        const button = make('button', { type: 'button', class: 'live-run' }, say('exerciseStart'));
        button.addEventListener('click', () => start(number, said, solved));
        place.append(make('p', {}, say('exerciseHere')), button, said);
        if (recall(`solved-${number}`)) {
            solved();
        }
    }
})();
