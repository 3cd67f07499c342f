'use strict';

/* What scrolls sideways can be scrolled with keys: it takes the focus, and has
   a name. And what is folded is printed. */

(() => {
    const { say } = book;

    /** A picture has a name already; an answer takes the focus in any case. */
    function reach(element) {
        const scrolls = element.scrollWidth > element.clientWidth;
        const named = element.matches('figure');
        if (scrolls) {
            element.tabIndex = 0;
        } else if (element.matches('.answer')) {
            element.tabIndex = -1;
        } else {
            element.removeAttribute('tabindex');
        }
        if (scrolls && !named) {
            element.setAttribute('role', 'group');
            element.setAttribute('aria-label', say('scrolls'));
        } else if (!named) {
            element.removeAttribute('role');
            element.removeAttribute('aria-label');
        }
    }

    const watcher = new ResizeObserver(entries => {
        entries.forEach(it => reach(it.target));
    });
    const wide = 'main pre, main pre > code, main .table-wrapper, main figure.scene';
    document.querySelectorAll(wide).forEach(it => watcher.observe(it));

    let opened = [];
    window.addEventListener('beforeprint', () => {
        opened = [...document.querySelectorAll('main details:not([open])')];
        opened.forEach(it => {
            it.open = true;
        });
    });
    window.addEventListener('afterprint', () => {
        opened.forEach(it => {
            it.open = false;
        });
    });
})();
