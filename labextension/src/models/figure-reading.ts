import { ISignal, Signal } from '@lumino/signaling';
import type {
  ErrorDetail,
  Finding,
  Interpretation,
  InterpretRequest,
  Offer
} from '../client/protocol';
import { detailOf } from '../client/request';
import type { IFigureText } from './figure-text';
import { FigureRequest, IInterpretable, Interpreter } from './interpreter';
import type { Region } from './region';
import type { ISourceFix } from './source-fix';

export type FigureTask = NonNullable<InterpretRequest['task']>;
export type FigureLanguage = 'en' | 'ru';

/** Where a figure stands in a notebook, and what may be done there when a button is pressed. */
export interface IFigurePlace {
  /** The source of the cell that drew the figure. */
  readonly source: string;
  /** Why nothing can be written there now; null when it can. */
  readonly obstacle: string | null;
  /** How many figures of the notebook have a caption of ours before this one. */
  readonly captionsBefore: number;
  /** The other figures of the notebook. */
  others(): readonly IFigure[];
  /** Put a fix into the cell; false when its source is another one by now. */
  apply(fix: ISourceFix): boolean;
  /** Put code into a new cell below. */
  insertCode(code: string): void;
  /** Write texts below the figure, or change those that are there. */
  write(text: IFigureText, language: FigureLanguage): void;
  /** Scroll the notebook to the figure. */
  reveal(): void;
}

/** Something to interpret, as it was when it was pointed at. */
export interface IFigure extends IInterpretable {
  /** What shows it: an output's model, or a picture that was attached. */
  readonly origin: object;
  readonly label: string;
  /** The picture's address; null where nothing but a specification is there. */
  readonly picture: string | null;
  /** Its place in a notebook; null for a picture that was attached. */
  readonly place: IFigurePlace | null;
}

/** One question to a figure and what became of it. */
export class Exchange {
  constructor(
    readonly task: FigureTask,
    readonly question: string,
    readonly region: Region | null,
    readonly other: IFigure | null,
    readonly language: FigureLanguage,
    /** The button that asked, where no words did. */
    readonly offer: Offer | null = null
  ) {}

  state: 'asking' | 'answered' | 'failed' = 'asking';
  answer: Interpretation | null = null;
  error: ErrorDetail | null = null;
  /** Whether the chosen model is asked, since nobody else knows, or since the user wants it. */
  byModel = false;
  /** Findings that the model is given. */
  found: readonly Finding[] = [];

  get request(): FigureRequest {
    const { task, question, region, language, offer } = this;
    return {
      task,
      question,
      language,
      ...(offer && { query: offer.query }),
      region: region ? [...region] : null,
      other: this.other ? { ...this.other.bundle } : null
    };
  }
}

/** A figure that is being read, with the questions asked so far. */
export class FigureReading {
  constructor(
    readonly figure: IFigure,
    private readonly _options: FigureReading.IOptions
  ) {
    this.key = Private.nextKey();
    this.after = _options.after;
    this._language = _options.language;
  }

  /** Stable within this page. */
  readonly key: string;
  /** The message of the conversation below which it is shown; null for its beginning. */
  after: string | null;

  get exchanges(): readonly Exchange[] {
    return this._exchanges;
  }

