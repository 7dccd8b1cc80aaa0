import { ISignal, Signal } from '@lumino/signaling';
import type { ErrorDetail, ModelInfo } from '../client/protocol';
import { detailOf, RestClient } from '../client/request';

/** The server chooses the model. */
export const AUTO = 'auto';

const POLL_INTERVAL = 1000;

/** The models that the server knows, the chosen one, and downloads under way. */
export class CatalogueModel {
  constructor(private readonly _rest: RestClient) {}

  get models(): readonly ModelInfo[] {
    return this._models;
  }

  /** The chosen model's id, or `auto`. */
  get choice(): string {
    return this._choice;
  }

  set choice(id: string) {
    if (id !== this._choice) {
      this._choice = id;
      this._changed.emit();
    }
  }

  /** What `auto` means now. */
  get automatic(): ModelInfo | null {
    return this.find(this._default);
  }

  /** The model that the next question goes to, as far as can be known. */
  get effective(): ModelInfo | null {
    return this._choice === AUTO ? this.automatic : this.find(this._choice);
  }

  /** Why the last download could not be asked for. */
  get pullError(): ErrorDetail | null {
    return this._pullError;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A download ended and its model can be used. */
  get pulled(): ISignal<this, ModelInfo> {
    return this._pulled;
  }

  find(id: string | null): ModelInfo | null {
    return this._models.find(model => model.id === id) ?? null;
  }

  async refresh(): Promise<void> {
    const before = this._models;
    const list = await this._rest.models();
    this._models = list.models;
    this._default = list.default ?? null;
    if (this._choice !== AUTO && !this.find(this._choice)) {
      this._choice = AUTO;
    }
    this._changed.emit();
    this._announceNew(before);
    this._pollWhileDownloading();
  }

  /** Download a model to where the server runs, and follow it. */
  async pull(id: string): Promise<void> {
    this._pullError = null;
    this._wanted.add(id);
    try {
      await this._rest.pull(id);
      await this.refresh();
    } catch (reason) {
      this._wanted.delete(id);
      this._pullError = detailOf(reason);
      this._changed.emit();
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _announceNew(before: readonly ModelInfo[]): void {
    for (const model of this._models) {
      const missing = before.some(other => other.id === model.id && !other.available);
      if (model.available && (missing || this._wanted.has(model.id))) {
        this._wanted.delete(model.id);
        this._pulled.emit(model);
      } else if (model.download?.state === 'failed') {
        this._wanted.delete(model.id);
      }
    }
  }

  private _pollWhileDownloading(): void {
    const running = this._models.some(model => model.download?.state === 'running');
    if (this._isDisposed || (!running && this._wanted.size === 0)) {
      return;
    }
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      // A poll that fails says nothing about the download: ask again.
      this.refresh().catch(() => this._pollWhileDownloading());
    }, POLL_INTERVAL);
  }

  private _models: readonly ModelInfo[] = [];
  private _default: string | null = null;
  private _choice = AUTO;
  private _pullError: ErrorDetail | null = null;
  private readonly _wanted = new Set<string>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _pulled = new Signal<this, ModelInfo>(this);
}
