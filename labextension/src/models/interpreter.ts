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

/** Three roads to an answer: the kernel's own numbers, what was saved, and a model only when those don't do. */
export class Interpreter {
  constructor(private readonly _options: Interpreter.IOptions) {}

  /** The model that would be asked; null where there is none. */
  get model(): ModelInfo | null {
    const model = this._options.model();
    return model?.available ? model : null;
  }

  /** Answer without a model if that is possible. */
  async interpret(
    figure: IInterpretable,
    request: FigureRequest
  ): Promise<Interpretation> {
    const exact = await this._askKernel(figure, request);
    if (exact) {
      return exact;
    }
    try {
      return await this._askServer(figure, request, '');
    } catch (reason) {
      if (needsModel(reason) && this.model) {
        return this.askModel(figure, request);
      }
      throw reason;
    }
  }

  /** Let the chosen model answer; what was found before goes along with the question. */
  askModel(figure: IInterpretable, request: FigureRequest): Promise<Interpretation> {
    return this._askServer(figure, request, this.model?.id ?? '');
  }

  private async _askKernel(
    figure: IInterpretable,
    request: FigureRequest
  ): Promise<Interpretation | null> {
    // The kernel knows its own figures only; the server has both of those that are compared.
    if (request.other || !(FIGURE_TYPE in figure.bundle)) {
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

/** Whether a question could not be understood, or answered, by rules alone. */
export function needsModel(reason: unknown): boolean {
  return (
    reason instanceof RequestError &&
    reason.status === 400 &&
    reason.detail.field === 'question'
  );
}
