// One terminal of the lesson: xterm.js, and the line at its prompt.

import { Line } from './line.mjs';

const COLUMNS = 80;
const ROWS = 16;
const REMEMBERED = 2000;
const END_OF_LINE = 10;

/** Colours of the book, as it is now: light or dark. */
function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = name => style.getPropertyValue(name).trim();
    return {
        background: of('--console-bg'),
        foreground: of('--console-fg'),
        cursor: of('--focus'),
        cursorAccent: of('--console-bg'),
        selectionBackground: of('--match-bg'),
        selectionForeground: of('--match-fg'),
    };
}

export class Screen {
    /** `type` gets what the reader types for the machine; `meant` says what a key
        of the keyboard means while a button such as Ctrl is held. */
    constructor(Terminal, { label, type, meant }) {
        this.terminal = new Terminal({
            cols: COLUMNS,
            rows: ROWS,
            convertEol: true,
            screenReaderMode: true,
            scrollback: REMEMBERED,
            fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono-font'),
            fontSize: 12,
            lineHeight: 1.15,
            theme: colours(),
            minimumContrastRatio: 4.5,
        });
        this.label = label;
        this.type = type;
        this.runs = false;
        /** Whether the cursor is at the beginning of a line. */
        this.fresh = true;
        this.line = new Line({
            write: text => this.terminal.write(text),
            enter: text => this.sends(`${text}\n`),
            close: () => this.sends('\x04'),
        });
        // Tab leaves a terminal in which a shell waits, Shift-Tab any terminal.
        this.terminal.attachCustomKeyEventHandler(
            event => event.key !== 'Tab' || (this.runs && !event.shiftKey));
        this.terminal.onData(keys => this.keys(meant(keys)));
    }

    open(place) {
        this.terminal.open(place);
        this.terminal.textarea.setAttribute('aria-label', this.label);
    }

    /** Keys of the reader, or of the buttons for fingers. */
    keys(keys) {
        if (this.runs) {
            this.type(keys.replace(/\r/g, '\n'));
        } else {
            this.line.take(keys);
        }
    }

    sends(text) {
        this.runs = true;
        this.fresh = true;
        this.type(text);
    }

    /** A command of the lesson is typed here. */
    command(text) {
        this.line.replace(text);
        this.runs = true;
        this.fresh = true;
    }

    output(bytes) {
        if (bytes.length > 0) {
            this.terminal.write(bytes);
            this.fresh = bytes.at(-1) === END_OF_LINE;
        }
    }

    /** A shell waits here. */
    prompt(prompt) {
        this.runs = false;
        if (!this.fresh) {
            this.terminal.write('\r\n');
        }
        this.line.begin(`${prompt} `);
    }

    closed(words) {
        this.runs = false;
        this.line.open = false;
        this.terminal.write(`\r\n${words}\r\n`);
    }

    clear() {
        this.runs = false;
        this.fresh = true;
        this.line.open = false;
        this.line.early = [];
        this.terminal.reset();
    }

    recolour() {
        this.terminal.options.theme = colours();
    }

    focus() {
        this.terminal.focus();
    }
}
