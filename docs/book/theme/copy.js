'use strict';

/* Buttons that copy the commands of a console block, without prompts and
   output: of each of its terminals, and of all of them. */

(() => {
    const { make, say } = book;
    const said = make('p', { class: 'for-ears', role: 'status' });

    /** Lines as the reader types them; a command may have several. */
    function typed(command) {
        return [...command.querySelectorAll('.input')]
            .map(it => it.textContent).join('\n');
    }

    function copyBySelection(text) {
        const area = make('textarea', { class: 'for-ears', readonly: '' });
        area.value = text;
        document.body.append(area);
        area.select();
        const copied = document.execCommand('copy');
        area.remove();
        return copied;
    }

    async function copy(text) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            // No clipboard for this page: older browsers, http, file.
            return copyBySelection(text);
        }
    }

    function copyButton(label, help, commands) {
        const button = make('button',
            { type: 'button', class: 'console-copy', title: help }, label);
        const reset = () => {
            button.textContent = label;
        };
        button.addEventListener('click', async () => {
            const copied = await copy(commands.map(typed).join('\n') + '\n');
            button.focus();
            button.textContent = say(copied ? 'copied' : 'copyFailed');
            said.textContent = button.textContent;
        });
        button.addEventListener('blur', reset);
        button.addEventListener('pointerleave', reset);
        return button;
    }

    /** One button for each terminal, and for several one more for all. */
    function buttons(commands) {
        const terminals = [...new Set(commands.map(it => it.dataset.terminal))];
        if (terminals.length === 1) {
            return [copyButton(say('copy'), say('copyHelp'), commands)];
        }
        const each = terminals.map(terminal => copyButton(
            say('copyOf', { terminal }), say('copyOfHelp', { terminal }),
            commands.filter(it => it.dataset.terminal === terminal)));
        return [...each, copyButton(say('copyAll'), say('copyAllHelp'), commands)];
    }

    for (const block of document.querySelectorAll('pre.console')) {
        const commands = [...block.querySelectorAll('.command')];
        const box = make('div', { class: 'console-box' });
        block.replaceWith(box);
        box.append(block);
        if (commands.length > 0) {
            box.prepend(make('div', { class: 'console-bar' }, ...buttons(commands)));
        }
    }
    document.body.append(said);
})();
