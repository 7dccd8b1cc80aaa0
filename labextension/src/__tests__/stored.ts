import type { SessionDetail } from '../client/protocol';

/** A stored session, with these changes. */
export function sessionWith(changes: Partial<SessionDetail>): SessionDetail {
  return {
    id: 's1',
    title: 'Hi',
    created_at: '',
    updated_at: '',
    message_count: 0,
    running: false,
    messages: [],
    queue: [],
    ...changes
  };
}

/** A stored message. */
export function stored(
  id: string,
  role: 'user' | 'assistant',
  text: string,
  request_id: string | null
): SessionDetail['messages'][number] {
  return {
    id,
    role,
    parts: [{ type: 'text', text }],
    created_at: '',
    request_id,
    running: false,
    interrupted: false,
    notices: [],
    readings: []
  };
}
