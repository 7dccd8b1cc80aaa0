/** Where a source that still grows can be cut, so that what is before never changes. */
import type Token from 'markdown-it/lib/token.mjs';
import { parseBlocks } from './parser.js';

/**
 * The numbers of lines of a clean source, all whole, before which it can be cut.
 *
 * A block is over where the next one begins. Only mathematics looks ahead for its end, but not
 * across a blank line or a backtick, so a cut is behind one of these.
 */
export function cutsOf(source: string): number[] {
  const lines = source.split('\n');
  const blocks = parseBlocks(source).filter(isBlock);
  return blocks.slice(1).flatMap((block, index) => {
    const start = block.map?.[0] ?? 0;
    const isBehindBlank = /^[ \t]*$/.test(lines[start - 1] ?? '');
    return isBehindBlank || endsForGood(blocks[index]) ? [start] : [];
  });
}

function isBlock({ level, nesting, map }: Token): boolean {
  return level === 0 && nesting >= 0 && map !== null;
}

function endsForGood({ type, markup }: Token): boolean {
  return type === 'fence' && markup.startsWith('`');
}
