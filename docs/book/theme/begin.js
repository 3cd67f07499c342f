'use strict';

/* Constants of mdBook's scripts, and the theme, before the page is drawn.

   All books of mdBook's in a folder share one store: a theme from another book
   counts only if this book has it. */

/* exported path_to_root */
const path_to_root = '';
const default_light_theme = 'light';
const default_dark_theme = 'navy';
const default_theme = matchMedia('(prefers-color-scheme: dark)').matches
    ? default_dark_theme : default_light_theme;

(() => {
    function stored() {
        try {
            return localStorage.getItem('mdbook-theme');
        } catch {
            return null;
        }
    }

    const theme = stored();
    const has = [default_light_theme, default_dark_theme].includes(theme);
    const { classList } = document.documentElement;
    classList.remove(default_light_theme);
    classList.add(has ? theme : default_theme, 'js');
})();
