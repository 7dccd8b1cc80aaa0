import { ISignal, Signal } from '@lumino/signaling';
import type {
  AnyEvent,
  ChatRequest,
  Part,
  SessionDetail,
  SessionInfo,
  TurnInfo
} from '../client/protocol';
import { detailOf, RestClient } from '../client/request';
import { newRequestId, StreamClient } from '../client/stream';
import { Inbox } from './inbox';
import { Answer, ChatMessage, Question } from './message';
import { IWaiting, QueueModel } from './queue';
import type { IInquiryStep } from './steps';
import { keeps, messagesOf } from './transcript';

/** What a question needs beyond its words. */
export interface IAskOptions {
  readonly attachments?: readonly Part[];
  /** A model other than the chosen one, for this question only. */
  readonly model?: string;
  /** The message of the session that this question replaces, with everything after it. */
  readonly replaceFrom?: Question;
}

const TITLE_LENGTH = 60;

/** One conversation: its messages and the turn that is under way. No DOM. */
export class ChatModel {
  constructor(private readonly _options: ChatModel.IOptions) {
    const { rest, stream } = _options;
    this.queue = new QueueModel({
      rest,
      stream,
      session: async () => this._session ?? this._creating,
      isLive: () => this.live !== null,
      follow: waiting => this._follow(waiting)
    });
    this.inbox = new Inbox(stream);
  }

  /** The questions that wait for the answer that is coming. */
  readonly queue: QueueModel;
  /** The way to the answer that is coming. */
  readonly inbox: Inbox;

  get messages(): readonly ChatMessage[] {
    return this._messages;
  }

  get session(): SessionInfo | null {
    return this._session;
  }

  /** The answer that is coming, if one is. */
  get live(): Answer | null {
    const last = this._messages[this._messages.length - 1];
    return last instanceof Answer && last.isLive ? last : null;
  }

  get isLoading(): boolean {
    return this._loading;
  }

  /** Messages came or went, a turn began or ended, or another session is shown. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A turn of this page ended, well or not. */
  get turnEnded(): ISignal<this, Answer> {
    return this._turnEnded;
  }

  /** The answer that is coming asks its person something. */
  get awaited(): ISignal<this, IInquiryStep> {
    return this._awaited;
  }

  /** The session shown is another one, or has another title. */
  get sessionChanged(): ISignal<this, SessionInfo | null> {
    return this._sessionChanged;
  }

  /** What will be sent, exactly, apart from the session's id. */
  compose(prompt: string, options: IAskOptions = {}): ChatRequest {
    return {
      prompt,
      attachments: [...(options.attachments ?? [])],
      model: options.model ?? this._options.model()
    };
  }

  /** Ask. The question is on screen before anything is sent, and stays there whatever happens. */
  async ask(prompt: string, options: IAskOptions = {}): Promise<void> {
    this.stop();
    const request = this.compose(prompt, options);
    const replaced = options.replaceFrom;
    if (replaced) {
      request.replace_from = replaced.id ?? this._replacedBy(replaced);
      this._dropFrom(replaced);
    }
    await this._send(new Question(prompt, options.attachments ?? []), request);
  }

  /** Show what is being answered in the shown conversation, if that was begun elsewhere. */
  async join(turn: TurnInfo): Promise<void> {
    const isKnown = this._messages.some(
      message => message instanceof Answer && message.requestId === turn.request_id
    );
    if (!this.live && !isKnown && this._session && this._session.id === turn.session_id) {
      await this.load(this._session.id);
    }
  }

  /** Ask the same again; with another model if one is named. */
  async regenerate(answer: Answer, model?: string): Promise<void> {
    const { prompt, attachments } = answer.question;
    await this.ask(prompt, { attachments, model, replaceFrom: answer.question });
  }

  /** Send a failed turn again, as it was. */
  async retry(answer: Answer): Promise<void> {
    const { question, request } = answer;
    if (answer.error?.code === 'unknown_session') {
      this._session = null; // deleted elsewhere: go on in a new one
      this._dropFrom(question);
      return this.ask(question.prompt, { attachments: question.attachments });
    }
    if (question.id === null && this._followed.has(answer)) {
      this._dropFrom(question);
      this._changed.emit();
      return this.queue.askAgain(answer.requestId, answer.request); // there it still waits
    }
    if (question.id !== null || !request) {
      return this.regenerate(answer);
    }
    // The server never took this question, so what it was to replace is still there.
    this._dropFrom(question);
    await this._send(new Question(question.prompt, question.attachments), request);
  }

  /** Stop the answer that is coming; what came stays. */
  stop(): void {
    const live = this.live;
    if (live) {
      this._options.stream.cancel(live.requestId);
    }
  }

  /** Begin an empty conversation; it exists on the server from its first question. */
  startNew(): void {
    this._show(null);
  }

  /** Show a stored session and go on listening to its turn if one still runs. */
  async load(id: string): Promise<void> {
    const wanted = ++this._loads;
    this._loading = true;
    this._changed.emit();
    try {
      const detail = await this._options.rest.session(id);
      if (wanted === this._loads) {
        this._show(detail);
        this._rejoin();
      }
    } finally {
      if (wanted === this._loads) {
        this._loading = false;
        this._changed.emit();
      }
    }
  }

