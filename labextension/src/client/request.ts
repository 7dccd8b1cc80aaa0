import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type {
  ConsentList,
  ErrorDetail,
  ExportRequest,
  Interpretation,
  InterpretRequest,
  ModelList,
  NewUpload,
  SessionDetail,
  SessionInfo,
  SessionList,
  Status,
  TurnList,
  UploadInfo,
  UploadList
} from './protocol';

const API = 'rusoil/api';

/** Why a request brought no answer, beyond what the server's own error codes say. */
export type FailureKind = 'refused' | 'no-server-part' | 'unreachable';

/** A failed request in the one shape the views show: a sentence and a next step. */
export class RequestError extends Error {
  constructor(
    readonly detail: ErrorDetail,
    readonly kind: FailureKind,
    readonly status: number
  ) {
    super(detail.message);
  }
}

/** An {@link ErrorDetail} made on this side of the wire. */
export function errorDetail(code: string, message: string, nextStep = ''): ErrorDetail {
  return { code, message, next_step: nextStep, request_id: '' };
}

/** The sentence and next step of anything that was thrown. */
export function detailOf(reason: unknown): ErrorDetail {
  if (reason instanceof RequestError) {
    return reason.detail;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return errorDetail('internal', message);
}

/** What can be done with the files of a model. */
export type ModelAction = 'pull' | 'cancel' | 'verify' | 'remove';

/** A file that the server sent for download. */
export interface IExportedFile {
  readonly name: string;
  readonly content: Blob;
}

/** The REST half of the server part; every method rejects with {@link RequestError}. */
export class RestClient {
  constructor(options: RestClient.IOptions = {}) {
    this.serverSettings = options.serverSettings ?? ServerConnection.makeSettings();
    this._language = options.language ?? '';
  }

  readonly serverSettings: ServerConnection.ISettings;

  status(): Promise<Status> {
    return this._json('GET', 'status');
  }

  models(): Promise<ModelList> {
    return this._json('GET', 'models');
  }

  /** Begin something with a model's files; the list of models shows how far it is. */
  async actOnModel(action: ModelAction, model: string): Promise<void> {
    await this._send('POST', `models/${action}`, { model });
  }

  /** The hosts to which the user agreed to send questions. */
  consents(): Promise<ConsentList> {
    return this._json('GET', 'consents');
  }

  /** Be asked again before anything is sent to this host. */
  async revoke(destination: string): Promise<void> {
    await this._send('DELETE', `consents/${encodeURIComponent(destination)}`);
  }

  /** Agree that what is asked of models there is sent to this host. */
  async agree(destination: string): Promise<void> {
    await this._send('POST', 'consents', { destination });
  }

  /** Read a figure. */
  interpret(request: InterpretRequest): Promise<Interpretation> {
    return this._json('POST', 'interpret', request);
  }

  /** What may be uploaded, and what is there. */
  uploads(): Promise<UploadList> {
    return this._json('GET', 'uploads');
  }

  /** Announce something large. */
  beginUpload(wanted: NewUpload): Promise<UploadInfo> {
    return this._json('POST', 'uploads', wanted);
  }

  /** Send the piece of an upload that begins at this byte. */
  async append(id: string, offset: number, piece: Blob): Promise<UploadInfo> {
    const path = `uploads/${encodeURIComponent(id)}?offset=${offset}`;
    const response = await this._send('PATCH', path, piece);
    return (await response.json()) as UploadInfo;
  }

  /** What is being answered now, whoever asked it and where. */
  turns(): Promise<TurnList> {
    return this._json('GET', 'turns');
  }

  sessions(): Promise<SessionList> {
    return this._json('GET', 'sessions');
  }

  createSession(title: string): Promise<SessionInfo> {
    return this._json('POST', 'sessions', { title });
  }

  session(id: string): Promise<SessionDetail> {
    return this._json('GET', `sessions/${encodeURIComponent(id)}`);
  }

  async renameSession(id: string, title: string): Promise<void> {
    await this._send('PATCH', `sessions/${encodeURIComponent(id)}`, { title });
  }

  async deleteSession(id: string): Promise<void> {
    await this._send('DELETE', `sessions/${encodeURIComponent(id)}`);
  }

  async exportSession(
    id: string,
    format: NonNullable<ExportRequest['format']>
  ): Promise<IExportedFile> {
    const path = `sessions/${encodeURIComponent(id)}/export`;
    const response = await this._send('POST', path, { format });
    const disposition = response.headers.get('Content-Disposition') ?? '';
    const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
    const name = encoded ? decodeURIComponent(encoded) : `conversation.${format}`;
    return { name, content: await response.blob() };
  }

  private async _json<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this._send(method, path, body);
    return (await response.json()) as T;
  }

  private async _send(
    method: string,
    path: string,
    body?: object | Blob
  ): Promise<Response> {
    const url = URLExt.join(this.serverSettings.baseUrl, API, path);
    const headers: Record<string, string> = {};
    if (body) {
      headers['Content-Type'] =
        body instanceof Blob ? 'application/octet-stream' : 'application/json';
    }
    if (this._language) {
      headers['Accept-Language'] = this._language;
    }
    const content = body instanceof Blob ? body : body && JSON.stringify(body);
    const init: RequestInit = { method, headers, body: content };
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.serverSettings);
    } catch (reason) {
      throw new RequestError(
        errorDetail('unreachable', reason instanceof Error ? reason.message : ''),
        'unreachable',
        0
      );
    }
    if (!response.ok) {
      throw await Private.failure(response);
    }
    return response;
  }

  private readonly _language: string;
}

export namespace RestClient {
  export interface IOptions {
    serverSettings?: ServerConnection.ISettings;
    /** The language Lab is shown in; the server's sentences come back in it. */
    language?: string;
  }
}

namespace Private {
  function isDetail(value: unknown): value is ErrorDetail {
    return (
      typeof value === 'object' && value !== null && 'code' in value && 'message' in value
    );
  }

  export async function failure(response: Response): Promise<RequestError> {
    const text = await response.text();
    const detail = parse(text);
    if (detail) {
      return new RequestError(detail, 'refused', response.status);
    }
    // A 404 that is not in our shape comes from Jupyter itself: nobody serves this address.
    const kind = response.status === 404 ? 'no-server-part' : 'refused';
    const message = `${response.status} ${response.statusText}`.trim();
    return new RequestError(errorDetail('http', message), kind, response.status);
  }

  function parse(text: string): ErrorDetail | null {
    try {
      const body: unknown = JSON.parse(text);
      if (
        typeof body === 'object' &&
        body !== null &&
        'error' in body &&
        isDetail(body.error)
      ) {
        return body.error;
      }
    } catch {
      // Not JSON: a proxy's or Jupyter's own page. The caller falls back on the status line.
    }
    return null;
  }
}
