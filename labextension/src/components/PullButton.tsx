import React from 'react';
import type { ModelInfo } from '../client/protocol';
import { Card, TextButton } from './Cards';
import { useChatContext } from './context';
import { ProgressLine } from './Waiting';
import { sizeInWords } from './words';

/** Downloads a model that is not there yet, and shows how far it is. */
export function PullButton({ model }: { model: ModelInfo }): JSX.Element | null {
  const { assistant, trans } = useChatContext();
  const { download } = model;
  if (download?.state === 'running') {
    const done = sizeInWords(download.done, trans);
    const label =
      download.total > 0
        ? trans.__(
            'Downloading %1: %2 of %3',
            model.name,
            done,
            sizeInWords(download.total, trans)
          )
        : trans.__('Downloading %1: %2', model.name, done);
    return <ProgressLine label={label} done={download.done} total={download.total} />;
  }
  if (model.available || model.action !== 'pull') {
    return null;
  }
  const label = model.size_bytes
    ? trans.__('Download %1 (%2)', model.name, sizeInWords(model.size_bytes, trans))
    : trans.__('Download %1', model.name);
  return (
    <>
      {download?.state === 'failed' && (
        <Card
          kind="error"
          message={download.message || trans.__('The download failed.')}
        />
      )}
      <TextButton
        primary
        label={label}
        onClick={() => void assistant.catalogue.pull(model.id)}
      />
    </>
  );
}
