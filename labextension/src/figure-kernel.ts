import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { Interpretation, InterpretRequest } from './client/protocol';
import { figureId } from './models/figure-bundle';
import { interpretationOf } from './models/interpretation';

/** What is needed of a kernel's connection. */
export type FigureKernel = Pick<
  Kernel.IKernelConnection,
  'status' | 'info' | 'requestExecute'
>;

const ANSWER = 'rusoil_figure';
/** Milliseconds until an answer is sought elsewhere. The first question to a kernel loads what answers it. */
const PATIENCE = 15_000;

/**
 * Ask the kernel about a figure it may still hold.
 *
 * Nothing is executed in the user's name: an expression is evaluated silently, without a number in the
 * history. Null where there is no answer: the kernel works, is another language's, knows neither us nor the figure,
 * or could not understand.
 */
export async function askKernel(
  kernel: FigureKernel | null,
  request: InterpretRequest,
  patience = PATIENCE
): Promise<Interpretation | null> {
  const id = figureId(request.mimebundle as Parameters<typeof figureId>[0]);
  if (!kernel || kernel.status !== 'idle' || id === '') {
    return null;
  }
  const info = await kernel.info;
  if (info.language_info.name !== 'python') {
    return null;
  }
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { [ANSWER]: expression(id, request) }
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), patience);
  });
  try {
    const reply = await Promise.race([future.done, late]);
    return reply ? answerOf(reply) : null;
  } catch {
    return null; // the kernel died or was restarted meanwhile: what was saved is still there
  } finally {
    clearTimeout(timer);
    future.dispose();
  }
}

/** Python that answers as JSON. Texts go in as literals, so that nothing of them can become code. */
export function expression(id: string, request: InterpretRequest): string {
  const answer =
    `__import__('rusoil_jupyter_kernel.figures', fromlist=['answer_json'])` +
    `.answer_json(${literal(id)}, ${literal(JSON.stringify(request))})`;
  return `__import__('IPython.display', fromlist=['JSON']).JSON(${answer})`;
}

/** A text as a Python literal. JSON's escapes mean the same there, and halves of characters are escaped. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function answerOf(reply: KernelMessage.IExecuteReplyMsg): Interpretation | null {
  if (reply.content.status !== 'ok') {
    return null;
  }
  const result = reply.content.user_expressions[ANSWER];
  if (typeof result !== 'object' || result === null || !('data' in result)) {
    return null;
  }
  const data = result.data as Record<string, unknown>;
  return interpretationOf(data['application/json']);
}
