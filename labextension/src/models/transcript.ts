import type { Part, SessionDetail, StoredMessage } from '../client/protocol';
import { errorDetail } from '../client/request';
import { Answer, AnswerState, ChatMessage, Question } from './message';
import { stepsOf } from './steps';

/** The text of a stored message. */
function textOf(parts: readonly Part[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

function stateOf(stored: StoredMessage): AnswerState {
  if (stored.running) {
    return 'streaming';
  }
  return stored.error ? 'error' : 'done';
}

function answerOf(stored: StoredMessage, question: Question): Answer {
  const answer = new Answer(question, stored.request_id ?? stored.id, null);
  answer.model = stored.model ?? null;
  answer.usage = stored.usage ?? null;
  answer.finishReason = stored.finish_reason ?? null;
  answer.readings = stored.readings;
  answer.notices = stored.notices.map(message => ({
    code: 'stored',
    message,
    next_step: '',
    suggested_models: []
  }));
  answer.state = stateOf(stored);
  answer.isInterrupted = stored.interrupted;
  answer.error = stored.error ? errorDetail('stored', stored.error) : null;
  answer.restore(stepsOf(stored.parts));
  return answer;
}

/** The messages of a stored session, each answer with the question before it. */
export function messagesOf(session: SessionDetail): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let question = new Question('', []);
  for (const stored of session.messages) {
    if (stored.role === 'user') {
      const attachments = stored.parts.filter(part => part.type !== 'text');
      question = new Question(textOf(stored.parts), attachments, stored.id);
      messages.push(question);
    } else if (stored.role === 'assistant') {
      messages.push(answerOf(stored, question));
    }
  }
  return messages;
}

/** Whether an answer is stored in a session, or its question waits there: another one went before it. */
export function keeps({ messages, queue }: SessionDetail, requestId: string): boolean {
  const isStored = messages.some(
    ({ role, request_id }) => role === 'assistant' && request_id === requestId
  );
  return isStored || queue.some(({ id }) => id === requestId);
}
