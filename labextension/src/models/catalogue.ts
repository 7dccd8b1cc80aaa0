import { ISignal, Signal } from '@lumino/signaling';
import type { ErrorDetail, ModelInfo, ModelList } from '../client/protocol';
import { detailOf, ModelAction, RestClient } from '../client/request';

/** The server chooses the model. */
export const AUTO = 'auto';

const POLL_INTERVAL = 1000;

/** Whether its files are being downloaded or checked. */
export function isBusy(model: ModelInfo): boolean {
  const state = model.download?.state;
  return state === 'running' || state === 'checking';
}

/** The models that the server knows, the chosen one, and downloads under way. */
export class CatalogueModel {
  constructor(private readonly _rest: RestClient) {}

  get models(): readonly ModelInfo[] {
    return this._list.models;
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
    return this.find(this._list.default ?? null);
  }

  /** Why `auto` means that model, in a sentence. */
  get reason(): string {
    return this._list.default_reason;
  }

  /** Bytes of memory that a model may use where the server runs; null when that is not known. */
  get memory(): number | null {
    return this._list.memory_bytes ?? null;
  }

  /** Bytes that are free on the disk there; null when that is not known. */
  get freeDisk(): number | null {
    return this._list.disk_free_bytes ?? null;
  }

  /** The model that the next question goes to, as far as can be known. */
  get effective(): ModelInfo | null {
    return this._choice === AUTO ? this.automatic : this.find(this._choice);
  }

  /** Why the last thing asked for could not be begun. */
  get error(): ErrorDetail | null {
    return this._error;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A download ended and its model can be used. */
  get pulled(): ISignal<this, ModelInfo> {
    return this._pulled;
  }

  find(id: string | null): ModelInfo | null {
    return this.models.find(model => model.id === id) ?? null;
  }

  async refresh(): Promise<void> {
    const before = this.models;
    this._list = await this._rest.models();
    if (this._choice !== AUTO && !this.find(this._choice)) {
      this._choice = AUTO;
    }
    this._changed.emit();
    this._announceNew(before);
    this._pollWhileDownloading();
  }

  /** Download a model to where the server runs, and follow it. */
  async pull(id: string): Promise<void> {
    this._wanted.add(id);
    if (!(await this._act('pull', id))) {
      this._wanted.delete(id);
    }
  }

  /** Stop a download; what has come is kept for the next. */
  async cancel(id: string): Promise<void> {
    this._wanted.delete(id);
    await this._act('cancel', id);
  }

  /** Compare the files of a model with their digests, and follow it. */
  async verify(id: string): Promise<void> {
    await this._act('verify', id);
  }

  /** Delete the files of a model. */
  async remove(id: string): Promise<void> {
    this._wanted.delete(id);
    await this._act('remove', id);
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _act(action: ModelAction, id: string): Promise<boolean> {
    this._error = null;
    try {
      await this._rest.actOnModel(action, id);
      await this.refresh();
      return true;
    } catch (reason) {
      this._error = detailOf(reason);
      this._changed.emit();
      return false;
    }
  }

  private _announceNew(before: readonly ModelInfo[]): void {
    for (const model of this.models) {
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
    const running = this.models.some(model => isBusy(model));
    clearTimeout(this._timer);
    if (this._isDisposed || (!running && this._wanted.size === 0)) {
      return;
    }
    this._timer = setTimeout(() => {
      // A poll that fails says nothing about the download: ask again.
      this.refresh().catch(() => this._pollWhileDownloading());
    }, POLL_INTERVAL);
  }

  private _list: ModelList = { models: [], default_reason: '' };
  private _choice = AUTO;
  private _error: ErrorDetail | null = null;
  private readonly _wanted = new Set<string>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _pulled = new Signal<this, ModelInfo>(this);
}
