'use strict';

/* The contents beside the page, before they are drawn: on a wide screen as the
   reader left them, on a narrow one closed. */

(() => {
    const WIDE = 1080;

    function stored() {
        try {
            return localStorage.getItem('mdbook-sidebar');
        } catch {
            return null;
        }
    }

    const open = document.body.clientWidth >= WIDE && (stored() || 'visible') === 'visible';
    document.getElementById('mdbook-sidebar-toggle-anchor').checked = open;
    document.documentElement.classList.toggle('sidebar-visible', open);
})();
