import type { Interpretation } from '../client/protocol';

export type Badge = Interpretation['badge'];

const BADGES: readonly string[] = ['exact', 'stored', 'estimated', 'model'];

/** An interpretation that came from a kernel, with everything in its place; null where it is none. */
export function interpretationOf(value: unknown): Interpretation | null {
  if (!isObject(value) || typeof value.text !== 'string' || !isBadge(value.badge)) {
    return null;
  }
  return {
    model: '',
    code: '',
    language: 'en',
    findings: [],
    contradictions: [],
    notices: [],
    problems: [],
    tables: [],
    ...value,
    text: value.text,
    badge: value.badge
  };
}

function isBadge(value: unknown): value is Badge {
  return typeof value === 'string' && BADGES.includes(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
