import type { Part, SessionDetail, StoredMessage } from '../client/protocol';
import { errorDetail } from '../client/request';
import { Answer, ChatMessage, Question } from './message';

/** The text of a stored message. */
function textOf(parts: readonly Part[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

function answerOf(stored: StoredMessage, question: Question): Answer {
  const answer = new Answer(question, stored.request_id ?? stored.id, null);
  answer.text = textOf(stored.parts);
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
  answer.state = stored.error ? 'error' : 'done';
  answer.error = stored.error ? errorDetail('stored', stored.error) : null;
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
