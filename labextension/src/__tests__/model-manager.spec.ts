import { nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Download, ModelInfo, ModelList } from '../client/protocol';
import { RestClient } from '../client/request';
import { ModelManager } from '../components/ModelManager';
import { CatalogueModel } from '../models/catalogue';
import { model } from './models';

const GB = 1e9;

async function shown(
  models: ModelInfo[],
  list: Partial<ModelList> = {}
): Promise<string> {
  jest.useFakeTimers();
  const answer = { models, default_reason: '', ...list };
  const rest = { models: () => Promise.resolve(answer) };
  const catalogue = new CatalogueModel(rest as unknown as RestClient);
  await catalogue.refresh();
  catalogue.dispose();
  const trans = nullTranslator.load('');
  return renderToStaticMarkup(createElement(ModelManager, { catalogue, trans }));
}

function download(state: Download['state'], message = ''): Download {
  return { state, done: 0.5 * GB, total: 2 * GB, message };
}

describe('ModelManager', () => {
  it('should say what a model needs and can do', async () => {
    const page = await shown([
      model({
        size_bytes: 2.5 * GB,
        memory_bytes: 4 * GB,
        russian: 'usable',
        license: 'MIT',
        languages: ['en', 'ru', 'de', 'fr', 'es'],
        vision: true,
        tools: true,
        reasoning: true
      })
    ]);
    const facts = ['2.5 GB', '4.0 GB', 'usable', 'MIT', '2 more languages'];
    for (const words of [...facts, 'sees pictures', 'uses tools', 'reasons']) {
      expect(page).toContain(words);
    }
  });

  it("should not call emulated tools the model's own", async () => {
    const page = await shown([model({ tools: true, tools_emulated: true })]);
    expect(page).not.toContain('uses tools');
  });

  it('should show only models that have files', async () => {
    const page = await shown([model({ name: 'Far', action: null })]);
    expect(page).not.toContain('Far');
  });

  it('should say what auto means, why, and what room there is', async () => {
    const page = await shown([model({ available: true, installed: true })], {
      default: 'small',
      default_reason: 'It is the only one.',
      memory_bytes: 8 * GB,
      disk_free_bytes: 66 * GB
    });
    for (const words of ['Auto: Small. It is the only one.', '66.0 GB', '8.0 GB']) {
      expect(page).toContain(words);
    }
  });

  it.each([
    [{}, ['Download Small'], ['Cancel', 'Remove', 'aria-disabled']],
    [
      { download: download('running') },
      ['Cancel Small', 'value="500000000"', '500 MB of 2.0 GB'],
      ['Download Small']
    ],
    [{ download: download('paused') }, ['500 MB of it', 'Continue', 'Discard'], []],
    [
      { download: download('failed', 'The network is away.') },
      ['role="alert"', 'The network is away.', 'Download Small'],
      []
    ],
    [{ installed: true }, ['Verify Small', 'Remove Small'], ['Download', 'Delete']],
    [{ installed: true, download: download('checking') }, ['Checking Small'], ['Verify']],
    [
      { installed: true, download: download('checked', 'It is whole.') },
      ['✓ It is whole.'],
      []
    ],
    [
      { installed: true, download: download('failed', 'It is damaged.') },
      ['It is damaged.', 'Remove Small'],
      ['Download Small']
    ]
  ] as [Partial<ModelInfo>, string[], string[]][])(
    'should offer what can be done with a model: %j',
    async (changes, there, away) => {
      const page = await shown([model(changes)]);
      there.forEach(words => expect(page).toContain(words));
      away.forEach(words => expect(page).not.toContain(words));
    }
  );

  it.each([
    [{ memory_bytes: 9 * GB }, 'Too large for the memory'],
    [{ size_bytes: 70 * GB }, 'Too large for the disk']
  ])('should not download what has no room: %j', async (changes, words) => {
    const room = { memory_bytes: 8 * GB, disk_free_bytes: 66 * GB };
    const page = await shown([model(changes)], room);
    expect(page).toContain(words);
    expect(page).toContain('aria-disabled="true"');
  });

  it('should show what the server says as text', async () => {
    const page = await shown([model({ name: '<img src=x onerror=alert(1)>' })]);
    expect(page).not.toContain('<img');
  });
});
