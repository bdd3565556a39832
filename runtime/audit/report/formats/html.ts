import { pictures } from './pictures';
import { SCRIPT } from './script';
import { escaped, htmlFile, STYLE } from '../../../html';
import { AuditReport, EvidenceRef, ReportRow, ReportSection } from '../model';
import { whyNothing } from '../sections';

const OWN_STYLE = `${STYLE}
.chart rect{fill:var(--bar)}.chart svg{width:100%;height:3rem}.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.85rem}
.bars{grid-template-columns:8rem 1fr}.bars dd{display:grid;grid-template-columns:1fr 3rem;gap:.5rem;align-items:center}.bars svg{height:.8rem}
main>section{margin:1.6rem 0}h2{font-size:1.15rem}h3{font-size:1rem;margin:.8rem 0 .3rem}
summary{cursor:pointer;min-height:1.6rem}details p{overflow-wrap:anywhere}
.sum{font-size:1.1rem}nav ul{columns:18rem;padding-left:1.2rem}a{color:var(--bar)}
.scroll{overflow-x:auto}th{overflow-wrap:normal}@media (min-width:62.01rem){td[data-label=when]{min-width:6rem}td[data-label=evidence]{min-width:6rem}}
[hidden]{display:none!important}
@media print{details:not([open])>*{display:block}}
`;

/** The page says that all times are UTC, and a space lets them break. */
const INSTANTS = /\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z/g;

