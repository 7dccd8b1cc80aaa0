import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { ICode, IReading, isTooLong, renderBlock } from '../markdown';
import { BlockCutter } from '../models/blocks';
import { Pacer } from '../models/pacer';
import type { WordsStep } from '../models/steps';
import { ITypesetting, Words } from './words';

/** Milliseconds of work after which the page gets a turn. */
const TURN = 40;

/** Adds what belongs to a rendered block, such as the buttons of its code. */
export type Decorate = (block: HTMLElement, code: readonly ICode[]) => void;

/** A block that is shown: what it was made of, and what it became. */
interface IShown {
  readonly words: Words;
  readonly source: string;
  readonly html: string;
}

/**
 * A text of an answer, rendered while it comes.
 *
 * Closed blocks are rendered once. The open one shows its first words as plain text at once and is
 * rendered from then on as often as the pacer allows.
 */
export class MarkdownStream extends Widget {
  constructor(options: MarkdownStream.IOptions) {
    super();
    this.addClass('jp-RusoilMarkdown');
    this._step = options.step;
    this._typesetting = options.typesetting;
    this._decorate = options.decorate;
    this._onPaint = options.onPaint ?? (() => undefined);
    this._onFirstWords = options.onFirstWords ?? (() => undefined);
    this._step.changed.connect(this._onText, this);
  }

  dispose(): void {
    this._step.changed.disconnect(this._onText, this);
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Math is typeset only in a page, so nothing is rendered before. */
  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._onText();
  }

  private _onText(): void {
    if (!this.isAttached || this._step.text === '') {
      return;
    }
    if (!this._step.isOpen) {
      clearTimeout(this._timer);
      this._timer = undefined;
      void this._render();
    } else if (!this.node.firstChild) {
      this._showFirstWords();
      this._schedule();
    } else {
      this._schedule();
    }
  }

  private _showFirstWords(): void {
    this._openWords().showPlain(this._step.text);
    this._onFirstWords();
    this._onPaint();
  }

  private _schedule(): void {
    if (this._timer === undefined && !this._rendering) {
      this._timer = setTimeout(() => {
        this._timer = undefined;
        void this._render();
      }, this._pacer.interval);
    }
  }

  /** Bring the page up to the text; what comes meanwhile is rendered afterwards. */
  private async _render(): Promise<void> {
    if (this._rendering) {
      this._again = true;
      return;
    }
    this._rendering = true;
    const text = this._step.text;
    const live = this._step.isOpen;
    const began = performance.now();
    await this._showText(text, live);
    this._pacer.note(performance.now() - began);
    this._rendering = false;
    if (this.isDisposed) {
      return;
    }
    this._onPaint();
    if (this._again || this._step.text !== text || this._step.isOpen !== live) {
      this._again = false;
      if (this._step.isOpen) {
        this._schedule();
      } else {
        void this._render();
      }
    }
  }

  private async _showText(text: string, live: boolean): Promise<void> {
    if (isTooLong(text)) {
      this._closed.splice(0).forEach(({ words }) => words.node.remove());
      await this._showOpen(text, live);
      return;
    }
    this._cutter.update(text);
    await this._showClosed();
    await this._showOpen(this._cutter.open, live);
    if (!live) {
      await this._resolveReferences();
    }
  }

  private async _showClosed(): Promise<void> {
    let turn = performance.now();
    while (this._closed.length < this._cutter.closed.length && !this.isDisposed) {
      const source = this._cutter.closed[this._closed.length];
      const { html, code } = renderBlock(source, this._reading);
      const words = this._openWords();
      await words.show({ html, code });
      this._decorate(words.node, code);
      this._closed.push({ words, source, html });
      this._open = null;
      if (performance.now() - turn > TURN) {
        await new Promise(resolve => setTimeout(resolve));
        turn = performance.now();
      }
    }
  }

  private async _showOpen(source: string, live: boolean): Promise<void> {
    const isShown = live && source === this._openSource;
    if (this.isDisposed || isShown || source.trim() === '') {
      return;
    }
    this._openSource = source;
    const { formulas, references } = this._reading;
    const reading: IReading = { formulas, references: { ...references } };
    const rendered = renderBlock(source, reading);
    const words = this._openWords();
    await words.show(rendered);
    if (!live) {
      this._reading.references = reading.references;
      this._decorate(words.node, rendered.code);
    }
  }

  /** Show links whose addresses came only after them. */
  private async _resolveReferences(): Promise<void> {
    const { references } = this._reading;
    if (!references || Object.keys(references).length === 0) {
      return;
    }
    const reading: IReading = { references };
    for (const { words, source, html } of this._closed) {
      const rendered = renderBlock(source, reading);
      if (rendered.html !== html && !this.isDisposed) {
        await words.show(rendered);
        this._decorate(words.node, rendered.code);
      }
    }
  }

  /** The place of the open block. */
  private _openWords(): Words {
    if (!this._open) {
      this._open = new Words(this._typesetting);
      this.node.append(this._open.node);
    }
    return this._open;
  }

  private readonly _step: WordsStep;
  private readonly _typesetting: ITypesetting;
  private readonly _decorate: Decorate;
  private readonly _onPaint: () => void;
  private readonly _onFirstWords: () => void;
  private readonly _cutter = new BlockCutter();
  private readonly _pacer = new Pacer();
  private readonly _reading: IReading = {};
  private readonly _closed: IShown[] = [];
  private _open: Words | null = null;
  private _openSource = '';
  private _rendering = false;
  private _again = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

export namespace MarkdownStream {
  export interface IOptions {
    readonly step: WordsStep;
    readonly typesetting: ITypesetting;
    readonly decorate: Decorate;
    /** The page shows more than before. */
    readonly onPaint?: () => void;
    /** Its first words are on the page. */
    readonly onFirstWords?: () => void;
  }
}
