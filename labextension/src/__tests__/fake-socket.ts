import type { AnyEvent, ChatFrame, ChatRequest, ErrorDetail } from '../client/protocol';
import type { ISocket } from '../client/stream';

type Frame = {
  type: string;
  request_id: string;
  seq?: number;
  request?: ChatRequest | null;
  id?: string;
  value?: string;
};

/** Words to a turn, which are no events of it. */
const WORDS = ['reply', 'conclude', 'queue'];

/** A server that keeps turns apart from sockets, as the real one does. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly frames: Frame[] = [];
  readonly logs = new Map<string, AnyEvent[]>();
  /** New sockets close at once. */
  down = false;

  readonly connect = (): ISocket => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    setTimeout(() => (this.down ? socket.drop() : socket.open()), 0);
    return socket;
  };

  get socket(): FakeSocket {
    return this.sockets[this.sockets.length - 1];
  }

  /** The frames of a type that came. */
  sent(type: string): Frame[] {
    return this.frames.filter(frame => frame.type === type);
  }

  receive(socket: FakeSocket, frame: Frame): void {
    this.frames.push(frame);
    if (WORDS.includes(frame.type)) {
      return; // a test says what becomes of them
    }
    if (frame.type === 'chat' && !this.logs.has(frame.request_id)) {
      this.logs.set(frame.request_id, []);
    }
    const log = this.logs.get(frame.request_id);
    if (!log) {
      const error = {
        code: 'unknown_turn',
        message: 'gone',
        next_step: '',
        request_id: ''
      };
      socket.deliver({ type: 'error', request_id: frame.request_id, seq: 0, error });
    } else if (frame.type === 'cancel') {
      this.say(frame.request_id, { type: 'done', finish_reason: 'cancelled' });
    } else {
      const after = frame.type === 'resume' ? (frame.seq ?? -1) : -1;
      log.slice(after + 1).forEach(event => socket.deliver(event));
    }
  }

  /** A turn is begun by the server itself, out of the queue. */
  begin(requestId: string): void {
    this.logs.set(requestId, []);
  }

  /** A frame is refused; with a number below nought, its turn goes on. */
  refuse(requestId: string, seq: number, error: Partial<ErrorDetail>): void {
    const detail = { code: '', message: '', next_step: '', request_id: '', ...error };
    this.socket.deliver({ type: 'error', request_id: requestId, seq, error: detail });
  }

  /** The turn goes on; whoever is connected hears of it. */
  say(requestId: string, event: object): void {
    const log = this.logs.get(requestId);
    if (log) {
      const stamped = { ...event, request_id: requestId, seq: log.length } as AnyEvent;
      log.push(stamped);
      this.socket.deliver(stamped);
    }
  }
}

export class FakeSocket implements ISocket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  /** The next deliveries are lost on the way, as none is on a real socket that stays open. */
  losing = 0;
  private _isOpen = false;

  constructor(private readonly _server: FakeServer) {}

  open(): void {
    this._isOpen = true;
    this.onopen?.({} as Event);
  }

  drop(): void {
    this._isOpen = false;
    this.onclose?.({} as CloseEvent);
  }

  close(): void {
    this._isOpen = false;
  }

  send(data: string): void {
    this._server.receive(this, JSON.parse(data) as ChatFrame);
  }

  deliver(event: AnyEvent): void {
    if (this.losing > 0) {
      this.losing -= 1;
    } else if (this._isOpen) {
      this.onmessage?.({ data: JSON.stringify(event) } as MessageEvent);
    }
  }
}

/** Let timers and promises run for some simulated milliseconds. */
export async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}
