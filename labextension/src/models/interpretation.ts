import type { Interpretation } from '../client/protocol';

export type Badge = NonNullable<Interpretation['badge']>;

const BADGES: readonly string[] = ['exact', 'stored', 'estimated', 'model'];
const ANSWERERS: readonly string[] = ['reader', 'both', 'model', 'chosen', 'nobody'];

/** An interpretation that came from a kernel, with everything in its place; null where it is none. */
export function interpretationOf(value: unknown): Interpretation | null {
  if (!isObject(value) || typeof value.text !== 'string') {
    return null;
  }
  const { badge } = value;
  const answerer = isAnswerer(value.answerer) ? value.answerer : 'reader';
  if (!isBadge(badge) && (badge !== null || value.answerer !== answerer)) {
    return null; // without a badge is only what says who answers
  }
  return {
    model: '',
    code: '',
    language: 'en',
    findings: [],
    contradictions: [],
    notices: [],
    offers: [],
    problems: [],
    tables: [],
    ...value,
    text: value.text,
    badge,
    answerer
  };
}

function isAnswerer(value: unknown): value is Interpretation['answerer'] {
  return typeof value === 'string' && ANSWERERS.includes(value);
}

function isBadge(value: unknown): value is Badge {
  return typeof value === 'string' && BADGES.includes(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
