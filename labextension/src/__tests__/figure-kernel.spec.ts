import type { InterpretRequest } from '../client/protocol';
import { askKernel, expression, FigureKernel } from '../figure-kernel';
import { DESCRIBED, interpretation } from './figures-fakes';

const REQUEST: InterpretRequest = { mimebundle: { ...DESCRIBED }, question: 'max' };

interface IExecuted {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
}

/** A kernel that evaluates our expression to this reply. */
function kernel(reply: Promise<unknown>, changes: object = {}) {
  const executed: IExecuted[] = [];
  const fake = {
    status: 'idle',
    info: Promise.resolve({ language_info: { name: 'python' } }),
    requestExecute: (content: IExecuted) => {
      executed.push(content);
      return { done: reply, dispose: () => undefined };
    },
    ...changes
  };
  return { executed, connection: fake as unknown as FigureKernel };
}

function replied(value: unknown): Promise<unknown> {
  const result = { status: 'ok', data: { 'application/json': value }, metadata: {} };
  const user_expressions = { rusoil_figure: result };
  return Promise.resolve({ content: { status: 'ok', user_expressions } });
}

describe('askKernel', () => {
  it('should bring an exact answer without running anything in the user’s name', async () => {
    const { connection, executed } = kernel(replied(interpretation()));
    expect(await askKernel(connection, REQUEST)).toEqual(interpretation());
    expect(executed).toMatchObject([{ code: '', silent: true, store_history: false }]);
  });

  it('should fill in what a kernel leaves out', async () => {
    const { connection } = kernel(replied({ text: 'Nine.', badge: 'exact' }));
    expect(await askKernel(connection, REQUEST)).toMatchObject({
      findings: [],
      notices: []
    });
  });

  it('should take an answer without a badge that says that nobody answered', async () => {
    const { connection } = kernel(
      replied({ text: 'Not understood.', badge: null, answerer: 'nobody' })
    );
    expect(await askKernel(connection, REQUEST)).toMatchObject({ answerer: 'nobody' });
  });

  it.each([
    ['is not here', replied({ status: 'not_here' })],
    ['is no interpretation', replied({ text: 'x', badge: 'certain' })],
    ['says neither how sure it is nor who answers', replied({ text: 'x', badge: null })],
    ['is an error', Promise.resolve({ content: { status: 'error' } })],
    [
      'needs a package that is missing',
      Promise.resolve({
        content: {
          status: 'ok',
          user_expressions: { rusoil_figure: { status: 'error', ename: 'E' } }
        }
      })
    ],
    ['never comes since the kernel died', Promise.reject(new Error('Canceled'))]
  ])('should have no answer when it %s', async (_, reply) => {
    expect(await askKernel(kernel(reply).connection, REQUEST)).toBeNull();
  });

  it('should not wait for a kernel that works, or does not answer', async () => {
    const never = new Promise(() => undefined);
    const busy = kernel(never, { status: 'busy' });
    expect(await askKernel(busy.connection, REQUEST)).toBeNull();
    expect(busy.executed).toEqual([]);
    expect(await askKernel(kernel(never).connection, REQUEST, 1)).toBeNull();
  });

  it('should not ask a kernel of another language, nor about a figure without an id', async () => {
    const info = Promise.resolve({ language_info: { name: 'R' } });
    const other = kernel(replied(interpretation()), { info });
    expect(await askKernel(other.connection, REQUEST)).toBeNull();
    expect(await askKernel(null, REQUEST)).toBeNull();
    const python = kernel(replied(interpretation()));
    const bad = { 'application/vnd.rusoil.figure.v1+json': { id: '"); evil("' } };
    expect(await askKernel(python.connection, { mimebundle: bad })).toBeNull();
    expect([...other.executed, ...python.executed]).toEqual([]);
  });
});

describe('expression', () => {
  it('should keep what a user typed inside of a literal', () => {
    const question = `'); import os; ("\\" \n \u2028 \ud83d\ude00 \ud83d`;
    const code = expression('ab', { question });
    // Python and JSON agree on every escape that JSON writes, so that JSON can tell what Python will read.
    const literal = /answer_json\("ab", (".*")\)\)$/s.exec(code)?.[1] ?? '';
    expect(literal).not.toContain('\n');
    const request: unknown = JSON.parse(JSON.parse(literal) as string);
    expect(request).toEqual({ question });
  });
});
