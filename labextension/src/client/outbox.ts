import type {
  AnyEvent,
  ChatRequest,
  ConcludeFrame,
  ErrorDetail,
  QueueFrame,
  ReplyFrame
} from './protocol';

/** Hears why the server does not do what a frame says. */
export type Refused = (error: ErrorDetail) => void;

type Words = ReplyFrame | ConcludeFrame | QueueFrame;

/** A frame that may not have arrived. */
export interface ILetter {
  readonly frame: Words;
  /** Whether this event shows that it did. */
  readonly isSettledBy: (event: AnyEvent) => boolean;
  readonly onRefused: Refused;
}

/** Milliseconds after which a frame has arrived: the server cuts a connection that is dead for less. */
const SURELY_ARRIVED = 60_000;

/** A reply to what a turn awaits. */
export function replyLetter(
  requestId: string,
  id: string,
  value: string,
  onRefused: Refused
): ILetter {
  return {
    frame: { type: 'reply', request_id: requestId, id, value },
    isSettledBy: event => event.type === 'replied' && event.id === id,
    onRefused
  };
}

/** The wish that a turn ends its thinking. */
export function concludeLetter(requestId: string, onRefused: Refused): ILetter {
  return {
    frame: { type: 'conclude', request_id: requestId },
    isSettledBy: event => event.type !== 'reasoning',
    onRefused
  };
}

/** A question that is to wait, or without a request one that is to wait no more. */
export function queueLetter(
  requestId: string,
  request: ChatRequest | null,
  onRefused: Refused
): ILetter {
  return {
    frame: { type: 'queue', request_id: requestId, request },
    isSettledBy: event =>
      event.type === 'queue' &&
      event.questions.some(({ id }) => id === requestId) === (request !== null),
    onRefused
  };
}

/** What people say to turns, kept until it is known to have arrived. */
export class Outbox {
  get isEmpty(): boolean {
    return this._letters.size === 0;
  }

  add(letter: ILetter): void {
    this._letters.set(letter, null);
  }

  /** Send a letter, or all of them once more. */
  send(send: (frame: Words) => void, letters = [...this._letters.keys()]): void {
    for (const letter of letters) {
      this._letters.set(letter, Date.now());
      send(letter.frame);
    }
  }

  /** Forget what an event shows to have arrived. */
  settle(event: AnyEvent): void {
    const hasEnded = event.type === 'done' || event.type === 'error';
    for (const letter of this._letters.keys()) {
      const isOwn = letter.frame.request_id === event.request_id;
      const isSettled =
        letter.frame.type === 'queue'
          ? isOwn || letter.isSettledBy(event) // its turn runs, or it waits
          : isOwn && (hasEnded || letter.isSettledBy(event));
      if (isSettled) {
        this._letters.delete(letter);
      }
    }
  }

  /** Tell whoever sent them that frames under this id were refused. */
  refuse(requestId: string, error: ErrorDetail): void {
    for (const letter of [...this._letters.keys()]) {
      if (letter.frame.request_id === requestId) {
        this._letters.delete(letter);
        letter.onRefused(error);
      }
    }
  }

  /** The connection is lost: keep only what has to be sent again. */
  keepDoubtful(isListenedTo: (requestId: string) => boolean): void {
    for (const [letter, sentAt] of this._letters) {
      const { frame } = letter;
      // A reply that comes twice is refused; a question that was answered long ago would be asked again.
      const isDoubtful =
        sentAt === null ||
        (frame.type === 'queue'
          ? Date.now() - sentAt < SURELY_ARRIVED
          : isListenedTo(frame.request_id));
      if (!isDoubtful) {
        this._letters.delete(letter);
      }
    }
  }

  clear(): void {
    this._letters.clear();
  }

  /** When each was sent last; null when it was not yet. */
  private readonly _letters = new Map<ILetter, number | null>();
}