  get isBusy(): boolean {
    return this._exchanges.some(exchange => exchange.state === 'asking');
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** An exchange ended, well or not. */
  get ended(): ISignal<this, Exchange> {
    return this._ended;
  }

  /** The rectangle that questions are about; null for the whole picture. */
  get region(): Region | null {
    return this._region;
  }

  set region(region: Region | null) {
    this._region = region;
    this._changed.emit();
  }

  /** The figure that this one is compared with. */
  get other(): IFigure | null {
    return this._other;
  }

  set other(other: IFigure | null) {
    this._other = other;
    this._changed.emit();
  }

  /** The language of what is written, unless a question speaks another one. */
  get language(): FigureLanguage {
    return this._language;
  }

  set language(language: FigureLanguage) {
    this._language = language;
    this._changed.emit();
  }

  /** Ask in words. */
  async ask(question: string): Promise<void> {
    const words = question.trim();
    if (words !== '') {
      const language = languageOf(words, this._language);
      await this._run(new Exchange('answer', words, this._region, this._other, language));
    }
  }

  /** Ask exactly what a button says: of the whole figure, or of what the exchange that offers it was about. */
  async askOffer(offer: Offer, asked: Exchange | null = null): Promise<void> {
    const language = languageOf(offer.label, asked?.language ?? this._language);
    const region = asked?.region ?? null;
    await this._run(new Exchange('answer', '', region, null, language, offer));
  }

  /** Have something made of the figure: a description, a table, a check. */
  async run(task: FigureTask): Promise<void> {
    const region = task === 'describe' ? this._region : null;
    await this._run(new Exchange(task, '', region, null, this._language));
  }

  /** Ask the same of the chosen model. */
  async askModel(exchange: Exchange): Promise<void> {
    const { task, question, region, other, language } = exchange;
    const again = new Exchange(task, question, region, other, language);
    again.byModel = true;
    again.found = exchange.answer?.findings ?? [];
    await this._run(again);
  }

  /** Try again what failed, in its place. */
  async retry(exchange: Exchange): Promise<void> {
    exchange.state = 'asking';
    exchange.error = null;
    await this._finish(exchange);
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _run(exchange: Exchange): Promise<void> {
    this._exchanges = [...this._exchanges, exchange];
    await this._finish(exchange);
  }

  private async _finish(exchange: Exchange): Promise<void> {
    this._changed.emit();
    try {
      if (!exchange.byModel) {
        await this._read(exchange);
      }
      if (exchange.byModel) {
        await this._askModel(exchange);
      }
      exchange.state = 'answered';
    } catch (reason) {
      exchange.error = detailOf(reason);
      exchange.state = 'failed';
    }
    if (!this._isDisposed) {
      this._changed.emit();
      this._ended.emit(exchange);
    }
  }

  /** Read the figure; a question that stays open becomes one for the model. */
  private async _read(exchange: Exchange): Promise<void> {
    const { interpreter } = this._options;
    const { request } = exchange;
    try {
      exchange.answer = await interpreter.interpret(this.figure, request);
      exchange.byModel =
        exchange.answer.answerer === 'nobody' &&
        interpreter.couldAdd(request, exchange.answer);
    } catch (reason) {
      exchange.byModel = interpreter.couldReplace(request, reason);
      if (!exchange.byModel) {
        throw reason;
      }
    }
    if (exchange.byModel) {
      this._changed.emit(); // what was read is worth reading meanwhile
    }
  }

  private async _askModel(exchange: Exchange): Promise<void> {
    const findings = exchange.found;
    exchange.answer = await this._options.interpreter.askModel(this.figure, {
      ...exchange.request,
      findings: [...findings]
    });
  }

  private _exchanges: readonly Exchange[] = [];
  private _region: Region | null = null;
  private _other: IFigure | null = null;
  private _language: FigureLanguage;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, Exchange>(this);
}

export namespace FigureReading {
  export interface IOptions {
    readonly interpreter: Interpreter;
    readonly language: FigureLanguage;
    readonly after: string | null;
  }
}

/** A question in Cyrillic letters wants a Russian answer, one in Latin letters an English one. */
export function languageOf(question: string, otherwise: FigureLanguage): FigureLanguage {
  if (/\p{Script=Cyrillic}/u.test(question)) {
    return 'ru';
  }
  return /\p{Script=Latin}/u.test(question) ? 'en' : otherwise;
}

namespace Private {
  let count = 0;

  export function nextKey(): string {
    count += 1;
    return `figure-${count}`;
  }
}
