/**
 * One way to show words: what a model says is text and never commands the page.
 *
 * The same as `rusoil_jupyter/markdown`, which shows answers in cells; `tests/words` holds them
 * equal. It needs no page, so that Node runs it, too.
 */
import type Token from 'markdown-it/lib/token.mjs';
import { ANSWER, type IReading } from './bounds.js';
import { languageOf } from './fences.js';
import { clean, escape, isLonger } from './letters.js';
import { html } from './page.js';
import { parse } from './parser.js';

export type { IReading } from './bounds.js';
export { PAGE } from './page.js';

/** A block of code: what copying takes, and what may colour it. */
export interface ICode {
  readonly language: string;
  readonly source: string;
}

/** A block of an answer for the page. */
export interface IRendered {
  readonly html: string;
  /** The code of each `pre`, in their order. */
  readonly code: readonly ICode[];
}

/**
 * The HTML of a markdown source. It runs nothing, fetches nothing, and loses no word.
 *
 * It is to stand in an element of the class `PAGE`.
 */
export function render(source: string): string {
  return renderBlock(source, {}).html;
}

/** The same of one block of a source; `reading` is what was read before it. */
export function renderBlock(source: string, reading: IReading): IRendered {
  const words = clean(source);
  if (isTooLong(words)) {
    return { html: `<p>${escape(words).replace(/\n/g, '<br>\n')}</p>\n`, code: [] };
  }
  const tokens = parse(words, reading);
  return { html: html(tokens), code: tokens.filter(isPre).map(codeOf) };
}

/** Whether a source is so long that all of it is plain text. */
export function isTooLong(source: string): boolean {
  return isLonger(source, ANSWER);
}

function isPre({ type, info }: Token): boolean {
  const isSource = type === 'mathematics_block' && info === '';
  return type === 'fence' || type === 'code_block' || isSource;
}

function codeOf({ type, info, content }: Token): ICode {
  return { language: type === 'fence' ? languageOf(info) : '', source: content };
}
