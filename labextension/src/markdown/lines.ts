import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';

/** A line of a block without the indentation and the marks of what it stands in. */
export function lineOf(state: StateBlock, line: number): string {
  return state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]);
}

/** Whether a line is indented so far that it is code. */
export function isCode(state: StateBlock, line: number): boolean {
  return state.sCount[line] - state.blkIndent >= 4;
}
