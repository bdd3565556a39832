import { ResidueKind } from '../../../src/contract/residue';
import { LeaverVerdict } from '../../ledger';
import { AskedApproval } from '../../model/approval';
import { DirectoryAnswers } from '../../model/directory';
import { BeforeAdoption, Declared, PrincipalRecord } from '../../model/placement-state';
import { ReviewSettings } from '../../model/review';
import { StackView } from '../../model/stack-view';

/** What a decision depends on besides the placement's state and the request. */
export interface DecisionContext extends LeaverVerdict {
  readonly now: Date;
  /** The approval that was asked for, or given, for a move or a join of the agent. `decide` takes it from the state, also of an agent that never joined. */
  readonly approval?: AskedApproval<Declared>;
  /** How the registry reviews access. Absent if it doesn't, and for requests of which the decision doesn't depend on it. */
  readonly reviews?: ReviewSettings;
  /** Names of the roles that stacks have now. Set only when all of an agent is torn down. */
  readonly held?: readonly string[];
  /**
   * Retired principals whose role name exists in IAM: as their own role, or as another role with the same name. Set only when all of an agent is torn
   * down.
   */
  readonly undeleted?: readonly PrincipalRecord[];
}

/** What was seen of the role that a declaration adopts. */
export interface SeenRole {
  readonly now: BeforeAdoption;
  /** Why it can't be adopted as it is. */
  readonly obstacle?: string;
  /** Name of the agent that has adopted it. */
  readonly adoptedBy?: string;
}

/** The context of a request from CloudFormation. */
export interface StackContext extends DecisionContext {
  readonly stack: StackView;
  /** Whether the stack that owns the placement no longer exists. */
  readonly ownerIsGone: boolean;
  /** Kinds of residue that the registry wipes. Absent: not looked at. */
  readonly wipes?: ReadonlySet<ResidueKind>;
  /** What the directory says of the declared people, if it must confirm them. Absent if the registry has no directory. */
  readonly directory?: DirectoryAnswers;
  /** The role that the declaration adopts. */
  readonly seen?: SeenRole;
}

/** The context of a finish: facts about the agent that only AWS has. */
export interface FinishContext extends DecisionContext {
  /** The stacks that have or had resources of the agent. */
  readonly stacks: readonly StackView[];
  /** Names of the roles that these stacks have now. */
  readonly held: readonly string[];
  /** Retired principals whose role name exists in IAM: as their own role, or as another role with the same name. */
  readonly undeleted: readonly PrincipalRecord[];
}
