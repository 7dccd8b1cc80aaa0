import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';
import { RestClient } from '../client/request';
import { socketFactory, StreamClient } from '../client/stream';
import { IAssistantClient, PLUGIN_PREFIX } from '../tokens';

/** The two roads to the server part. */
export const clientPlugin: JupyterFrontEndPlugin<IAssistantClient> = {
  id: `${PLUGIN_PREFIX}:client`,
  description: 'Requests to the server part of the assistant and its event stream.',
  autoStart: true,
  optional: [ITranslator],
  provides: IAssistantClient,
  activate: (app, translator: ITranslator | null): IAssistantClient => {
    const { serverSettings } = app.serviceManager;
    const language = translator?.languageCode.replace('_', '-') ?? '';
    return {
      rest: new RestClient({ serverSettings, language }),
      stream: new StreamClient({ connect: socketFactory(serverSettings) })
    };
  }
};
