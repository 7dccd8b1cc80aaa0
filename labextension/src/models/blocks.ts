import { cutsOf } from '../markdown/outline';
import { clean } from '../markdown/letters';

/**
 * Cuts growing markdown into blocks that can be rendered one by one.
 *
 * A block that is closed never changes again, whatever follows, so it is rendered once; only the
 * last one is rendered again while text comes. The parser itself says where blocks end.
 */
export class BlockCutter {
  /** The closed blocks so far. */
  get closed(): readonly string[] {
    return this._closed;
  }

  /** The text of the last, open block. */
  get open(): string {
    return this._lines + clean(this._rest);
  }

  /** Take in the whole text so far; it must begin with what was given before. */
  update(text: string): void {
    const end = text.lastIndexOf('\n') + 1; // an unfinished line decides nothing
    this._rest = text.slice(Math.max(end, this._taken));
    if (end > this._taken) {
      this._lines += clean(text.slice(this._taken, end));
      this._taken = end;
      this._cut();
    }
  }

  private _cut(): void {
    const lines = this._lines.split('\n');
    let before = 0;
    for (const line of cutsOf(this._lines)) {
      this._closed.push(`${lines.slice(before, line).join('\n')}\n`);
      before = line;
    }
    this._lines = lines.slice(before).join('\n');
  }

  private readonly _closed: string[] = [];
  /** The whole lines of the open block. */
  private _lines = '';
  /** What is behind the last whole line. */
  private _rest = '';
  /** How many characters of the text are in whole lines. */
  private _taken = 0;
}
