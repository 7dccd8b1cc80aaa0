/**
 * Where a link may lead: to an absolute address, which is seen. Pictures are links to press, since
 * a page that fetches them tells their server what the conversation says.
 */
import type MarkdownIt from 'markdown-it';
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs';
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs';
import type Token from 'markdown-it/lib/token.mjs';

const ALLOWED = /^(?:https?:\/\/[^/?#]|mailto:[^/?#])/i;
const SCHEME = /(?:^|[^A-Za-z0-9.+-])(https?)$/i;
const ADDRESS =
  /:\/\/[A-Za-z0-9\u00c0-\u1fff\u2c00-\u2fef\u3040-\ud7ff][A-Za-z0-9._~:/?#@!$&'()*+,;=%\u00c0-\u1fff\u2c00-\u2fef\u3040-\ud7ff-]*/y;
const LOOKS_LIKE_ADDRESS =
  /^(?:(?:https?:\/\/|www\.)|[^ /]+\.(?:com|org|net|ru|su|рф|edu|gov|info)(?:[/:?#]|$))/i;
const HOST = /^(?:https?:\/\/|mailto:)?(?:www\.)?([^/?#]*)/i;

/** What the library's types leave out: how many links a place is in. */
type InLinks = StateInline & { readonly linkLevel: number };

/** Whether a link may lead there. */
export function isAllowed(address: string): boolean {
  return ALLOWED.test(address);
}

/** A rule of markdown-it: an address that is written out is a link. */
export function writtenAddress(state: StateInline, silent: boolean): boolean {
  ADDRESS.lastIndex = state.pos;
  const isInLink = (state as InLinks).linkLevel > 0;
  const address = silent || isInLink ? null : ADDRESS.exec(state.src);
  const scheme = address && SCHEME.exec(state.pending.slice(-6))?.[1];
  if (!address || !scheme) {
    return false;
  }
  const rest = withoutPunctuation(address[0].slice(0, state.posMax - state.pos));
  const href = state.md.normalizeLink(scheme + rest);
  if (!state.md.validateLink(href)) {
    return false;
  }
  state.pending = state.pending.slice(0, -scheme.length);
  state.push('link_open', 'a', 1).attrs = [['href', href]];
  state.push('text', '', 0).content = scheme + rest;
  state.push('link_close', 'a', -1);
  state.pos += rest.length;
  return true;
}

/** The address without what ends a sentence, and without a bracket that opens outside. */
function withoutPunctuation(address: string): string {
  let surplus = address.split(')').length - address.split('(').length;
  let end = address.length;
  for (;;) {
    const last = address.charAt(end - 1);
    if (last === ')' && surplus > 0) {
      surplus -= 1;
    } else if (!".,:;!?'*_~".includes(last)) {
      return address.slice(0, end);
    }
    end -= 1;
  }
}

/** Pictures become links, and a link that looks like another address shows its own. */
export function link(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type === 'inline') {
      token.children = [...linked(token.children ?? [], state.Token)];
    }
  }
}

function* linked(children: readonly Token[], Make: typeof Token): Generator<Token> {
  let depth = 0;
  let href = '';
  let label = '';
  for (const token of withoutPictures(children, Make)) {
    if (token.type === 'link_open') {
      depth += 1;
      if (depth === 1) {
        href = token.attrGet('href') ?? '';
        label = '';
        if (href) {
          yield opened(token, href);
        }
      }
    } else if (token.type === 'link_close') {
      depth -= 1;
      if (depth === 0 && href) {
        yield token;
        if (hides(label, href)) {
          yield made(Make, 'text', '', 0, ` (${href})`);
        }
      }
    } else {
      label += lettersOf(token);
      yield token;
    }
  }
}

function opened(token: Token, href: string): Token {
  token.attrs = [
    ['href', href],
    ['rel', 'noopener noreferrer'],
    ['target', '_blank']
  ];
  return token;
}

function* withoutPictures(
  children: readonly Token[],
  Make: typeof Token
): Generator<Token> {
  for (const token of children) {
    if (token.type !== 'image') {
      yield token;
      continue;
    }
    const address = token.attrGet('src') ?? '';
    const open = made(Make, 'link_open', 'a', 1, '');
    open.attrs = [['href', address]];
    yield open;
    yield made(Make, 'text', '', 0, lettersOf(token) || address);
    yield made(Make, 'link_close', 'a', -1, '');
  }
}

function made(
  Make: typeof Token,
  type: string,
  tag: string,
  nesting: Token['nesting'],
  content: string
): Token {
  const token = new Make(type, tag, nesting);
  token.content = content;
  return token;
}

/** The letters of an inline token, without its markup. */
function lettersOf(token: Token): string {
  if (token.type === 'image') {
    return (token.children ?? []).map(lettersOf).join('');
  }
  return token.type === 'softbreak' || token.type === 'hardbreak' ? '\n' : token.content;
}

/** Whether the label looks like an address of another host than the link's. */
function hides(label: string, href: string): boolean {
  const words = label.replace(/^[ \n]+|[ \n]+$/g, '');
  if (!LOOKS_LIKE_ADDRESS.test(words)) {
    return false;
  }
  const shown = hostOf(words);
  const meant = withoutUser(hostOf(href));
  const isMail = href.startsWith('mailto:') && withoutUser(shown) === meant;
  return shown !== meant && !isMail;
}

/** The host, and whom it is told before it; without `www.`, in small letters. */
function hostOf(address: string): string {
  return HOST.exec(address)?.[1].toLowerCase() ?? '';
}

function withoutUser(host: string): string {
  return host.slice(host.lastIndexOf('@') + 1);
}

/** Let a parser take only such links, written as they lead. */
export function restrictLinks(md: MarkdownIt): void {
  md.normalizeLink = url => md.utils.lib.mdurl.encode(url);
  md.normalizeLinkText = url => url;
  md.validateLink = isAllowed;
}
