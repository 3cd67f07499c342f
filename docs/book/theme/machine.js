'use strict';

/* The machine beside the book, for a lesson (live.js) and an exercise (exercise.js).
   Nothing of it is loaded before the first press. */

book.machine = (() => {
    const { language, make, root, say } = book;
    const top = new URL(language === 'en' ? '.' : '..', root);
    const base = new URL('live/', top);

    /** The sentence why nothing runs here, or `null`. `file` is the key of the words
        for a page of a folder, `old` for a browser that lacks something. */
    function lacking({ file, old }) {
        const has = typeof WebAssembly === 'object' && typeof Worker === 'function'
            && 'noModule' in HTMLScriptElement.prototype;
        if (has && location.protocol !== 'file:') {
            return null;
        }
        const words = say(location.protocol === 'file:' ? file : old);
        return make('p', {}, ...words.split('`').map(
            (it, at) => (at % 2 ? make('code', {}, it) : it)));
    }

    /** Loads one of the machine's scripts, and begins with it at a place. */
    async function begin(script, place) {
        const answer = await fetch(new URL('machine.json', base));
        if (!answer.ok) {
            throw new Error(`machine.json: ${answer.status}`);
        }
        const machine = await answer.json();
        const loaded = await import(new URL(machine.files[script].url, base).href);
        return loaded.begin(book, { base, top, machine, ...place });
    }

    return { begin, lacking };
})();
