/** Blocks of code: which language they are in, and those of markdown that hold others. */
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';
import { isCode, lineOf } from './lines.js';

const FENCE = /^(`{3,}|~{3,})[ \t]*([^`\n]*)$/;
const MARKDOWN = /^(?:markdown|md)(?![\p{L}\p{N}_-])/iu;
const LANGUAGE =
  /^[ \t]*\{?[ \t]*\.?([A-Za-z0-9][A-Za-z0-9_+#.-]{0,31})(?=[ \t{},:;=]|$)/;

/** The language that the words behind a fence name, in small letters, or nothing. */
export function languageOf(info: string): string {
  return LANGUAGE.exec(info)?.[1].toLowerCase() ?? '';
}

/**
 * A rule of markdown-it: a fence of markdown. One with a language inside opens a nested one, and
 * only its own end closes it.
 */
export function documentFence(
  state: StateBlock,
  start: number,
  end: number,
  silent: boolean
): boolean {
  const fence = isCode(state, start) ? null : FENCE.exec(lineOf(state, start));
  if (!fence || !MARKDOWN.test(fence[2])) {
    return false;
  }
  if (silent) {
    return true;
  }
  const last = endOfDocument(state, start, end, fence[1]);
  state.line = Math.min(last + 1, end);
  const token = state.push('fence', 'code', 0);
  token.info = fence[2];
  token.markup = fence[1];
  token.map = [start, state.line];
  token.content = state.getLines(start + 1, last, state.sCount[start], true);
  return true;
}

/** The line that closes a fence of markdown, or the one after its container's last. */
function endOfDocument(
  state: StateBlock,
  start: number,
  end: number,
  outer: string
): number {
  const opened = [outer];
  for (let line = start + 1; line < end; line++) {
    if (state.sCount[line] < state.blkIndent && !state.isEmpty(line)) {
      return line;
    }
    const fence = isCode(state, line) ? null : FENCE.exec(lineOf(state, line));
    if (fence && fence[1].startsWith(outer)) {
      nest(opened, fence[1], fence[2]);
    }
    if (opened.length === 0) {
      return line;
    }
  }
  return end;
}

function nest(opened: string[], marks: string, info: string): void {
  if (/[^ \t]/.test(info)) {
    opened.push(marks);
  } else if (marks.length >= opened[opened.length - 1].length) {
    opened.pop();
  }
}
