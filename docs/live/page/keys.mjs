// Buttons for keys that the keyboard of a phone does not have.

const KEYS = [
    ['Esc', '\x1b'], ['Tab', '\t'], ['Ctrl', null], ['←', '\x1b[D'], ['↑', '\x1b[A'],
    ['↓', '\x1b[B'], ['→', '\x1b[C'],
];

export class Keys {
    /** `press` gets the characters of a key for the terminal in use. */
    constructor({ make, say }, press) {
        this.control = null;
        const buttons = KEYS.map(([name, keys]) => {
            const label = say(`liveKey${name}`);
            const button = make('button', {
                type: 'button', 'aria-label': label === `liveKey${name}` ? name : label,
            }, name);
            // The terminal keeps the focus, and the phone its keyboard.
            button.addEventListener('pointerdown', event => event.preventDefault());
            button.addEventListener('click', () => {
                if (keys === null) {
                    this.hold(button.getAttribute('aria-pressed') !== 'true');
                } else {
                    press(keys);
                }
            });
            if (keys === null) {
                button.setAttribute('aria-pressed', 'false');
                this.control = button;
            }
            return button;
        });
        this.row = make('div', { class: 'live-keys', role: 'group', 'aria-label': say('liveKeys') }, ...buttons);
    }

    hold(on) {
        this.control.setAttribute('aria-pressed', String(on));
    }

    /** Returns what a key means while Ctrl is held, and lets Ctrl go. */
    with(keys) {
        if (this.control.getAttribute('aria-pressed') !== 'true') {
            return keys;
        }
        this.hold(false);
        return /^[a-z@[\\\]^_]$/i.test(keys)
            ? String.fromCharCode(keys.toUpperCase().charCodeAt(0) & 0x1f) : keys;
    }
}
