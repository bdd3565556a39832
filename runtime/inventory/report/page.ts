import { SCRIPT } from './script';
import { STYLE } from './style';
import { POWER_LEVELS } from '../../../src/core/identities/power';
import { escaped, htmlFile } from '../../html';
import { Catalogue, IDENTITY_KINDS, Inventory, InventoryRow } from '../model';

/** Use of what is no identity. Its bar is there only with such a row. */
const NOT_RECORDED = 'not recorded';
const CHARTS: readonly (readonly [id: string, title: string, values: readonly string[]])[] = [
  ['age', 'Age', ['up to 90 days', 'up to 1 year', 'up to 3 years', 'older', 'unknown']],
  ['power', 'Power', POWER_LEVELS],
  ['owner', 'Owner', ['likely sponsor', 'agent of a registry', 'no sponsor found']],
  ['use', 'Use', ['in use', 'not for 90 days', 'never used', NOT_RECORDED]],
];
const ITEMS: readonly (readonly [string, string])[] = [
  ['NHI1', 'Improper offboarding'], ['NHI2', 'Secret leakage'], ['NHI3', 'Vulnerable third-party NHI'], ['NHI4', 'Insecure authentication'], ['NHI5', 'Overprivileged NHI'],
  ['NHI6', 'Insecure cloud deployment configurations'], ['NHI7', 'Long-lived secrets'], ['NHI8', 'Environment isolation'], ['NHI9', 'NHI reuse'], ['NHI10', 'Human use of NHI'],
];
const CATALOGUE: Readonly<Record<Catalogue['match'], (its: Catalogue) => string>> = {
  'both': ({ registry, status }) => `in registry ${registry}, ${status}`,
  'only-there': ({ registry, status }) => `in registry ${registry}, ${status}, and in none of this library`,
  'only-here': () => 'not in AWS Agent Registry',
};
const HEADS: readonly (readonly [sort: string, title: string])[] = [
  ['name', 'Identity'], ['kind', 'Kind'], ['created', 'Created'], ['used', 'Last used'], ['keys', 'Keys'], ['power', 'Power'], ['by', 'Assumed by'], ['sponsor', 'Likely sponsor'], ['findings', 'Findings'],
];

/**
 * One HTML file that needs no network. The browser runs its script and style only: the page's policy names both by their hashes, and forbids any request.
 * What an account's owners wrote is data, in which no tag can begin.
 */
export function inventoryReport(inventory: Inventory): string {
  const { takenAt, accounts, unread, rows } = inventory;
  const several = accounts.length > 1;
  return htmlFile({
    title: 'Inventory of machine identities',
    style: STYLE,
    script: SCRIPT,
    data: { takenAt, rows: rows.map(shownRow) },
    main: `<h1>Inventory of machine identities</h1>
<p class="soft">${accounts.length} ${several ? 'accounts' : 'account'}${several || accounts[0] === undefined ? '' : ` ${escaped(accounts[0].account)}`}, ${rows.length} identities, read at ${escaped(takenAt)}</p>
${unread.map(({ account, service, reason }) => `<p class="critical">${service === undefined ? '' : `${escaped(service)} of account `}${service === undefined ? 'Account ' : ''}${escaped(account)} could not be read: ${escaped(reason)}</p>`).join('\n')}
<noscript><p>This report filters and sorts with the script in this file: open it in a browser that runs it.</p></noscript>
<div class="charts">${CHARTS.map(([id, title, values]) => chart(id, title, values.filter((value) => value !== NOT_RECORDED || rows.some(isNoIdentity)))).join('\n')}</div>
<form id="filters" role="search" aria-label="Filters">
<label>Search<input id="search-of" type="search" autocomplete="off"></label>
<label>Kind<select id="kind-of"><option value="">all</option>${IDENTITY_KINDS.map((kind) => `<option${kind === 'machine' ? ' selected' : ''}>${kind}</option>`).join('')}</select></label>
<label>Account<select id="account-of"><option value="">all</option>${accounts.map(({ account, name }) => `<option value="${escaped(account)}">${escaped(account)} ${escaped(name ?? '')}</option>`).join('')}</select></label>
<label>OWASP NHI Top 10<select id="owasp-of"><option value="">all</option>${ITEMS.map(([id, title]) => `<option value="${id}">${id} ${title}</option>`).join('')}</select></label>
<button type="reset">Reset</button></form>
<p id="status" role="status"></p>
<table role="table" aria-label="Identities"><thead role="rowgroup"><tr role="row">${HEADS.map(([sort, title]) => `<th role="columnheader" scope="col"${sort === 'findings' ? ' aria-sort="descending"' : ''}><button type="button" data-sort="${sort}">${title}</button></th>`).join('')}</tr></thead><tbody id="rows" role="rowgroup"></tbody></table>
<nav class="pages" aria-label="Pages"><button id="before" type="button">Previous page</button><button id="after" type="button">Next page</button></nav>`,
  });
}

function isNoIdentity({ kind }: InventoryRow): boolean {
  return kind === 'federation' || kind === 'catalogue';
}

function chart(id: string, title: string, values: readonly string[]): string {
  const bars = values.map((value) => (
    `<button type="button" aria-pressed="false" data-value="${value}"><span class="label">${value}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect height="10" width="0"></rect></svg><span class="count"></span></button>`));
  return `<section class="chart" id="${id}" aria-label="By ${title.toLowerCase()}"><h2>${title}</h2>${bars.join('')}</section>`;
}

function shownRow(row: InventoryRow): object {
  const { account, accountName, name, arn, kind, kindBecause, createdAt, findings } = row;
  const { lastUsed, assumedBy, keys, power, madeBy, sponsors, agent, services, roles, catalogue } = row;
  return {
    account,
    accountName,
    name,
    arn,
    kind,
    kindBecause,
    createdAt,
    usedAt: lastUsed?.at,
    usedBy: lastUsed?.by,
    assumedBy: assumedBy.map((caller) => caller.name),
    keys: keys.map((key) => `${key.name}${key.active ? '' : ' (inactive)'}${key.ageDays === undefined ? '' : `, ${key.ageDays} days`}`),
    power: power.level,
    statements: [
      ...power.statements.map(({ policy, allows }) => `${policy}: ${allows}`),
      ...(power.limitedBy === undefined ? [] : [`limited by the boundary ${power.limitedBy}`]),
      ...(power.unread ?? []).map((policy) => `not read: ${policy}`),
    ],
    madeBy: madeBy === undefined ? undefined : [madeBy.tool, madeBy.stack, `(${madeBy.evidence})`].filter((part) => part !== undefined).join(' '),
    sponsors: sponsors.map(({ who }) => who),
    evidence: sponsors.map(({ evidence }) => evidence),
    agent: agent === undefined ? undefined : `${agent.name} of registry ${agent.registry}`,
    roles,
    catalogue: catalogue === undefined ? undefined : CATALOGUE[catalogue.match](catalogue),
    services: services?.map((service) => `${service.name}: ${service.lastUsedAt ?? 'never'}`),
    findings,
  };
}
