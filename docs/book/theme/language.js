'use strict';

/* The same place in the other language, and an offer to who reads Chinese. The
   headings of a page have the same identifiers in both languages. */

(() => {
    const { language, make, name, recall, remember, root, say } = book;
    const CHINESE = 'zh-CN';
    const chinese = language === CHINESE;
    const page = new URL((chinese ? '../' : CHINESE + '/') + name, root);

    /** Identifier of the last heading above the upper third of the window. */
    function place() {
        const headings = [...document.querySelectorAll('main :is(h1, h2, h3, h4)[id]')];
        const passed = headings.filter(
            it => it.getBoundingClientRect().top < window.innerHeight / 3);
        return passed.length > 1 ? '#' + passed.at(-1).id : '';
    }

    /** A link to this page in the other language, which keeps the place. */
    function link(attributes, text) {
        const it = make('a', { href: page.href, ...attributes }, text);
        for (const event of ['pointerdown', 'click']) {
            it.addEventListener(event, () => {
                it.href = page.href + place();
            });
        }
        it.addEventListener('click', () => remember('language', it.lang));
        return it;
    }

    const other = chinese
        ? { lang: 'en', hreflang: 'en', text: 'English' }
        : { lang: CHINESE, hreflang: CHINESE, text: '中文' };

    function addSwitch() {
        const { text, ...attributes } = other;
        const title = say('language');
        const it = link({ class: 'language-switch', title, ...attributes }, text);
        document.querySelector('.right-buttons').prepend(it);
    }

    function wantsChinese() {
        const [first] = navigator.languages ?? [navigator.language];
        return /^zh\b/i.test(first ?? '') && recall('language') === null;
    }

    function offerChinese() {
        const close = make('button', { type: 'button' }, '不用了');
        const offer = make('p', { class: 'language-offer', lang: CHINESE },
            '本书有中文版。', link({ lang: CHINESE }, '阅读中文版'), ' ', close);
        close.addEventListener('click', () => {
            remember('language', language);
            offer.remove();
        });
        document.querySelector('main').prepend(offer);
    }

    addSwitch();
    if (!chinese && wantsChinese()) {
        offerChinese();
    }
})();
