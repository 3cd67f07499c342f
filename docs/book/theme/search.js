'use strict';

/* The search dialog. The data are a script, as a page that was opened from a
   folder may load no other file; the script is loaded at the first search. */

(() => {
    const { excerpt, find, make, pieces, root, say } = book;
    const MOST = 50;
    const LIST = 'book-search-results';

    const input = make('input', {
        type: 'text', class: 'search-input', role: 'combobox', inputmode: 'search',
        enterkeyhint: 'search', autocomplete: 'off', autocapitalize: 'off',
        spellcheck: 'false', placeholder: say('searchHint'),
        'aria-label': say('search'), 'aria-autocomplete': 'list',
        'aria-controls': LIST, 'aria-expanded': 'false',
    });
    const close = make('button', { type: 'button', class: 'search-close' }, say('close'));
    const status = make('p', { class: 'search-status', role: 'status' });
    const list = make('div', { id: LIST, role: 'listbox', 'aria-label': say('searchResults') });
    const dialog = make('dialog', { class: 'search-dialog', 'aria-label': say('search') },
        make('div', { class: 'search-bar' }, input, close), status, list);
    let chosen = -1;
    let data = null;

    /** The sections of the book, from a script that is loaded once. */
    function load() {
        data ??= new Promise((loaded, failed) => {
            const script = make('script', { src: new URL('search-data.js', root).href });
            script.addEventListener('load', () => loaded(window.bookSearch));
            script.addEventListener('error', () => failed(new Error(script.src)));
            document.head.append(script);
        });
        return data;
    }

    function marked(text, query) {
        return pieces(text, query)
            .map(([piece, match]) => (match ? make('mark', {}, piece) : piece));
    }

    function option([address, page, title, text], number, query) {
        const heading = make('span', { class: 'search-title' }, ...marked(title || page, query));
        const where = make('span', { class: 'search-page' }, ...(title ? marked(page, query) : []));
        const teaser = make('span', { class: 'search-text' },
            ...marked(excerpt(text, query), query));
        return make('a', {
            role: 'option', id: `${LIST}-${number}`, tabindex: '-1',
            'aria-selected': 'false', href: new URL(address, root).href,
        }, heading, where, teaser);
    }

    function choose(number) {
        const options = [...list.children];
        options[chosen]?.setAttribute('aria-selected', 'false');
        chosen = Math.max(-1, Math.min(number, options.length - 1));
        const it = options[chosen];
        it?.setAttribute('aria-selected', 'true');
        it?.scrollIntoView({ block: 'nearest' });
        input.setAttribute('aria-activedescendant', it?.id ?? '');
    }

    function count(found) {
        if (input.value.trim() === '') {
            return say('searchKeys');
        }
        const n = found.length;
        const word = ['searchNone', 'searchOne'][n] ?? (n > MOST ? 'searchMore' : 'searchMany');
        return say(word, { n, shown: MOST });
    }

    async function search() {
        let found;
        try {
            found = find(await load(), input.value);
        } catch {
            status.textContent = say('searchFailed');
            return;
        }
        const shown = found.slice(0, MOST);
        list.replaceChildren(...shown.map((it, number) => option(it, number, input.value)));
        input.setAttribute('aria-expanded', shown.length > 0);
        status.textContent = count(found);
        choose(shown.length > 0 ? 0 : -1);
    }

    function open() {
        if (!dialog.open) {
            dialog.showModal();
            input.select();
            search();
        }
    }

    input.addEventListener('input', search);
    input.addEventListener('keydown', event => {
        const moves = { ArrowDown: chosen + 1, ArrowUp: Math.max(0, chosen - 1) };
        // Enter may also end a word of an input method.
        if (event.isComposing) {
            return;
        }
        if (event.key in moves) {
            event.preventDefault();
            choose(moves[event.key]);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            list.children[chosen]?.click();
        }
    });
    list.addEventListener('click', event => {
        if (event.target.closest('a')) {
            dialog.close();
        }
    });
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', event => {
        if (event.target === dialog) {
            dialog.close();
        }
    });

    document.addEventListener('keydown', event => {
        const writes = event.target.closest('input, textarea, select, [contenteditable]');
        const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
        if (plain && !writes && !dialog.open && ['/', 's', 'S'].includes(event.key)) {
            event.preventDefault();
            open();
        }
    });

    const button = make('button', {
        type: 'button', class: 'search-open', 'aria-haspopup': 'dialog',
        'aria-keyshortcuts': '/ s', title: `${say('search')} (/)`,
    }, say('search'));
    button.addEventListener('click', open);
    document.querySelector('.left-buttons').append(button);
    document.body.append(dialog);
})();
