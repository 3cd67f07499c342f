// Marks in the text: which block was as in the book, and what was not.

export class Marks {
    constructor(book, blocks) {
        this.book = book;
        /** [box of a block, its commands' numbers in the lesson] */
        this.blocks = blocks;
        this.scenes = new Map();
    }

    /** Forgets all marks: a new machine. */
    clear() {
        document.querySelectorAll('.live-mark, .live-difference').forEach(it => it.remove());
        for (const [figure, now] of this.scenes) {
            now.replaceWith(figure);
        }
        this.scenes.clear();
        this.blocks.forEach(it => {
            it.differs = false;
        });
    }

    /** A command ran. */
    ran({ command, same, difference, own }) {
        const block = this.blocks.find(it => it.commands.includes(command));
        if (!block) {
            return;
        }
        if (!same) {
            block.differs = true;
            this.difference(block.box, difference, own);
        }
        if (block.differs || command === block.commands.at(-1)) {
            this.mark(block.box, !block.differs);
        }
    }

    /** What the kernel held after a step. */
    step({ same, difference, own }, number) {
        const block = this.blocks.findLast(it => it.step === number);
        if (!same && block) {
            this.difference(this.scene(number) ?? block.box, difference, own);
        }
    }

    mark(box, same) {
        const { make, say } = this.book;
        const mark = make('span', { class: `live-mark ${same ? 'same' : 'differs'}` },
            make('span', { 'aria-hidden': 'true' }, same ? '✓ ' : '≠ '), say(same ? 'liveSame' : 'liveDiffers'));
        box.querySelector('.live-mark')?.remove();
        box.querySelector('.console-bar').prepend(mark);
    }

    difference(after, text, own) {
        const { make, say } = this.book;
        const words = [make('p', {}, say('liveDifference'))];
        if (own) {
            words.push(make('p', {}, say('liveOwn')));
        }
        after.after(make('div', { class: 'live-difference' }, ...words,
            make('pre', { tabindex: '0' }, make('code', { class: 'nohighlight' }, text))));
    }

    /** The picture of a step in the page, as it is now. */
    scene(number) {
        const block = this.blocks.findLast(it => it.step === number && !it.box.closest('details'));
        let node = block?.box.nextElementSibling;
        while (node && !/^H[12]$/.test(node.tagName)) {
            if (node.matches('figure.scene, .scene-same')) {
                return node;
            }
            node = node.nextElementSibling;
        }
        return null;
    }

    /** Shows the kernel of this machine in place of the book's picture. */
    picture(number, html) {
        const shown = this.scene(number);
        if (!shown) {
            return;
        }
        const now = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
        now.classList.add('live-scene', ...(shown.matches('.answer') ? ['answer', 'shown'] : []));
        const original = [...this.scenes].find(it => it[1] === shown)?.[0] ?? shown;
        this.scenes.set(original, now);
        shown.replaceWith(now);
    }
}