  /** Take over a new title that the session list knows of. */
  updateSession(session: SessionInfo): void {
    if (this._session?.id === session.id && this._session.title !== session.title) {
      this._session = session;
      this._sessionChanged.emit(session);
    }
  }

  dispose(): void {
    this.queue.dispose();
    Signal.clearData(this);
  }

  private async _send(question: Question, request: ChatRequest): Promise<void> {
    const answer = new Answer(question, newRequestId(), request);
    this._messages = [...this._messages, question, answer];
    this._changed.emit();
    let session: SessionInfo;
    try {
      session = this._session ?? (await this._createSession(question.prompt));
    } catch (reason) {
      answer.fail(detailOf(reason));
      this._changed.emit();
      return;
    }
    if (!this._messages.includes(answer)) {
      return; // another conversation was opened meanwhile
    }
    request.session_id = session.id;
    if (this._session !== session) {
      this._session = session;
      this._sessionChanged.emit(session);
    }
    this._listen(answer, sink => {
      this._options.stream.start(answer.requestId, request, sink);
    });
  }

  private async _createSession(prompt: string): Promise<SessionInfo> {
    const title = prompt.trim().split('\n')[0].slice(0, TITLE_LENGTH);
    const creating = this._options.rest.createSession(title);
    this._creating = creating;
    try {
      return await creating;
    } finally {
      if (this._creating === creating) {
        this._creating = null;
      }
    }
  }

  private _listen(
    answer: Answer,
    begin: (sink: (event: AnyEvent) => void) => void
  ): void {
    begin(event => {
      if (event.type === 'text' && !answer.hasText) {
        performance.mark(`rusoil:first-event:${answer.requestId}`);
      }
      answer.apply(event);
      if (event.type === 'queue') {
        this.queue.replace(event.questions);
      } else if (event.type === 'awaits' && answer.awaiting) {
        this._awaited.emit(answer.awaiting);
      }
      if (!answer.isLive) {
        void this._onEnd(answer);
      }
    });
  }

  private async _onEnd(answer: Answer): Promise<void> {
    this._changed.emit();
    this._turnEnded.emit(answer);
    if (answer.error?.code === 'unknown_turn' && this._session) {
      // The turn ended while nobody listened; the session has what became of it.
      await this._recover(answer, this._session.id);
    } else if (answer === this._messages[this._messages.length - 1]) {
      this.queue.goOn(answer.state === 'done' && answer.finishReason !== 'cancelled');
    }
  }

  /** Show a question that the server takes out of the queue by itself, and listen to its turn. */
  private _follow({ id, prompt, request }: IWaiting): void {
    const question = new Question(prompt, request?.attachments ?? []);
    const answer = new Answer(question, id, request);
    this._followed.add(answer);
    this._messages = [...this._messages, question, answer];
    this._listen(answer, sink => this._options.stream.attach(id, sink));
    this._changed.emit();
  }

  private async _recover(answer: Answer, sessionId: string): Promise<void> {
    const detail = await this._options.rest.session(sessionId).catch(() => null);
    // What was taken out of the queue elsewhere can't be asked again from here.
    const isGone = this._followed.has(answer) && !answer.request;
    const isKept = isGone || (detail !== null && keeps(detail, answer.requestId));
    if (!detail || !isKept || !this._messages.includes(answer)) {
      return;
    }
    this._show(detail);
    const { live } = this;
    if (live?.requestId === answer.requestId && answer.error) {
      live.fail(answer.error); // its server is gone, and the session does not know yet
    } else {
      this._rejoin();
    }
  }

  /** Go on with the turn that a session's last answer comes from, whoever began it and where. */
  private _rejoin(): void {
    const known = this.live;
    if (!known) {
      return;
    }
    const answer = new Answer(known.question, known.requestId, null);
    this._messages = [...this._messages.slice(0, -1), answer];
    this._listen(answer, sink => this._options.stream.attach(answer.requestId, sink));
    this._changed.emit();
  }

  private _show(session: SessionDetail | null): void {
    const live = this.live;
    if (live) {
      this._options.stream.detach(live.requestId);
    }
    this._messages = session ? messagesOf(session) : [];
    this._session = session;
    this.queue.load(session?.queue ?? []);
    this._changed.emit();
    this._sessionChanged.emit(session);
  }

  /** What the failed turn of a question was to replace. */
  private _replacedBy(question: Question): string | null {
    const answer = this._messages.find(
      (message): message is Answer =>
        message instanceof Answer && message.question === question
    );
    return answer?.request?.replace_from ?? null;
  }

  private _dropFrom(question: Question): void {
    const at = this._messages.indexOf(question);
    if (at >= 0) {
      this._messages = this._messages.slice(0, at);
    }
  }

  private _messages: ChatMessage[] = [];
  private _session: SessionInfo | null = null;
  private _loading = false;
  private _loads = 0;
  /** The answers to questions out of the queue. */
  private readonly _followed = new WeakSet<Answer>();
  /** The session that is being made for the first question. */
  private _creating: Promise<SessionInfo> | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _turnEnded = new Signal<this, Answer>(this);
  private readonly _awaited = new Signal<this, IInquiryStep>(this);
  private readonly _sessionChanged = new Signal<this, SessionInfo | null>(this);
}

export namespace ChatModel {
  export interface IOptions {
    readonly rest: RestClient;
    readonly stream: StreamClient;
    /** The model that is chosen now. */
    readonly model: () => string;
  }
}
