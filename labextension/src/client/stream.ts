import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import { ILetter, Outbox } from './outbox';
import type {
  AnyEvent,
  CancelFrame,
  ChatFrame,
  ChatRequest,
  ResumeFrame
} from './protocol';

/** The part of the browser's WebSocket that the stream needs; tests bring their own. */
export interface ISocket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

/** `idle`: nothing to listen for; `reconnecting`: turns are waiting for a lost connection. */
export type StreamState = 'idle' | 'connecting' | 'open' | 'reconnecting';

export type EventSink = (event: AnyEvent) => void;

const FIRST_DELAY = 250;
const LONGEST_DELAY = 8000;
const GAP_PATIENCE = 5000;

/**
 * Many turns on one WebSocket.
 *
 * Every event reaches its sink once and in order, however often the connection is lost: events that
 * were seen are dropped, and on a gap the turn is resumed after the last one seen.
 */
export class StreamClient implements IDisposable {
  constructor(options: StreamClient.IOptions) {
    this._connectSocket = options.connect;
    this._firstDelay = options.firstDelay ?? FIRST_DELAY;
    this._onOnline = () => this.reconnectNow();
    globalThis.addEventListener?.('online', this._onOnline);
  }

  get state(): StreamState {
    return this._state;
  }

  /** How many times in a row the connection failed. */
  get failures(): number {
    return this._failures;
  }

  get stateChanged(): ISignal<this, StreamState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Open the connection ahead of the first question, so that it costs that question nothing. */
  warmUp(): void {
    if (!this._socket && this._timer === undefined && !this._isDisposed) {
      this._open();
    }
  }

  /** Begin a turn under an id of the caller's. */
  start(requestId: string, request: ChatRequest, sink: EventSink): void {
    this._add(requestId, {
      request,
      sink,
      seq: -1,
      sent: false,
      cancelled: false,
      asked: 0
    });
  }

  /** Listen to a turn that was begun earlier, from its first event. */
  attach(requestId: string, sink: EventSink): void {
    this._add(requestId, {
      request: null,
      sink,
      seq: -1,
      sent: false,
      cancelled: false,
      asked: 0
    });
  }

  /** Stop listening; the turn itself goes on. */
  detach(requestId: string): void {
    this._turns.delete(requestId);
  }

  /** Stop a turn. Its last event will say so. */
  cancel(requestId: string): void {
    const turn = this._turns.get(requestId);
    if (!turn) {
      return;
    }
    turn.cancelled = true;
    if (this._state === 'open') {
      this._sendCancel(requestId, turn);
    } else if (turn.request && !turn.sent) {
      // The server never heard of this turn, so nobody but us can end it.
      this._deliver(requestId, turn, {
        type: 'done',
        request_id: requestId,
        seq: turn.seq + 1,
        finish_reason: 'cancelled'
      });
    }
  }

  /** Say something to a turn; it is sent until it is known to have arrived. */
  post(letter: ILetter): void {
    this._outbox.add(letter);
    if (this._state === 'open') {
      this._outbox.send(frame => this._send(frame), [letter]);
    } else {
      this._connect();
    }
  }

