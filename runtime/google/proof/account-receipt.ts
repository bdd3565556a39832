import { CertifiedAccount } from './certificate-input';
import { Asset, CertificateCore, GapTable, NO_APPROVAL, NO_TIME, ReceiptException, searchedSources, TeardownReceipt } from '../../certificate';
import { WIPERS } from '../wipers';

const NO_DEPLOYER = 'Terraform names neither the person nor the role that ran it: the audit logs of the project have both';
const NO_GRANTS = 'what each grant allowed: the records of teardowns name the policies that were searched and the roles that were found';
const NO_DEPENDANTS = 'who depends on the agent: the declarations on Google name no callers, and Google records no readers of what it published';

interface Parts {
  readonly requester: string;
  readonly owner: string;
  readonly leftAt: string;
  readonly principals: readonly CertifiedAccount[];
  readonly wipers: CertificateCore['wipers'];
  readonly leftAlone: CertificateCore['leftAlone'];
  /** Declared scopes that could not be searched, each with the reason. */
  readonly notSearched: readonly string[];
}

/** What an auditor asks besides what was done with each account, as far as the records of teardowns have it. */
export function accountReceipt({ requester, owner, leftAt, principals, wipers, leftAlone, notSearched }: Parts): TeardownReceipt {
  const gaps = new GapTable();
  const effective = { at: leftAt, basis: 'deleted' } as const;
  return {
    authorization: {
      requester, reason: null, approvedBy: [], reference: null, decidedAt: null, gaps: gaps.refs([NO_DEPLOYER, NO_APPROVAL, NO_TIME]),
    },
    effective,
    sources: searchedSources(wipers, WIPERS, gaps),
    notSearched,
    grants: { stages: [], trusted: [], delegates: [], verification: effective.basis, verifiedAt: leftAt, gaps: gaps.refs([NO_GRANTS]) },
    assets: [
      ...principals.map(({ email }): Asset => ({ kind: 'account', id: email, owner, disposition: 'deleted' })),
      ...wipers.flatMap(({ wiper, wiped }) => wiped.map((id): Asset => ({ kind: wiper, id, owner, disposition: 'deleted' }))),
      ...leftAlone.map(({ id }): Asset => ({ kind: 'left alone', id, owner, disposition: 'left' })),
    ],
    dependants: { agents: [], principals: [], gaps: gaps.refs([NO_DEPENDANTS]) },
    handover: { offeredTo: null },
    exceptions: leftAlone.map(({ id, note }): ReceiptException => ({ kind: 'left-alone', what: id, reason: note, owner, date: leftAt })),
    knownGaps: gaps.all(),
  };
}
