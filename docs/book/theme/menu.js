'use strict';

/* The menu bar and the key help, in the reader's language. The template has
   English words, and a button that no key reaches. */

(() => {
    const { make, say } = book;

    function name(selector, text) {
        for (const element of document.querySelectorAll(selector)) {
            element.setAttribute('aria-label', text);
            if (element.hasAttribute('title')) {
                element.title = text;
            }
        }
    }

    function nameAll() {
        name('#mdbook-sidebar', say('contents'));
        name('#mdbook-sidebar-toggle', say('contentsToggle'));
        name('#mdbook-theme-toggle', say('theme'));
        name('#mdbook-theme-list', say('theme'));
        name('.right-buttons a[href$="print.html"]', say('print'));
        name('a[rel~="prev"]', say('previous'));
        name('a[rel~="next"]', say('next'));
        name('.nav-wrapper', say('pages'));
        name('.nav-wide-wrapper', say('pagesBeside'));
    }

    function nameThemes() {
        const words = { default_theme: 'themeSystem', light: 'themeLight', navy: 'themeDark' };
        for (const [id, word] of Object.entries(words)) {
            document.getElementById(`mdbook-theme-${id}`).textContent = say(word);
        }
    }

    /** Contents that are not shown take no focus. */
    function hideContents() {
        const open = document.documentElement.classList.contains('sidebar-visible');
        document.getElementById('mdbook-sidebar-toggle').setAttribute('aria-expanded', open);
        document.getElementById('mdbook-sidebar').setAttribute('aria-hidden', !open);
        for (const link of document.querySelectorAll('#mdbook-sidebar a')) {
            link.tabIndex = open ? 0 : -1;
        }
    }

    /** A label is no button: no key reaches it, and none presses it. */
    function reachContents() {
        const label = document.getElementById('mdbook-sidebar-toggle');
        label.setAttribute('role', 'button');
        label.tabIndex = 0;
        label.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                label.click();
            }
        });
    }

    /** The page has a first heading of its own: the book's name is none. */
    function titleIsNoHeading() {
        const title = document.querySelector('.menu-title');
        title.setAttribute('role', 'presentation');
    }

    function skipLink() {
        const link = make('a', { class: 'skip-link', href: '#mdbook-content' }, say('skip'));
        const content = document.getElementById('mdbook-content');
        content.tabIndex = -1;
        link.addEventListener('click', event => {
            event.preventDefault();
            content.focus();
            content.scrollIntoView();
        });
        document.body.prepend(link);
    }

    function keyHelp() {
        const keys = [
            [['←', '→'], 'keysPages'],
            [['/', 's'], 'search'],
            [['?'], 'keysHelp'],
            [['Esc'], 'close'],
        ];
        const rows = keys.map(([names, word]) => make('p', {},
            ...names.flatMap(key => [make('kbd', {}, key), ' ']), say(word)));
        const title = make('h2', { class: 'mdbook-help-title' }, say('keys'));
        document.getElementById('mdbook-help-popup').replaceChildren(title, ...rows);
    }

    /** mdBook puts a link around each heading. Where the heading holds a link
        of its own, the browser ends the first one early: it is empty. Without
        it, mdBook finds the heading's words for the contents. */
    function dropEmptyLinks() {
        document.querySelectorAll('main a.header:empty').forEach(it => it.remove());
    }

    nameAll();
    nameThemes();
    hideContents();
    reachContents();
    titleIsNoHeading();
    skipLink();
    keyHelp();
    dropEmptyLinks();
})();
