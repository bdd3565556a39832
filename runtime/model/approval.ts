import { Relation } from './review';

/** A person's approval of a move. It has an end. */
export interface Approval {
  /** Mail address in lower case. */
  readonly by: string;
  readonly relation: Relation;
  readonly at: string;
  readonly until: string;
}

/** A move, or a join, into a stage that needs an approval. There is one for each agent: another declaration asks for another approval, and ends this one. */
export interface AskedApproval<Declaration> {
  /** SHA-256 of what will be granted, hex. An approval counts for this only. */
  readonly digest: string;
  /** What will be granted, as it is declared for the stage. */
  readonly declared: Declaration;
  /** Name of the root stack that will have the agent. */
  readonly stackName: string;
  readonly at: string;
  /** How many people must approve. */
  readonly persons: number;
  /** Mail addresses of the people who asked. They can't approve. */
  readonly requesters: readonly string[];
  readonly approvals: readonly Approval[];
  /** A person said no. A deployment does not ask again, and a person can. */
  readonly declined?: { readonly by: string; readonly at: string; readonly reason: string };
}
