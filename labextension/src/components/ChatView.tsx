import React, { useState } from 'react';
import { Banner } from './Banner';
import { Composer } from './Composer';
import { ChatContextProvider, IChatContext } from './context';
import { Header } from './Header';
import { MessageList } from './MessageList';

/** The whole chat. */
export function ChatView({ context }: { context: IChatContext }): JSX.Element {
  const [pickerOpen, setPickerOpen] = useState(false);
  const { chat, draft } = context.assistant;
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape' && chat.live) {
      event.stopPropagation();
      chat.stop();
    } else if (event.key === 'Escape' && draft.editing) {
      event.stopPropagation();
      draft.cancelEdit();
    }
  };
  return (
    <ChatContextProvider value={context}>
      <div className="jp-RusoilChatPanel-Content" onKeyDown={onKeyDown}>
        <Header />
        <Banner />
        <MessageList onChooseModel={() => setPickerOpen(true)} />
        <Composer pickerOpen={pickerOpen} setPickerOpen={setPickerOpen} />
      </div>
    </ChatContextProvider>
  );
}
