import { ISignal, Signal } from '@lumino/signaling';
import { queueLetter } from '../client/outbox';
import type {
  ChatRequest,
  ErrorDetail,
  Part,
  QueuedQuestion,
  QueuedRequest,
  SessionInfo
} from '../client/protocol';
import { detailOf, RestClient } from '../client/request';
import { newRequestId, StreamClient } from '../client/stream';

/** A question that waits; whole, where this page knows it so. */
export interface IWaiting extends QueuedQuestion {
  readonly request: ChatRequest | null;
}

/** A question that the server did not let wait, with its reason. */
export interface IRefusal {
  readonly prompt: string;
  readonly attachments: readonly Part[];
  readonly error: ErrorDetail;
}

/** The questions of a conversation that wait for the answer before them. */
export class QueueModel {
  constructor(private readonly _options: QueueModel.IOptions) {}

  get questions(): readonly IWaiting[] {
    return this._questions;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A question could not be put here. */
  get refused(): ISignal<this, IRefusal> {
    return this._refused;
  }

  /** Have this asked as soon as the answer that is coming has ended well. */
  async put(request: ChatRequest): Promise<void> {
    const id = newRequestId();
    this._onTheWay.add(id);
    this._set([...this._questions, waitingOf(id, request)]);
    try {
      const session = await this._options.session();
      if (!session || !this._find(id)) {
        return; // taken back, or another conversation was opened meanwhile
      }
      request.session_id = session.id;
    } catch (reason) {
      this._refuse(id, detailOf(reason)); // its conversation could not be made
      return;
    }
    this._send(id, request);
    if (!this._options.isLive()) {
      this._follow(id); // the answer ended meanwhile, so the server asks this at once
    }
  }

  /** Ask a question that waits, though the one before it did not end well. */
  async askNow(id: string): Promise<void> {
    const request = await this._whole(id);
    if (request && !this._options.isLive()) {
      this._send(id, request);
      this._follow(id);
    }
  }

  /** Ask a question whose turn was refused: on the server it waits still, under its id. */
  async askAgain(id: string, request: ChatRequest | null): Promise<void> {
    if (!this._find(id)) {
      this._set([waitingOf(id, request), ...this._questions]);
    }
    await this.askNow(id);
  }

  /** Take a question out, to write on it; null when it waits no more. */
  async takeBack(id: string): Promise<ChatRequest | null> {
    const request = await this._whole(id);
    if (request) {
      this.remove(id);
    }
    return request;
  }

  /** Have a question asked no more. */
  remove(id: string): void {
    this._drop(id);
    // Nothing is refused here: one that is being asked already is found among what runs.
    this._options.stream.post(queueLetter(id, null, () => undefined));
  }

  /** What the server says waits; what is on its way to it comes after that. */
  replace(questions: readonly QueuedQuestion[]): void {
    const known = questions.map(question => ({
      ...question,
      request: this._find(question.id)?.request ?? null
    }));
    questions.forEach(({ id }) => this._onTheWay.delete(id));
    const coming = this._questions.filter(({ id }) => this._onTheWay.has(id));
    this._set([...known, ...coming]);
  }

  /** Show what waits in a stored conversation. */
  load(stored: readonly QueuedRequest[]): void {
    this._onTheWay.clear();
    this._set(stored.map(({ id, request }) => waitingOf(id, request)));
  }

  /**
   * An answer has ended: follow the question that the server asks then.
   *
   * After a good end it is the first one. After a bad one they wait on, but a question that the server
   * heard of only after that end found nothing running.
   */
  goOn(endedWell: boolean): void {
    const next = this._questions.find(({ id }) => endedWell || this._onTheWay.has(id));
    if (next) {
      this._follow(next.id);
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _send(id: string, request: ChatRequest): void {
    const onRefused = (error: ErrorDetail) => this._refuse(id, error);
    this._options.stream.post(queueLetter(id, request, onRefused));
  }

  private _follow(id: string): void {
    const waiting = this._find(id);
    if (waiting) {
      this._drop(id);
      this._options.follow(waiting);
    }
  }

  private _refuse(id: string, error: ErrorDetail): void {
    const request = this._find(id)?.request;
    if (request) {
      this._drop(id);
      const { prompt, attachments } = request;
      this._refused.emit({ prompt: prompt ?? '', attachments: attachments ?? [], error });
    }
  }

  /** A question that waits, whole; one that was written elsewhere is read from the server. */
  private async _whole(id: string): Promise<ChatRequest | null> {
    const waiting = this._find(id);
    const session = await this._options.session();
    if (!waiting || waiting.request || !session) {
      return waiting?.request ?? null;
    }
    const { queue } = await this._options.rest.session(session.id);
    const request = queue.find(stored => stored.id === id)?.request ?? null;
    if (request) {
      this._set(
        this._questions.map(other => (other.id === id ? waitingOf(id, request) : other))
      );
    } else {
      this._drop(id); // it waits no more
    }
    return request;
  }

  private _find(id: string): IWaiting | undefined {
    return this._questions.find(question => question.id === id);
  }

  private _drop(id: string): void {
    this._onTheWay.delete(id);
    this._set(this._questions.filter(question => question.id !== id));
  }

  private _set(questions: readonly IWaiting[]): void {
    this._questions = questions;
    this._changed.emit();
  }

  private _questions: readonly IWaiting[] = [];
  /** The questions that the server may not know of yet. */
  private readonly _onTheWay = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _refused = new Signal<this, IRefusal>(this);
}

export namespace QueueModel {
  export interface IOptions {
    readonly rest: Pick<RestClient, 'session'>;
    readonly stream: Pick<StreamClient, 'post'>;
    /** The conversation that is shown, once it exists. */
    readonly session: () => Promise<SessionInfo | null>;
    /** Whether an answer is coming. */
    readonly isLive: () => boolean;
    /** Show a question that waits no more, and listen to its answer. */
    readonly follow: (waiting: IWaiting) => void;
  }
}

function waitingOf(id: string, request: ChatRequest | null): IWaiting {
  const attachments = request?.attachments?.length ?? 0;
  return { id, prompt: request?.prompt ?? '', attachments, request };
}
