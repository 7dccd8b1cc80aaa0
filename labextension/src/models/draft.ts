import { InputModel } from '@jupyter/chat';
import { ISignal, Signal } from '@lumino/signaling';
import type { Part } from '../client/protocol';
import { draftOf, IDraftAttachment, isDraftAttachment } from './attachments';
import type { Question } from './message';

/** A question as it leaves the input. */
export interface IDraft {
  readonly prompt: string;
  readonly attachments: readonly Part[];
  /** The question that this one replaces. */
  readonly replaceFrom?: Question;
}

/** The question being written: its words, what is attached, and what it replaces. */
export class DraftModel {
  constructor() {
    this.input = new InputModel({ onSend: () => this._submitted.emit() });
    this.input.valueChanged.connect(this._onChanged, this);
    this.input.attachmentsChanged.connect(this._onChanged, this);
  }

  /** The input of @jupyter/chat: text, cursor, attachments, settings. */
  readonly input: InputModel;

  get attachments(): readonly IDraftAttachment[] {
    return this.input.attachments.filter(isDraftAttachment);
  }

  /** The earlier question that is being edited. */
  get editing(): Question | null {
    return this._editing;
  }

  get isEmpty(): boolean {
    return this.input.value.trim() === '' && this.attachments.length === 0;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The input is to get the keyboard. */
  get focusRequested(): ISignal<this, void> {
    return this._focusRequested;
  }

  /** Someone outside the input wants the question sent. */
  get submitted(): ISignal<this, void> {
    return this._submitted;
  }

  attach(...attachments: readonly IDraftAttachment[]): void {
    attachments.forEach(attachment => this.input.addAttachment(attachment));
  }

  detach(attachment: IDraftAttachment): void {
    this.input.removeAttachment(attachment);
  }

  /** What would be sent now. */
  peek(): IDraft {
    return {
      prompt: this.input.value.trim(),
      attachments: this.attachments.map(attachment => attachment.part),
      replaceFrom: this._editing ?? undefined
    };
  }

  /** Take the question out of the input. */
  take(): IDraft {
    const draft = this.peek();
    this.clear();
    return draft;
  }

  /** Put an earlier question into the input, to be sent in its place. */
  edit(question: Question): void {
    if (!this._editing && !this.isEmpty) {
      this._setAside = this.peek();
    }
    this._editing = question;
    this._fill(question.prompt, question.attachments);
    this.focus();
  }

  /** Leave the earlier question as it is; what was being written comes back. */
  cancelEdit(): void {
    const aside = this._setAside;
    this.clear();
    if (aside) {
      this._fill(aside.prompt, aside.attachments);
    }
    this.focus();
  }

  /** Put a question back that is not asked after all, before what is being written. */
  putBack(prompt: string, parts: readonly Part[]): void {
    const words = [prompt, this.input.value].filter(text => text.trim() !== '');
    this.input.value = words.join('\n\n');
    this.input.cursorIndex = this.input.value.length;
    this.attach(...parts.map(draftOf));
  }

  clear(): void {
    this._editing = null;
    this._setAside = null;
    this._fill('', []);
  }

  focus(): void {
    this._focusRequested.emit();
  }

  dispose(): void {
    this.input.dispose();
    Signal.clearData(this);
  }

  private _fill(prompt: string, parts: readonly Part[]): void {
    this.input.clearAttachments();
    this.input.value = prompt;
    this.input.cursorIndex = prompt.length;
    this.attach(...parts.map(draftOf));
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private _editing: Question | null = null;
  private _setAside: IDraft | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _focusRequested = new Signal<this, void>(this);
  private readonly _submitted = new Signal<this, void>(this);
}
