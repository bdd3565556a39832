/** Places of texts in the receipt's list of known gaps. A text that several parts share is written once. */
type Gaps = readonly number[];

/** Who wanted the leave. What is not recorded is null, and a gap says why. */
export interface Authorization {
  readonly requester: string;
  readonly reason: string | null;
  readonly approvedBy: readonly string[];
  /** Id of the request, as events and ledger have it. Null on Google, where Terraform asks. */
  readonly reference: string | null;
  /** When an operator's order was recorded. */
  readonly decidedAt: string | null;
  readonly gaps: Gaps;
}

/** From when on the identity could do nothing, and how that is known. */
export interface Effective {
  readonly at: string;
  /**
   * simulated: the policy simulator showed the denial of the last principal. absent: no principal was there any more when the teardown began.
   * deleted: the cloud had none of its accounts any more. checked: only the last check before the trust was closed is recorded.
   */
  readonly basis: 'simulated' | 'absent' | 'deleted' | 'checked';
}

/** A place that was searched. What was found there is in `wipers`, under the same name. */
export interface SearchedSource {
  readonly wiper: string;
  readonly source: string;
  readonly gaps: Gaps;
}

export interface StageGrants {
  /** `*` for access in every stage. */
  readonly stage: string;
  /** SHA-256 of all grants of the stage, as declared. */
  readonly digest: string;
  readonly count: number;
  /** Whether the agent had them when it left. */
  readonly live: boolean;
}

export interface Asset {
  readonly kind: string;
  readonly id: string;
  /** Who is accountable for it. */
  readonly owner: string;
  /** awaited: its stack still has it, and the second part of the certificate states when it is deleted. given-back: its owner has it again. */
  readonly disposition: 'deleted' | 'awaited' | 'given-back' | 'left';
}

export interface CertifiedDependant {
  readonly agentName: string;
  readonly relation: 'invokes' | 'delegates' | 'reads' | 'serves';
  /** Who was notified, or is to be. */
  readonly sponsor: string;
}

/** What remains after the leave although a rule says otherwise, or may remain: with the person who is accountable for it. */
export interface ReceiptException {
  /** access-rule: declared, and ended with the agent. left-alone: found and not changed. awaited: not deleted yet. unconfirmed: access outside of the cloud that nobody has confirmed to be gone. */
  readonly kind: 'access-rule' | 'left-alone' | 'awaited' | 'unconfirmed';
  readonly what: string;
  readonly reason: string;
  readonly owner: string;
  /** Until when an exception was declared, or when it was last seen. */
  readonly date: string;
}

/**
 * What an auditor asks of a decommissioning besides what was done with each principal: the fields of CoSAI's teardown receipt.
 * https://github.com/cosai-oasis/ws4-secure-design-agentic-systems/issues/205
 */
export interface TeardownReceipt {
  readonly knownGaps: readonly string[];
  readonly authorization: Authorization;
  readonly effective: Effective;
  readonly sources: readonly SearchedSource[];
  /** Sources that the registry was not set up to search. */
  readonly notSearched: readonly string[];
  readonly grants: {
    readonly stages: readonly StageGrants[];
    /** Who could assume the identity or call it, as declared. */
    readonly trusted: readonly string[];
    /** Agents to which it delegated. */
    readonly delegates: readonly string[];
    /** How their end was verified, principal by principal in `principals`. */
    readonly verification: Effective['basis'];
    readonly verifiedAt: string;
    readonly gaps: Gaps;
  };
  readonly assets: readonly Asset[];
  readonly dependants: {
    readonly agents: readonly CertifiedDependant[];
    /** Principals that are no agents and could assume the identity. */
    readonly principals: readonly string[];
    readonly gaps: Gaps;
  };
  /** Stack to which the agent was offered, and which did not take it. Null if nothing was to be handed over. */
  readonly handover: { readonly offeredTo: string | null };
  readonly exceptions: readonly ReceiptException[];
}

/** Gaps of every leave, on any cloud. */
export const NO_APPROVAL = 'the registry asks nobody to approve a leave';
export const NO_TIME = 'no order of a person is recorded: the time of the request is that of the first record of the teardown';

/** Collects the texts of gaps, each once. */
export class GapTable {
  private readonly texts: string[] = [];

  public refs(gaps: readonly string[]): number[] {
    return gaps.map((gap) => {
      const known = this.texts.indexOf(gap);
      return known >= 0 ? known : this.texts.push(gap) - 1;
    });
  }

  public all(): readonly string[] {
    return this.texts;
  }
}

/** What a wiper says of its search. */
export interface DescribedSearch {
  readonly name: string;
  readonly source: string;
  readonly gaps: readonly string[];
}

/** The sources of the wipers that ran. A wiper of a former version, which nobody describes any more, says so. */
export function searchedSources(ran: readonly { readonly wiper: string }[], searches: readonly DescribedSearch[], gaps: GapTable): SearchedSource[] {
  return ran.map(({ wiper }) => {
    const described = searches.find(({ name }) => name === wiper);
    return {
      wiper,
      source: described?.source ?? wiper,
      gaps: gaps.refs(described?.gaps ?? ['searched by another version, which did not record what it leaves out']),
    };
  });
}
