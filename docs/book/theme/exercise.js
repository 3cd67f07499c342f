'use strict';

/* A machine to look around in, at each exercise to find something, where one
   stands beside the book. */

(() => {
    const { machine, main, make, recall, say } = book;
    let begun = null;

    /** One machine at a time: that of another exercise goes. */
    async function start(number, said, solved) {
        said.textContent = '';
        try {
            if (begun?.number !== number) {
                (await begun?.machine.catch(() => null))?.end();
                begun = { number, machine: machine.begin('page/exercise.mjs', { number }) };
            }
            window.exercise = await begun.machine;
            window.exercise.solved = solved;
            window.exercise.panel.show(true);
        } catch (error) {
            begun = null;
            said.textContent = say('exerciseFailed', { why: error.message });
        }
    }

    for (const place of main.querySelectorAll('.live-exercise')) {
        const number = place.dataset.exercise;
        const why = machine.lacking({ file: 'exerciseFile', old: 'exerciseOld' });
        if (why) {
            place.append(why);
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
