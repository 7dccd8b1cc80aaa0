import { ISignal, Signal } from '@lumino/signaling';
import type {
  AnyEvent,
  Artifact,
  ChatRequest,
  ErrorDetail,
  FigureRead,
  Notice,
  Part,
  Progress,
  Queued,
  Usage
} from '../client/protocol';

/** What somebody asked. Immutable but for the id, which the server gives. */
export class Question {
  constructor(
    readonly prompt: string,
    readonly attachments: readonly Part[],
    /** The server's id of this message, once it is known. */
    public id: string | null = null
  ) {
    this.key = Private.nextKey();
  }

  readonly role = 'user';
  /** Stable within this page. */
  readonly key: string;
}

export type AnswerState = 'waiting' | 'streaming' | 'done' | 'error';

/** A notice without its numbering, so that stored ones look the same. */
export type AnswerNotice = Pick<
  Notice,
  'code' | 'message' | 'next_step' | 'suggested_models'
>;

/** One answer while it comes and afterwards. */
export class Answer {
  constructor(
    readonly question: Question,
    readonly requestId: string,
    /** What was sent, for another try; null when another page asked. */
    readonly request: ChatRequest | null
  ) {
    this.key = Private.nextKey();
  }

  readonly role = 'assistant';
  readonly key: string;

  state: AnswerState = 'waiting';
  text = '';
  reasoning = '';
  notices: readonly AnswerNotice[] = [];
  /** What was read of attached figures. */
  readings: readonly FigureRead[] = [];
  /** Pictures that were sent to the model, or made by it. */
  artifacts: readonly Artifact[] = [];
  waiting: Queued | Progress | null = null;
  model: string | null = null;
  degradedFrom: string | null = null;
  usage: Usage | null = null;
  finishReason: string | null = null;
  error: ErrorDetail | null = null;

  /** Anything but the text changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** More text came; kept apart because it happens many times a second. */
  get textChanged(): ISignal<this, void> {
    return this._textChanged;
  }

  get isLive(): boolean {
    return this.state === 'waiting' || this.state === 'streaming';
  }

  /** Take in one event of the turn. */
  apply(event: AnyEvent): void {
    if (event.type === 'text') {
      this._applyText(event.delta);
      return;
    }
    switch (event.type) {
      case 'queued':
      case 'progress':
        this.waiting = event;
        break;
      case 'started':
        this.model = event.model;
        this.degradedFrom = event.degraded_from ?? null;
        this.question.id = event.message_id ?? this.question.id;
        this.waiting = null;
        break;
      case 'reasoning':
        this.reasoning += event.delta;
        this.waiting = null;
        this.state = 'streaming';
        break;
      case 'notice':
        this.notices = [...this.notices, event];
        break;
      case 'reading':
        this.readings = [...this.readings, event];
        break;
      case 'artifact':
        this.artifacts = [...this.artifacts, event];
        break;
      case 'usage':
        this.usage = event;
        break;
      case 'done':
        this._end('done');
        this.finishReason = event.finish_reason ?? 'stop';
        break;
      case 'error':
        this.fail(event.error);
        return;
      case 'tool_call':
        return; // nothing asks for tools yet
    }
    this._changed.emit();
  }

  fail(error: ErrorDetail): void {
    this.error = error;
    this._end('error');
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _applyText(delta: string): void {
    const first = this.text === '';
    this.text += delta;
    this._textChanged.emit();
    if (first) {
      // The words are on screen before React hears of them.
      this.waiting = null;
      this.state = 'streaming';
      this._changed.emit();
    }
  }

  private _end(state: 'done' | 'error'): void {
    this.state = state;
    this.waiting = null;
    this._textChanged.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _textChanged = new Signal<this, void>(this);
}

export type ChatMessage = Question | Answer;

namespace Private {
  let count = 0;

  export function nextKey(): string {
    count += 1;
    return `message-${count}`;
  }
}
