import { ISignal, Signal } from '@lumino/signaling';
import type {
  AnyEvent,
  Artifact,
  ChatRequest,
  ErrorDetail,
  FigureRead,
  Looking,
  Notice,
  Part,
  Progress,
  Queued,
  Usage
} from '../client/protocol';
import { IInquiryStep, inquiryStep, Step, Steps, toolStep, WordsStep } from './steps';

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
  notices: readonly AnswerNotice[] = [];
  /** What was read of attached figures. */
  readings: readonly FigureRead[] = [];
  /** Pictures that were sent to the model; those that it made are steps. */
  artifacts: readonly Artifact[] = [];
  waiting: Queued | Looking | Progress | null = null;
  model: string | null = null;
  degradedFrom: string | null = null;
  usage: Usage | null = null;
  finishReason: string | null = null;
  error: ErrorDetail | null = null;
  /** It was cut by the end of its server: a next question can go on from it. */
  isInterrupted = false;
  /** The model was told to end its thinking. */
  isConcluding = false;

  /** What happened, in its order. */
  get steps(): readonly Step[] {
    return this._steps.all;
  }

  /** All that was said. */
  get text(): string {
    return this._steps.joined('text');
  }

  /** All that was thought. */
  get reasoning(): string {
    return this._steps.joined('reasoning');
  }

  get hasText(): boolean {
    return this._hasText;
  }

  /** The words that are being written now. */
  get openWords(): WordsStep | null {
    return this.isLive ? this._steps.open : null;
  }

  /** What its person is asked now. */
  get awaiting(): IInquiryStep | null {
    if (!this.isLive) {
      return null;
    }
    const asked = this.steps.filter(
      (step): step is IInquiryStep => step.kind === 'inquiry' && step.reply === null
    );
    return asked[asked.length - 1] ?? null;
  }

  /** Anything but the words of a step changed; those have a signal of their own. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isLive(): boolean {
    return this.state === 'waiting' || this.state === 'streaming';
  }

  /** Take over the steps of a stored answer. */
  restore(steps: Steps): void {
    this._steps = steps;
    this._hasText = this.text !== '';
    if (!this.isLive) {
      steps.close();
    }
  }

  /** Take in one event of the turn. */
  apply(event: AnyEvent): void {
    if (event.type === 'text' || event.type === 'reasoning') {
      this._write(event.type, event.delta);
      return;
    }
    switch (event.type) {
      case 'queued':
      case 'progress':
        this.waiting = event;
        break;
      case 'looking':
        this.question.id = event.message_id;
        this.waiting = event;
        break;
      case 'started':
        this.model = event.model;
        this.degradedFrom = event.degraded_from ?? null;
        this.question.id = event.message_id ?? this.question.id;
        this.waiting = null;
        break;
      case 'tool_call':
        this._add(toolStep(event));
        break;
      case 'tool_result':
        this._steps.complete(event.id, event.text);
        break;
      case 'awaits':
        this._add(inquiryStep(event.id, event.inquiry));
        break;
      case 'replied':
        this._steps.reply(event.id, { reply: event.value });
        break;
      case 'notice':
        this.notices = [...this.notices, event];
        break;
      case 'reading':
        this.readings = [...this.readings, event];
        break;
      case 'artifact':
        this._applyArtifact(event);
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
      case 'queue':
        return; // of the conversation, not of this answer
    }
    this._changed.emit();
  }

  /** Take down that this reply was sent; null when it was not the one that counts. */
  replying(id: string, value: string | null): void {
    this._steps.reply(id, { sent: value });
    this._changed.emit();
  }

  /** Take down whether the model was told to end its thinking. */
  concluding(isTold: boolean): void {
    this.isConcluding = isTold;
    this._changed.emit();
  }

  fail(error: ErrorDetail): void {
    this.error = error;
    this.isInterrupted = error.code === 'interrupted';
    this._end('error');
    this._changed.emit();
  }

  dispose(): void {
    this._steps.dispose();
    Signal.clearData(this);
  }

  private _write(kind: WordsStep['kind'], delta: string): void {
    if (delta === '') {
      return; // a signature, or odds
    }
    const isNew = this._steps.write(kind, delta);
    this._hasText ||= kind === 'text';
    if (isNew || this.waiting !== null) {
      this._begin();
      this._changed.emit();
    }
  }

  private _add(step: Step): void {
    this._steps.add(step);
    this._begin();
  }

  /** A step has begun. */
  private _begin(): void {
    this.waiting = null;
    this.state = 'streaming';
    this.isConcluding = false;
  }

  private _applyArtifact(event: Artifact): void {
    if (event.purpose === 'sent') {
      this.artifacts = [...this.artifacts, event];
    } else {
      this._add({ kind: 'picture', image: event.image });
    }
  }

  private _end(state: 'done' | 'error'): void {
    this.state = state;
    this.waiting = null;
    this._steps.close();
  }

  private _steps = new Steps();
  private _hasText = false;
  private readonly _changed = new Signal<this, void>(this);
}

export type ChatMessage = Question | Answer;

namespace Private {
  let count = 0;

  export function nextKey(): string {
    count += 1;
    return `message-${count}`;
  }
}
