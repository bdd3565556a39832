import { EVENT_TABLE, GOOGLE_ONLY_EVENTS, LifecycleEventName } from '../../core/event-table';
import { eventType } from '../../core/lifecycle-event';

/** A lifecycle event of an agent, sent to the registry's bus. */
export class AgentEvent {
  /** An agent joined. */
  public static readonly JOINED = new AgentEvent('joined');
  /** A role that existed before became an agent (`ManagedAgentIdentity.adopt()`). */
  public static readonly ADOPTED = new AgentEvent('adopted');
  /** An adopted role was given back to its owner as it was, and is no agent any more. */
  public static readonly RELEASED = new AgentEvent('released');
  /** An agent moved to another stage. */
  public static readonly MOVED = new AgentEvent('moved');
  /** A move was undone; the former principal works again. */
  public static readonly MOVE_UNDONE = new AgentEvent('move-undone');
  /** An agent has another sponsor, or its sponsor another backup, cost centre or address. */
  public static readonly SPONSOR_CHANGED = new AgentEvent('sponsor-changed');
  /** The sponsor of an agent is no active person, and its backup or the default owner took over; or its backup is no active person. Sent once. */
  public static readonly SPONSOR_LAPSED = new AgentEvent('sponsor-lapsed');
  /** An agent has another purpose. */
  public static readonly PURPOSE_CHANGED = new AgentEvent('purpose-changed');
  /** An agent's access was widened or narrowed, or its exceptions, own secrets, credential providers, trust policy, boundary or guards changed. */
  public static readonly ACCESS_CHANGED = new AgentEvent('access-changed');
  /** An agent has another expiry. */
  public static readonly EXPIRY_CHANGED = new AgentEvent('expiry-changed');
  /** An operator allowed an ended agent a later end. */
  public static readonly RENEWED = new AgentEvent('renewed');
  /** An agent was offered to another stack, or the offer was withdrawn. */
  public static readonly TRANSFER_OFFERED = new AgentEvent('transfer-offered');
  /** A principal was torn down, at a move or a leave. */
  public static readonly PRINCIPAL_RETIRED = new AgentEvent('principal-retired');
  /** An agent left; its decommission certificate was written. */
  public static readonly LEFT = new AgentEvent('left');
  /** A third party did not confirm that the access of an agent that left no longer exists. Sent once; the registry tries again. Of access that people revoke it is sent with each reminder. */
  public static readonly REVOCATION_OPEN = new AgentEvent('revocation-open');
  /** The access of an agent at a third party no longer exists: the registry saw it, or a person attests it. */
  public static readonly REVOCATION_CONFIRMED = new AgentEvent('revocation-confirmed');
  /** All access that was open when an agent left no longer exists; the third part of its decommission certificate was written. */
  public static readonly REVOCATIONS_CERTIFIED = new AgentEvent('revocations-certified');
  /** The roles of an agent that left are deleted; the second part of its decommission certificate was written. */
  public static readonly DELETION_CONFIRMED = new AgentEvent('deletion-confirmed');
  /** An agent was suspended: nothing of it may act. The event is sent when its principals are denied. */
  public static readonly SUSPENDED = new AgentEvent('suspended');
  /** What could not be switched off when an agent was suspended is off now. */
  public static readonly SUSPENSION_COMPLETED = new AgentEvent('suspension-completed');
  /** Something that a suspension had switched off was on again, and was switched off again. */
  public static readonly SUSPENSION_REASSERTED = new AgentEvent('suspension-reasserted');
  /** A suspended agent was resumed. */
  public static readonly RESUMED = new AgentEvent('resumed');
  /** An agent's end is near, or is reached. Sent once for each warning of the registry's agenda. */
  public static readonly EXPIRY_NEAR = new AgentEvent('expiry-near');
  /** The registry tore down an agent that its stack still has, after its end or because it was unused. The event `left` follows. */
  public static readonly EXPIRED = new AgentEvent('expired');
  /** An agent was not used for longer than its stage allows. The event has the evidence. */
  public static readonly ZOMBIE_FOUND = new AgentEvent('zombie-found');
  /** Someone said that an unused agent is still needed, and why. */
  public static readonly KEPT = new AgentEvent('kept');
  /** The review of an agent's access was opened, or is not decided yet: a reminder, or a notice to the backup. */
  public static readonly REVIEW_DUE = new AgentEvent('review-due');
  /** Nobody decided a review until its deadline. The agent is suspended. */
  public static readonly REVIEW_OVERDUE = new AgentEvent('review-overdue');
  /** A reviewer decided something of a review, and why. */
  public static readonly REVIEW_DECIDED = new AgentEvent('review-decided');
  /** Sponsor or backup of an agent named a delegate for its reviews, or ended that. */
  public static readonly REVIEWS_DELEGATED = new AgentEvent('reviews-delegated');
  /** A reviewer decides faster than anybody can read, or keeps whatever was found. It is an event of the agent about which the reviewer decided last. */
  public static readonly RUBBER_STAMP_SUSPECTED = new AgentEvent('rubber-stamp-suspected');
  /** A review denied an agent services or actions, or gave them back. The event has the verified effect. */
  public static readonly REDUCED = new AgentEvent('reduced');
  /** All of an agent's access was decided in a review. */
  public static readonly CERTIFIED = new AgentEvent('certified');
  /** A move or a join needs an approval, by a deployment that was refused or because a person asked. The event has the digest and the difference of what is to be granted. */
  public static readonly APPROVAL_REQUESTED = new AgentEvent('approval-requested');
  /** A person approved a move or a join, until an end. */
  public static readonly APPROVED = new AgentEvent('approved');
  /** A person declined a move or a join, and why. */
  public static readonly APPROVAL_DECLINED = new AgentEvent('approval-declined');
  /** A move or a join began with its approval, which is used up. */
  public static readonly APPROVAL_USED = new AgentEvent('approval-used');
  /** Something of an agent's role was changed outside of deployments, or the role is missing. Sent once for each finding, with the difference. */
  public static readonly DRIFT_FOUND = new AgentEvent('drift-found');
  /** The registry removed policies that were added to an agent's role by hand (`removeDrift`). */
  public static readonly DRIFT_REMOVED = new AgentEvent('drift-removed');
  /** The registry made, rotated, made inactive or deleted an access key of an agent, or a key that was replaced is still used. The event has its id, and never its secret. */
  public static readonly ACCESS_KEY_CHANGED = new AgentEvent('access-key-changed');
  /** The registry deleted credentials that an agent's code no longer declares, and that CloudFormation did not delete. */
  public static readonly CREDENTIAL_DELETED = new AgentEvent('credential-deleted');
  /** A key, client or provider that CloudFormation made for an agent is older than its stage allows. Sent again every 30 days, until another generation replaces it. */
  public static readonly CREDENTIAL_OLD = new AgentEvent('credential-old');
  /** A teardown ended with something left. */
  public static readonly TEARDOWN_INCOMPLETE = new AgentEvent('teardown-incomplete');
  /** A join, move or leave failed for another reason. */
  public static readonly TRANSITION_FAILED = new AgentEvent('transition-failed');
  /** The engine found a role that CloudFormation gave up. */
  public static readonly ORPHAN_FOUND = new AgentEvent('orphan-found');

  /** Every event that a registry on AWS sends. */
  public static all(): AgentEvent[] {
    const elsewhere: readonly LifecycleEventName[] = GOOGLE_ONLY_EVENTS;
    return (Object.keys(EVENT_TABLE) as LifecycleEventName[]).filter((name) => !elsewhere.includes(name)).map((name) => new AgentEvent(name));
  }

  /** The event's CloudEvents type, which is EventBridge's detail type. */
  public readonly type: string;

  private constructor(
    /** Name of the event, past tense. */
    public readonly name: string,
  ) {
    this.type = eventType(name as LifecycleEventName);
  }
}
