import type { ChatRequest } from '../client/protocol';
import { errorDetail, RestClient } from '../client/request';
import { StreamClient } from '../client/stream';
import { ChatModel } from '../models/chat';
import { Answer, Question } from '../models/message';
import type { IRefusal } from '../models/queue';
import { FakeServer, pass } from './fake-socket';
import { sessionWith, stored } from './stored';

const PICTURE = { type: 'image' as const, data: 'AA' };

describe('the queue of a conversation', () => {
  let server: FakeServer;
  let rest: jest.Mocked<Pick<RestClient, 'createSession' | 'session'>>;
  let chat: ChatModel;
  let first: Answer;

  const last = () => chat.messages[chat.messages.length - 1] as Answer;
  const queued = () => server.sent('queue');
  const prompts = () => chat.queue.questions.map(({ prompt }) => prompt);
  const asked = () =>
    chat.messages.flatMap(message =>
      message instanceof Question ? [message.prompt] : []
    );
  const put = async (prompt: string, request: Partial<ChatRequest> = {}) => {
    await chat.queue.put({ ...chat.compose(prompt), ...request });
    return queued()[queued().length - 1].request_id;
  };
  /** What the server does with the frames of its queue. */
  const take = (id: string, ...questions: [string, string][]) =>
    server.say(id, {
      type: 'queue',
      questions: questions.map(([of, prompt]) => ({ id: of, prompt, attachments: 0 }))
    });
  const end = async (answer: Answer, event: object) => {
    server.say(answer.requestId, event);
    await pass(1);
  };
  const WELL = { type: 'done', finish_reason: 'stop' };
  const STOPPED = { type: 'done', finish_reason: 'cancelled' };

  beforeEach(async () => {
    jest.useFakeTimers();
    server = new FakeServer();
    rest = {
      createSession: jest.fn().mockResolvedValue(sessionWith({})),
      session: jest.fn().mockResolvedValue(sessionWith({}))
    };
    chat = new ChatModel({
      rest: rest as unknown as RestClient,
      stream: new StreamClient({ connect: server.connect }),
      model: () => 'auto'
    });
    await chat.ask('Hi');
    await pass(1);
    first = last();
    server.say(first.requestId, { type: 'started', model: 'm', message_id: 'u1' });
  });

  afterEach(() => jest.useRealTimers());

  it('should let a question wait in its session', async () => {
    await put('And?', { attachments: [PICTURE] });
    expect(queued()).toMatchObject([
      {
        request: {
          prompt: 'And?',
          session_id: 's1',
          model: 'auto',
          attachments: [PICTURE]
        }
      }
    ]);
    expect(chat.queue.questions).toMatchObject([{ prompt: 'And?', attachments: 1 }]);
    expect(chat.live).toBe(first);
    expect(asked()).toEqual(['Hi']);
  });

  it('should let a question wait before its conversation is made', async () => {
    chat.startNew();
    void chat.ask('Hello');
    void chat.queue.put(chat.compose('And?'));
    expect(prompts()).toEqual(['And?']);
    await pass(1);
    expect(queued()).toMatchObject([{ request: { session_id: 's1' } }]);
  });

  it('should not ask what is taken back before its conversation is made', async () => {
    chat.startNew();
    void chat.ask('Hello');
    void chat.queue.put(chat.compose('And?'));
    chat.queue.remove(chat.queue.questions[0].id);
    await pass(1);
    expect(queued()).toMatchObject([{ request: null }]);
    expect(asked()).toEqual(['Hello']);
  });

  it('should show what the server says waits, and behind it what is on its way', async () => {
    const id = await put('mine');
    const other = await put('mine too');
    take(first.requestId, ['elsewhere', 'theirs'], [id, 'mine']);
    expect(prompts()).toEqual(['theirs', 'mine', 'mine too']);
    take(first.requestId, [other, 'mine too']);
    expect(prompts()).toEqual(['mine too']);
  });

  it('should go on with the first question when the answer has ended well', async () => {
    const id = await put('one', { attachments: [PICTURE] });
    const next = await put('two');
    take(first.requestId, [id, 'one'], [next, 'two']);
    server.begin(id);
    await end(first, WELL);
    expect(asked()).toEqual(['Hi', 'one']);
    expect(last().requestId).toBe(id);
    expect(last().question.attachments).toEqual([PICTURE]);
    expect(prompts()).toEqual(['two']);
    server.say(id, { type: 'text', delta: 'Yes.' });
    expect(last()).toMatchObject({ text: 'Yes.', state: 'streaming' });
    server.begin(next);
    await end(last(), WELL);
    expect(asked()).toEqual(['Hi', 'one', 'two']);
  });

  it.each([
    ['stopped', STOPPED],
    ['failed', { type: 'error', error: errorDetail('internal', 'Broken.') }]
  ])('should keep the questions after an answer that was %s', async (_, event) => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    await end(first, event);
    expect(asked()).toEqual(['Hi']);
    expect(prompts()).toEqual(['one']);
    expect(chat.live).toBeNull();
  });

  it('should ask a question at last that waited after a bad end', async () => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    await end(first, STOPPED);
    server.begin(id);
    await chat.queue.askNow(id);
    expect(queued()).toHaveLength(2);
    expect(queued()[1]).toMatchObject({ request_id: id, request: { prompt: 'one' } });
    server.say(id, { type: 'text', delta: 'Yes.' });
    expect(last()).toMatchObject({ requestId: id, text: 'Yes.' });
    expect(prompts()).toEqual([]);
  });

  it.each([
    ['well', WELL],
    ['badly', STOPPED]
  ])(
    'should follow a question that the server heard of after an answer ended %s',
    async (_, event) => {
      const id = await put('one');
      server.begin(id);
      await end(first, event);
      server.say(id, { type: 'text', delta: 'Yes.' });
      expect(last()).toMatchObject({ requestId: id, text: 'Yes.' });
    }
  );

  it('should follow at once a question behind which nothing is answered', async () => {
    await end(first, WELL);
    await put('one');
    expect(asked()).toEqual(['Hi', 'one']);
    expect(last().requestId).toBe(queued()[0].request_id);
    expect(server.sent('resume')).toMatchObject([{ request_id: last().requestId }]);
  });

  it('should follow a question of another page', async () => {
    take(first.requestId, ['elsewhere', 'theirs']);
    server.begin('elsewhere');
    await end(first, WELL);
    expect(last()).toMatchObject({ requestId: 'elsewhere' });
    expect(asked()).toEqual(['Hi', 'theirs']);
  });

  it('should not go on behind an answer that another question came after', async () => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    await chat.ask('Now!');
    await pass(1);
    expect(first.finishReason).toBe('cancelled');
    expect(asked()).toEqual(['Hi', 'Now!']);
    expect(prompts()).toEqual(['one']);
    server.begin(id);
    await end(last(), WELL);
    expect(asked()).toEqual(['Hi', 'Now!', 'one']);
  });

  it('should show nothing before the question that is answered, though an older one ends', async () => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    jest.spyOn(server, 'receive').mockImplementationOnce(() => undefined); // it came too late
    await chat.ask('Now!');
    await pass(1);
    await end(first, WELL);
    expect(asked()).toEqual(['Hi', 'Now!']);
    expect(chat.live).toBe(last());
  });

  it('should give a question back whole, and have it asked no more', async () => {
    const id = await put('one', { attachments: [PICTURE] });
    const request = await chat.queue.takeBack(id);
    expect(request).toMatchObject({ prompt: 'one', attachments: [PICTURE] });
    expect(queued()[1]).toMatchObject({ request_id: id, request: null });
    expect(prompts()).toEqual([]);
    expect(rest.session).not.toHaveBeenCalled();
  });

  it('should read a question of another page from the server to give it back', async () => {
    take(first.requestId, ['elsewhere', 'theirs']);
    const request = { prompt: 'theirs', attachments: [PICTURE] };
    rest.session.mockResolvedValue(
      sessionWith({ queue: [{ id: 'elsewhere', request }] })
    );
    expect(await chat.queue.takeBack('elsewhere')).toMatchObject(request);
    expect(queued()).toMatchObject([{ request_id: 'elsewhere', request: null }]);
  });

  it('should give back no question that waits no more', async () => {
    take(first.requestId, ['elsewhere', 'theirs']);
    expect(await chat.queue.takeBack('elsewhere')).toBeNull();
    expect(prompts()).toEqual([]);
    expect(queued()).toEqual([]);
  });

  it('should have a question asked no more that is removed', async () => {
    const id = await put('one');
    chat.queue.remove(id);
    expect(queued()[1]).toMatchObject({ request_id: id, request: null });
    await end(first, WELL);
    expect(asked()).toEqual(['Hi']);
  });

  it('should hand back the words of a question that may not wait', async () => {
    const refusals: IRefusal[] = [];
    chat.queue.refused.connect((_, refusal) => refusals.push(refusal));
    const id = await put('one', { attachments: [PICTURE] });
    server.refuse(id, 0, { code: 'rate_limited', message: 'Too many.' });
    expect(refusals).toMatchObject([
      { prompt: 'one', attachments: [PICTURE], error: { message: 'Too many.' } }
    ]);
    expect(prompts()).toEqual([]);
    expect(chat.live).toBe(first);
  });

  it('should hand back the words whose conversation can not be made', async () => {
    const refusals: IRefusal[] = [];
    chat.queue.refused.connect((_, refusal) => refusals.push(refusal));
    chat.startNew();
    rest.createSession.mockRejectedValueOnce(new Error('Busy.'));
    void chat.ask('Hello');
    void chat.queue.put(chat.compose('And?'));
    await pass(1);
    expect(refusals).toMatchObject([{ prompt: 'And?', error: { message: 'Busy.' } }]);
    expect(queued()).toEqual([]);
  });

  it('should ask again under its id a question that was refused when its turn came', async () => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    server.begin(id);
    await end(first, WELL);
    await end(last(), { type: 'error', error: errorDetail('overloaded', 'Busy.') });
    expect(last()).toMatchObject({ requestId: id, state: 'error' });
    server.begin(id);
    await chat.retry(last());
    expect(queued()[1]).toMatchObject({ request_id: id, request: { prompt: 'one' } });
    server.say(id, { type: 'text', delta: 'Yes.' });
    expect(asked()).toEqual(['Hi', 'one']);
    expect(last().text).toBe('Yes.');
  });

  it('should let a question wait on that another one went before', async () => {
    const id = await put('one');
    take(first.requestId, [id, 'one']);
    const messages = [
      stored('u1', 'user', 'Hi', null),
      stored('a1', 'assistant', 'Hello', first.requestId),
      stored('u2', 'user', 'theirs', null),
      { ...stored('a2', 'assistant', '', 'elsewhere'), running: true }
    ];
    const queue = [{ id, request: { prompt: 'one' } }];
    rest.session.mockResolvedValue(sessionWith({ messages, queue }));
    server.begin('elsewhere');
    await end(first, WELL); // nobody knows a turn of this id, so its question waits
    server.say('elsewhere', { type: 'text', delta: 'Theirs.' });
    expect(asked()).toEqual(['Hi', 'theirs']);
    expect(last().text).toBe('Theirs.');
    expect(prompts()).toEqual(['one']);
  });

  it('should show what waits in a stored conversation, and nothing in a new one', async () => {
    const queue = [{ id: 'q1', request: { prompt: 'one', attachments: [PICTURE] } }];
    rest.session.mockResolvedValue(sessionWith({ queue }));
    await chat.load('s1');
    expect(chat.queue.questions).toMatchObject([{ prompt: 'one', attachments: 1 }]);
    chat.startNew();
    expect(chat.queue.questions).toEqual([]);
  });

  it('should join what runs in the shown conversation though it was begun elsewhere', async () => {
    await end(first, WELL);
    const going = { ...stored('a2', 'assistant', '', 'elsewhere'), running: true };
    rest.session.mockResolvedValue(
      sessionWith({ messages: [stored('u2', 'user', 'theirs', null), going] })
    );
    server.begin('elsewhere');
    const turn = { session_id: 's1', started_at: '', awaits: '' };
    await chat.join({ ...turn, request_id: first.requestId });
    await chat.join({ ...turn, request_id: 'x', session_id: 's2' });
    expect(rest.session).not.toHaveBeenCalled();
    await chat.join({ ...turn, request_id: 'elsewhere' });
    expect(last()).toMatchObject({ requestId: 'elsewhere' });
  });

  it('should say what its person replies, and that the thinking is to end', async () => {
    const inquiry = { kind: 'question', text: 'Which?', details: '', choices: [] };
    const awaited: string[] = [];
    chat.awaited.connect((_, { id }) => awaited.push(id));
    server.say(first.requestId, { type: 'awaits', id: 'i1', inquiry });
    expect(awaited).toEqual(['i1']);
    const step = first.awaiting;
    chat.inbox.reply(first, step!, 'this');
    expect(first.awaiting?.sent).toBe('this');
    expect(server.sent('reply')).toMatchObject([{ id: 'i1', value: 'this' }]);
    server.refuse(first.requestId, -1, { code: 'conflict' });
    expect(first.awaiting).toMatchObject({ sent: null });
    chat.inbox.conclude(first);
    expect(first.isConcluding).toBe(true);
    expect(server.sent('conclude')).toMatchObject([{ request_id: first.requestId }]);
    server.refuse(first.requestId, -1, { code: 'unknown_turn' });
    expect(first.isConcluding).toBe(false);
    expect(first.isLive).toBe(true);
  });
});
