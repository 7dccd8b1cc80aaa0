import type { TranslationBundle } from '@jupyterlab/translation';
import type { Finding } from '../client/protocol';
import type { FigureTask } from '../models/figure-reading';
import type { Badge } from '../models/interpretation';

type Cell = string | number | null | undefined;

/** The badge in one word. */
export function badgeWord(badge: Badge, trans: TranslationBundle): string {
  switch (badge) {
    case 'exact':
      return trans.__('exact');
    case 'stored':
      return trans.__('stored');
    case 'estimated':
      return trans.__('estimated');
    case 'model':
      return trans.__('model');
  }
}

/** How far the badge can be relied on. */
export function badgeMeaning(badge: Badge, trans: TranslationBundle): string {
  switch (badge) {
    case 'exact':
      return trans.__(
        'Computed from all points as the kernel or the specification has them.'
      );
    case 'stored':
      return trans.__(
        'Computed from the numbers that were saved with the picture, to six digits.'
      );
    case 'estimated':
      return trans.__(
        'Fitted, interpolated, or measured in the picture or in a sample of the points; the error is given where it is known.'
      );
    case 'model':
      return trans.__('Said by a language model that looked at it. Check it.');
  }
}

/** The heading of what was asked for by a button. */
export function taskWord(task: FigureTask, trans: TranslationBundle): string {
  switch (task) {
    case 'alt':
      return trans.__('Alternative text');
    case 'caption':
      return trans.__('Caption');
    case 'check':
      return trans.__('Check');
    case 'code':
      return trans.__('Code');
    case 'table':
      return trans.__('Data');
    case 'describe':
    case 'answer':
      return trans.__('Description');
  }
}

/** What was computed, as a label. */
export function operationWord(query: Finding['query'], trans: TranslationBundle): string {
  const words: Record<string, string> = {
    value_at: trans.__('Value'),
    maximum: trans.__('Maximum'),
    minimum: trans.__('Minimum'),
    first: trans.__('First'),
    last: trans.__('Last'),
    mean: trans.__('Mean'),
    median: trans.__('Median'),
    sum: trans.__('Sum'),
    std: trans.__('Standard deviation'),
    count: trans.__('Points'),
    spread: trans.__('Spread'),
    slope: trans.__('Slope'),
    area: trans.__('Area'),
    share: trans.__('Share'),
    crossing: trans.__('Crossing'),
    intersection: trans.__('Intersection'),
    extent: trans.__('Length'),
    which: trans.__('Condition'),
    outliers: trans.__('Outliers'),
    trend: trans.__('Trend'),
    comparison: trans.__('Comparison'),
    correlation: trans.__('Correlation'),
    order: trans.__('Order'),
    fit: trans.__('Fit'),
    title: trans.__('Title'),
    axis: trans.__('Axis'),
    categories: trans.__('Categories'),
    series: trans.__('Series'),
    type: trans.__('Kind'),
    panels: trans.__('Panels'),
    references: trans.__('Reference lines'),
    notes: trans.__('Notes'),
    nodes: trans.__('Nodes'),
    edges: trans.__('Edges'),
    neighbours: trans.__('Neighbours'),
    path: trans.__('Path')
  };
  return words[operationOf(query)] ?? '';
}

/** The operation, or which extreme, statistic or writing it is. */
function operationOf(query: Finding['query']): string {
  switch (query.op) {
    case 'extreme':
      return query.which;
    case 'statistic':
      return query.name;
    case 'written':
      return query.what;
    default:
      return query.op;
  }
}

/** The value of a finding with its unit, place and error, as in “42 m³ at 2021 ± 0.5”. */
export function valueInWords(
  finding: Finding,
  language: string,
  trans: TranslationBundle
): string {
  const value = withUnit(cellInWords(finding.value, language), finding.unit);
  const at = withUnit(cellInWords(finding.at, language), finding.at_unit);
  const error = cellInWords(finding.error, language);
  const words = [
    value && error ? trans.__('%1 ± %2', value, error) : value,
    at && trans.__('at %1', at)
  ];
  return words.filter(Boolean).join(' ');
}

/** A number as it is written in a language, with as many digits as are known. */
export function cellInWords(cell: Cell, language: string): string {
  if (cell === null || cell === undefined) {
    return '';
  }
  if (typeof cell === 'string') {
    return cell;
  }
  const size = Math.abs(cell);
  const notation = size >= 1e9 || (size > 0 && size < 1e-4) ? 'scientific' : 'standard';
  // Not grouped: most of the four-digit numbers on axes are years and depths.
  return new Intl.NumberFormat(language, {
    maximumSignificantDigits: 6,
    useGrouping: false,
    notation
  }).format(cell);
}

function withUnit(words: string, unit: string): string {
  return words && unit ? `${words} ${unit}` : words;
}
