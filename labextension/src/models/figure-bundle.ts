import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { FIGURE_TYPE, PAGES, PICTURES, SHOWN, SVG } from './figure-kinds';

export { FIGURE_TYPE };

/** What a cell showed: media types and their contents. */
export type MimeBundle = PartialJSONObject;

/** What packages on the server read beside that. */
let others: readonly string[] = [];

/** Take what the server says its plugins read: beginnings of media types. */
export function learnTypes(types: readonly string[]): void {
  others = types;
}

/** Whether an output shows something that can be interpreted. */
export function holdsFigure(bundle: MimeBundle): boolean {
  return Object.keys(bundle).some(isShown);
}

/** The entries of an output that matter to its interpretation. */
export function figureBundle(bundle: MimeBundle): MimeBundle {
  const picture = PICTURES.find(type => type in bundle);
  const hasDescription = FIGURE_TYPE in bundle;
  const kept = Object.keys(bundle).filter(
    type =>
      type === picture ||
      (isShown(type) && !isPicture(type)) ||
      (!hasDescription && PAGES.some(page => type.startsWith(page)))
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
  return type === SVG
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

function isShown(type: string): boolean {
  return [...SHOWN, ...others].some(beginning => type.startsWith(beginning));
}

function isPicture(type: string): boolean {
  return PICTURES.some(picture => picture === type);
}

function isObject(value: PartialJSONValue | undefined): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
