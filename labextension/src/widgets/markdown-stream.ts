import { IRenderMime, IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { BlockSplitter } from '../models/blocks';
import type { Answer } from '../models/message';
import { Pacer } from '../models/pacer';

const MARKDOWN = 'text/markdown';

/** Adds what belongs to a rendered block, such as the buttons of its code. */
export type Decorate = (block: HTMLElement) => void;

/**
 * The text of an answer, rendered while it comes.
 *
 * Closed blocks are rendered once. The open one shows its first words as plain text at once and is
 * rendered from then on as often as the pacer allows.
 */
export class MarkdownStream extends Panel {
  constructor(options: MarkdownStream.IOptions) {
    super();
    this.addClass('jp-RusoilMarkdown');
    this._answer = options.answer;
    this._rendermime = options.rendermime;
    this._decorate = options.decorate;
    this._onPaint = options.onPaint ?? (() => undefined);
    this._answer.textChanged.connect(this._onText, this);
  }

  dispose(): void {
    this._answer.textChanged.disconnect(this._onText, this);
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Math is typeset only in a page, so nothing is rendered before. */
  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this._answer.text !== '') {
      void this._render();
    }
  }

  private _onText(): void {
    if (!this.isAttached) {
      return;
    }
    if (!this._answer.isLive) {
      clearTimeout(this._timer);
      this._timer = undefined;
      void this._render();
    } else if (this.widgets.length === 0) {
      this._showFirstWords();
      this._schedule();
    } else {
      this._schedule();
    }
  }

  private _showFirstWords(): void {
    const first = new Widget();
    first.addClass('jp-RusoilMarkdown-first');
    first.node.textContent = this._answer.text;
    this._openWidget = first;
    this.addWidget(first);
    const id = this._answer.requestId;
    requestAnimationFrame(() => performance.mark(`rusoil:first-paint:${id}`));
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
    const text = this._answer.text;
    const live = this._answer.isLive;
    this._splitter.update(text);
    const began = performance.now();
    await this._renderClosed();
    await this._renderOpen(live);
    this._pacer.note(performance.now() - began);
    this._rendering = false;
    if (this.isDisposed) {
      return;
    }
    this._onPaint();
    if (this._again || this._answer.text !== text || this._answer.isLive !== live) {
      this._again = false;
      if (this._answer.isLive) {
        this._schedule();
      } else {
        void this._render();
      }
    }
  }

  private async _renderClosed(): Promise<void> {
    while (this._closedCount < this._splitter.closed.length && !this.isDisposed) {
      const source = this._splitter.closed[this._closedCount];
      const renderer = await this._show(source);
      this._openWidget = null;
      this._closedCount += 1;
      if (renderer) {
        this._decorate(renderer.node);
      }
    }
  }

  private async _renderOpen(live: boolean): Promise<void> {
    const source = this._splitter.open;
    if (source.trim() === '') {
      this._openWidget?.dispose();
      this._openWidget = null;
      return;
    }
    if (source === this._openSource && live) {
      return;
    }
    this._openSource = source;
    const renderer = await this._show(source);
    if (!live && renderer) {
      this._decorate(renderer.node);
    }
  }

  /** Render into the place of the open block, which appears in one step. */
  private async _show(source: string): Promise<IRenderMime.IRenderer | null> {
    if (this.isDisposed) {
      return null;
    }
    let renderer = this._openRenderer();
    if (!renderer) {
      renderer = this._rendermime.createRenderer(MARKDOWN);
      renderer.node.hidden = true;
      this.addWidget(renderer);
    }
    await renderer.renderModel(
      new MimeModel({ trusted: false, data: { [MARKDOWN]: source } })
    );
    if (this.isDisposed) {
      return null;
    }
    renderer.node.hidden = false;
    if (this._openWidget !== renderer) {
      this._openWidget?.dispose();
      this._openWidget = renderer;
    }
    return renderer;
  }

  private _openRenderer(): IRenderMime.IRenderer | null {
    const widget = this._openWidget;
    return widget && 'renderModel' in widget ? (widget as IRenderMime.IRenderer) : null;
  }

  private readonly _answer: Answer;
  private readonly _rendermime: IRenderMimeRegistry;
  private readonly _decorate: Decorate;
  private readonly _onPaint: () => void;
  private readonly _splitter = new BlockSplitter();
  private readonly _pacer = new Pacer();
  private _closedCount = 0;
  private _openWidget: Widget | null = null;
  private _openSource = '';
  private _rendering = false;
  private _again = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

export namespace MarkdownStream {
  export interface IOptions {
    readonly answer: Answer;
    readonly rendermime: IRenderMimeRegistry;
    readonly decorate: Decorate;
    /** The page shows more than before. */
    readonly onPaint?: () => void;
  }
}
