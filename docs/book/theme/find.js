'use strict';

/* Finds words in the book: all sections that hold every word or part of a
   word. A section is [address, page's title, section's title, text]. */

(() => {
    const LENGTH = 150;
    const BEFORE = 40;

    /** Small letters at the same places as the text has them. */
    function small(text) {
        const lower = text.toLowerCase();
        return lower.length === text.length ? lower : text;
    }

    /** Words of a query. Chinese beside Latin letters is a word of its own. */
    function split(query) {
        const han = '\\p{Script=Han}';
        const border = new RegExp(
            `(?<=${han})(?=[\\w/.:-])|(?<=[\\w/.:-])(?=${han})`, 'gu');
        return small(query).replace(border, ' ').split(/\s+/).filter(it => it);
    }

    /** 0: all words in the section's title; 1: in both titles; 2: in all. */
    function rank(section, words) {
        const [, page, title, text] = section.map(small);
        const places = [title || page, `${page} ${title}`, `${page} ${title} ${text}`];
        return places.findIndex(place => words.every(it => place.includes(it)));
    }

    function find(sections, query) {
        const words = split(query);
        if (words.length === 0) {
            return [];
        }
        return sections
            .map(section => ({ section, rank: rank(section, words) }))
            .filter(it => it.rank >= 0)
            .sort((one, other) => one.rank - other.rank)
            .map(it => it.section);
    }

    /** The text around its first match, or its beginning. */
    function excerpt(text, query) {
        const lower = small(text);
        const places = split(query).map(it => lower.indexOf(it)).filter(it => it >= 0);
        const first = places.length > 0 ? Math.min(...places) : 0;
        const begin = Math.max(0, first - BEFORE);
        const cut = [...text.slice(begin, begin + LENGTH)].join('');
        return (begin > 0 ? '…' : '') + cut + (begin + LENGTH < text.length ? '…' : '');
    }

    /** Pieces of a text: [piece, whether the piece is a match]. */
    function pieces(text, query) {
        const lower = small(text);
        const matched = new Array(text.length).fill(false);
        for (const word of split(query)) {
            let at = lower.indexOf(word);
            while (at >= 0) {
                matched.fill(true, at, at + word.length);
                at = lower.indexOf(word, at + word.length);
            }
        }
        const found = [];
        for (let at = 0; at < text.length; at += 1) {
            const last = found.at(-1);
            if (last && last[1] === matched[at]) {
                last[0] += text[at];
            } else {
                found.push([text[at], matched[at]]);
            }
        }
        return found;
    }

    window.book.find = find;
    window.book.excerpt = excerpt;
    window.book.pieces = pieces;
})();
