import type { IAttachmentOpenerRegistry, IChatCommandRegistry } from '@jupyter/chat';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { RestClient } from './client/request';
import type { StreamClient } from './client/stream';
import type { IAttachmentSources } from './models/attachments';
import type { CatalogueModel } from './models/catalogue';
import type { ChatModel } from './models/chat';
import type { DraftModel } from './models/draft';
import type { FiguresModel } from './models/figures';
import type { HealthModel } from './models/health';
import type { SessionsModel } from './models/sessions';
import type { TurnsModel } from './models/turns';
import type { UploadsModel } from './models/uploads';

/** The translation domain of every string in this package. */
export const DOMAIN = 'rusoil_jupyter';

export const PLUGIN_PREFIX = '@rusoil/jupyter';

export namespace CommandIDs {
  export const openChat = 'rusoil:open-chat';
  export const newChat = 'rusoil:new-chat';
  export const ask = 'rusoil:ask';
  export const manageModels = 'rusoil:manage-models';
  export const explainError = 'rusoil:explain-error';
  export const interpretOutput = 'rusoil:interpret-output';
  export const reviewConsents = 'rusoil:review-consents';
}

/** The two roads to the server part. */
export interface IAssistantClient {
  readonly rest: RestClient;
  readonly stream: StreamClient;
}

export const IAssistantClient = new Token<IAssistantClient>(
  `${PLUGIN_PREFIX}:IAssistantClient`,
  'Requests to the server part of the assistant and its event stream.'
);

/** The state of the assistant in this window. Views show it, commands change it. */
export interface IAssistant {
  readonly chat: ChatModel;
  readonly sessions: SessionsModel;
  /** What is being answered now, in any conversation. */
  readonly turns: TurnsModel;
  readonly catalogue: CatalogueModel;
  readonly health: HealthModel;
  readonly draft: DraftModel;
  /** The figures that are being read. */
  readonly figures: FiguresModel;
  /** Large attachments on their way to the server. */
  readonly uploads: UploadsModel;
  readonly stream: StreamClient;
  /** What can be attached to a question; other extensions may add to it. */
  readonly sources: IAttachmentSources;
  /** What typing `@` completes. */
  readonly mentions: IChatCommandRegistry;
  /** How to show an attachment that is clicked. */
  readonly openers: IAttachmentOpenerRegistry;
}

export const IAssistant = new Token<IAssistant>(
  `${PLUGIN_PREFIX}:IAssistant`,
  'The conversation, its sessions, the models to choose from and the question being written.'
);

/** Where code of an answer can go. */
export interface ICodeTarget {
  /** Why code can't be put anywhere now; null when it can. */
  readonly obstacle: string | null;
  readonly changed: ISignal<ICodeTarget, void>;
  /** Put the code in a new cell below the active one, or below the one with this id. */
  insertBelow(code: string, cellId?: string): void;
  /** Replace the source of the active cell. */
  replace(code: string): void;
}

export const ICodeTarget = new Token<ICodeTarget>(
  `${PLUGIN_PREFIX}:ICodeTarget`,
  'Puts code of an answer into the active notebook.'
);

/** The chat in the sidebar. */
export interface IChatPanel {
  readonly widget: Widget;
  /** Bring the chat to the front with the cursor in its input. */
  open(): void;
}

export const IChatPanel = new Token<IChatPanel>(
  `${PLUGIN_PREFIX}:IChatPanel`,
  'The chat in the sidebar.'
);
