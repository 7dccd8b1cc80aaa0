import { ISignal, Signal } from '@lumino/signaling';
import type { TurnInfo } from '../client/protocol';
import type { RestClient } from '../client/request';

const RECHECK_INTERVAL = 30_000;

/** What is being answered now, in any conversation of this user, whoever asked it and where. */
export class TurnsModel {
  constructor(private readonly _options: TurnsModel.IOptions) {}

  get turns(): readonly TurnInfo[] {
    return this._turns;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The turn of a conversation, if one runs. */
  of(session: string): TurnInfo | null {
    return this._turns.find(turn => turn.session_id === session) ?? null;
  }

  /** In how many conversations other than this one something runs or waits. */
  countOthers(session: string | null): number {
    const ids = this._turns
      .map(turn => turn.session_id)
      .filter(id => id && id !== session);
    return new Set(ids).size;
  }

  async refresh(): Promise<void> {
    const { turns } = await this._options.rest.turns();
    this._turns = turns;
    this._changed.emit();
    this._recheckLater();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** What runs elsewhere ends without a word to this page. */
  private _recheckLater(): void {
    clearTimeout(this._timer);
    if (this._isDisposed || this._turns.length === 0) {
      return;
    }
    this._timer = setTimeout(() => {
      if (this._options.isVisible()) {
        // A check that fails says nothing about the turns: ask again.
        this.refresh().catch(() => this._recheckLater());
      } else {
        this._recheckLater();
      }
    }, RECHECK_INTERVAL);
  }

  private _turns: readonly TurnInfo[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

export namespace TurnsModel {
  export interface IOptions {
    readonly rest: Pick<RestClient, 'turns'>;
    /** Whether anybody can see the page. */
    readonly isVisible: () => boolean;
  }
}
