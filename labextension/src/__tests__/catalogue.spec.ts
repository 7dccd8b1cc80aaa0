import { RequestError, errorDetail, RestClient } from '../client/request';
import { CatalogueModel } from '../models/catalogue';
import { pass } from './fake-socket';
import { model } from './models';

describe('CatalogueModel', () => {
  let models: jest.Mock;
  let actOnModel: jest.Mock;
  let catalogue: CatalogueModel;

  beforeEach(() => {
    jest.useFakeTimers();
    models = jest.fn();
    actOnModel = jest.fn().mockResolvedValue(undefined);
    const rest = { models, actOnModel };
    catalogue = new CatalogueModel(rest as unknown as RestClient);
  });

  afterEach(() => {
    catalogue.dispose();
    jest.useRealTimers();
  });

  it('should follow a download each second until the model can be used', async () => {
    const running = model({
      download: { state: 'running', done: 1, total: 2, message: '' }
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

  it('should follow a check until it has ended, and no longer', async () => {
    const at = (state: 'checking' | 'checked') => ({
      models: [
        model({ available: true, download: { state, done: 1, total: 2, message: '' } })
      ]
    });
    models.mockResolvedValueOnce(at('checking'));
    models.mockResolvedValue(at('checked'));
    await catalogue.verify('small');
    expect(actOnModel).toHaveBeenCalledWith('verify', 'small');
    await pass(10000);
    expect(models).toHaveBeenCalledTimes(2);
  });

  it('should keep why something could not be begun, until the next try', async () => {
    const detail = errorDetail('conflict', 'The model is answering now.');
    actOnModel.mockRejectedValueOnce(new RequestError(detail, 'refused', 409));
    models.mockResolvedValue({ models: [model({})] });
    await catalogue.remove('small');
    expect(catalogue.error?.message).toBe('The model is answering now.');
    await catalogue.remove('small');
    expect(catalogue.error).toBeNull();
  });

  it('should not announce a download that was cancelled', async () => {
    const paused = model({
      download: { state: 'paused', done: 1, total: 2, message: '' }
    });
    models.mockResolvedValue({ models: [paused] });
    await catalogue.pull('small');
    await catalogue.cancel('small');
    expect(actOnModel).toHaveBeenLastCalledWith('cancel', 'small');
    await pass(10000);
    expect(models).toHaveBeenCalledTimes(2);
  });
});
