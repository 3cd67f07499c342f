'use strict';

/* "What do you expect?": hides what each command prints, and what a picture
   shows, until the reader asks. Off by default; both the switch and what was
   shown are remembered. Without this script all is visible. What is folded
   already, such as the answer of a question, is not hidden twice. */

(() => {
    const { main, make, name, recall, remember, say } = book;
    const html = document.documentElement;
    const memory = 'shown-' + name;
    let shown = new Set((recall(memory) ?? '').split(' ').filter(it => it));
    const questions = [];

    /** Puts a button before an answer; a press shows the answer. */
    function ask(key, answer, text) {
        const button = make('button', { type: 'button', class: 'expect-show' }, text);
        const show = () => {
            button.hidden = shown.has(key);
            answer.classList.toggle('shown', shown.has(key));
        };
        button.addEventListener('click', () => {
            shown.add(key);
            remember(memory, [...shown].join(' '));
            show();
            answer.focus({ preventScroll: true });
        });
        answer.classList.add('answer');
        answer.tabIndex = -1;
        answer.before(button);
        questions.push(show);
        show();
    }

    /** All that a command printed: from the first to the last element before
        the next command. The ends of lines around it stay. */
    function printed(command) {
        const nodes = [];
        let node = command.nextSibling;
        while (node && !node.classList?.contains('command')) {
            nodes.push(node);
            node = node.nextSibling;
        }
        const isElement = it => it.nodeType === Node.ELEMENT_NODE;
        return nodes.slice(
            nodes.findIndex(isElement), nodes.findLastIndex(isElement) + 1);
    }

    function askOutput(block, place) {
        const step = block.dataset.step ?? '';
        [...block.querySelectorAll('.command')].forEach((command, number) => {
            const nodes = printed(command);
            if (nodes.length > 0) {
                const answer = make('span', {});
                nodes[0].before(answer);
                answer.append(...nodes);
                ask(`${step}/${place}/${number}`, answer, say('expectOutput'));
            }
        });
    }

    function addSwitch() {
        const button = make('button',
            { type: 'button', role: 'switch', class: 'expect-switch' },
            make('span', { class: 'expect-knob', 'aria-hidden': 'true' }),
            make('span', {}, make('b', {}, say('expect')), ' ', say('expectHelp')));
        const set = on => {
            button.setAttribute('aria-checked', on);
            html.classList.toggle('expecting', on);
        };
        button.addEventListener('click', () => {
            const on = !html.classList.contains('expecting');
            remember('expect', on ? 'on' : 'off');
            shown = new Set();
            remember(memory, '');
            questions.forEach(show => show());
            set(on);
        });
        set(recall('expect') === 'on');
        const title = main.querySelector('.minutes') ?? main.querySelector('h1');
        title ? title.after(button) : main.prepend(button);
    }

    const open = selector => [...main.querySelectorAll(selector)]
        .filter(it => !it.closest('details'));
    const blocks = open('pre.console[data-step]');
    blocks.forEach(askOutput);
    open('figure.scene').forEach((figure, place) => {
        ask(`scene/${place}`, figure, say('expectPicture'));
    });
    if (questions.length > 0 && blocks.length > 0) {
        addSwitch();
    }
})();
