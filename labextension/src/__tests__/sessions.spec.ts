import type { RestClient } from '../client/request';
import { SessionsModel } from '../models/sessions';

const session = (id: string) => ({
  id,
  title: id,
  created_at: '',
  updated_at: '',
  message_count: 0,
  running: false
});

describe('SessionsModel', () => {
  it('should show a conversation that was deleted no more', async () => {
    const rest = {
      sessions: async () => ({ sessions: [session('s1'), session('s2')] }),
      deleteSession: jest.fn().mockResolvedValue(undefined)
    };
    const model = new SessionsModel(rest as unknown as RestClient);
    await model.refresh();
    await model.remove('s1');
    expect(rest.deleteSession).toHaveBeenCalledWith('s1');
    expect(model.sessions.map(found => found.id)).toEqual(['s2']);
  });
});
