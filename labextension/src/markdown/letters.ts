/**
 * Which characters are shown at all, and how they are written where markup would be understood.
 */

// What turns the direction of reading around or moves a cursor: nobody sees it, everything obeys it.
const COMMANDS = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const NEW_LINE = /\r\n?/g;
const BROKEN = /\0|\p{Cs}/gu;

/** The letters, new lines and tabs of a source; what is half a character becomes U+FFFD. */
export function clean(source: string): string {
  return source.replace(NEW_LINE, '\n').replace(BROKEN, '\ufffd').replace(COMMANDS, '');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;'
};

/** The words as text of HTML, or as the value of an attribute in double quotes. */
export function escape(words: string): string {
  return words.replace(/[&<>"]/g, letter => ESCAPES[letter]);
}

/** Whether there are more characters than a limit; those of two units count once. */
export function isLonger(words: string, limit: number): boolean {
  return words.length > limit && [...words].length > limit;
}
