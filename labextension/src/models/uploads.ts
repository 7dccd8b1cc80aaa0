import { ISignal, Signal } from '@lumino/signaling';
import type { UploadInfo, UploadLimits } from '../client/protocol';
import type { RestClient } from '../client/request';

/** Something large on its way to the server. */
export interface IUpload {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** A file that is too large or of a kind that nobody takes; refused before a byte is sent. */
export class UploadRefused extends Error {
  constructor(
    readonly reason: 'kind' | 'size' | 'full',
    /** The most that is allowed, in bytes. */
    readonly limit: number
  ) {
    super(reason);
  }
}

type Uploader = Pick<RestClient, 'uploads' | 'beginUpload' | 'append'>;

/** Brings large pictures and clips to the server, in pieces. */
export class UploadsModel {
  constructor(private readonly _rest: Uploader) {}

  /** What is on its way. */
  get running(): readonly IUpload[] {
    return this._running;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Bring a file; its upload when all of it is there.
   *
   * Rejects with {@link UploadRefused} before anything is sent if the server would not take it.
   */
  async bring(file: Blob, name: string): Promise<UploadInfo> {
    const { limits } = await this._rest.uploads();
    check(file, limits);
    let upload = await this._rest.beginUpload({
      name,
      media_type: file.type,
      size: file.size
    });
    try {
      while (!upload.complete) {
        this._show(upload);
        const end = upload.received + limits.piece_bytes;
        const piece = file.slice(upload.received, end);
        upload = await this._rest.append(upload.id, upload.received, piece);
      }
    } finally {
      this._forget(upload.id);
    }
    return upload;
  }

  private _show(upload: UploadInfo): void {
    this._uploads.set(upload.id, {
      name: upload.name,
      done: upload.received,
      total: upload.size
    });
    this._refresh();
  }

  private _forget(id: string): void {
    this._uploads.delete(id);
    this._refresh();
  }

  private _refresh(): void {
    this._running = [...this._uploads.values()];
    this._changed.emit();
  }

  private readonly _uploads = new Map<string, IUpload>();
  private _running: readonly IUpload[] = [];
  private readonly _changed = new Signal<this, void>(this);
}

function check(file: Blob, limits: UploadLimits): void {
  const most = limits.media_types[file.type];
  if (most === undefined) {
    throw new UploadRefused('kind', 0);
  }
  if (file.size > most) {
    throw new UploadRefused('size', most);
  }
  const free = limits.quota_bytes - limits.used_bytes;
  if (file.size > free) {
    throw new UploadRefused('full', free);
  }
}
