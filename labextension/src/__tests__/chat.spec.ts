import type { ChatRequest, SessionDetail } from '../client/protocol';
import { errorDetail, RequestError, RestClient } from '../client/request';
import { StreamClient } from '../client/stream';
import { ChatModel } from '../models/chat';
import { Answer, Question } from '../models/message';
import { FakeServer, pass } from './fake-socket';
import { sessionWith, stored } from './stored';

const SESSION = sessionWith({});

describe('ChatModel', () => {
  let server: FakeServer;
  let rest: jest.Mocked<Pick<RestClient, 'createSession' | 'session'>>;
  let chat: ChatModel;

  const last = () => chat.messages[chat.messages.length - 1] as Answer;
  const sent = () => server.frames.filter(frame => frame.type === 'chat').pop()?.request;
  const say = (event: object) => server.say(last().requestId, event);
  const answer = async (text: string) => {
    say({ type: 'started', model: 'm', backend: 'b', message_id: 'u1', answer_id: 'a1' });
    say({ type: 'text', delta: text });
    say({ type: 'done', finish_reason: 'stop' });
    await pass(1);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    server = new FakeServer();
    rest = {
      createSession: jest.fn().mockResolvedValue(SESSION),
      session: jest.fn()
    };
    chat = new ChatModel({
      rest: rest as unknown as RestClient,
      stream: new StreamClient({ connect: server.connect }),
      model: () => 'auto'
    });
  });

  afterEach(() => jest.useRealTimers());

  it('should show the question before anything is sent', () => {
    void chat.ask('Hi');
    expect(chat.messages[0]).toMatchObject({ role: 'user', prompt: 'Hi' });
    expect(chat.live).toBe(last());
    expect(server.frames).toEqual([]);
  });

  it('should ask in a session made for it and collect the answer', async () => {
    await chat.ask('Hi');
    await pass(1);
    await answer('Hello');
    expect(sent()).toMatchObject({ prompt: 'Hi', model: 'auto', session_id: 's1' });
    expect(last()).toMatchObject({ text: 'Hello', state: 'done', model: 'm' });
    expect((chat.messages[0] as Question).id).toBe('u1');
    expect(chat.live).toBeNull();
  });

  it('should collect what was read of figures, and the pictures of a turn', async () => {
    await chat.ask('Max?');
    await pass(1);
    say({ type: 'reading', name: 'cell 1', badge: 'exact', findings: [], answers: true });
    say({ type: 'artifact', purpose: 'sent', image: { type: 'image', data: 'AA' } });
    await answer('9');
    expect(last().readings).toMatchObject([{ name: 'cell 1', badge: 'exact' }]);
    expect(last().artifacts).toMatchObject([{ purpose: 'sent' }]);
    expect(last().text).toBe('9');
  });

  it('should replace question and answer when it regenerates', async () => {
    await chat.ask('Hi');
    await pass(1);
    await answer('Hello');
    await chat.regenerate(last(), 'better');
    await pass(1);
    expect(chat.messages).toHaveLength(2);
    expect(sent()).toMatchObject({ replace_from: 'u1', model: 'better', prompt: 'Hi' });
  });

  it('should replace an edited question and all after it', async () => {
    await chat.ask('Hi');
    await pass(1);
    await answer('Hello');
    const first = chat.messages[0] as Question;
    await chat.ask('Bye');
    await pass(1);
    await answer('Farewell');
    await chat.ask('Hi there', { replaceFrom: first });
    await pass(1);
    expect(chat.messages.map(message => message.role)).toEqual(['user', 'assistant']);
    expect(sent()).toMatchObject({ replace_from: 'u1', prompt: 'Hi there' });
  });

  it('should keep the question when no session can be made, and send it on retry', async () => {
    const refusal = new RequestError(errorDetail('overloaded', 'Busy.'), 'refused', 503);
    rest.createSession.mockRejectedValueOnce(refusal);
    await chat.ask('Hi');
    expect(last()).toMatchObject({ state: 'error', error: { message: 'Busy.' } });
    await chat.retry(last());
    await pass(1);
    expect(chat.messages).toHaveLength(2);
    expect(sent()).toMatchObject({ prompt: 'Hi', session_id: 's1' });
  });

  it('should replace what a refused edit was to replace when it is retried', async () => {
    await chat.ask('Hi');
    await pass(1);
    await answer('Hello');
    await chat.ask('Hi there', { replaceFrom: chat.messages[0] as Question });
    await pass(1);
    say({ type: 'error', error: errorDetail('overloaded', 'Busy.') });
    await pass(1);
    await chat.retry(last());
    await pass(1);
    expect(sent()).toMatchObject({ prompt: 'Hi there', replace_from: 'u1' });
  });

  it('should stop', async () => {
    await chat.ask('Hi');
    await pass(1);
    say({ type: 'text', delta: 'Hel' });
    chat.stop();
    await pass(1);
    expect(last()).toMatchObject({
      text: 'Hel',
      finishReason: 'cancelled',
      state: 'done'
    });
  });

  it('should go on with a running turn after a reload', async () => {
    const request: ChatRequest = { prompt: 'Hi' };
    server.receive(server.connect() as never, {
      type: 'chat',
      request_id: 'turn-0001',
      request
    });
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'Hel' });
    const asked = stored('u1', 'user', 'Hi', 'turn-0001');
    const going = { ...stored('a1', 'assistant', 'H', 'turn-0001'), running: true };
    const detail: SessionDetail = { ...SESSION, messages: [asked, going] };
    rest.session.mockResolvedValue(detail);
    await chat.load('s1');
    await pass(1);
    expect(chat.messages[0]).toMatchObject({ prompt: 'Hi' });
    expect(last()).toMatchObject({ text: 'Hel', state: 'streaming' });
    say({ type: 'text', delta: 'lo' });
    say({ type: 'done' });
    await pass(1);
    expect(last()).toMatchObject({ text: 'Hello', state: 'done' });
  });

  it('should show what was stored when the server no longer keeps the turn', async () => {
    const asked = stored('u1', 'user', 'Hi', null);
    const kept = stored('a1', 'assistant', 'Hello', 'turn-0001');
    const going = { ...kept, running: true };
    rest.session.mockResolvedValueOnce({
      ...SESSION,
      messages: [asked, going],
      queue: []
    });
    rest.session.mockResolvedValueOnce({
      ...SESSION,
      messages: [asked, kept],
      queue: []
    });
    await chat.load('s1');
    await pass(1);
    expect(last()).toMatchObject({ text: 'Hello', state: 'done' });
  });

  it('should say that an answer is lost whose server is gone but a moment', async () => {
    const asked = stored('u1', 'user', 'Hi', null);
    const going = { ...stored('a1', 'assistant', 'Hel', 'turn-0001'), running: true };
    rest.session.mockResolvedValue({ ...SESSION, messages: [asked, going] });
    await chat.load('s1');
    await pass(1);
    expect(last()).toMatchObject({ text: 'Hel', state: 'error' });
    expect(last().error?.code).toBe('unknown_turn');
    expect(rest.session).toHaveBeenCalledTimes(2);
  });

  it('should show what a model thought when its answer is stored', async () => {
    const kept = stored('a1', 'assistant', 'Hello', 'turn-0001');
    const thought = { type: 'reasoning' as const, text: 'Hm.', signature: '' };
    const messages = [{ ...kept, parts: [thought, ...kept.parts] }];
    rest.session.mockResolvedValue({ ...SESSION, messages });
    await chat.load('s1');
    expect(last()).toMatchObject({ text: 'Hello', reasoning: 'Hm.' });
  });
});
