import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { ModelManager } from '../components/ModelManager';
import { CommandIDs, DOMAIN, IAssistant, PLUGIN_PREFIX } from '../tokens';

/** The dialog that shows, downloads, verifies and removes models. */
export const modelsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:models`,
  description: 'A dialog to download, verify and remove models.',
  autoStart: true,
  requires: [IAssistant],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const command = CommandIDs.manageModels;
    app.commands.addCommand(command, {
      label: trans.__('Models…'),
      caption: trans.__('Download, verify and remove models'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const { catalogue } = assistant;
        await catalogue.refresh().catch(() => undefined); // shown in the dialog as an empty table
        const body = ReactWidget.create(
          createElement(ModelManager, { catalogue, trans })
        );
        body.addClass('jp-RusoilModels');
        // Scrolled with the arrow keys, and where Tab goes on after the last button of the dialog.
        body.node.tabIndex = 0;
        body.node.setAttribute('role', 'region');
        body.node.setAttribute('aria-label', trans.__('Models'));
        await showDialog({
          title: trans.__('Models'),
          body,
          buttons: [Dialog.okButton({ label: trans.__('Close') })],
          hasClose: true
        });
      }
    });
    palette?.addItem({ command, category: trans.__('Assistant') });
  }
};
