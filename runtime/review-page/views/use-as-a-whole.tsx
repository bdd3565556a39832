import type { FC } from 'hono/jsx';
import { said } from './layout';
import { ShownAccess } from '../../certification';

const SOURCES: Readonly<Record<string, string>> = {
  'access keys last used': 'Access keys',
  'own secrets last accessed': 'Its secrets',
  'live compute': 'What runs with it now',
};
const SHOWN = 10;

/** What is known of the whole agent and of no single service: its keys, its secrets, what runs, what it costs, and which policies are missing in what is shown. */
export const UseAsAWhole: FC<{ readonly shown: ShownAccess }> = ({ shown: { signals, cost, attached, unread } }) => {
  const read = attached.filter((arn) => !unread.some(({ what }) => what.endsWith(` ${arn}`)));
  return (
    <section>
      <dl>
        {signals.map(({ source, verdict, evidence }) => [<dt>{SOURCES[source] ?? said(source)}</dt>, <dd>{said(verdict === 'unknown' ? `Not known: ${evidence}` : evidence)}</dd>])}
        {cost === undefined ? null : [
          <dt>Cost of its calls</dt>,
          <dd>{cost.amount === undefined ? `Not known: ${said(cost.missing ?? '')}` : `${cost.amount} ${said(cost.unit ?? '')} from ${cost.from} to ${cost.to} (AI models only)`}</dd>,
        ]}
      </dl>
      {read.length === 0 ? null : (
        <div class="note warn"><p>Policies are attached that are neither in the agent's code nor the registry's: {listed(read)} What they allow is part of the services below.</p></div>
      )}
      {unread.length === 0 ? null : (
        <div class="note warn"><p>Not everything could be read, so the agent may be allowed more than is shown: {listed(unread.map(({ what, reason }) => `${what} (${reason})`))}</p></div>
      )}
    </section>
  );
};

function listed(all: readonly string[]): string {
  return `${said(all.slice(0, SHOWN).join(', '))}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ''}.`;
}
