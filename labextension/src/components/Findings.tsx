import React from 'react';
import type { Finding, Interpretation } from '../client/protocol';
import { BadgeView } from './Badge';
import { useTranslation } from './context';
import { cellInWords, operationWord, valueInWords } from './figure-words';

/** More rows than these are folded away, and so many are shown at most. */
const FEW = 4;
const MOST = 40;
const MOST_POINTS = 6;

/** The numbers behind an answer. A badge stands at those that are less sure than the answer itself. */
export function Findings(props: {
  findings: readonly Finding[];
  language: string;
  badge: Interpretation['badge'];
}): JSX.Element | null {
  const trans = useTranslation();
  const shown = props.findings.filter(finding => wordsOf(finding) !== '').slice(0, MOST);
  const sources = [...new Set(shown.map(({ source }) => source).filter(Boolean))];
  if (shown.length === 0) {
    return null;
  }
  const rows = (
    <>
      <dl className="jp-RusoilFindings" aria-label={trans.__('Numbers')}>
        {shown.map((finding, index) => (
          <React.Fragment key={index}>
            <dt>{[nameOf(finding), finding.series].filter(Boolean).join(' · ')}</dt>
            <dd title={finding.method || undefined}>
              {wordsOf(finding)}
              {finding.badge !== props.badge && <BadgeView badge={finding.badge} />}
              {finding.warnings.map(warning => (
                <small key={warning}>{warning}</small>
              ))}
            </dd>
          </React.Fragment>
        ))}
      </dl>
      {sources.map(source => (
        <p key={source} className="jp-RusoilFindings-source">
          {trans.__('Source: %1', source)}
        </p>
      ))}
    </>
  );
  if (shown.length <= FEW) {
    return rows;
  }
  return (
    <details className="jp-RusoilFindings-more">
      <summary>{trans._n('%1 number', '%1 numbers', shown.length)}</summary>
      {rows}
    </details>
  );

  /** An expert names what it found; everything else is named by what was asked. */
  function nameOf(finding: Finding): string {
    const { quantity, name, query } = finding;
    return quantity || name || operationWord(query, trans);
  }

  function wordsOf(finding: Finding): string {
    const { language } = props;
    const value = valueInWords(finding, language, trans);
    const details = Object.entries(finding.details)
      .filter(([, cell]) => cell !== null)
      .map(([name, cell]) => `${name} = ${cellInWords(cell, language)}`);
    const words = [value, ...details, ...pointsOf(finding, language)];
    if (words.every(word => word === '')) {
      return finding.items.slice(0, MOST_POINTS).join(', ');
    }
    return words.filter(Boolean).join('; ');
  }
}

function pointsOf(finding: Finding, language: string): string[] {
  const points = finding.points.slice(0, MOST_POINTS).map(point => {
    const at = point.label || cellInWords(point.at, language);
    const value = cellInWords(point.value, language);
    return at && value ? `${at}: ${value}` : at || value;
  });
  return finding.points.length > MOST_POINTS ? [...points, '…'] : points;
}
