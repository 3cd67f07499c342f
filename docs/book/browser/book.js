// The book that is proved: its folder, its languages and its pages.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const folder = path.resolve(process.env.BOOK);

/** The repository, whose lessons the book shows. */
export const workspace = path.resolve(import.meta.dirname, '../../..');

/** Each language's tag, and its folder in the book. */
export const LANGUAGES = [
    { tag: 'en', path: '' },
    { tag: 'zh-CN', path: 'zh-CN/' },
];

/** Address of a page in the folder. */
export function fileAddress(page) {
    return pathToFileURL(path.join(folder, page)).href;
}

/** Pages of one language, by their paths in the book. */
export function pagesOf(language) {
    return fs.readdirSync(path.join(folder, language.path))
        .filter(name => name.endsWith('.html') && name !== 'toc.html')
        .map(name => language.path + name)
        .sort();
}

export function allPages() {
    return LANGUAGES.flatMap(pagesOf);
}

/** Pages of one language that have console blocks of a lesson. */
export function lessonsOf(language) {
    return pagesOf(language).filter(page => /chapter-\d+\.html$/.test(page));
}
