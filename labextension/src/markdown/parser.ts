/**
 * A source read into the tokens of markdown-it, by the rules that cells have, too
 * (`rusoil_jupyter/markdown`). Raw HTML is off. Beside markdown-it's own tokens there are `words`
 * and `mathematics`.
 */
import MarkdownIt, { type Options } from 'markdown-it';
import type Token from 'markdown-it/lib/token.mjs';
import { codeSpan, readWholeLetters } from './alike.js';
import { bound, count, DEPTH, type IReading, tooDeep } from './bounds.js';
import { documentFence } from './fences.js';
import { link, restrictLinks, writtenAddress } from './links.js';
import { mathematicsBlock, mathematicsInline } from './mathematics.js';

/** The tokens of a clean source. */
export function parse(source: string, reading: IReading): Token[] {
  return PARSER.parse(source, reading);
}

/** The blocks of a clean source, whose words are not read. */
export function parseBlocks(source: string): Token[] {
  const tokens: Token[] = [];
  PARSER.block.parse(source, PARSER, {}, tokens);
  return tokens;
}

// `maxNesting` is missing in the library's types.
const OPTIONS: Options & { maxNesting: number } = {
  html: false,
  maxNesting: DEPTH + 4
};

function parser(): MarkdownIt {
  const md = new MarkdownIt('default').set(OPTIONS);
  md.disable(['html_block', 'html_inline', 'linkify', 'replacements', 'smartquotes']);
  restrictLinks(md);
  readWholeLetters(md);
  const beforeParagraph = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };
  md.block.ruler.before('table', 'too_deep', tooDeep);
  md.block.ruler.before('fence', 'document', documentFence, beforeParagraph);
  md.block.ruler.before('fence', 'mathematics', mathematicsBlock, beforeParagraph);
  md.inline.ruler.before('escape', 'mathematics', mathematicsInline);
  md.inline.ruler.before('escape', 'address', writtenAddress);
  md.inline.ruler.at('backticks', codeSpan);
  md.core.ruler.before('inline', 'bound', bound);
  md.core.ruler.push('link', link);
  md.core.ruler.push('count', count);
  return md;
}

const PARSER = parser();
