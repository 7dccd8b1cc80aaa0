import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** A turn that this browser began and has not seen the end of. */
export interface IRunningTurn extends ReadonlyPartialJSONObject {
  readonly requestId: string;
  readonly sessionId: string;
  readonly prompt: string;
}

/** Remembers running turns over a reload of the page. */
export interface IRunningTurns {
  add(turn: IRunningTurn): Promise<void>;
  remove(requestId: string): Promise<void>;
  /** Keep no words of a conversation that is gone. */
  forget(sessionId: string): Promise<void>;
  of(sessionId: string): Promise<IRunningTurn | null>;
}

const KEY = 'rusoil:running-turns';
/** The server forgets a turn nobody listens to; older entries are of no use. */
const KEPT = 20;

/** Keeps running turns in Lab's state database; without one, only in memory. */
export class RunningTurns implements IRunningTurns {
  constructor(private readonly _state: IStateDB | null) {}

  async add(turn: IRunningTurn): Promise<void> {
    await this._change(turns => [...turns, turn].slice(-KEPT));
  }

  async forget(sessionId: string): Promise<void> {
    await this._change(turns => turns.filter(turn => turn.sessionId !== sessionId));
  }

  async remove(requestId: string): Promise<void> {
    await this._change(turns => turns.filter(turn => turn.requestId !== requestId));
  }

  async of(sessionId: string): Promise<IRunningTurn | null> {
    const turns = await this._load();
    return turns.filter(turn => turn.sessionId === sessionId).pop() ?? null;
  }

  private async _load(): Promise<IRunningTurn[]> {
    if (!this._turns) {
      const saved = await this._state?.fetch(KEY);
      this._turns = Array.isArray(saved) ? (saved as unknown as IRunningTurn[]) : [];
    }
    return this._turns;
  }

  private async _change(step: (turns: IRunningTurn[]) => IRunningTurn[]): Promise<void> {
    this._turns = step(await this._load());
    await this._state?.save(KEY, this._turns);
  }

  private _turns: IRunningTurn[] | null = null;
}
