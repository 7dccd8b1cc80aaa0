import type { AnyEvent } from '../client/protocol';
import { newRequestId, StreamClient } from '../client/stream';
import { FakeServer, pass } from './fake-socket';

/** Numbers that look random and are the same at every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe('StreamClient', () => {
  let server: FakeServer;
  let client: StreamClient;
  let seen: AnyEvent[];
  const sink = (event: AnyEvent) => {
    seen.push(event);
  };
  const texts = () =>
    seen.map(event => (event.type === 'text' ? event.delta : event.type));

  beforeEach(() => {
    jest.useFakeTimers();
    server = new FakeServer();
    client = new StreamClient({ connect: server.connect });
    seen = [];
  });

  afterEach(() => {
    client.dispose();
    jest.useRealTimers();
  });

  it('should make ids that the server accepts', () => {
    expect(newRequestId()).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect(newRequestId()).not.toBe(newRequestId());
  });

  it('should send a question and hand on its events', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'a' });
    server.say('turn-0001', { type: 'done' });
    expect(texts()).toEqual(['a', 'done']);
  });

  it('should ask again by the same frame when nothing came before the loss', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.socket.drop();
    expect(client.state).toBe('reconnecting');
    await pass(1000);
    expect(server.frames.map(frame => frame.type)).toEqual(['chat', 'chat']);
    expect(client.state).toBe('open');
  });

  it('should resume after the last event seen', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'a' });
    server.socket.drop();
    server.say('turn-0001', { type: 'text', delta: 'b' });
    await pass(1000);
    expect(server.frames[1]).toMatchObject({ type: 'resume', seq: 0 });
    expect(texts()).toEqual(['a', 'b']);
  });

  it('should fetch what is missing when there is a gap', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'a' });
    server.socket.losing = 1;
    server.say('turn-0001', { type: 'text', delta: 'b' });
    server.say('turn-0001', { type: 'text', delta: 'c' });
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    'should neither lose nor double an event, whatever happens (%i)',
    async seed => {
      const random = randomNumbers(seed);
      client.start('turn-0001', { prompt: 'hello' }, sink);
      await pass(1);
      for (let word = 0; word < 60; word++) {
        const luck = random();
        if (luck < 0.15) {
          server.socket.drop();
        } else if (luck < 0.25) {
          server.socket.losing = 1 + Math.floor(random() * 3);
        } else if (luck < 0.35) {
          server.down = !server.down;
        }
        server.say('turn-0001', { type: 'text', delta: `${word}` });
        await pass(Math.floor(random() * 700));
      }
      server.down = false;
      server.socket.losing = 0;
      server.socket.drop();
      await pass(20000);
      server.say('turn-0001', { type: 'done' });
      expect(texts()).toEqual([...Array.from({ length: 60 }, (_, n) => `${n}`), 'done']);
    }
  );

  it('should keep several turns on one socket apart', async () => {
    const other: AnyEvent[] = [];
    client.start('turn-0001', { prompt: 'one' }, sink);
    client.start('turn-0002', { prompt: 'two' }, event => other.push(event));
    await pass(1);
    server.say('turn-0002', { type: 'text', delta: 'x' });
    server.say('turn-0001', { type: 'done' });
    expect(server.sockets).toHaveLength(1);
    expect([texts(), other.length]).toEqual([['done'], 1]);
  });

  it('should stop a turn once it has shown itself', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    client.cancel('turn-0001');
    expect(server.frames.map(frame => frame.type)).toEqual(['chat']);
    server.say('turn-0001', { type: 'queued', position: 1 });
    expect(seen[seen.length - 1]).toMatchObject({ finish_reason: 'cancelled' });
    expect(texts()).toContain('done');
  });

  it('should end a turn that never left when it is stopped offline', async () => {
    server.down = true;
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    client.cancel('turn-0001');
    expect(seen).toMatchObject([{ type: 'done', finish_reason: 'cancelled' }]);
    server.down = false;
    await pass(20000);
    expect(server.frames).toEqual([]);
  });

  it('should stop after a reconnection what was stopped during the loss', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'a' });
    server.socket.drop();
    client.cancel('turn-0001');
    await pass(1000);
    expect(seen[seen.length - 1]).toMatchObject({ finish_reason: 'cancelled' });
  });

  it('should hand on the refusal of a resumed turn that the server forgot', async () => {
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(1);
    server.say('turn-0001', { type: 'text', delta: 'a' });
    server.say('turn-0001', { type: 'text', delta: 'b' });
    server.socket.drop();
    server.logs.clear();
    await pass(1000);
    expect(texts()).toEqual(['a', 'b', 'error']);
  });

  it('should not reconnect while nothing is awaited', async () => {
    client.warmUp();
    await pass(1);
    server.socket.drop();
    await pass(60000);
    expect(server.sockets).toHaveLength(1);
    expect(client.state).toBe('idle');
  });

  it('should wait longer after each failure', async () => {
    server.down = true;
    client.start('turn-0001', { prompt: 'hello' }, sink);
    await pass(3000);
    const early = server.sockets.length;
    await pass(27000);
    expect(early).toBeLessThanOrEqual(6);
    expect(server.sockets.length - early).toBeLessThanOrEqual(6);
  });
});
