import { Clipboard } from '@jupyterlab/apputils';
import React from 'react';
import type { FigureTable } from '../client/protocol';
import { csvOf, headerOf } from '../models/csv';
import { TextButton } from './Cards';
import { useChatContext } from './context';
import { cellInWords } from './figure-words';

/** Rows on screen; all of them are copied. */
const MOST_ROWS = 50;

/** The numbers of a figure, series by series. */
export function FigureTables(props: {
  tables: readonly FigureTable[];
  language: string;
}): JSX.Element {
  return (
    <>
      {props.tables.map((table, index) => (
        <TableView key={index} table={table} language={props.language} />
      ))}
    </>
  );
}

function TableView(props: { table: FigureTable; language: string }): JSX.Element {
  const { table, language } = props;
  const { trans } = useChatContext();
  const more = table.rows.length - MOST_ROWS;
  const name = table.series || trans.__('Data');
  return (
    <div className="jp-RusoilFigureTable">
      <div
        className="jp-RusoilFigureTable-scroll"
        tabIndex={0}
        role="region"
        aria-label={name}
      >
        <table>
          <caption>{name}</caption>
          <thead>
            <tr>
              {headerOf(table).map((column, index) => (
                <th key={index} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, MOST_ROWS).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{cellInWords(cell, language)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p>{trans._n('%1 more row', '%1 more rows', more)}</p>}
      <TextButton
        label={trans.__('Copy as CSV')}
        onClick={() => Clipboard.copyToSystem(csvOf(table))}
      />
    </div>
  );
}
