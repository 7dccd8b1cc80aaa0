import { concludeLetter, replyLetter } from '../client/outbox';
import type { StreamClient } from '../client/stream';
import type { Answer } from './message';
import type { IInquiryStep } from './steps';

/** What a person says to an answer while it comes. */
export class Inbox {
  constructor(private readonly _stream: Pick<StreamClient, 'post'>) {}

  /** Reply to what the answer asks. */
  reply(answer: Answer, step: IInquiryStep, value: string): void {
    answer.replying(step.id, value);
    const onRefused = () => answer.replying(step.id, null);
    this._stream.post(replyLetter(answer.requestId, step.id, value, onRefused));
  }

  /** Have the model end its thinking and answer. */
  conclude(answer: Answer): void {
    answer.concluding(true);
    const onRefused = () => answer.concluding(false);
    this._stream.post(concludeLetter(answer.requestId, onRefused));
  }
}
