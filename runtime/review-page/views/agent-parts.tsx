import type { Child, FC } from 'hono/jsx';
import { said } from './layout';
import { PlacementState } from '../../model/placement-state';
import { serviceOf } from '../../model/services';
import { Certificate, Credential } from '../agent-facts';
import { bytesOf, inParts } from '../in-parts';
import { day, serviceName } from '../words';

/** A list that does not fit is cut, and says so: everything is in the ledger and the evidence. */
const LIST = { most: 40, bytes: 3_500 };
const SHOWN_NAMES = 6;

const Fitting: FC<{ readonly lines: readonly Child[] }> = ({ lines }) => {
  const [shown] = inParts(lines, bytesOf, LIST);
  return lines.length === 0 ? null : (
    <ul>
      {shown}
      {shown.length < lines.length ? <li class="soft">{`And ${lines.length - shown.length} more, which operators see by nhi show.`}</li> : null}
    </ul>
  );
};

/** What the agent may do, since when it is declared, what reviews deny of it, and what waits in other stages. */
export const Access: FC<{ readonly state: PlacementState; readonly since?: string }> = ({ state: { declared, reduction, status }, since }) => {
  const stages = declared.access?.stages ?? [];
  const here = stages.filter(({ stage }) => stage === declared.stage || stage === '*');
  const grants = here.flatMap((stage) => stage.grants).filter(({ effect }) => effect === undefined);
  const services = [...new Set(grants.flatMap(({ actions }) => actions.map(serviceOf)))].sort();
  const omitted = here.reduce((sum, stage) => sum + stage.omitted, 0);
  const elsewhere = stages.filter((stage) => !here.includes(stage));
  const denied = reduction?.denied ?? [];
  return (
    <section aria-labelledby="access">
      <h2 id="access">Access</h2>
      {status === 'left' ? <p>It has left and may do nothing. The last declaration was:</p> : null}
      {services.length === 0 ? <p>No access is declared in this stage.</p>
        : <p>{`Declared in its code for the stage ${said(declared.stage)}${since === undefined ? '' : `, as it is since ${day(since)}`}:`}</p>}
      <Fitting lines={services.map((service) => {
        const of = grants.map(({ actions, resources }) => ({ actions: actions.filter((action) => serviceOf(action) === service), resources }))
          .filter(({ actions }) => actions.length > 0);
        return (
          <li><strong>{said(serviceName(service))}</strong>{`: ${named(of.flatMap(({ actions }) => actions.map((action) => action.split(':')[1] ?? action)))}, on ${named(of.flatMap(({ resources }) => resources))}`}</li>
        );
      })} />
      {omitted === 0 ? null : <p>{`${omitted} further grants are in its template.`}</p>}
      {elsewhere.length === 0 ? null : <p>{`Declared for other stages, and not granted now: ${said(elsewhere.map(({ stage }) => stage).join(', '))}.`}</p>}
      {denied.length === 0 ? null : [
        <p>Denied by reviews, whatever is declared:</p>,
        <Fitting lines={denied.map(({ action, by, at }) => <li>{`${said(action)}, by ${said(by)}, since ${day(at)}`}</li>)} />,
      ]}
    </section>
  );
};

function named(names: readonly string[]): string {
  const all = [...new Set(names)];
  return said(all.slice(0, SHOWN_NAMES).join(', ')) + (all.length > SHOWN_NAMES ? ` and ${all.length - SHOWN_NAMES} more` : '');
}

/** The agent's roles, and the secrets that are its own. */
export const Credentials: FC<{ readonly credentials: readonly Credential[]; readonly secrets: readonly string[] }> = ({ credentials, secrets }) => (
  <section aria-labelledby="credentials">
    <h2 id="credentials">Credentials</h2>
    {credentials.length === 0 ? <p>It has no identity in AWS.</p> : null}
    <Fitting lines={credentials.map(({ roleArn, stage, status, since, removedAt }) => (
      <li>
        <strong>{`IAM role for the stage ${said(stage)}: ${status}`}</strong><br />
        {`${since === undefined ? '' : `Since ${day(since)}. `}${removedAt === undefined ? '' : `Removed ${day(removedAt)}. `}`}
        <span class="soft">{said(roleArn)}</span>
      </li>))} />
    {secrets.length === 0 ? <p>It has no secrets of its own.</p> : [
      <p>Secrets of its own, which are deleted when it leaves:</p>,
      <Fitting lines={secrets.map((name) => <li>{said(name)}</li>)} />,
    ]}
  </section>
);

const KINDS: Readonly<Record<Certificate['kind'], string>> = {
  review: 'Access certified by a review',
  decommission: 'Certificate of decommission',
  deletion: 'Certificate of decommission, second part: the last roles are deleted',
  revocation: 'Certificate of decommission, third part: access outside of AWS that was open no longer exists',
};

/** What proves that the access was reviewed, and that everything was removed. */
export const Certificates: FC<{ readonly certificates: readonly Certificate[]; readonly agentName: string }> = ({ certificates, agentName }) => (
  <section aria-labelledby="certificates">
    <h2 id="certificates">Certificates</h2>
    {certificates.length === 0 ? <p>None yet: no review of it is decided, and it has not left.</p> : null}
    <Fitting lines={certificates.map(({ kind, at, sha256, by, document, kept, denied }) => (
      <li>
        <strong>{KINDS[kind]}</strong>{`, ${day(at)}`}<br />
        {kind === 'review' ? `By ${said(by ?? '')}: ${kept} kept, ${denied} denied. What was shown: ` : `${said(document ?? '')}: `}
        <span class="soft">{`SHA-256 ${said(sha256)}`}</span>
      </li>))} />
    {certificates.every(({ kind }) => kind === 'review') ? null : <p>{`Operators print and verify it: nhi certificate ${agentName}`}</p>}
  </section>
);
