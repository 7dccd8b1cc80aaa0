import type { ModelInfo } from '../client/protocol';
import { RestClient } from '../client/request';
import { CatalogueModel } from '../models/catalogue';
import { pass } from './fake-socket';

function model(changes: Partial<ModelInfo>): ModelInfo {
  return {
    id: 'small',
    name: 'Small',
    backend: 'llama-cpp',
    description: '',
    vision: false,
    tools: false,
    reasoning: false,
    languages: [],
    cost_class: 'free',
    license: '',
    runs_on: 'this-computer',
    sends_to: '',
    available: false,
    reason: 'Not downloaded.',
    next_step: '',
    action: 'pull',
    ...changes
  };
}

describe('CatalogueModel', () => {
  let models: jest.Mock;
  let catalogue: CatalogueModel;

  beforeEach(() => {
    jest.useFakeTimers();
    models = jest.fn();
    const rest = { models, pull: jest.fn().mockResolvedValue(undefined) };
    catalogue = new CatalogueModel(rest as unknown as RestClient);
  });

  afterEach(() => {
    catalogue.dispose();
    jest.useRealTimers();
  });

  it('should follow a download each second until the model can be used', async () => {
    const running = model({
      download: { state: 'running', done: 1, total: 2, error: '' }
    });
    models.mockResolvedValueOnce({ models: [model({})], default: null });
    models.mockResolvedValueOnce({ models: [running], default: null });
    models.mockRejectedValueOnce(new Error('away for a moment'));
    models.mockResolvedValue({ models: [model({ available: true })], default: 'small' });
    const pulled: string[] = [];
    catalogue.pulled.connect((_, found) => pulled.push(found.id));
    await catalogue.refresh();
    await catalogue.pull('small');
    expect(catalogue.find('small')?.download?.done).toBe(1);
    await pass(3000);
    expect(pulled).toEqual(['small']);
    expect(catalogue.effective?.name).toBe('Small');
    await pass(10000);
    expect(models).toHaveBeenCalledTimes(4);
  });

  it('should fall back on auto when the chosen model is gone', async () => {
    catalogue.choice = 'gone';
    models.mockResolvedValue({ models: [model({})], default: null });
    await catalogue.refresh();
    expect(catalogue.choice).toBe('auto');
  });
});
