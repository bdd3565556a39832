import { CertificateInput, CertifiedPrincipal } from './certificate-input';
import { withoutReaders } from '../../src/contract/callers';
import { EVERY_STAGE, MOST_TRUSTED } from '../../src/contract/lifecycle-resource';
import { Asset, Authorization, CertifiedWiper, Effective, GapTable, LeftAlone, NO_APPROVAL, NO_TIME, ReceiptException, searchedSources, TeardownReceipt } from '../certificate';
import { PlacementState } from '../model/placement-state';
import { openRevocations, revocationsOfLeave } from '../model/revocation';
import { sponsorOf } from '../model/sponsor-of';
import { WipeReport } from '../wiping';

const NO_DEPLOYER = 'CloudFormation names neither the person nor the role that began the deployment: CloudTrail has both, under the stack that requested';
const NO_CONSUMERS = 'who reads what it sent, such as events and messages, besides agents of its own app: AWS records no readers';
const NO_IMPORTERS = 'stacks that import its role or another output of its stack: nhi plan and nhi offboard list them before a leave';
const NO_MORE_CALLERS = `callers beyond the ${MOST_TRUSTED} principals that its declaration lists`;
const ONLY_COUNTED = 'what each grant allows: the event of the deployment has it, under the digest';

interface Parts {
  readonly principals: readonly CertifiedPrincipal[];
  readonly wipers: readonly CertifiedWiper[];
  readonly leftAlone: readonly LeftAlone[];
}

/** What an auditor asks besides what was done with each principal, as far as the ledger and the wipers' reports have it. */
export function receiptOf(input: CertificateInput, { principals, wipers, leftAlone }: Parts): TeardownReceipt {
  const { state, searches, notSearched, dependants } = input;
  const gaps = new GapTable();
  const owner = sponsorOf(state).id;
  const trusted = withoutReaders(state.declared.access?.trusted ?? []);
  const leftAt = input.leftAt.toISOString();
  const effective = effectiveOf(principals, leftAt);
  return {
    authorization: authorizationOf(input, gaps),
    effective,
    sources: searchedSources(wipers, searches, gaps),
    notSearched,
    grants: {
      stages: (state.declared.access?.stages ?? []).map(({ stage, digest, grants, omitted }) => (
        { stage, digest, count: grants.length + omitted, live: stage === state.declared.stage || stage === EVERY_STAGE })),
      trusted,
      delegates: state.declared.delegates ?? [],
      verification: effective.basis,
      verifiedAt: effective.at,
      gaps: gaps.refs([ONLY_COUNTED]),
    },
    assets: [...principals.map((principal) => roleAsset(principal, owner)), ...foundAssets(input.reports, leftAlone, owner)],
    dependants: {
      agents: dependants.agents.map(({ agentName, relation, state: theirs }) => ({ agentName, relation, sponsor: sponsorOf(theirs).id })),
      principals: dependants.principals,
      gaps: gaps.refs([NO_CONSUMERS, NO_IMPORTERS, ...(trusted.length < MOST_TRUSTED ? [] : [NO_MORE_CALLERS])]),
    },
    handover: { offeredTo: state.offeredTo ?? state.declared.transferTo ?? null },
    exceptions: exceptionsOf(state, { principals, leftAlone }, owner, leftAt),
    knownGaps: gaps.all(),
  };
}

function authorizationOf({ by, reason, reference, origin, state }: CertificateInput, gaps: GapTable): Authorization {
  const decidedAt = state.offboarding?.since ?? null;
  return {
    requester: by,
    reason: state.offboarding?.reason ?? reason ?? null,
    approvedBy: [],
    reference,
    decidedAt,
    gaps: gaps.refs([...(origin === 'cloudformation' ? [NO_DEPLOYER] : []), NO_APPROVAL, ...(decidedAt === null ? [NO_TIME] : [])]),
  };
}

/** The latest of all principals: as long as one of them could act, the agent could. */
function effectiveOf(principals: readonly CertifiedPrincipal[], leftAt: string): Effective {
  const ends = principals.map(({ denied, missingSince, verifiedAt }): Effective => (
    denied !== null ? { at: denied.simulatedAt, basis: 'simulated' } : missingSince !== null ? { at: missingSince, basis: 'absent' } : { at: verifiedAt, basis: 'checked' }));
  return ends.reduce<Effective | undefined>((last, end) => (last === undefined || end.at > last.at ? end : last), undefined) ?? { at: leftAt, basis: 'checked' };
}

function roleAsset({ arn, absentAt, leftToOwner }: CertifiedPrincipal, owner: string): Asset {
  return { kind: 'role', id: arn, owner, disposition: leftToOwner === true ? 'given-back' : absentAt === null ? 'awaited' : 'deleted' };
}

function foundAssets(reports: readonly WipeReport[], leftAlone: readonly LeftAlone[], owner: string): Asset[] {
  const left = new Set(leftAlone.map(({ id }) => id));
  const found = [...reports].sort((a, b) => a.wiper.localeCompare(b.wiper)).flatMap(({ wiped, reportedOnly }) => [...wiped, ...reportedOnly]);
  return found.map(({ kind, id }) => ({ kind, id, owner, disposition: left.has(id) ? 'left' : 'deleted' }));
}

function exceptionsOf(
  { declared, revocations, owner: { stackName } }: PlacementState, { principals, leftAlone }: Pick<Parts, 'principals' | 'leftAlone'>, owner: string, leftAt: string,
): ReceiptException[] {
  return [
    ...declared.exceptions.map(({ actions, reason, until }): ReceiptException => ({ kind: 'access-rule', what: actions.join(', '), reason, owner, date: until })),
    ...leftAlone.map(({ id, note }): ReceiptException => ({ kind: 'left-alone', what: id, reason: note, owner, date: leftAt })),
    ...principals.filter(({ absentAt, leftToOwner }) => absentAt === null && leftToOwner !== true)
      .map(({ arn, denied, verifiedAt }): ReceiptException => ({ kind: 'awaited', what: arn, reason: `still in IAM${denied === null ? '' : ', denied everything'}`, owner: `stack ${stackName}`, date: verifiedAt })),
    ...openRevocations({ revocations: revocationsOfLeave({ revocations }) }).map(({ revoker, since, note = 'not tried yet' }): ReceiptException => (
      { kind: 'unconfirmed', what: `access at ${revoker.id} (${revoker.kind})`, reason: note, owner, date: since })),
  ];
}
