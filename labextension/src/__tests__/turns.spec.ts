import type { TurnInfo } from '../client/protocol';
import { TurnsModel } from '../models/turns';
import { pass } from './fake-socket';

function turn(session: string | null, awaits = ''): TurnInfo {
  return { request_id: `of-${session}`, session_id: session, started_at: '', awaits };
}

describe('TurnsModel', () => {
  let running: TurnInfo[];
  let isVisible: boolean;
  let rest: { turns: jest.Mock };
  let turns: TurnsModel;

  beforeEach(() => {
    jest.useFakeTimers();
    running = [turn('s1'), turn('s2', 'Run it?')];
    isVisible = true;
    rest = { turns: jest.fn(() => Promise.resolve({ turns: running })) };
    turns = new TurnsModel({ rest, isVisible: () => isVisible });
  });

  afterEach(() => {
    turns.dispose();
    jest.useRealTimers();
  });

  it('should tell what a conversation waits for', async () => {
    await turns.refresh();
    expect(turns.of('s1')?.awaits).toBe('');
    expect(turns.of('s2')?.awaits).toBe('Run it?');
    expect(turns.of('s3')).toBeNull();
  });

  it('should count the conversations that are not shown', async () => {
    running = [turn('s1'), turn('s2'), turn('s2'), turn(null)];
    await turns.refresh();
    expect(turns.countOthers('s1')).toBe(1);
    expect(turns.countOthers(null)).toBe(2);
  });

  it('should look again after half a minute as long as something runs', async () => {
    await turns.refresh();
    await pass(29_000);
    expect(rest.turns).toHaveBeenCalledTimes(1);
    running = [];
    await pass(2000);
    expect(rest.turns).toHaveBeenCalledTimes(2);
    await pass(120_000);
    expect(rest.turns).toHaveBeenCalledTimes(2);
  });

  it('should not look while nobody sees the page', async () => {
    await turns.refresh();
    isVisible = false;
    await pass(120_000);
    expect(rest.turns).toHaveBeenCalledTimes(1);
    isVisible = true;
    await pass(31_000);
    expect(rest.turns).toHaveBeenCalledTimes(2);
  });

  it('should look again after a look that failed', async () => {
    await turns.refresh();
    rest.turns.mockRejectedValueOnce(new Error('gone'));
    await pass(61_000);
    expect(rest.turns).toHaveBeenCalledTimes(3);
  });
});
