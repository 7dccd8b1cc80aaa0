/** Programs wrote these before UTF-8; browsers know them by these names. */
const CYRILLIC = ['windows-1251', 'ibm866', 'koi8-r'] as const;
/** The most frequent Russian letters. */
const COMMON = /[оеаинтсрвл]/gi;
/** What a text in the wrong encoding looks like: a mixture of cases, frames, letters of other languages. */
const ODD = /[а-яё][А-ЯЁ]|[─-╿]|[ЂЃѓЉЊЌЋЏђљњќћџ]/g;
/** Control characters that no text has: all but those that end lines and pages. */
const CONTROL = /(?![\t\n\v\f\r])\p{Cc}/u;
/** What ends a file of DOS; some decoders make another character of it. */
const END_OF_FILE = 0x1a;
const HEAD = 1 << 20;

/**
 * The text of a file, whichever program wrote it: UTF-8, UTF-16, or an old Cyrillic encoding. The server
 * reads well logs by the same rules (`figures/readers/las/text.py`).
 *
 * @throws where the bytes are no text.
 */
export function textOf(bytes: Uint8Array): string {
  const written = bytes.at(-1) === END_OF_FILE ? bytes.subarray(0, -1) : bytes;
  const text = new TextDecoder(encodingOf(written.subarray(0, HEAD))).decode(written);
  if (CONTROL.test(text)) {
    throw new Error('not a text');
  }
  return text;
}

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) {
    return 'utf-16le';
  }
  if (head[0] === 0xfe && head[1] === 0xff) {
    return 'utf-16be';
  }
  if (noughts(head, 1) > 0.5) {
    return 'utf-16le';
  }
  if (noughts(head, 0) > 0.5) {
    return 'utf-16be';
  }
  return isUtf8(head) ? 'utf-8' : likeliest(head);
}

/** The share of noughts among every second byte from one on: in UTF-16 most letters of a header have one. */
function noughts(head: Uint8Array, from: number): number {
  const some = head.subarray(0, 200).filter((_, at) => at % 2 === from);
  return some.length > 1 ? some.filter(byte => byte === 0).length / some.length : 0;
}

function isUtf8(head: Uint8Array): boolean {
  try {
    // A letter may be cut at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function likeliest(head: Uint8Array): string {
  const likeness = CYRILLIC.map(name => {
    const text = new TextDecoder(name).decode(head);
    return count(text, COMMON) - 3 * count(text, ODD);
  });
  return CYRILLIC[likeness.indexOf(Math.max(...likeness))];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
