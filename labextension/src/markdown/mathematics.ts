/**
 * Mathematics in markdown: what opens and closes it, and what of it a typesetter may see.
 *
 * `$…$` by Pandoc's rule, so that prices stay prices; `$$…$$`, `\(…\)`, `\[…\]` and environments.
 * A formula is typeset only if it is short and flat enough and all its commands are known; other
 * ones are shown as they were written. A bracket of `C:\[a]` that opens nothing keeps its backslash.
 */
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs';
import { known } from './known.js';
import { isLonger } from './letters.js';
import { isCode, lineOf } from './lines.js';

const { length: LENGTH, depth: DEPTH } = known.limits;
/** What all formulas of an answer that are typeset may weigh. */
export const FORMULAS = known.limits.formulas;

const COMMANDS = words(known.commands.join(' '));
const SYMBOLS = new Set(known.symbols);
const ENVIRONMENTS = words(`${known.environments} ${known.display}`);

const ENVIRONMENT = `\\{(?:${known.display.split(' ').join('|')})\\*?\\}`;
const OPENER = new RegExp(`\\$\\$?(?!\\$)|\\\\[(\\[]|\\\\begin${ENVIRONMENT}`, 'y');
const MARK = `\\\\(?:begin|end)${ENVIRONMENT}|\\\\[\\s\\S]|\\$+|\`|\\n[ \\t]*\\n`;
const BRACKETS = ['\\(', '\\)', '\\[', '\\]'];
const CLOSER: Record<string, string> = {
  $: '$',
  $$: '$$',
  '\\(': '\\)',
  '\\[': '\\]'
};
const WITH_WORD = `begin|end|${known.colours.split(' ').join('|')}`;
const TOKEN = `\\\\(${WITH_WORD})(?![A-Za-z])[ \\t\\n]*\\{([^{}]*)\\}|\\\\([A-Za-z]+)|\\\\([^A-Za-z])|[{}\\\\]`;
const COLOUR = /^(?:[A-Za-z]{1,20}|#[0-9A-Fa-f]{3,6})$/;
const NO_OPENER_AFTER = /[\p{L}\p{N}_:\\]$/u;
const TEX = /[\\^_={}]/;
const PRICE = /^\$[0-9]/;
const WORD = / [(«"]?[\p{L}\p{Nl}\p{No}]{2}/u;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

function openerAt(source: string, start: number): string {
  OPENER.lastIndex = start;
  return OPENER.exec(source)?.[0] ?? '';
}

/**
 * The position behind the mark that closes a formula; `none` if there is none, `stopped` at the
 * first mark that can't be inside, so that many openers cost no more than one.
 */
function search(
  source: string,
  start: number,
  opener: string
): number | 'none' | 'stopped' {
  const environment = opener.startsWith('\\begin');
  const closer = environment ? opener.replace('begin', 'end') : CLOSER[opener];
  const marks = new RegExp(MARK, 'g');
  marks.lastIndex = start;
  for (let mark = marks.exec(source); mark; mark = marks.exec(source)) {
    if (mark[0] === closer) {
      return marks.lastIndex;
    }
    if (stops(mark[0], environment)) {
      return 'stopped';
    }
  }
  return 'none';
}

function stops(mark: string, environment: boolean): boolean {
  if (mark.startsWith('\\')) {
    return BRACKETS.includes(mark) || (environment && mark.length > 2);
  }
  return true;
}

/** The formula as a typesetter gets it, in `\(…\)` or `\[…\]`; empty if it is to stay as it is. */
export function typeset(source: string): string {
  const opener = openerAt(source, 0);
  if (!opener || isLonger(source, LENGTH)) {
    return '';
  }
  const environment = opener.startsWith('\\begin');
  const inside = environment ? source : source.slice(opener.length, -opener.length);
  // A comment would hide what is shown.
  const tex = trimmed(inside).replace(
    /(\\[\s\S])|%/g,
    (_, escaped?: string) => escaped ?? '\\%'
  );
  if (!isKnown(tex)) {
    return '';
  }
  return opener === '$' || opener === '\\(' ? `\\(${tex}\\)` : `\\[${tex}\\]`;
}

/** Whether all commands are known, all that opens is closed, and nothing nests too deep. */
function isKnown(tex: string): boolean {
  const opened: string[] = [];
  for (const token of tex.matchAll(new RegExp(TOKEN, 'gu'))) {
    if (!take(token, opened) || opened.length > DEPTH) {
      return false;
    }
  }
  return opened.length === 0;
}

/** Take one brace or command; false if it is unknown or closes what was not opened last. */
function take(token: RegExpExecArray, opened: string[]): boolean {
  const [all, word, argument, name, symbol] = token;
  if (word === 'begin' || word === 'end') {
    const isOne = ENVIRONMENTS.has(argument.replace(/\*$/, ''));
    return isOne && nest(word === 'begin', argument, opened);
  }
  if (word) {
    return COLOUR.test(argument);
  }
  if (name === 'left' || name === 'right') {
    return nest(name === 'left', 'left', opened);
  }
  if (name) {
    return COMMANDS.has(name);
  }
  return symbol ? SYMBOLS.has(symbol) : all !== '\\' && nest(all === '{', '{', opened);
}

function nest(opens: boolean, what: string, opened: string[]): boolean {
  if (opens) {
    opened.push(what);
    return true;
  }
  return opened.pop() === what;
}

/** A rule of markdown-it: lines that are one displayed formula. It may follow a paragraph's line. */
export function mathematicsBlock(
  state: StateBlock,
  start: number,
  end: number,
  silent: boolean
): boolean {
  const opener = isCode(state, start) ? '' : openerAt(lineOf(state, start), 0);
  if (opener === '' || opener === '$' || opener === '\\(') {
    return false;
  }
  const lines = formulaLines(state, start, end, opener);
  if (!lines) {
    return false;
  }
  if (!silent) {
    state.line = start + lines.length;
    const token = state.push('mathematics_block', '', 0);
    token.map = [start, state.line];
    token.block = true;
    token.content = lines.join('\n').replace(/[ \t]+$/, '');
    token.info = typeset(token.content);
  }
  return true;
}

/** The lines of a formula that begins a line and ends one; null if it does not. */
function formulaLines(
  state: StateBlock,
  start: number,
  end: number,
  opener: string
): string[] | null {
  const lines: string[] = [];
  for (let line = start; line < end; line++) {
    const outside = state.isEmpty(line) || state.sCount[line] < state.blkIndent;
    if (line > start && outside) {
      return null;
    }
    const words = lineOf(state, line);
    lines.push(words);
    const found = search(words, line === start ? opener.length : 0, opener);
    if (found !== 'none') {
      const endsLine = found !== 'stopped' && /^[ \t]*$/.test(words.slice(found));
      return endsLine ? lines : null;
    }
  }
  return null;
}

/** A rule of markdown-it: a formula between words, or a bracket with its backslash. */
export function mathematicsInline(state: StateInline, silent: boolean): boolean {
  const source = state.src.slice(0, state.posMax);
  const end = formulaEnd(state, source);
  if (end > 0) {
    if (!silent) {
      const token = state.push('mathematics', '', 0);
      token.content = source.slice(state.pos, end);
      token.info = typeset(token.content);
    }
    state.pos = end;
    return true;
  }
  const bracket = source.slice(state.pos, state.pos + 2);
  if (!BRACKETS.includes(bracket)) {
    return false;
  }
  if (!silent) {
    state.pending += bracket;
  }
  state.pos += 2;
  return true;
}

/** Where the formula ends that opens here, or 0. */
function formulaEnd(state: StateInline, source: string): number {
  const opener = openerAt(source, state.pos);
  if (!opener || !mayOpen(state.src, state.pos, opener)) {
    return 0;
  }
  const end = search(source, state.pos + opener.length, opener);
  if (typeof end === 'string') {
    return 0;
  }
  const formula = source.slice(state.pos, end);
  return isFormula(formula, opener, state.src.charAt(end)) ? end : 0;
}

function mayOpen(source: string, start: number, opener: string): boolean {
  if (opener.startsWith('$')) {
    const after = source.charAt(start + opener.length);
    return (
      source.charAt(start - 1) !== '$' && (opener === '$$' || !/^[ \t\n]?$/.test(after))
    );
  }
  return !NO_OPENER_AFTER.test(source.slice(Math.max(0, start - 2), start));
}

/** Whether what stands between the marks may be a formula: by Pandoc's rule where they are dollars. */
function isFormula(formula: string, opener: string, after: string): boolean {
  if (opener === '$') {
    const isOpen = /[ \t\n].$/.test(formula) || /[0-9]/.test(after);
    return !isOpen && !isPrice(formula);
  }
  const inside = formula.slice(opener.length, -opener.length);
  return opener.startsWith('\\b') || trimmed(inside) !== '';
}

/** Whether it is a price and its sentence up to another one: `$5 (about 450 roubles) or 5$`. */
function isPrice(formula: string): boolean {
  return PRICE.test(formula) && WORD.test(formula) && !TEX.test(formula);
}

function trimmed(words: string): string {
  return words.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
}