/** The report to read: one file, which needs no network, prints, and can be filtered. */
export function reportHtml(report: AuditReport): string {
  const { registry, bucket, from, to, readFrom, readTo, takenBy, population, differences, sections, noLongerPaid } = report;
  const paid = Object.entries(noLongerPaid).map(([currency, amount]) => `${amount.toFixed(2)} ${currency}`);
  const { atStart, joined, left, atEnd, isBalanced, knownToEvidence, livingNowInEvidence, livingNowInLedger, queries, again } = population;
  const isOnGoogle = registry.startsWith('gs://');
  const title = `Agents of registry ${registry}, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  return htmlFile({
    title,
    style: OWN_STYLE,
    script: SCRIPT,
    main: `<h1>${escaped(title)}</h1>
<p class="soft">${escaped(placeOf(report))}. From ${escaped(from)}, which is included, to ${escaped(to)}, which is not; all times are UTC. Read from ${escaped(readFrom)} to ${escaped(readTo)} by ${escaped(takenBy)}, from the write-once ${isOnGoogle ? 'objects' : 'copies'} in ${escaped(bucket)}.</p>
${differences.length === 0 ? '<p>All that was read fits.</p>' : `<section aria-label="Differences"><h2 class="critical">What does not fit</h2><ul>${differences.map(({ what, reason }) => `<li><bdi>${escaped(what)}</bdi>: ${escaped(reason)}</li>`).join('')}</ul></section>`}
${pictures(report)}
<section aria-label="Completeness"><h2>Completeness of the population</h2>
<p class="sum">${atStart} living at the start + ${joined} joined - ${left} left = ${atStart + joined - left}; ${atEnd} living at the end${isBalanced ? '' : ' <span class="critical">DOES NOT ADD UP</span>'}</p>
<p>The evidence knows ${knownToEvidence} agents. Now ${livingNowInEvidence} are living by the evidence, and ${livingNowInLedger} by ${isOnGoogle ? 'nhi list, because there is no ledger' : 'the ledger'}.</p>
<details><summary>How it was counted, and how to count again</summary><ul>${queries.map(({ call, calls, found }) => `<li>${escaped(call)}: ${found} in ${calls} calls</li>`).join('')}</ul><p><code>${escaped(again)}</code></p></details></section>
${paid.length === 0 ? '' : `<section aria-label="Costs"><h2>No longer paid</h2>
<p class="sum">${escaped(paid.join(', '))} a month</p>
<p>Access outside of the cloud that cost it no longer exists: the confirmations are in <a href="#third-parties">Access outside of AWS</a>.</p></section>
`}${byControl(sections)}
<form id="filters" role="search" aria-label="Filters">
<label>Search<input id="search-of" type="search" autocomplete="off"></label>
<label>Section<select id="section-of"><option value="">all</option>${sections.map((section) => `<option value="${section.id}">${escaped(section.title)} (${countOf(section)})</option>`).join('')}</select></label>
<button type="reset">Reset</button></form>
<p id="status" role="status"></p>
${sections.map(sectionHtml).join('\n')}`,
  });
}

function placeOf({ account, region }: AuditReport): string {
  return region !== '' ? `Account ${account} in ${region}` : account === '' ? 'All projects of the registry' : `Project ${account}`;
}

/** For each control the sections that show it. */
function byControl(sections: readonly ReportSection[]): string {
  const found = new Map<string, ReportSection[]>();
  sections.forEach((section) => section.controls.forEach(({ framework, controls }) => controls.forEach((control) => {
    const key = `${framework} ${control}`;
    found.set(key, [...found.get(key) ?? [], section]);
  })));
  const items = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([control, those]) => (
    `<li>${escaped(control)}: ${those.map((section) => `<a href="#${section.id}">${escaped(section.title)}</a> (${countOf(section)})`).join(', ')}</li>`));
  return `<section aria-label="By control"><h2>By control</h2><details><summary>Which section shows which control</summary><nav aria-label="Controls"><ul>${items.join('')}</ul></nav></details></section>`;
}

function sectionHtml(section: ReportSection): string {
  const { id, title, columns, controls, rows } = section;
  const heads = ['when', 'agent', 'what', ...columns, 'by', 'evidence'];
  return `<section id="${id}" class="rows" aria-label="${escaped(title)}"><h2>${escaped(title)}</h2>
<p class="soft">${controls.map(({ framework, controls: those }) => escaped(`${framework} ${those.join(', ')}`)).join('; ')}</p>
${rows.length === 0 ? `<p>${escaped(emptyText(section))}.</p>` : `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}: table"><table role="table" aria-label="${escaped(title)}"><thead role="rowgroup"><tr role="row">${heads.map((head) => `<th role="columnheader" scope="col">${escaped(head)}</th>`).join('')}</tr></thead><tbody role="rowgroup">
${rows.map((row) => rowHtml(row, columns)).join('\n')}
</tbody></table></div>`}</section>`;
}

function countOf(section: ReportSection): string {
  return section.rows.length === 0 && whyNothing(section) !== undefined ? 'not recorded' : String(section.rows.length);
}

function emptyText(section: ReportSection): string {
  const why = whyNothing(section);
  return why === undefined ? `None in this period. Looked at: ${section.source}` : `Not recorded: ${why}`;
}

function rowHtml({ at, agent, stage, what, by, facts, evidence }: ReportRow, columns: readonly string[]): string {
  const cell = (label: string, text: string): string => `<td role="cell" data-label="${escaped(label)}">${text}</td>`;
  const outside = (text: string): string => (text === '' ? '' : `<bdi>${escaped(text.replace(INSTANTS, '$1 $2'))}</bdi>`);
  return `<tr role="row">${[
    cell('when', outside(at)),
    cell('agent', outside([agent, stage && `in ${stage}`].filter((part) => part !== '').join(' '))),
    cell('what', outside(what)),
    ...columns.map((column) => cell(column, outside(facts[column]))),
    cell('by', outside(by)),
    cell('evidence', `<details><summary>${escaped(nameOf(evidence[0]))}${evidence.length > 1 ? ` and ${evidence.length - 1} more` : ''}</summary>${evidence.map(refHtml).join('')}</details>`),
  ].join('')}</tr>`;
}

function nameOf({ kind, number }: EvidenceRef): string {
  return kind === 'event' ? `event ${number}` : kind === 'ledger' ? 'ledger, no evidence' : 'object';
}

function refHtml({ kind, key, version, id, sha256 }: EvidenceRef): string {
  const parts = [key, version && `version ${version}`, id && `event id ${id}`, sha256 && `${kind === 'event' ? 'hash' : 'SHA-256'} ${sha256}`];
  return `<p>${parts.filter((part) => part !== '').map((part) => `<bdi>${escaped(part)}</bdi>`).join(', ')}</p>`;
}
