/**
 * Where markdown-it and its port to Python, which shows answers in cells, read differently, this
 * reads as the port: code of spaces alone, runs of backticks, letters of two units at emphasis.
 */
import type MarkdownIt from 'markdown-it';
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs';

type Runs = Map<number, number[]>;

const RUNS = new WeakMap<StateInline, Runs>();

/** A rule of markdown-it: code in a line, up to the next run of as many backticks. */
export function codeSpan(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src.charAt(pos) !== '`') {
    return false;
  }
  const marks = runAt(src.slice(0, posMax), pos);
  const begin = pos + marks.length;
  const end = runsOf(state)
    .get(marks.length)
    ?.find(start => start >= begin && start + marks.length <= posMax);
  if (end === undefined) {
    state.pos = begin;
    if (!silent) {
      state.pending += marks;
    }
    return true;
  }
  if (!silent) {
    const token = state.push('code_inline', 'code', 0);
    token.markup = marks;
    token.content = withoutPadding(src.slice(begin, end).replace(/\n/g, ' '));
  }
  state.pos = end + marks.length;
  return true;
}

/** Where the runs of backticks begin, by their length. */
function runsOf(state: StateInline): Runs {
  let runs = RUNS.get(state);
  if (!runs) {
    runs = new Map();
    for (const { 0: marks, index } of state.src.matchAll(/`+/g)) {
      runs.set(marks.length, [...(runs.get(marks.length) ?? []), index]);
    }
    RUNS.set(state, runs);
  }
  return runs;
}

function runAt(source: string, start: number): string {
  const marks = /`+/y;
  marks.lastIndex = start;
  return marks.exec(source)?.[0] ?? '';
}

/** A space at both sides keeps backticks inside apart from those outside. */
function withoutPadding(code: string): string {
  return /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code;
}

/** Let a parser judge emphasis by whole letters. */
export function readWholeLetters(md: MarkdownIt): void {
  const { isWhiteSpace, isMdAsciiPunct, isPunctChar } = md.utils;
  const kindOf = (letter: string) => {
    const code = letter.codePointAt(0) ?? 0;
    return {
      space: isWhiteSpace(code),
      mark: isMdAsciiPunct(code) || isPunctChar(letter)
    };
  };
  md.inline.State = class extends md.inline.State {
    scanDelims(
      start: number,
      canSplitWord: boolean
    ): ReturnType<StateInline['scanDelims']> {
      const marker = this.src.charAt(start);
      let end = start;
      while (end < this.posMax && this.src.charAt(end) === marker) {
        end += 1;
      }
      const before = kindOf(
        [...this.src.slice(Math.max(0, start - 2), start)].pop() ?? ' '
      );
      const after = kindOf(
        [...this.src.slice(end, Math.min(end + 2, this.posMax))][0] ?? ' '
      );
      const opens = !after.space && (!after.mark || before.space || before.mark);
      const closes = !before.space && (!before.mark || after.space || after.mark);
      return {
        can_open: opens && (canSplitWord || !closes || before.mark),
        can_close: closes && (canSplitWord || !opens || after.mark),
        length: end - start
      };
    }
  };
}
