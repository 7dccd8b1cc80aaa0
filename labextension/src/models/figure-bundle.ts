import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';

/** A figure description beside its picture; see rusoil_jupyter/figures/values/description.py. */
export const FIGURE_TYPE = 'application/vnd.rusoil.figure.v1+json';

/** What a cell showed: media types and their contents. */
export type MimeBundle = PartialJSONObject;

/** Specifications and sources that a figure can be read from, the surest first. */
const SOURCES = [
  /^application\/vnd\.vega(lite)?\.v\d+(\+|\.)json$/,
  /^application\/vnd\.plotly\.v\d+\+json$/,
  /^application\/vnd\.bokehjs_exec\./,
  /^text\/vnd\.mermaid$/,
  /^text\/vnd\.graphviz$/,
  /^application\/vnd\.(jgraph|drawio)\b/
];

/** Pictures, the one that is read best first. */
const PICTURES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml'];

/** Where bokeh and altair put a figure when nothing better is there. */
const PAGES = ['text/html', 'application/javascript'];

/** Whether an output shows something that can be interpreted. */
export function holdsFigure(bundle: MimeBundle): boolean {
  return (
    FIGURE_TYPE in bundle ||
    PICTURES.some(type => type in bundle) ||
    Object.keys(bundle).some(isSource)
  );
}

/** The entries of an output that matter to its interpretation. */
export function figureBundle(bundle: MimeBundle): MimeBundle {
  const picture = PICTURES.find(type => type in bundle);
  const hasDescription = FIGURE_TYPE in bundle;
  const kept = Object.keys(bundle).filter(
    type =>
      type === FIGURE_TYPE ||
      type === picture ||
      isSource(type) ||
      (!hasDescription && PAGES.includes(type))
  );
  return Object.fromEntries(kept.map(type => [type, bundle[type]]));
}

/** The id by which the kernel may still know the figure; empty where there is none. */
export function figureId(bundle: MimeBundle): string {
  const description = bundle[FIGURE_TYPE];
  const id = isObject(description) ? description.id : undefined;
  // It goes into code that the kernel evaluates: nothing but what the kernel itself gives out.
  return typeof id === 'string' && /^[0-9a-f]{1,32}$/.test(id) ? id : '';
}

/** The picture of a figure as an address for an `img`, which runs no scripts; null where there is none. */
export function pictureUrl(bundle: MimeBundle): string | null {
  const type = PICTURES.find(candidate => candidate in bundle);
  const content = type ? textOf(bundle[type]) : null;
  if (!type || content === null) {
    return null;
  }
  return type === 'image/svg+xml'
    ? `data:${type};charset=utf-8,${encodeURIComponent(content)}`
    : `data:${type};base64,${content.replace(/\s/g, '')}`;
}

/** A notebook file has long texts as lists of lines. */
function textOf(content: PartialJSONValue | undefined): string | null {
  if (Array.isArray(content)) {
    return content.join('');
  }
  return typeof content === 'string' ? content : null;
}

function isSource(type: string): boolean {
  return SOURCES.some(pattern => pattern.test(type));
}

function isObject(value: PartialJSONValue | undefined): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
