import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { HealthModel } from '../models/health';
import { Card, TextButton } from './Cards';
import { useChatContext, useSignal } from './context';
import { PullButton } from './PullButton';

/** Says why the assistant can't answer now, and offers what mends it. */
export function Banner(): JSX.Element | null {
  const { assistant } = useChatContext();
  const { health, stream } = assistant;
  useSignal(health.changed);
  useSignal(stream.stateChanged);
  if (stream.state === 'reconnecting') {
    return <ReconnectingCard />;
  }
  if (health.state === 'ready' || health.state === 'checking') {
    return null;
  }
  return <HealthCard />;
}

function ReconnectingCard(): JSX.Element {
  const { assistant, trans } = useChatContext();
  return (
    <Card
      kind="warning"
      message={trans.__('The connection to the server was lost. Reconnecting…')}
      nextStep={trans.__('The answer goes on from where it stopped.')}
    >
      <TextButton
        label={trans.__('Try now')}
        onClick={() => assistant.stream.reconnectNow()}
      />
    </Card>
  );
}

function HealthCard(): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { health, catalogue } = assistant;
  useSignal(catalogue.changed);
  const { message, nextStep } = healthWords(health, trans);
  const mendable =
    health.state === 'not-ready'
      ? catalogue.models.filter(model => model.action === 'pull' && !model.available)
      : [];
  const check = () => {
    void health.check();
    catalogue.refresh().catch(() => undefined); // the check itself tells why
  };
  return (
    <Card kind="warning" message={message} nextStep={nextStep}>
      {mendable.slice(0, 1).map(model => (
        <PullButton key={model.id} model={model} />
      ))}
      {catalogue.error && (
        <Card
          kind="error"
          message={catalogue.error.message}
          nextStep={catalogue.error.next_step}
        />
      )}
      <TextButton
        label={health.isChecking ? trans.__('Checking…') : trans.__('Check again')}
        busy={health.isChecking}
        onClick={check}
      />
    </Card>
  );
}

function healthWords(
  health: HealthModel,
  trans: TranslationBundle
): { message: string; nextStep: string } {
  switch (health.state) {
    case 'no-server-part':
      return {
        message: trans.__('The assistant’s server part is not running.'),
        nextStep: trans.__(
          'Run “%1” in a terminal, then restart Jupyter.',
          'jupyter server extension enable rusoil_jupyter_server'
        )
      };
    case 'unreachable':
      return {
        message: trans.__('The Jupyter server can’t be reached.'),
        nextStep: trans.__('Check that it still runs and that you are online.')
      };
    case 'not-ready':
      return {
        message: health.status?.reason || trans.__('No model can answer now.'),
        nextStep: health.status?.next_step ?? ''
      };
    default:
      return {
        message: health.error?.message ?? trans.__('The assistant can’t answer now.'),
        nextStep: health.error?.next_step ?? ''
      };
  }
}
