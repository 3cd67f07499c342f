'use strict';

/* Run: buttons at a lesson's commands, where a machine stands beside the book
   (`book make --live`). */

(() => {
    const { machine, main, make, recall, say } = book;
    const place = main.querySelector('.live[data-chapter]');
    if (!place) {
        return;
    }
    const said = make('p', { class: 'live-said', role: 'status' });

    /** The blocks of the lesson, with the numbers of their commands in it. */
    function blocksOf() {
        let command = 0;
        return [...main.querySelectorAll('pre.console[data-step]')].map(block => {
            const commands = [...block.querySelectorAll('.command')].map(() => command++);
            const step = Number(block.dataset.step.split('.')[1]);
            return { box: block.closest('.console-box'), step, commands };
        }).filter(it => it.commands.length > 0);
    }

    let begun = null;

    const load = blocks => machine.begin(
        'page/page.mjs', { blocks, chapter: Number(place.dataset.chapter) });

    async function run(blocks, command) {
        try {
            said.textContent = '';
            begun ??= load(blocks);
            window.live = await begun;
        } catch (error) {
            begun = null;
            said.textContent = say('liveFailed', { why: error.message });
            said.scrollIntoView({ block: 'center' });
            return;
        }
        if (command !== null) {
            await window.live.runTo(command);
        }
    }

    function button(text, blocks, command) {
        const it = make('button', { type: 'button', class: 'live-run' }, text);
        it.addEventListener('click', () => run(blocks, command));
        return it;
    }

    const why = machine.lacking({ file: 'liveFile', old: 'liveOld' });
    if (why) {
        place.append(why);
        return;
    }
    const blocks = blocksOf();
    const last = blocks.at(-1)?.commands.at(-1) ?? -1;
    blocks.forEach((it, number) => {
        it.button = button(say(number === 0 ? 'liveRun' : 'liveRunTo'), blocks, it.commands.at(-1));
        it.button.title = say('liveRunHelp');
        it.box.querySelector('.console-bar').append(it.button);
    });
    place.append(make('p', {}, say('liveHere')), button(say('liveStart'), blocks, null));
    const done = Number(recall(`live-${place.dataset.chapter}`) ?? 0);
    const reached = blocks.find(it => it.commands.at(-1) >= done - 1);
    if (done > 0 && done <= last && reached) {
        place.append(button(say('liveGoOn', { step: `${place.dataset.chapter}.${reached.step}` }),
            blocks, done - 1));
    }
    place.append(said);
})();
