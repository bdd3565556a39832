import { html } from 'hono/html';
import type { FC } from 'hono/jsx';
import { policyText } from './item-card';
import { Layout, said } from './layout';
import { PartsNav } from './parts-nav';
import { Placement } from '../../../src/core/lifecycle-event';
import { ShownItem } from '../../certification';
import { PageSession } from '../../ledger';
import { bytesOf, inParts, partIn } from '../in-parts';
import { serviceName } from '../words';

interface PolicyProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly placement: Placement;
  readonly item: ShownItem;
  readonly wantedPart?: string;
}

const PART = { most: 1_500, bytes: 40_000 };

/** All that is declared and granted of one service, for policies that are too long for the review. */
export const PolicyView: FC<PolicyProps> = ({ registry, session, placement: { account, agentName }, item, wantedPart }) => {
  const text = `Declared in the code:\n${policyText(item.declared)}\n\nGranted in AWS:\n${policyText(item.granted)}`;
  const parts = inParts(text.split('\n'), (line) => bytesOf(html`${line}`) + 1, PART);
  const part = partIn(wantedPart, parts.length);
  const name = serviceName(item.service);
  const here = `/policies/${account}/${agentName}?service=${encodeURIComponent(item.service)}&part=`;
  return (
    <Layout title={`Exact policy of ${agentName}: ${name}`} registry={registry} session={session}>
      <h1>{said(name)}</h1>
      <p>{`The exact policy of ${said(agentName)}${parts.length > 1 ? `, part ${part} of ${parts.length}` : ''}.`}</p>
      <pre tabindex={0}>{parts[part - 1].join('\n')}</pre>
      <PartsNav label="Parts of this policy" part={part} parts={parts.length} href={here} />
      <p><a href={`/reviews/${account}/${agentName}`}>Back to the review</a></p>
    </Layout>
  );
};
