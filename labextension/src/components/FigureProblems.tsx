import React, { useState } from 'react';
import type { FigureProblem } from '../client/protocol';
import type { IFigurePlace } from '../models/figure-reading';
import { diffOf, ISourceFix, sourceFix } from '../models/source-fix';
import { TextButton } from './Cards';
import { useChatContext } from './context';

/** What is wrong with a figure, and how it is mended. */
export function FigureProblems(props: {
  problems: readonly FigureProblem[];
  place: IFigurePlace | null;
}): JSX.Element {
  const { problems, place } = props;
  return (
    <ul className="jp-RusoilProblems">
      {problems.map((problem, index) => (
        <li key={index}>
          <span>{problem.message}</span>
          {problem.fix && place && <Fix code={problem.fix} place={place} />}
        </li>
      ))}
    </ul>
  );
}

/** Shows what would be changed in the cell before anything is. */
function Fix(props: { code: string; place: IFigurePlace }): JSX.Element {
  const { code, place } = props;
  const { trans, report } = useChatContext();
  const [fix, setFix] = useState<ISourceFix | null>(null);
  const [isApplied, setApplied] = useState(false);
  if (isApplied) {
    return (
      <small role="status">
        {trans.__('Applied. Run the cell to see it; undo in the cell takes it back.')}
      </small>
    );
  }
  if (!fix) {
    return (
      <TextButton
        label={trans.__('Show the fix')}
        onClick={() => setFix(sourceFix(place.source, code))}
      />
    );
  }
  return (
    <>
      <Diff fix={fix} />
      <div className="jp-RusoilCard-buttons">
        <TextButton primary label={trans.__('Apply')} onClick={() => apply(fix)} />
        <TextButton label={trans.__('Cancel')} onClick={() => setFix(null)} />
      </div>
    </>
  );

  function apply(shown: ISourceFix): void {
    if (place.obstacle !== null) {
      report(new Error(trans.__('The cell can’t be changed: %1.', place.obstacle)));
    } else if (place.apply(shown)) {
      setApplied(true);
    } else {
      // Somebody wrote in the cell since the diff was made: show what would be changed now.
      setFix(sourceFix(place.source, code));
      report(new Error(trans.__('The cell has been changed. Look at the fix again.')));
    }
  }
}

function Diff({ fix }: { fix: ISourceFix }): JSX.Element {
  const { trans } = useChatContext();
  return (
    <pre
      className="jp-RusoilDiff"
      tabIndex={0}
      aria-label={trans.__('Change of the cell')}
    >
      {diffOf(fix).map((line, index) =>
        line.kind === 'added' ? (
          <ins key={index}>{`+ ${line.text}\n`}</ins>
        ) : (
          <span key={index}>{`  ${line.text}\n`}</span>
        )
      )}
    </pre>
  );
}
