import type {
  Artifact,
  ImagePart,
  Part,
  SessionDetail,
  StoredMessage
} from '../client/protocol';
import { errorDetail } from '../client/request';
import { Answer, AnswerState, ChatMessage, Question } from './message';

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

function artifactOf(image: ImagePart): Artifact {
  return { type: 'artifact', purpose: 'made', image, request_id: '', seq: -1 };
}

function answerOf(stored: StoredMessage, question: Question): Answer {
  const answer = new Answer(question, stored.request_id ?? stored.id, null);
  answer.text = textOf(stored.parts);
  answer.reasoning = stored.parts
    .map(part => (part.type === 'reasoning' ? part.text : ''))
    .join('');
  answer.artifacts = stored.parts.flatMap(part =>
    part.type === 'image' ? [artifactOf(part)] : []
  );
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