  /** Try again at once instead of waiting for the next attempt. */
  reconnectNow(): void {
    if (this._timer !== undefined) {
      clearTimeout(this._timer);
      this._timer = undefined;
      this._open();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    globalThis.removeEventListener?.('online', this._onOnline);
    clearTimeout(this._timer);
    this._turns.clear();
    this._outbox.clear();
    this._dropSocket();
    Signal.clearData(this);
  }

  private _add(requestId: string, turn: StreamClient.ITurn): void {
    this._turns.set(requestId, turn);
    if (this._state === 'open') {
      this._announce(requestId, turn);
    } else {
      this._connect();
    }
  }

  private _connect(): void {
    if (this._timer !== undefined) {
      this.reconnectNow();
    } else {
      this.warmUp();
    }
  }

  private _open(): void {
    this._setState(this._failures > 0 ? 'reconnecting' : 'connecting');
    const socket = this._connectSocket();
    this._socket = socket;
    socket.onopen = () => this._onOpen();
    socket.onmessage = event => this._onMessage(event);
    socket.onclose = () => this._onClose();
  }

  private _onOpen(): void {
    this._failures = 0;
    this._setState('open');
    const turns = [...this._turns];
    const isNew = (turn: StreamClient.ITurn) => turn.request !== null && turn.seq < 0;
    // A question that waits comes behind the one it waits for, and before it is listened to.
    turns
      .filter(([, turn]) => isNew(turn))
      .forEach(([id, turn]) => this._announce(id, turn));
    this._outbox.send(frame => this._send(frame));
    turns
      .filter(([, turn]) => !isNew(turn))
      .forEach(([id, turn]) => this._announce(id, turn));
  }

  /** Say the first word about a turn on this connection. */
  private _announce(requestId: string, turn: StreamClient.ITurn): void {
    if (turn.request && turn.seq < 0) {
      // The same frame again is safe: the server attaches to the turn that has this id.
      this._send({ type: 'chat', request_id: requestId, request: turn.request });
    } else {
      this._send({ type: 'resume', request_id: requestId, seq: turn.seq });
    }
    turn.sent = true;
    turn.asked = 0;
    this._sendCancel(requestId, turn);
  }

  /** Frames are handled side by side, so a turn can be stopped only once it has shown itself. */
  private _sendCancel(requestId: string, turn: StreamClient.ITurn): void {
    if (turn.cancelled && turn.seq >= 0) {
      this._send({ type: 'cancel', request_id: requestId });
    }
  }

  private _onMessage(message: MessageEvent): void {
    const event = JSON.parse(String(message.data)) as AnyEvent;
    const turn = this._turns.get(event.request_id);
    // A word to a turn that is refused does not end the turn: it has no number.
    if (!turn || event.seq < 0) {
      if (event.type === 'error') {
        this._outbox.refuse(event.request_id, event.error);
      }
      return;
    }
    // A frame that is refused is answered outside of the turn's numbering. It can't be an event
    // seen before: the turn would have ended with it.
    const refusal = event.type === 'error' && event.seq <= turn.seq;
    if (refusal || event.seq === turn.seq + 1) {
      this._deliver(event.request_id, turn, event);
    } else if (event.seq > turn.seq + 1) {
      this._resumeAfterGap(event.request_id, turn);
    }
  }

  private _resumeAfterGap(requestId: string, turn: StreamClient.ITurn): void {
    const now = Date.now();
    // One request replays everything; the events already under way must not repeat it.
    if (now - turn.asked > GAP_PATIENCE) {
      turn.asked = now;
      this._send({ type: 'resume', request_id: requestId, seq: turn.seq });
    }
  }

  private _deliver(requestId: string, turn: StreamClient.ITurn, event: AnyEvent): void {
    const isFirst = turn.seq < 0;
    turn.seq = Math.max(turn.seq, event.seq);
    turn.asked = 0;
    this._outbox.settle(event);
    if (event.type === 'done' || event.type === 'error') {
      this._turns.delete(requestId);
    }
    turn.sink(event);
    if (isFirst && this._turns.has(requestId)) {
      this._sendCancel(requestId, turn);
    }
  }

  private _onClose(): void {
    this._dropSocket();
    this._outbox.keepDoubtful(requestId => this._turns.has(requestId));
    if (this._turns.size === 0 && this._outbox.isEmpty) {
      this._failures = 0;
      this._setState('idle');
      return;
    }
    const wait = Math.min(LONGEST_DELAY, this._firstDelay * 2 ** this._failures);
    this._failures += 1;
    this._setState('reconnecting');
    // A class of students loses its connection at once; it must not come back at once.
    this._timer = setTimeout(
      () => {
        this._timer = undefined;
        this._open();
      },
      wait * (0.75 + Math.random() / 2)
    );
  }

  private _dropSocket(): void {
    const socket = this._socket;
    this._socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private _send(frame: ChatFrame | CancelFrame | ResumeFrame | ILetter['frame']): void {
    this._socket?.send(JSON.stringify(frame));
  }

  private _setState(state: StreamState): void {
    if (state !== this._state) {
      this._state = state;
      this._stateChanged.emit(state);
    }
  }

  private readonly _connectSocket: () => ISocket;
  private readonly _firstDelay: number;
  private readonly _onOnline: () => void;
  private readonly _turns = new Map<string, StreamClient.ITurn>();
  private readonly _outbox = new Outbox();
  private readonly _stateChanged = new Signal<this, StreamState>(this);
  private _socket: ISocket | null = null;
  private _state: StreamState = 'idle';
  private _failures = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

export namespace StreamClient {
  export interface IOptions {
    /** Open a new socket; it may fail by closing. */
    connect: () => ISocket;
    /** Milliseconds before the first new attempt; they double with each failure. */
    firstDelay?: number;
  }

  /** @internal A turn that has not ended. */
  export interface ITurn {
    /** What was asked, or null when this page only listens to the turn. */
    request: ChatRequest | null;
    sink: EventSink;
    /** The number of the last event seen. */
    seq: number;
    /** Whether the server may know of the turn. */
    sent: boolean;
    cancelled: boolean;
    /** When a replay was last asked for because of a gap, or 0. */
    asked: number;
  }
}

/** Opens sockets the way Lab opens its kernels' ones: same address, same identity. */
export function socketFactory(settings: ServerConnection.ISettings): () => ISocket {
  return () => {
    let url = URLExt.join(settings.wsUrl, 'rusoil/api/stream');
    if (settings.appendToken && settings.token) {
      url += `?token=${encodeURIComponent(settings.token)}`;
    }
    return new settings.WebSocket(url);
  };
}

/** An id for a turn: 32 characters, hard to guess. */
export function newRequestId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
