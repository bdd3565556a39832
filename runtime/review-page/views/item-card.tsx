import type { FC } from 'hono/jsx';
import { said } from './layout';
import { allowed } from './use-picture';
import { escapeUnseen } from '../../../src/core/unseen';
import { Finding, ShownItem } from '../../certification';
import { day, FINDINGS, serviceName, useOf } from '../words';

/** What of an item is new since the last time that everything was decided. */
export type Change = 'new' | 'changed' | 'same' | 'first';

interface ItemCardProps {
  readonly item: ShownItem;
  readonly change: Change;
  readonly isDecided: boolean;
  readonly now: Date;
}

const CHANGES: Readonly<Record<Change, string>> = { new: 'New since the last review', changed: 'Changed since the last review', same: 'As in the last review', first: '' };
/** Longer policies are in the evidence only. */
const LONGEST_POLICY = 1_500;
const SHOWN_RESOURCES = 4;
const SHOWN_ACTIONS = 6;
const SHOWN_SOURCES = 3;

/** One service in words, with the exact policy one fold away. */
export const ItemCard: FC<ItemCardProps> = ({ item, change, isDecided, now }) => (
  <article class={item.hasFindings || change === 'new' || change === 'changed' ? 'card told' : 'card'} aria-labelledby={idOf(item)}>
    <h3 id={idOf(item)}>{said(serviceName(item.service))}</h3>
    <p>
      <span class={`tag ${item.use.verdict}`}>{useOf(item, now)}</span>
      {CHANGES[change] === '' ? null : <span class="tag">{CHANGES[change]}</span>}
      {isDecided ? <span class="tag">Decided</span> : null}
    </p>
    <p>{allowed(item)}{item.granted.length === 0 ? '.' : ` on ${resourcesOf(item)}.`}</p>
    {item.findings.length === 0 && item.denied.length === 0 ? null : (
      <ul>
        {item.findings.map((finding) => <li>{FINDINGS[finding]}{detailsOf(finding, item)}</li>)}
        {item.denied.length === 0 ? null : <li>Denied by an earlier review:{listed(item.denied)}</li>}
      </ul>
    )}
    <Columns item={item} now={now} />
    <details>
      <summary>Exact policy and evidence of use</summary>
      <p>{said(item.use.evidence)}{item.use.lastUsedAt === undefined ? '' : ` Last used: ${day(item.use.lastUsedAt)}.`}</p>
      <p>Declared in the code:</p>
      <pre>{policy(item.declared)}</pre>
      <p>Granted in AWS:</p>
      <pre>{policy(item.granted)}</pre>
    </details>
  </article>
);

/** Declared, granted, used: the three columns in short. */
const Columns: FC<{ readonly item: ShownItem; readonly now: Date }> = ({ item, now }) => {
  const sources = [...new Set(item.granted.flatMap(({ source }) => source ?? []))];
  const short = (grants: ShownItem['granted']): string => {
    const actions = [...new Set(grants.flatMap((grant) => grant.actions))];
    return actions.length === 0 ? 'nothing' : said(actions.slice(0, SHOWN_ACTIONS).join(', ') + (actions.length > SHOWN_ACTIONS ? ` and ${actions.length - SHOWN_ACTIONS} more` : ''));
  };
  return (
    <dl>
      <dt>In the code</dt><dd>{short(item.declared)}</dd>
      <dt>Allowed in AWS</dt><dd>{short(item.granted)}{sources.length === 0 ? '' : `; of that by ${said(sources.slice(0, SHOWN_SOURCES).join(', '))}${sources.length > SHOWN_SOURCES ? ` and ${sources.length - SHOWN_SOURCES} more` : ''}`}</dd>
      <dt>Used</dt><dd>{useOf(item, now)}</dd>
      {item.peers === undefined ? null : [<dt>Others in this stage</dt>, <dd>{`${item.peers.having} of ${item.peers.of} other agents have it in their code`}</dd>]}
    </dl>
  );
};

function detailsOf(finding: Finding, { notDeclared, notGranted, granted }: ShownItem): string {
  switch (finding) {
    case 'granted-not-declared': return `${granted.some(({ source }) => source !== undefined) ? '' : ' Somebody may have changed its policy by hand.'}${listed(notDeclared)}`;
    case 'declared-not-granted': return listed(notGranted);
    default: return '';
  }
}

function idOf({ service }: ShownItem): string {
  return `service-${service.replace(/[^a-z0-9-]/g, 'x')}`;
}

/** The last part of what the access is to, as people know it. */
function resourcesOf({ granted }: ShownItem): string {
  const all = [...new Set(granted.flatMap(({ resources }) => resources))].map((resource) => (resource === '*' ? 'everything' : resource.split(/[:/]/).filter((part) => part !== '' && part !== '*').at(-1) ?? resource));
  const names = [...new Set(all)];
  return said(names.slice(0, SHOWN_RESOURCES).join(', ') + (names.length > SHOWN_RESOURCES ? ` and ${names.length - SHOWN_RESOURCES} more` : ''));
}

function listed(actions: readonly string[]): string {
  return actions.length === 0 ? '' : ` ${said(actions.slice(0, 10).join(', '))}${actions.length > 10 ? ` and ${actions.length - 10} more` : ''}.`;
}

function policy(grants: ShownItem['granted']): string {
  const text = grants.length === 0 ? 'nothing' : JSON.stringify(grants, undefined, 1).split('\n').map(escapeUnseen).join('\n');
  // By characters: half of one would be unreadable.
  return text.length > LONGEST_POLICY ? `${Array.from(text).slice(0, LONGEST_POLICY).join('')}\n... The rest is in the evidence: nhi review show prints it.` : text;
}
