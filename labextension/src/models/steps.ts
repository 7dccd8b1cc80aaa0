import { ISignal, Signal } from '@lumino/signaling';
import type { ImagePart, Inquiry, Part } from '../client/protocol';

/**
 * Words that come one after the other: of the answer, or of the thinking before it.
 *
 * They have a signal of their own, because it is emitted many times a second.
 */
export class WordsStep {
  constructor(
    readonly kind: 'text' | 'reasoning',
    private _text = ''
  ) {}

  get text(): string {
    return this._text;
  }

  /** Whether more may come. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  /** This came, or nothing more will: then it is empty. */
  get changed(): ISignal<this, string> {
    return this._changed;
  }

  append(delta: string): void {
    this._text += delta;
    this._changed.emit(delta);
  }

  close(): void {
    if (this._isOpen) {
      this._isOpen = false;
      this._changed.emit('');
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _isOpen = true;
  private readonly _changed = new Signal<this, string>(this);
}

/** A tool that was called. */
export interface IToolStep {
  readonly kind: 'tool';
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
  /** Null until it has answered. */
  readonly result: string | null;
}

/** What the person was asked in the middle of the answer. */
export interface IInquiryStep {
  readonly kind: 'inquiry';
  readonly id: string;
  readonly inquiry: Inquiry;
  /** Null until somebody replied. */
  readonly reply: string | null;
  /** What was sent from here; the server says whether it counts. */
  readonly sent: string | null;
}

/** A picture that the model made. */
export interface IPictureStep {
  readonly kind: 'picture';
  readonly image: ImagePart;
}

/** One thing that happened in an answer. */
export type Step = WordsStep | IToolStep | IInquiryStep | IPictureStep;

export function toolStep(call: Pick<IToolStep, 'id' | 'name' | 'arguments'>): IToolStep {
  const { id, name } = call;
  return { kind: 'tool', id, name, arguments: call.arguments, result: null };
}

export function inquiryStep(id: string, inquiry: Inquiry): IInquiryStep {
  return { kind: 'inquiry', id, inquiry, reply: null, sent: null };
}

/** What a reply says to its reader: the words of the choice it names, or itself. */
export function replyInWords(inquiry: Inquiry, reply: string): string {
  return inquiry.choices.find(choice => choice.id === reply)?.label ?? reply;
}

/** The steps of an answer in their order: they are added at the end, and what is there may be completed. */
export class Steps {
  get all(): readonly Step[] {
    return this._all;
  }

  get last(): Step | null {
    return this._all[this._all.length - 1] ?? null;
  }

  /** The words that are being written, if any are. */
  get open(): WordsStep | null {
    const { last } = this;
    return last instanceof WordsStep && last.isOpen ? last : null;
  }

  /** All words of a kind; those of two steps are paragraphs of their own. */
  joined(kind: WordsStep['kind']): string {
    const steps = this._all.filter(
      (step): step is WordsStep => step instanceof WordsStep && step.kind === kind
    );
    return steps.map(step => step.text).join('\n\n');
  }

  /** Write on; whether a new step was begun by it. */
  write(kind: WordsStep['kind'], delta: string): boolean {
    const { open } = this;
    if (open?.kind === kind) {
      open.append(delta);
      return false;
    }
    this.add(new WordsStep(kind, delta));
    return true;
  }

  add(step: Step): void {
    this.close();
    this._all = [...this._all, step];
  }

  /** No more words come to the last step. */
  close(): void {
    this.open?.close();
  }

  /** Take down what a tool answered; a result without its call tells nothing. */
  complete(id: string, result: string): void {
    this._replace(step =>
      // Some models number their calls anew in every round.
      step.kind === 'tool' && step.id === id && step.result === null
        ? { ...step, result }
        : step
    );
  }

  /** Take down what was replied to an inquiry, or is on its way. */
  reply(id: string, value: Partial<Pick<IInquiryStep, 'reply' | 'sent'>>): void {
    this._replace(step =>
      step.kind === 'inquiry' && step.id === id ? { ...step, ...value } : step
    );
  }

  dispose(): void {
    for (const step of this._all) {
      if (step instanceof WordsStep) {
        step.dispose();
      }
    }
  }

  private _replace(change: (step: Step) => Step): void {
    this._all = this._all.map(change);
  }

  private _all: readonly Step[] = [];
}

/** The steps of a stored answer. */
export function stepsOf(parts: readonly Part[]): Steps {
  const steps = new Steps();
  for (const part of parts) {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        // A long text is stored in several parts.
        if (part.text !== '') {
          steps.write(part.type, part.text);
        }
        break;
      case 'tool_call':
        steps.add(toolStep({ ...part, arguments: part.arguments ?? '{}' }));
        break;
      case 'tool_result':
        steps.complete(part.id, part.text);
        break;
      case 'inquiry':
        steps.add(inquiryStep(part.id, part.inquiry));
        steps.reply(part.id, { reply: part.reply ?? null });
        break;
      case 'image':
        steps.add({ kind: 'picture', image: part });
        break;
    }
  }
  return steps;
}
