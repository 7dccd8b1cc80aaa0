import type {
  FigureRead,
  InterpretRequest,
  ModelInfo,
  Offer,
  Part
} from '../client/protocol';
import { errorDetail, RequestError } from '../client/request';
import { FIGURE_TYPE } from '../models/figure-bundle';
import { figureOf } from '../models/attached-figures';
import { languageOf } from '../models/figure-reading';
import { FiguresModel } from '../models/figures';
import { Interpreter } from '../models/interpreter';
import { DESCRIBED, figure, FINDING, interpretation, PNG } from './figures-fakes';
import { model } from './models';

const REFUSED = new RequestError(
  {
    ...errorDetail('invalid_request', 'There is no such series.'),
    field: 'question'
  },
  'refused',
  400
);

const FOUND = interpretation({ findings: [FINDING] });
const OFFER: Offer = { label: 'Максимум', query: { op: 'maximum' } };
const UNANSWERED = interpretation({
  text: 'Not understood: “beautiful”.',
  badge: null,
  answerer: 'nobody',
  offers: [OFFER]
});

describe('FiguresModel', () => {
  let chosen: ModelInfo | null;
  let server: InterpretRequest[];
  let answer: jest.Mock;
  let figures: FiguresModel;
  let lastMessage: string | null;

  beforeEach(() => {
    chosen = null;
    server = [];
    lastMessage = null;
    answer = jest.fn(() =>
      Promise.resolve(interpretation({ badge: 'stored', findings: [FINDING] }))
    );
    const rest = {
      interpret: (request: InterpretRequest) => {
        server.push(request);
        return answer(request);
      }
    };
    figures = new FiguresModel({
      interpreter: new Interpreter({ rest, model: () => chosen }),
      language: 'en',
      lastMessage: () => lastMessage
    });
  });

  it('should take the answer of a kernel that still holds the figure', async () => {
    const shown = figure(DESCRIBED, FOUND);
    const reading = figures.open(shown);
    await reading.ask(' What is the maximum? ');
    expect(reading.exchanges[0]).toMatchObject({
      state: 'answered',
      answer: { badge: 'exact' }
    });
    expect(shown.asked[0]).toMatchObject({
      question: 'What is the maximum?',
      language: 'en',
      mimebundle: { [FIGURE_TYPE]: DESCRIBED[FIGURE_TYPE] }
    });
    expect(server).toEqual([]);
  });

  it('should send no picture to the kernel', async () => {
    const shown = figure(DESCRIBED, FOUND);
    await figures.open(shown).run('describe');
    expect(JSON.stringify(shown.asked)).not.toContain(PNG);
  });

  it('should ask the server for what was saved when the kernel has forgotten', async () => {
    const reading = figures.open(figure(DESCRIBED));
    await reading.ask('What is the maximum?');
    expect(reading.exchanges[0].answer?.badge).toBe('stored');
    expect(server[0]).toMatchObject({ mimebundle: DESCRIBED, model: '' });
  });

  it('should ask no model as long as rules can answer', async () => {
    chosen = model({ available: true });
    await figures.open(figure(DESCRIBED)).ask('What is the maximum?');
    expect(server.map(request => request.model)).toEqual(['']);
  });

  it('should ask the chosen model when the question is not understood', async () => {
    chosen = model({ id: 'eyes', available: true });
    const reading = figures.open(figure(DESCRIBED, UNANSWERED));
    await reading.ask('Is it beautiful?');
    expect(server.map(request => request.model)).toEqual(['eyes']);
    expect(reading.exchanges).toMatchObject([{ state: 'answered', byModel: true }]);
  });

  it('should ask nobody else when the reader has answered, be it that there is no such thing', async () => {
    chosen = model({ id: 'eyes', available: true });
    const absent = { ...UNANSWERED, answerer: 'reader' as const };
    const reading = figures.open(figure(DESCRIBED, absent));
    await reading.ask('How much did pad 3 produce?');
    expect(server).toEqual([]);
    expect(reading.exchanges).toMatchObject([{ state: 'answered', byModel: false }]);
  });

  it('should ask exactly what a button says, and no model', async () => {
    chosen = model({ id: 'eyes', available: true });
    answer.mockRejectedValueOnce(REFUSED);
    const reading = figures.open(figure({ 'image/png': PNG }));
    await reading.askOffer(OFFER);
    expect(server).toMatchObject([
      { task: 'answer', question: '', query: OFFER.query, language: 'ru', model: '' }
    ]);
    expect(reading.exchanges).toMatchObject([{ state: 'failed', byModel: false }]);
    const { interpreter } = figures;
    const estimated = interpretation({ badge: 'estimated', findings: [FINDING] });
    expect(interpreter.couldAdd(reading.exchanges[0].request, estimated)).toBe(false);
  });

  it('should ask what a button says of the region that it was offered for', async () => {
    const reading = figures.open(figure({ 'image/png': PNG }, null));
    answer.mockResolvedValueOnce(UNANSWERED);
    reading.region = [0.1, 0.2, 0.3, 0.4];
    await reading.ask('Is it beautiful?');
    reading.region = null;
    await reading.askOffer(OFFER, reading.exchanges[0]);
    expect(server[1]).toMatchObject({ query: OFFER.query, region: [0.1, 0.2, 0.3, 0.4] });
  });

  it('should ask the chosen model when the figure does not hold what was asked', async () => {
    chosen = model({ id: 'eyes', available: true });
    answer.mockRejectedValueOnce(REFUSED);
    const reading = figures.open(figure(DESCRIBED));
    await reading.ask('Is it beautiful?');
    expect(server.map(request => request.model)).toEqual(['', 'eyes']);
    expect(reading.exchanges[0].state).toBe('answered');
  });

  it('should have a picture that nobody can read described by a model that sees alone', async () => {
    chosen = model({ id: 'blind', available: true, vision: false });
    answer.mockRejectedValueOnce(REFUSED);
    const reading = figures.open(figure({ 'image/png': PNG }));
    await reading.run('describe');
    expect(reading.exchanges[0].state).toBe('failed');
    chosen = model({ id: 'eyes', available: true, vision: true });
    answer.mockRejectedValueOnce(REFUSED);
    await reading.run('describe');
    expect(server.map(request => request.model)).toEqual(['', '', 'eyes']);
  });

  it('should offer a model that sees where something was only estimated', async () => {
    const reading = figures.open(figure({ 'image/png': PNG }));
    await reading.run('describe');
    const { request } = reading.exchanges[0];
    const estimated = interpretation({ badge: 'estimated' });
    const { interpreter } = figures;
    expect(interpreter.couldAdd(request, estimated)).toBe(false);
    chosen = model({ available: true, vision: true });
    expect(interpreter.couldAdd(request, estimated)).toBe(true);
    expect(interpreter.couldAdd(request, interpretation())).toBe(false);
    expect(interpreter.couldAdd(request, { ...estimated, model: 'eyes' })).toBe(false);
  });

  it('should say why there is no answer when no model is there', async () => {
    chosen = model({ available: false });
    answer.mockRejectedValue(REFUSED);
    const reading = figures.open(figure(DESCRIBED));
    await reading.ask('Is it beautiful?');
    expect(reading.exchanges[0]).toMatchObject({
      state: 'failed',
      error: { message: 'There is no such series.' }
    });
  });

  it('should ask the model again after consent, and nobody before it', async () => {
    chosen = model({ id: 'far/eyes', available: true });
    const consent = { destination: 'far.example', backend: 'far', model: 'm', parts: [] };
    const refusal = { ...errorDetail('consent_required', 'Nothing was sent.'), consent };
    answer.mockRejectedValueOnce(REFUSED);
    answer.mockRejectedValueOnce(new RequestError(refusal, 'refused', 403));
    const ended = jest.fn();
    figures.ended.connect((_, what) => ended(what.exchange.error?.consent));
    const reading = figures.open(figure(DESCRIBED));
    await reading.ask('Is it beautiful?');
    expect(ended).toHaveBeenCalledWith(consent);
    await reading.retry(reading.exchanges[0]);
    expect(server.map(request => request.model)).toEqual(['', 'far/eyes', 'far/eyes']);
    expect(reading.exchanges[0]).toMatchObject({ state: 'answered', error: null });
  });

  it('should give a model the findings that were there before', async () => {
    chosen = model({ id: 'eyes', available: true });
    const finding = FINDING;
    const shown = figure(DESCRIBED, interpretation({ findings: [finding] }));
    const reading = figures.open(shown);
    await reading.ask('What is the maximum?');
    await reading.askModel(reading.exchanges[0]);
    expect(server).toMatchObject([{ model: 'eyes', findings: [finding] }]);
    expect(reading.exchanges).toHaveLength(2);
  });

  it('should compare two figures on the server, which has both', async () => {
    const shown = figure(DESCRIBED, FOUND);
    const reading = figures.open(shown);
    reading.other = figure({ 'image/png': PNG });
    await reading.ask('Compare them.');
    expect(shown.asked).toEqual([]);
    expect(server[0].other).toEqual({ 'image/png': PNG });
  });

  it('should ask about the region that is selected', async () => {
    const reading = figures.open(figure({ 'image/png': PNG }));
    reading.region = [0.1, 0.2, 0.3, 0.4];
    await reading.ask('What is here?');
    await reading.run('check');
    expect(server.map(request => request.region)).toEqual([[0.1, 0.2, 0.3, 0.4], null]);
  });

  it('should answer in the language of the question', async () => {
    const reading = figures.open(figure({ 'image/png': PNG }));
    await reading.ask('Каков максимум?');
    await reading.run('caption');
    reading.language = 'ru';
    await reading.run('caption');
    expect(server.map(request => request.language)).toEqual(['ru', 'en', 'ru']);
    expect(languageOf('42?', 'ru')).toBe('ru');
    expect(languageOf('max?', 'ru')).toBe('en');
  });

  it('should find the reading of the same output again, but not of one that was drawn anew', () => {
    const shown = figure(DESCRIBED);
    const reading = figures.open(shown);
    expect(figures.open({ ...shown })).toBe(reading);
    const redrawn = { ...shown, bundle: { ...DESCRIBED, 'image/png': 'AAAA' } };
    expect(figures.open(redrawn)).not.toBe(reading);
    expect(figures.readings).toHaveLength(2);
  });

  it('should stand below the message that was the last when it was opened', () => {
    const first = figures.open(figure(DESCRIBED));
    lastMessage = 'message-2';
    const second = figures.open(figure(DESCRIBED));
    expect(figures.below(null, ['message-1', 'message-2'])).toEqual([first]);
    expect(figures.below('message-2', ['message-1', 'message-2'])).toEqual([second]);
  });

  it('should stay in sight when its message was replaced', () => {
    lastMessage = 'message-2';
    const reading = figures.open(figure(DESCRIBED));
    expect(figures.below('message-4', ['message-3', 'message-4'])).toEqual([reading]);
    expect(figures.below(null, [])).toEqual([reading]);
  });

  it('should go with its conversation', () => {
    figures.open(figure(DESCRIBED));
    figures.clear();
    expect(figures.readings).toEqual([]);
  });
});

describe('figureOf', () => {
  const output = (name: string, id: string): Part => ({
    type: 'output',
    name,
    mimebundle: { [FIGURE_TYPE]: { version: 1, id } }
  });
  const read = (name: string): FigureRead => ({
    request_id: '',
    seq: 0,
    type: 'reading',
    name,
    findings: [],
    answers: false,
    offers: [OFFER]
  });

  it('should find the figure that was read among all that was attached', () => {
    const parts: Part[] = [
      { type: 'file', name: 'notes.txt', text: 'a' },
      output('cell 1', 'aa'),
      output('cell 2', 'bb'),
      output('cell 1', 'cc')
    ];
    const readings = [read('cell 1'), read('cell 2'), read('cell 1')];
    const found = readings.map(reading => figureOf(parts, readings, reading)?.origin);
    expect(found).toEqual([parts[1], parts[2], parts[3]]);
  });

  it('should find none where the attachment can not be asked', () => {
    const reading = read('12.las');
    const parts: Part[] = [{ type: 'file', name: '12.las', text: '~V' }];
    expect(figureOf(parts, [reading], reading)).toBeNull();
  });
});
