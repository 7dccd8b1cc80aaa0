import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { assistantPlugin } from './plugins/assistant';
import { attachmentsPlugin } from './plugins/attachments';
import { chatPanelPlugin } from './plugins/chat-panel';
import { clientPlugin } from './plugins/client';
import { codeTargetPlugin } from './plugins/code-target';
import { commandsPlugin } from './plugins/commands';
import { consentPlugin } from './plugins/consent';
import { errorExplainerPlugin } from './plugins/error-explainer';
import { figuresPlugin } from './plugins/figures';
import { memoryPlugin } from './plugins/memory';
import { modelsPlugin } from './plugins/models';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  clientPlugin,
  assistantPlugin,
  memoryPlugin,
  attachmentsPlugin,
  codeTargetPlugin,
  chatPanelPlugin,
  commandsPlugin,
  consentPlugin,
  modelsPlugin,
  errorExplainerPlugin,
  figuresPlugin
];

export default plugins;
