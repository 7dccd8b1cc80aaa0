import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { ChatView } from '../components/ChatView';
import type { IChatContext } from '../components/context';
import { assistantIcon } from '../icons';

/** The chat as a panel of Lab: title, focus, lifecycle. */
export class ChatPanel extends ReactWidget {
  constructor(private readonly _context: IChatContext) {
    super();
    const { trans } = _context;
    this.id = 'rusoil-chat-panel';
    this.addClass('jp-RusoilChatPanel');
    // Set here, since Lab measures its side areas before a style sheet of ours has come.
    this.node.style.minWidth = '320px';
    this.title.icon = assistantIcon;
    this.title.caption = trans.__('Assistant');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Assistant'));
  }

  /** Whether being shown moves the keyboard here. Lab's start must not. */
  takesFocus = true;

  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (this.takesFocus) {
      this._context.assistant.draft.focus();
    }
  }

  protected render(): JSX.Element {
    return <ChatView context={this._context} />;
  }
}
