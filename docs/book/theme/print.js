'use strict';

/* The page with the whole book is for paper. */

if (book.name === 'print.html') {
    window.addEventListener('load', () => setTimeout(() => window.print(), 100));
}
