import type { Interpretation, InterpretRequest, ModelInfo } from '../client/protocol';
import { RequestError, RestClient } from '../client/request';
import { FIGURE_TYPE, MimeBundle } from './figure-bundle';

/** What is asked of a figure, apart from the figure. */
export type FigureRequest = Omit<
  InterpretRequest,
  'mimebundle' | 'description' | 'image' | 'video' | 'model'
>;

/** A figure that the kernel may still hold, with all of its numbers. */
export interface IInterpretable {
  /** The entries of its output that matter. */
  readonly bundle: MimeBundle;
  /** What is to be read, as the server wants to be told. */
  readonly subject: Pick<InterpretRequest, 'mimebundle' | 'image' | 'video'>;
  /** Ask the kernel that drew it; null where it can't tell, for whatever reason. */
  askKernel(request: InterpretRequest): Promise<Interpretation | null>;
}

/** Three roads to an answer: the kernel's own numbers, what was saved, and a model when those don't do. */
export class Interpreter {
  constructor(private readonly _options: Interpreter.IOptions) {}

  /** The model that would be asked; null where there is none. */
  get model(): ModelInfo | null {
    const model = this._options.model();
    return model?.available ? model : null;
  }

  /** Answer without a model. */
  async interpret(
    figure: IInterpretable,
    request: FigureRequest
  ): Promise<Interpretation> {
    const exact = await this._askKernel(figure, request);
    return exact ?? this._askServer(figure, request, '');
  }

  /** Let the chosen model answer; what was found before goes along with the question. */
  askModel(figure: IInterpretable, request: FigureRequest): Promise<Interpretation> {
    return this._askServer(figure, request, this.model?.id ?? '');
  }

  /** Whether the chosen model could say more than this answer; one without sight knows no more of a picture. */
  couldAdd(request: FigureRequest, answer: Interpretation): boolean {
    if (!this._mayAsk(request) || answer.model !== '') {
      return false;
    }
    const isSeen = answer.badge === 'estimated' && this.model?.vision === true;
    return answer.answerer === 'nobody' || (isSeen && isWordy(request));
  }

  /** Whether the chosen model might answer what was refused. */
  couldReplace(request: FigureRequest, reason: unknown): boolean {
    const isRefused = reason instanceof RequestError && reason.status === 400;
    if (!isRefused || !this._mayAsk(request)) {
      return false;
    }
    return (
      request.task === 'answer' ||
      (request.task === 'describe' && this.model?.vision === true)
    );
  }

  /** Whether there is a model for this: what is asked by a button, or of two figures, is the reader's alone. */
  private _mayAsk(request: FigureRequest): boolean {
    return this.model !== null && !request.other && !request.query;
  }

  private async _askKernel(
    figure: IInterpretable,
    request: FigureRequest
  ): Promise<Interpretation | null> {
    // The kernel knows whole figures of its own; what is compared with another one, or cut out, is the server's.
    if (request.other || request.region || !(FIGURE_TYPE in figure.bundle)) {
      return null;
    }
    const mimebundle = { [FIGURE_TYPE]: figure.bundle[FIGURE_TYPE] };
    return figure.askKernel({ ...request, mimebundle });
  }

  private _askServer(
    figure: IInterpretable,
    request: FigureRequest,
    model: string
  ): Promise<Interpretation> {
    return this._options.rest.interpret({ ...request, ...figure.subject, model });
  }
}

export namespace Interpreter {
  export interface IOptions {
    readonly rest: Pick<RestClient, 'interpret'>;
    /** The model that is chosen now. */
    readonly model: () => ModelInfo | null;
  }
}

function isWordy(request: FigureRequest): boolean {
  return request.task === 'answer' || request.task === 'describe';
}
