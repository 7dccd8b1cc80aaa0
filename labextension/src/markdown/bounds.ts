/** What costs more to read than its length, or nests without end, is plain text. */
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs';
import { isLonger } from './letters.js';
import { FORMULAS } from './mathematics.js';

/** Characters that are read as markdown; more are plain text whole. */
export const ANSWER = 400_000;
/** The same for what stands together: a paragraph, a cell of a table. */
const PARAGRAPH = 20_000;
/** Runs of characters that may be markup, in a paragraph; a bracket weighs as two. */
const DELIMITERS = 500;
/** Tokens that are open at once: a list and its item are two. */
export const DEPTH = 16;

/** What a formula weighs beside its letters. */
const FORMULA = 50;

const DELIMITER = /([*_~`!$\\<&:])\1*/g;

/** What is kept from one block of an answer to the next. */
export interface IReading {
  /** What the formulas so far weigh. */
  formulas?: number;
  /** What markdown-it keeps: the addresses that are told apart from where they are used. */
  references?: Record<string, unknown>;
}

/** A rule of markdown-it: what nests deeper than anybody writes is words; it would be left out. */
export function tooDeep(
  state: StateBlock,
  start: number,
  end: number,
  silent: boolean
): boolean {
  if (state.level < DEPTH || silent) {
    return false;
  }
  let line = start + 1;
  while (line < end && (state.isEmpty(line) || state.sCount[line] >= state.blkIndent)) {
    line += 1;
  }
  state.line = line;
  const token = state.push('words', 'p', 0);
  token.block = true;
  token.map = [start, line];
  token.content = state
    .getLines(start, line, state.blkIndent, false)
    .replace(/^\n+|\n+$/g, '');
  return true;
}

/** A rule of markdown-it: text that costs too much to be read stays text. */
export function bound(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type === 'inline' && isTooMuch(token.content)) {
      token.type = 'words';
    }
  }
}

function isTooMuch(content: string): boolean {
  if (isLonger(content, PARAGRAPH)) {
    return true;
  }
  if (content.length <= DELIMITERS / 2) {
    return false;
  }
  const runs = content.match(DELIMITER)?.length ?? 0;
  return runs + 2 * (content.split('[').length - 1) > DELIMITERS;
}

/** A rule of markdown-it: formulas beyond a sum are shown as they are written: each costs much. */
export function count(state: StateCore): void {
  const reading: IReading = state.env;
  for (const token of state.tokens) {
    for (const child of token.children ?? [token]) {
      if (child.info && child.type.startsWith('mathematics')) {
        const letters = Array.from(child.content).length;
        reading.formulas = (reading.formulas ?? 0) + FORMULA + letters;
        if (reading.formulas > FORMULAS) {
          child.info = '';
        }
      }
    }
  }
}
