import { ISignal, Signal } from '@lumino/signaling';
import type { ErrorDetail, Status } from '../client/protocol';
import { detailOf, FailureKind, RequestError, RestClient } from '../client/request';

/** `refused` and the other kinds of failure mean that the status could not be read at all. */
export type HealthState = 'checking' | 'ready' | 'not-ready' | FailureKind;

const RECHECK_INTERVAL = 15000;

/** Whether the assistant can answer, and if not, why. */
export class HealthModel {
  constructor(private readonly _rest: RestClient) {}

  get state(): HealthState {
    return this._state;
  }

  get status(): Status | null {
    return this._status;
  }

  /** Why the status could not be read. */
  get error(): ErrorDetail | null {
    return this._error;
  }

  /** A check is under way. */
  get isChecking(): boolean {
    return this._checking > 0;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async check(): Promise<void> {
    this._checking += 1;
    this._changed.emit();
    try {
      const status = await this._rest.status();
      this._set(status.ready ? 'ready' : 'not-ready', status, null);
    } catch (reason) {
      const kind = reason instanceof RequestError ? reason.kind : 'refused';
      this._set(kind, this._status, detailOf(reason));
    } finally {
      this._checking -= 1;
      this._changed.emit();
      this._recheckLater();
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _set(
    state: HealthState,
    status: Status | null,
    error: ErrorDetail | null
  ): void {
    this._state = state;
    this._status = status;
    this._error = error;
  }

  /** What was mended elsewhere is noticed without a click. */
  private _recheckLater(): void {
    clearTimeout(this._timer);
    if (this._state !== 'ready' && !this._isDisposed) {
      this._timer = setTimeout(() => void this.check(), RECHECK_INTERVAL);
    }
  }

  private _state: HealthState = 'checking';
  private _status: Status | null = null;
  private _error: ErrorDetail | null = null;
  private _checking = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
