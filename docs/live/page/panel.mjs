// The panel below the text: state of the machine, terminals, matrix, keys.

import { Keys } from './keys.mjs';
import { Screen } from './screen.mjs';

export class Panel {
    /** `again` is called when the reader wants a new machine. */
    constructor(book, again) {
        const { make, say } = book;
        this.book = book;
        this.screens = new Map();
        this.status = make('p', { class: 'live-status', role: 'status' });
        this.progress = make('progress', { class: 'live-progress', 'aria-label': say('liveFetching') });
        this.stop = this.button('live-stop', say('liveStop'), () => this.screen().keys('\x03'));
        this.stop.title = say('liveStopHelp');
        this.again = this.button('live-again', say('liveAgain'), again);
        this.again.title = say('liveAgainHelp');
        this.fold = this.button('live-fold', say('liveFold'), () => this.show(!this.open));
        /** Place for what stands below the terminals, such as a question. */
        this.below = make('div', { class: 'live-below' });
        this.body = make('div', { class: 'live-body' }, this.below);
        this.all = make('section', { class: 'live-panel', 'aria-label': say('livePanel') },
            make('div', { class: 'live-head' },
                this.status, this.progress, this.stop, this.again, this.fold),
            this.body);
        // A key of a terminal is no key of the book, such as the one of the next page.
        this.all.addEventListener('keydown', event => event.stopPropagation());
        document.body.append(this.all);
        this.show(true);
        this.fetching(0);
        this.keepTextVisible();
    }

    /** Opens the lesson's terminals. `type` gets a terminal's name and what the
        reader types there. */
    openTerminals(Terminal, names, type) {
        const { make, say } = this.book;
        this.names = names;
        this.keys = new Keys(this.book, keys => this.press(keys));
        this.tabs = [...names, null].map(name => this.tab(name));
        this.panes = [...names.map(name => this.pane(name)), this.matrixPane()];
        this.body.prepend(
            make('div', { class: 'live-tabs', role: 'group', 'aria-label': say('liveViews') }, ...this.tabs),
            make('div', { class: 'live-panes' }, ...this.panes));
        this.body.append(this.keys.row);
        names.forEach((name, place) => {
            const screen = new Screen(Terminal, {
                label: say('liveTerminal', { terminal: name }),
                type: text => type(name, text),
                meant: keys => this.keys.with(keys),
            });
            this.screens.set(name, screen);
            screen.open(this.panes[place].lastChild);
        });
        this.choose(names[0]);
        this.followTheme();
    }

    /** A button for fingers was pressed. */
    press(keys) {
        this.screen().keys(keys);
        this.screen().focus();
    }

    button(name, text, press) {
        const button = this.book.make('button', { type: 'button', class: name }, text);
        button.addEventListener('click', press);
        return button;
    }

    tab(name) {
        const { say } = this.book;
        const tab = this.button(name === null ? 'live-tab live-tab-matrix' : 'live-tab',
            name ?? say('liveMatrix'), () => {
                const again = name === null && tab.getAttribute('aria-pressed') === 'true';
                this.choose(again ? this.names[0] : name);
            });
        return tab;
    }

    pane(name) {
        const { make } = this.book;
        const pane = make('div', { class: 'live-terminal' },
            make('p', { class: 'live-name' }, name), make('div', { class: 'live-screen' }));
        pane.addEventListener('focusin', () => {
            this.used = name;
        });
        return pane;
    }

    matrixPane() {
        const { make, say } = this.book;
        this.matrix = make('div', {
            class: 'live-matrix', role: 'group', tabindex: '0', 'aria-label': say('liveMatrix'),
        });
        return this.matrix;
    }

    /** Shows a terminal, or the matrix: `null`. */
    choose(name) {
        const place = name === null ? this.names.length : this.names.indexOf(name);
        this.used = name ?? this.used;
        this.tabs.forEach((it, at) => it.setAttribute('aria-pressed', String(at === place)));
        this.panes.forEach((it, at) => it.classList.toggle('chosen', at === place));
    }

    screen() {
        return this.screens.get(this.used) ?? this.screens.get(this.names[0]);
    }

    show(open) {
        const { say } = this.book;
        this.open = open;
        this.body.hidden = !open;
        this.fold.textContent = say(open ? 'liveFold' : 'liveUnfold');
        this.fold.setAttribute('aria-expanded', String(open));
    }

    /** Empties the terminals: a new machine. */
    clear() {
        this.dismiss?.();
        this.screens.forEach(it => it.clear());
        this.matrix?.replaceChildren();
        this.below.replaceChildren();
    }

    say(text) {
        if (this.status.textContent !== text) {
            this.status.textContent = text;
        }
    }

    /** Shows how much of the files has come; none: nothing is fetched. */
    fetching(came, asked) {
        const { say } = this.book;
        this.progress.hidden = asked === undefined;
        if (asked > 0) {
            this.progress.max = asked;
            this.progress.value = came;
            const megabytes = it => (it / 1e6).toFixed(1);
            this.progress.textContent = say('liveFetched', { n: megabytes(came), all: megabytes(asked) });
            // Who listens hears each tenth, not each piece.
            const tenth = Math.floor(came / asked * 10);
            if (tenth !== this.tenth) {
                this.tenth = tenth;
                this.say(this.progress.textContent);
            }
        }
    }

    /** Shows which process is a member of which namespace. */
    showMatrix(rows) {
        const { make } = this.book;
        const kinds = Object.keys(rows[0]?.cells ?? {});
        const head = make('tr', {}, make('th', { scope: 'col' }), ...kinds.map(it => make('th', { scope: 'col' }, it)));
        const body = rows.map(({ name, cells }) => make('tr', {},
            make('th', { scope: 'row' }, name), ...kinds.map(it => make('td', {}, cells[it]))));
        this.matrix.replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...body)));
    }

    /** The text can be scrolled above the panel to its end. */
    keepTextVisible() {
        new ResizeObserver(() => {
            const height = `${Math.ceil(this.all.getBoundingClientRect().height)}px`;
            document.documentElement.style.setProperty('--live-height', height);
        }).observe(this.all);
        document.documentElement.classList.add('live-open');
        // The keyboard of a phone covers what is fixed to the window.
        const view = window.visualViewport;
        const above = () => {
            const hidden = Math.max(0, window.innerHeight - view.height - view.offsetTop);
            this.all.style.setProperty('--live-keyboard', `${Math.round(hidden)}px`);
        };
        view?.addEventListener('resize', above);
        view?.addEventListener('scroll', above);
    }

    followTheme() {
        new MutationObserver(() => this.screens.forEach(it => it.recolour()))
            .observe(document.documentElement, { attributeFilter: ['class'] });
    }
}
