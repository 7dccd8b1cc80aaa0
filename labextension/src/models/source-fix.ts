/** Lines that mend a figure, and where in the source of its cell they belong. */
export interface ISourceFix {
  /** The source that the fix was made for. */
  readonly source: string;
  /** The offset at which the lines are put in. */
  readonly at: number;
  /** What is put in, with its line ends. */
  readonly text: string;
}

/** One line of a diff. */
export interface IDiffLine {
  readonly kind: 'same' | 'added';
  readonly text: string;
}

/** Lines of context around what is added. */
const CONTEXT = 3;

/** A statement after which a figure is gone, or has been shown: what mends it must come before. */
const SHOWS = /^(?:\w+\.)*(?:show|savefig|close)\(.*\)\s*;?\s*(?:#.*)?$/;
/** A name alone at the end of a cell shows the figure that it holds. */
const NAME = /^[A-Za-z_]\w*\s*;?\s*(?:#.*)?$/;

const PYPLOT = 'import matplotlib.pyplot as plt';

/** Where code that mends a figure goes: after everything that draws, before what shows it. */
export function sourceFix(source: string, fix: string): ISourceFix {
  // Seaborn and pandas draw without it.
  const isImported = !/\bplt\./.test(fix) || /\bplt\b/.test(source);
  const code = isImported ? fix.trimEnd() : `${PYPLOT}\n${fix.trimEnd()}`;
  const lines = source.split('\n');
  const line = lineBefore(lines);
  if (line === null) {
    const body = source.trimEnd();
    return { source, at: body.length, text: body === '' ? code : `\n${code}` };
  }
  const at = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  return { source, at, text: `${code}\n` };
}

/** The first line of those that show the figure; null where none does. */
function lineBefore(lines: readonly string[]): number | null {
  const isBlank = (text: string) => text.trim() === '';
  let line = lastIndex(lines, text => SHOWS.test(text));
  if (line < 0) {
    line = lastIndex(lines, text => !isBlank(text));
    if (line < 0 || !NAME.test(lines[line])) {
      return null;
    }
  }
  while (line > 0 && (isBlank(lines[line - 1]) || SHOWS.test(lines[line - 1]))) {
    line -= 1;
  }
  return line;
}

function lastIndex(lines: readonly string[], is: (text: string) => boolean): number {
  let line = lines.length - 1;
  while (line >= 0 && !is(lines[line])) {
    line -= 1;
  }
  return line;
}

/** The source with the fix. */
export function fixedSource(fix: ISourceFix): string {
  return fix.source.slice(0, fix.at) + fix.text + fix.source.slice(fix.at);
}

/** The fix as a person reads it: what is added, and the lines around. */
export function diffOf(fix: ISourceFix): IDiffLine[] {
  const after = fixedSource(fix).split('\n');
  const before = fix.source.slice(0, fix.at);
  const start = before.split('\n').length - (fix.text.startsWith('\n') ? 0 : 1);
  const end = start + fix.text.trim().split('\n').length;
  const same = (text: string): IDiffLine => ({ kind: 'same', text });
  return [
    ...after.slice(Math.max(0, start - CONTEXT), start).map(same),
    ...after.slice(start, end).map((text): IDiffLine => ({ kind: 'added', text })),
    ...after.slice(end, end + CONTEXT).map(same)
  ];
}
