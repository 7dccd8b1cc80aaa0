import type { RestClient } from '../client/request';
import { RunningTurns } from '../models/running';
import { SessionsModel } from '../models/sessions';

describe('SessionsModel', () => {
  it('should keep no words of a conversation that was deleted', async () => {
    const rest = { deleteSession: jest.fn().mockResolvedValue(undefined) };
    const saved = new Map<string, unknown>();
    const state = {
      fetch: async (key: string) => saved.get(key),
      save: async (key: string, value: unknown) => void saved.set(key, value)
    };
    const running = new RunningTurns(state as never);
    await running.add({ requestId: 'turn-0001', sessionId: 's1', prompt: 'Secret' });
    await running.add({ requestId: 'turn-0002', sessionId: 's2', prompt: 'Another' });
    await new SessionsModel(rest as unknown as RestClient, running).remove('s1');
    expect(JSON.stringify([...saved])).not.toContain('Secret');
    expect(await running.of('s2')).toMatchObject({ prompt: 'Another' });
  });
});
