import type { AnyEvent, Inquiry, Part, SessionDetail } from '../client/protocol';
import { Answer, Question } from '../models/message';
import { replyInWords, Step, WordsStep } from '../models/steps';
import { messagesOf } from '../models/transcript';
import { sessionWith, stored } from './stored';

const INQUIRY: Inquiry = {
  kind: 'approval',
  text: 'Run it?',
  details: 'rm x',
  choices: [
    { id: 'yes', label: 'Run' },
    { id: 'no', label: 'Leave' }
  ]
};
const IMAGE = { type: 'image' as const, data: 'AA' };

/** What there is to see of steps. */
function shown(steps: readonly Step[]): unknown[] {
  return steps.map(step => {
    switch (step.kind) {
      case 'text':
      case 'reasoning':
        return [step.kind, step.text];
      case 'tool':
        return [step.name, step.arguments, step.result];
      case 'inquiry':
        return [step.inquiry.text, step.reply];
      case 'picture':
        return ['picture', step.image.data];
    }
  });
}

describe('the steps of an answer', () => {
  let answer: Answer;
  const apply = (...events: object[]) =>
    events.forEach(event => answer.apply(event as AnyEvent));

  beforeEach(() => {
    answer = new Answer(new Question('Hi', []), 'turn-0001', null);
  });

  const EVENTS = [
    { type: 'reasoning', delta: 'Hm' },
    { type: 'reasoning', delta: '.' },
    { type: 'text', delta: 'I ' },
    { type: 'text', delta: 'look.' },
    { type: 'tool_call', id: 'c1', name: 'ls', arguments: '{}' },
    { type: 'tool_result', id: 'c1', text: 'a.py' },
    { type: 'awaits', id: 'i1', inquiry: INQUIRY },
    { type: 'replied', id: 'i1', value: 'yes' },
    { type: 'reasoning', delta: 'So.' },
    { type: 'artifact', purpose: 'made', image: IMAGE },
    { type: 'text', delta: 'Done.' },
    { type: 'done', finish_reason: 'stop' }
  ];
  const STEPS = [
    ['reasoning', 'Hm.'],
    ['text', 'I look.'],
    ['ls', '{}', 'a.py'],
    ['Run it?', 'yes'],
    ['reasoning', 'So.'],
    ['picture', 'AA'],
    ['text', 'Done.']
  ];

  it('should stand in the order in which they came', () => {
    apply(...EVENTS);
    expect(shown(answer.steps)).toEqual(STEPS);
    expect(answer.text).toBe('I look.\n\nDone.');
    expect(answer.reasoning).toBe('Hm.\n\nSo.');
  });

  it('should be the same when they are read from a stored session', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'I ' },
      { type: 'text', text: 'look.' }, // a long text is stored in pieces
      { type: 'tool_call', id: 'c1', name: 'ls', arguments: '{}' },
      { type: 'tool_result', id: 'c1', text: 'a.py' },
      { type: 'inquiry', id: 'i1', inquiry: INQUIRY, reply: 'yes' },
      { type: 'reasoning', text: 'So.' },
      IMAGE,
      { type: 'text', text: 'Done.' }
    ];
    const [stored] = messagesOf(sessionOf({ parts })) as Answer[];
    expect(shown(stored.steps)).toEqual(STEPS);
    expect(stored).toMatchObject({ text: 'I look.\n\nDone.', reasoning: 'Hm.\n\nSo.' });
    expect(stored.hasText).toBe(true);
    expect(stored.openWords).toBeNull();
  });

  it('should draw the answer again for a new step only, not for more words', () => {
    let drawn = 0;
    answer.changed.connect(() => drawn++);
    apply({ type: 'reasoning', delta: 'a' }, { type: 'text', delta: 'b' });
    expect(drawn).toBe(2);
    const words: string[] = [];
    (answer.steps[1] as WordsStep).changed.connect((_, delta) => words.push(delta));
    apply({ type: 'text', delta: 'c' }, { type: 'text', delta: 'd' });
    expect(drawn).toBe(2);
    expect(words).toEqual(['c', 'd']);
  });

  it('should close words when something follows them, and at the end', () => {
    apply({ type: 'text', delta: 'a' });
    const [first] = answer.steps as WordsStep[];
    expect(answer.openWords).toBe(first);
    apply({ type: 'tool_call', id: 'c1', name: 'ls', arguments: '{}' });
    expect(first.isOpen).toBe(false);
    apply({ type: 'text', delta: 'b' });
    const last = answer.openWords;
    apply({ type: 'done' });
    expect(last?.isOpen).toBe(false);
    expect(answer.openWords).toBeNull();
  });

  it('should not begin with words that are empty', () => {
    apply({ type: 'reasoning', delta: '', signature: 'x' }, { type: 'text', delta: '' });
    expect(answer.steps).toEqual([]);
    expect(answer.hasText).toBe(false);
  });

  it('should give each of two calls of one name its own result', () => {
    const call = { type: 'tool_call', id: 'call_0', name: 'ls', arguments: '{}' };
    const results = ['a', 'b'].map(text => ({ type: 'tool_result', id: 'call_0', text }));
    apply(call, results[0], call, results[1]);
    expect(shown(answer.steps)).toEqual([
      ['ls', '{}', 'a'],
      ['ls', '{}', 'b']
    ]);
  });

  it('should tell what the answer rests for until somebody replied', () => {
    apply({ type: 'awaits', id: 'i1', inquiry: INQUIRY });
    expect(answer.awaiting?.id).toBe('i1');
    answer.replying('i1', 'no');
    expect(answer.awaiting).toMatchObject({ sent: 'no', reply: null });
    apply({ type: 'replied', id: 'i1', value: 'yes' });
    expect(answer.awaiting).toBeNull();
    expect(shown(answer.steps)).toEqual([['Run it?', 'yes']]);
  });

  it('should rest for nothing once the answer has ended without a reply', () => {
    apply({ type: 'awaits', id: 'i1', inquiry: INQUIRY });
    apply({ type: 'done', finish_reason: 'cancelled' });
    expect(answer.awaiting).toBeNull();
    expect(shown(answer.steps)).toEqual([['Run it?', null]]);
  });

  it('should say a reply in the words of its choice', () => {
    expect(replyInWords(INQUIRY, 'no')).toBe('Leave');
    expect(replyInWords(INQUIRY, 'Why?')).toBe('Why?');
  });

  it('should end being told to end the thinking with the next step', () => {
    apply({ type: 'reasoning', delta: 'a' });
    answer.concluding(true);
    apply({ type: 'reasoning', delta: 'b' });
    expect(answer.isConcluding).toBe(true);
    apply({ type: 'text', delta: 'c' });
    expect(answer.isConcluding).toBe(false);
  });

  it('should know its question as soon as that is kept', () => {
    const ids = { session_id: 's1', message_id: 'u1', answer_id: 'a1' };
    apply({ type: 'looking', ...ids });
    expect(answer.question.id).toBe('u1');
    expect(answer.waiting?.type).toBe('looking');
  });

  it('should know that it was cut by the end of its server', () => {
    apply({ type: 'error', error: { code: 'interrupted', message: 'Stopped.' } });
    expect(answer).toMatchObject({ state: 'error', isInterrupted: true });
    const cut = { interrupted: true, error: 'Stopped.' };
    const [stored] = messagesOf(sessionOf(cut)) as Answer[];
    expect(stored).toMatchObject({ state: 'error', isInterrupted: true });
  });
});

function sessionOf(answer: object): SessionDetail {
  const message = stored('a1', 'assistant', '', 'turn-0001');
  return sessionWith({ messages: [{ ...message, ...answer }] });
}
