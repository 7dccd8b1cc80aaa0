import type { Finding, Interpretation, InterpretRequest } from '../client/protocol';
import { FIGURE_TYPE, MimeBundle } from '../models/figure-bundle';
import type { IFigure } from '../models/figure-reading';

export const PNG = 'iVBORw0KGgo=';
export const DESCRIBED: MimeBundle = {
  [FIGURE_TYPE]: { version: 1, id: '0123456789ab' },
  'image/png': PNG
};

export const FINDING: Finding = {
  query: { op: 'extreme', which: 'maximum', of: {} },
  badge: 'exact',
  name: '',
  quantity: '',
  series: '',
  value: 9,
  unit: '',
  at_unit: '',
  points: [],
  items: [],
  details: {},
  method: '',
  source: '',
  warnings: []
};

/** An interpretation with these changes. */
export function interpretation(changes: Partial<Interpretation> = {}): Interpretation {
  return {
    text: 'The maximum is 9.',
    badge: 'exact',
    language: 'en',
    answerer: 'reader',
    model: '',
    findings: [],
    contradictions: [],
    notices: [],
    offers: [],
    problems: [],
    tables: [],
    code: '',
    ...changes
  };
}

/** A figure whose kernel answers so. */
export function figure(
  bundle: MimeBundle,
  kernel: Interpretation | null = null
): IFigure & { asked: InterpretRequest[] } {
  const asked: InterpretRequest[] = [];
  return {
    origin: {},
    label: 'plots.ipynb, cell 1',
    bundle,
    subject: { mimebundle: { ...bundle } },
    picture: null,
    place: null,
    asked,
    askKernel: request => {
      asked.push(request);
      return Promise.resolve(kernel);
    }
  };
}
