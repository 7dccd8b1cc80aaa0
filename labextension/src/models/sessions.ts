import { ISignal, Signal } from '@lumino/signaling';
import type { SessionInfo } from '../client/protocol';
import { IExportedFile, RestClient } from '../client/request';

export type ExportFormat = 'ipynb' | 'md' | 'json';

/** The stored conversations of this user, the latest first. */
export class SessionsModel {
  constructor(private readonly _rest: RestClient) {}

  get sessions(): readonly SessionInfo[] {
    return this._sessions;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async refresh(): Promise<void> {
    this._set((await this._rest.sessions()).sessions);
  }

  async rename(id: string, title: string): Promise<void> {
    await this._rest.renameSession(id, title);
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    await this._rest.deleteSession(id);
    this._set(this._sessions.filter(session => session.id !== id));
  }

  export(id: string, format: ExportFormat): Promise<IExportedFile> {
    return this._rest.exportSession(id, format);
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _set(sessions: readonly SessionInfo[]): void {
    this._sessions = sessions;
    this._changed.emit();
  }

  private _sessions: readonly SessionInfo[] = [];
  private readonly _changed = new Signal<this, void>(this);
}
