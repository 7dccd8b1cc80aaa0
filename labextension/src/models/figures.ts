import { JSONExt } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';
import { Exchange, FigureLanguage, FigureReading, IFigure } from './figure-reading';
import type { Interpreter } from './interpreter';

/** Which question ended, and to which figure. */
export interface IEnded {
  readonly reading: FigureReading;
  readonly exchange: Exchange;
}

/** The figures that are being read in this window. */
export class FiguresModel {
  constructor(private readonly _options: FiguresModel.IOptions) {}

  get readings(): readonly FigureReading[] {
    return this._readings;
  }

  get interpreter(): Interpreter {
    return this._options.interpreter;
  }

  /** Readings came or went. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A question to any figure was answered, or not. */
  get ended(): ISignal<this, IEnded> {
    return this._ended;
  }

  /** A reading was asked for and wants to be seen, also when it was there before. */
  get opened(): ISignal<this, FigureReading> {
    return this._opened;
  }

  /** The reading of a figure: the one that is there, or a new one below the latest message. */
  open(figure: IFigure): FigureReading {
    let reading = this._readings.find(other => isSame(other.figure, figure));
    if (!reading) {
      const { interpreter, language, lastMessage } = this._options;
      reading = new FigureReading(figure, {
        interpreter,
        language,
        after: lastMessage()
      });
      reading.ended.connect(this._onEnded, this);
      this._readings = [...this._readings, reading];
      this._changed.emit();
    }
    this._opened.emit(reading);
    return reading;
  }

  close(reading: FigureReading): void {
    this._readings = this._readings.filter(other => other !== reading);
    reading.dispose();
    this._changed.emit();
  }

  /** Another conversation is shown: it begins without figures. */
  clear(): void {
    this._readings.forEach(reading => reading.dispose());
    this._readings = [];
    this._changed.emit();
  }

  /** The readings to show below a message, given all that are shown; those of lost ones go to the last. */
  below(message: string | null, shown: readonly string[]): readonly FigureReading[] {
    const last = shown[shown.length - 1] ?? null;
    return this._readings.filter(({ after }) => {
      const isLost = after !== null && !shown.includes(after);
      return (isLost ? last : after) === message;
    });
  }

  dispose(): void {
    this._readings.forEach(reading => reading.dispose());
    Signal.clearData(this);
  }

  private _onEnded(reading: FigureReading, exchange: Exchange): void {
    this._ended.emit({ reading, exchange });
  }

  private _readings: readonly FigureReading[] = [];
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IEnded>(this);
  private readonly _opened = new Signal<this, FigureReading>(this);
}

export namespace FiguresModel {
  export interface IOptions {
    readonly interpreter: Interpreter;
    /** The language Lab is shown in, as far as figures are worded in it. */
    readonly language: FigureLanguage;
    /** The key of the latest message of the conversation. */
    readonly lastMessage: () => string | null;
  }
}

/** The same output, still showing the same: a cell that ran again shows another figure. */
function isSame(one: IFigure, other: IFigure): boolean {
  return one.origin === other.origin && JSONExt.deepEqual(one.bundle, other.bundle);
}
