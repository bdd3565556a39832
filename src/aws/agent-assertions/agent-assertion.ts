import { Stack } from 'aws-cdk-lib';
import { allowing, grantsIn, touching, Wanted } from './declared-grants';
import { TemplateAgent } from './template-agents';
import { GrantProperties, MOST_TRUSTED } from '../../contract/lifecycle-resource';
import { AgentStage, Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { shown } from '../../core/shown';
import { AdoptionRemoval } from '../agent-identity/adopted-agent-identity-props';
import { canonicalTexts, textOf } from '../agent-identity/canonical-text';

/** Which access an assertion is about. */
export interface DeclaredAccessOptions {
  /** A resource: an ARN, a pattern of ARNs, or an attribute of a construct such as `table.tableArn`. @default - any resource */
  readonly resource?: string;
  /** The stage. @default - the stage in which the agent is deployed */
  readonly stage?: AgentStage;
}

interface DeclaredAccessFound {
  readonly wanted: Wanted;
  readonly stage: string;
  readonly grants: readonly GrantProperties[];
}

/**
 * Assertions about one agent, made by `AgentAssertions`. Each fails with `AgentAssertionFailed` and shows what was found, or returns the agent for the next
 * assertion.
 */
export class AgentAssertion {
  /** @internal */
  public static _of(stack: Stack, agent: object): AgentAssertion {
    return new AgentAssertion(stack, agent as TemplateAgent);
  }

  /** Its name. */
  public readonly agentName: string;

  private constructor(private readonly stack: Stack, private readonly found: TemplateAgent) {
    this.agentName = found.AgentName;
  }

  /**
   * The agent's declared access allows all of an action, and no statement of it denies that. What the registry's guards deny to all agents doesn't count.
   *
   * @param action an action such as `dynamodb:GetItem`, or a pattern such as `dynamodb:*`
   * @param options on which resource, in which stage
   */
  public declares(action: string, options: DeclaredAccessOptions = {}): AgentAssertion {
    const { wanted, stage, grants } = this.declaredFor(action, options);
    return this.that(allowing(grants, wanted).length > 0, `does not declare ${textOfWanted(wanted)} in stage ${stage}`, grants);
  }

  /**
   * The agent's declared access allows no part of an action.
   *
   * @param action an action such as `s3:DeleteObject`, or a pattern such as `s3:*`
   * @param options on which resource, in which stage
   */
  public doesNotDeclare(action: string, options: DeclaredAccessOptions = {}): AgentAssertion {
    const { wanted, stage, grants } = this.declaredFor(action, options);
    const allowed = touching(grants, wanted);
    return this.that(allowed.length === 0, `declares ${textOfWanted(wanted)} in stage ${stage}`, allowed);
  }

  /**
   * The trust policy names a principal.
   *
   * @param principal a service such as `lambda.amazonaws.com`, or an ARN
   */
  public trusts(principal: string): AgentAssertion {
    return this.that(this.isTrusted(principal), `does not trust ${shown(principal)}`, this.found.Access.Trusted);
  }

  /**
   * The trust policy doesn't name a principal.
   *
   * @param principal a service such as `lambda.amazonaws.com`, or an ARN
   */
  public doesNotTrust(principal: string): AgentAssertion {
    const { Trusted: trusted } = this.found.Access;
    return this.that(!this.isTrusted(principal) && trusted.length < MOST_TRUSTED, `trusts ${shown(principal)}, or so many principals that the template names no more`, trusted);
  }

  /**
   * The agent ends at this instant.
   *
   * @param expires the end
   */
  public expires(expires: Expiry): AgentAssertion {
    const { iso } = requireInstance('the expiry', expires, Expiry, "Expiry.on('2027-03-31')");
    return this.that(this.found.ExpiresAt === iso, `does not end at ${iso}`, [this.found.ExpiresAt]);
  }

  /**
   * The agent ends at this instant or earlier.
   *
   * @param latest the latest end
   */
  public expiresNoLaterThan(latest: Expiry): AgentAssertion {
    const { iso, epochSeconds } = requireInstance('the latest end', latest, Expiry, "Expiry.on('2027-03-31')");
    return this.that(Date.parse(this.found.ExpiresAt) <= epochSeconds * 1000, `ends after ${iso}`, [this.found.ExpiresAt]);
  }

  /**
   * A person or a team is the agent's sponsor, or the person is accountable for the team.
   *
   * @param email mail address
   */
  public isSponsoredBy(email: string): AgentAssertion {
    const { Name: name, Email: sponsor, AccountableEmail: accountable, BackupEmail: backup } = this.found.Sponsor;
    const isSponsor = [sponsor, accountable].some((address) => address?.toLowerCase() === email.toLowerCase());
    return this.that(isSponsor, `is not sponsored by ${shown(email)}`, [`${name} <${sponsor}>${accountable === undefined ? '' : `, accountable ${accountable}`}, backup ${backup}`]);
  }

  /**
   * The agent is deployed in a stage.
   *
   * @param stage the stage
   */
  public isIn(stage: AgentStage): AgentAssertion {
    const { name } = requireInstance('the stage', stage, AgentStage, 'AgentStage.TEST');
    return this.that(this.found.Stage === name, `is not in stage ${name}`, [this.found.Stage]);
  }

  /**
   * The agent adopts a role that exists (`ManagedAgentIdentity.adopt()`).
   *
   * @param onRemoval what happens to the role when the construct is removed
   */
  public isAdopted(onRemoval: AdoptionRemoval = AdoptionRemoval.LEAVE): AgentAssertion {
    const { Adopted: found } = this.found;
    return this.that(found === onRemoval, `adopts no role with onRemoval ${onRemoval}`, [found === undefined ? 'a role of its own' : `an adopted role with onRemoval ${found}`]);
  }

  private declaredFor(action: string, { resource, stage }: DeclaredAccessOptions): DeclaredAccessFound {
    if (typeof action !== 'string' || !/^(\*|[\w-]+:[\w*?]+)$/.test(action)) {
      throw new InvalidInputError('ActionInvalid', `${shown(action)} is not an action: use one such as dynamodb:GetItem, or a pattern such as dynamodb:*`);
    }
    const name = stage === undefined ? this.found.Stage : requireInstance('the stage', stage, AgentStage, 'AgentStage.TEST').name;
    const wanted = { action, ...(resource === undefined ? {} : { resource: textOf(canonicalTexts(this.stack, resource)) }) };
    return { wanted, stage: name, grants: grantsIn(this.found, name) };
  }

  private isTrusted(principal: string): boolean {
    const name = textOf(canonicalTexts(this.stack, principal));
    return this.found.Access.Trusted.some((one) => one === name || one.slice(one.indexOf(' ') + 1) === name);
  }

  private that(holds: boolean, problem: string, found: readonly unknown[]): AgentAssertion {
    if (!holds) {
      const lines = found.length === 0 ? ['  nothing'] : found.map((one) => `  ${typeof one === 'string' ? one : textOfGrant(one as GrantProperties)}`);
      throw new InvalidInputError('AgentAssertionFailed', `agent ${this.agentName} of stack ${this.stack.node.path} ${problem}; found:\n${lines.join('\n')}`);
    }
    return this;
  }
}

function textOfWanted({ action, resource }: Wanted): string {
  return resource === undefined ? action : `${action} on ${resource}`;
}

function textOfGrant({ Effect: effect, Actions: actions, Resources: resources, Condition: condition }: GrantProperties): string {
  return `${effect ?? 'Allow'} ${actions.join(', ')} on ${resources.join(', ')}${condition === undefined ? '' : ` if ${condition}`}`;
}
