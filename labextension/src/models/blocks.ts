/**
 * Cuts growing markdown into blocks that can be rendered one by one.
 *
 * A block that is closed never changes again, whatever follows, so it is rendered once; only the
 * last one is rendered again while text comes. When in doubt, two blocks stay one.
 */

const FENCE = /^( *)(?:(?:[-*+]|\d{1,9}[.)]) +)?(`{3,}(?=[^`]*$)|~{3,})/;
const FENCE_END = /^\s*(`{3,}|~{3,})\s*$/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const INDENTED = /^(?: {2,}|\t)/;
const HTML_BLOCK = /^ {0,3}<(?:[a-zA-Z!?/])/;

/** Reads lines one after another and says where blocks end. */
export class BlockSplitter {
  /** The closed blocks so far. */
  get closed(): readonly string[] {
    return this._closed;
  }

  /** The text of the last, open block. */
  get open(): string {
    return this._text.slice(this._openStart);
  }

  /** Take in the whole text so far; it must begin with what was given before. */
  update(text: string): void {
    this._text = text;
    for (;;) {
      const end = text.indexOf('\n', this._lineStart);
      if (end < 0) {
        return; // an unfinished line decides nothing
      }
      this._takeLine(text.slice(this._lineStart, end), this._lineStart, end + 1);
      this._lineStart = end + 1;
    }
  }

  private _takeLine(line: string, start: number, next: number): void {
    if (this._fence !== null) {
      this._insideFence(line, next);
    } else if (this._inMath) {
      this._insideMath(line);
    } else if (line.trim() === '') {
      this._afterBlank = true;
    } else {
      this._takeContent(line, start);
    }
  }

  private _takeContent(line: string, start: number): void {
    if (this._afterBlank && !this._continues(line)) {
      this._closeAt(start);
    }
    this._afterBlank = false;
    this._noteKind(line);
    const fence = FENCE.exec(line);
    if (fence && (fence[1].length <= 3 || this._kind === 'list')) {
      this._fence = fence[2];
    } else if (opensMath(line)) {
      this._inMath = true;
    }
  }

  private _insideFence(line: string, next: number): void {
    const end = FENCE_END.exec(line)?.[1];
    const fence = this._fence ?? '';
    if (end && end[0] === fence[0] && end.length >= fence.length) {
      this._fence = null;
      if (this._kind === 'plain') {
        this._closeAt(next);
      }
    }
  }

  private _insideMath(line: string): void {
    if (countMathMarks(line) % 2 === 1 || line.includes('\\]')) {
      this._inMath = false;
    }
  }

  /** Whether a line after a blank one still belongs to the open block. */
  private _continues(line: string): boolean {
    switch (this._kind) {
      case 'list':
        return INDENTED.test(line) || LIST_ITEM.test(line);
      case 'html':
        return true; // raw HTML may span blank lines: leave it whole
      case 'indented':
        return INDENTED.test(line);
      default:
        return false;
    }
  }

  private _noteKind(line: string): void {
    if (this._kind !== null) {
      return;
    }
    if (LIST_ITEM.test(line)) {
      this._kind = 'list';
    } else if (HTML_BLOCK.test(line)) {
      this._kind = 'html';
    } else {
      this._kind = INDENTED.test(line) ? 'indented' : 'plain';
    }
  }

  private _closeAt(index: number): void {
    const block = this._text.slice(this._openStart, index);
    if (block.trim() !== '') {
      this._closed.push(block);
    }
    this._openStart = index;
    this._kind = null;
    this._afterBlank = false;
  }

  private readonly _closed: string[] = [];
  private _text = '';
  private _openStart = 0;
  private _lineStart = 0;
  private _afterBlank = false;
  private _fence: string | null = null;
  private _inMath = false;
  private _kind: 'plain' | 'list' | 'html' | 'indented' | null = null;
}

function countMathMarks(line: string): number {
  return line.split('$$').length - 1;
}

function opensMath(line: string): boolean {
  const bracketOpen = line.includes('\\[') && !line.includes('\\]');
  return countMathMarks(line) % 2 === 1 || bracketOpen;
}
