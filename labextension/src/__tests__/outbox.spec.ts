import { concludeLetter, queueLetter, replyLetter } from '../client/outbox';
import type { AnyEvent } from '../client/protocol';
import { StreamClient } from '../client/stream';
import { FakeServer, pass } from './fake-socket';

const TURN = 'turn-0001';
const NEXT = 'turn-0002';
const WAITING = { id: NEXT, prompt: 'and?', attachments: 0 };

describe('what a person says to a turn', () => {
  let server: FakeServer;
  let client: StreamClient;
  let seen: AnyEvent[];
  let refused: string[];
  const onRefused = ({ code }: { code: string }) => {
    refused.push(code);
  };
  const types = () => server.frames.map(frame => frame.type);
  const reply = (value = 'yes') => client.post(replyLetter(TURN, 'i1', value, onRefused));
  const queue = () => client.post(queueLetter(NEXT, { prompt: 'and?' }, onRefused));

  beforeEach(async () => {
    jest.useFakeTimers();
    server = new FakeServer();
    client = new StreamClient({ connect: server.connect });
    seen = [];
    refused = [];
    client.start(TURN, { prompt: 'hello' }, event => seen.push(event));
    await pass(1);
    server.say(TURN, { type: 'awaits', id: 'i1' });
  });

  afterEach(() => {
    client.dispose();
    jest.useRealTimers();
  });

  it('should be sent at once where the connection is open', () => {
    reply();
    client.post(concludeLetter(TURN, onRefused));
    queue();
    expect(server.frames.slice(1)).toEqual([
      { type: 'reply', request_id: TURN, id: 'i1', value: 'yes' },
      { type: 'conclude', request_id: TURN },
      { type: 'queue', request_id: NEXT, request: { prompt: 'and?' } }
    ]);
  });

  it('should be kept while there is no connection, and sent afterwards', async () => {
    server.socket.drop();
    reply();
    expect(server.sent('reply')).toEqual([]);
    await pass(1000);
    expect(server.sent('reply')).toMatchObject([{ id: 'i1', value: 'yes' }]);
  });

  it('should open a connection for what is said where nothing else is listened to', async () => {
    server.say(TURN, { type: 'done' });
    server.socket.drop();
    expect(client.state).toBe('idle');
    queue();
    await pass(1);
    expect(server.sent('queue')).toHaveLength(1);
  });

  it('should come back for what may have been lost where nothing else is listened to', async () => {
    server.say(TURN, { type: 'done' });
    queue();
    server.socket.drop();
    await pass(1000);
    expect(server.sent('queue')).toHaveLength(2);
  });

  it('should say a reply again that may have been lost with the connection', async () => {
    reply();
    server.socket.drop();
    await pass(1000);
    expect(server.sent('reply')).toHaveLength(2);
  });

  it('should say a reply that counts no more', async () => {
    reply();
    server.say(TURN, { type: 'replied', id: 'i1', value: 'yes' });
    server.socket.drop();
    await pass(1000);
    expect(server.sent('reply')).toHaveLength(1);
  });

  it('should go on after a reply that came too late', () => {
    reply();
    server.refuse(TURN, -1, { code: 'conflict' });
    server.say(TURN, { type: 'text', delta: 'a' });
    expect(refused).toEqual(['conflict']);
    expect(seen.map(event => event.type)).toEqual(['awaits', 'text']);
  });

  it('should not say again what was refused', async () => {
    reply();
    server.refuse(TURN, -1, { code: 'conflict' });
    server.socket.drop();
    await pass(1000);
    expect(server.sent('reply')).toHaveLength(1);
  });

  it('should end no other thinking than that it was said to', async () => {
    client.post(concludeLetter(TURN, onRefused));
    server.say(TURN, { type: 'reasoning', delta: 'hm' });
    server.say(TURN, { type: 'text', delta: 'a' });
    server.socket.drop();
    await pass(1000);
    expect(server.sent('conclude')).toHaveLength(1);
  });

  it('should tell why a question may not wait', () => {
    queue();
    server.refuse(NEXT, 0, { code: 'rate_limited' });
    expect(refused).toEqual(['rate_limited']);
    expect(seen.map(event => event.type)).toEqual(['awaits']);
  });

  it('should not ask again what is known to wait', async () => {
    queue();
    server.say(TURN, { type: 'queue', questions: [WAITING] });
    server.socket.drop();
    await pass(1000);
    expect(server.sent('queue')).toHaveLength(1);
  });

  it('should ask again what may have been lost, before it is listened to', async () => {
    queue();
    server.begin(NEXT);
    client.attach(NEXT, () => undefined);
    server.socket.drop();
    const before = server.frames.length;
    await pass(1000);
    const frames = server.frames
      .slice(before)
      .map(frame => [frame.type, frame.request_id]);
    const next = frames.filter(([, id]) => id === NEXT);
    expect(next).toEqual([
      ['queue', NEXT],
      ['resume', NEXT]
    ]);
  });

  it('should ask behind the question that it waits for', async () => {
    server.say(TURN, { type: 'done' });
    server.socket.drop();
    server.down = true;
    queue();
    client.start('turn-0003', { prompt: 'first' }, () => undefined);
    server.down = false;
    await pass(20_000);
    expect(types().slice(-2)).toEqual(['chat', 'queue']);
  });

  it('should not ask again what has surely arrived', async () => {
    queue();
    await pass(61_000);
    server.socket.drop();
    await pass(1000);
    expect(server.sent('queue')).toHaveLength(1);
  });

  it('should be forgotten with the client', async () => {
    server.socket.drop();
    reply();
    client.dispose();
    await pass(20_000);
    expect(server.sent('reply')).toEqual([]);
  });
});
