'use strict';

/* What the other scripts know of this page: its words, its place in the book,
   and what the reader chose. `bookWords` comes from words.js, `path_to_root`
   from mdBook. */

window.book = (() => {
    const words = window.bookWords || {};

    /** Text of a key, with each {name} replaced by the value of that name. */
    function say(key, values = {}) {
        const text = words[key] ?? key;
        return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
    }

    /** Makes an element. An attribute that is `undefined` is left out. */
    function make(name, attributes = {}, ...children) {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) {
            if (value !== undefined) {
                element.setAttribute(key, value);
            }
        }
        element.append(...children);
        return element;
    }

    /* A browser may forbid to store anything: the page then forgets. */
    function recall(key) {
        try {
            return localStorage.getItem('book-' + key);
        } catch {
            return null;
        }
    }

    function remember(key, value) {
        try {
            localStorage.setItem('book-' + key, value);
        } catch {
            // Forgotten.
        }
    }

    const root = new URL(path_to_root || './', location.href);
    const name = location.pathname.slice(root.pathname.length) || 'index.html';

    return {
        language: document.documentElement.lang,
        main: document.querySelector('main'),
        make,
        name,
        recall,
        remember,
        root,
        say,
    };
})();
