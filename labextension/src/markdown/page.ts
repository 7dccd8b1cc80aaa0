/** Tokens as HTML: a fixed set of elements and attributes, and every other letter escaped. */
import MarkdownIt from 'markdown-it';
import type Renderer from 'markdown-it/lib/renderer.mjs';
import type Token from 'markdown-it/lib/token.mjs';
import { languageOf } from './fences.js';
import { clean, escape } from './letters.js';

/** A typesetter finds no formula in an element of this class but ours. */
export const PAGE = 'rusoil-words tex2jax_ignore mathjax_ignore';
/** What is to be typeset. */
const FORMULA = 'rusoil-math tex2jax_process mathjax_process';

/** The HTML of tokens. */
export function html(tokens: Token[]): string {
  return clean(RENDERER.render(tokens, {}, {}));
}

/** Plain text, line by line. In a cell or a heading the element is there already. */
function words({ content, tag }: Token): string {
  const lines = escape(content).replace(/\n/g, '<br>\n');
  return tag ? `<p>${lines}</p>\n` : lines;
}

function mathematics({ content, info }: Token): string {
  return info
    ? `<span class="${FORMULA}">${escape(info)}</span>`
    : `<code>${escape(content)}</code>`;
}

function mathematicsBlock({ content, info }: Token): string {
  return info
    ? `<div class="${FORMULA}">${escape(info)}</div>\n`
    : `<pre><code>${escape(content)}\n</code></pre>\n`;
}

function fence({ content, info }: Token): string {
  const language = languageOf(info);
  const kind = language && ` class="language-${language}"`;
  return `<pre><code${kind}>${escape(content)}</code></pre>\n`;
}

/** A cell of a table; its side is a class. */
function cell(token: Token): string {
  const side = token.attrGet('style')?.replace('text-align:', '');
  return side ? `<${token.tag} class="rusoil-${side}">` : `<${token.tag}>`;
}

function renderer(): Renderer {
  const made = new MarkdownIt('zero').renderer;
  const ours = {
    words,
    mathematics,
    mathematics_block: mathematicsBlock,
    fence,
    th_open: cell,
    td_open: cell
  };
  for (const [type, write] of Object.entries(ours)) {
    made.rules[type] = (tokens, index) => write(tokens[index]);
  }
  return made;
}

const RENDERER = renderer();
