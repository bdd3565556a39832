import { aws_events as events, Stack, Token } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { IAgentRegistry } from './agent-registry-ref';
import { RegistryNames, RegistryPlace, validateRegistryName } from './registry-names';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { EVENT_TABLE } from '../../core/lifecycle-event';
import { AgentNaming } from '../agent-identity/agent-naming';

/** What a registry's name leaves open. */
export interface AgentRegistryReferenceProps {
  /**
   * Stages beside test, staging and production.
   *
   * @default - none
   */
  readonly stages?: AgentStage[];

  /**
   * How the agents' roles are named.
   *
   * @default AgentNaming.standard()
   */
  readonly naming?: AgentNaming;
}

/**
 * What a registry and a reference to one have in common. All names are literal: no stack exports, so that nothing is held in use by another stack.
 */
export abstract class AgentRegistryBase extends Construct implements IAgentRegistry {
  public readonly registryName: string;
  public readonly lifecycleFunctionArn: string;
  public readonly noSessionsPolicyArn: string;
  public readonly naming: AgentNaming;
  public readonly stages: AgentStage[];

  /** The bus that all lifecycle events are sent to. */
  public abstract readonly eventBus: events.IEventBus;

  /** @internal */
  protected readonly _names: RegistryNames;
  /** @internal */
  protected readonly _place: RegistryPlace;

  constructor(scope: Construct, id: string, registryName: string, props: AgentRegistryReferenceProps = {}) {
    super(scope, id);
    if (Token.isUnresolved(registryName)) {
      throw new InvalidInputError('LiteralRequired', `${this.node.path}: the registry name is a token: give it literally, other apps know the registry by it`);
    }
    const { partition, region, account } = Stack.of(this);
    this._place = { partition, region, account };
    this.registryName = registryName;
    this.naming = props.naming ?? AgentNaming.standard();
    this._names = new RegistryNames(validateRegistryName(registryName), this.naming.rootPath(registryName));
    this.stages = distinctStages(this.node.path, props.stages ?? []);
    this.lifecycleFunctionArn = this._names.lifecycleFunctionArn(this._place);
    this.noSessionsPolicyArn = this._names.noSessionsPolicyArn(this._place);
  }

  public guardPolicyArn(stage: AgentStage): string {
    return this._names.guardPolicyArn(this._place, stage.name);
  }

  public rolePath(stageName: string): string {
    return this.naming.rolePath(this.registryName, stageName);
  }

  /**
   * Sends lifecycle events to a target.
   *
   * @param id id of the rule in this registry
   * @param target where to
   * @param eventNames names of the events, such as `suspended` or `zombie-found`; none means all of them
   * @throws `EventUnknown` for a name that no event has
   */
  public onEvent(id: string, target: events.IRuleTarget, ...eventNames: string[]): events.Rule {
    for (const name of eventNames) {
      if (!Object.hasOwn(EVENT_TABLE, name)) {
        throw new InvalidInputError('EventUnknown',
          `${this.node.path}: there is no lifecycle event ${JSON.stringify(name)}: use one of ${Object.keys(EVENT_TABLE).join(', ')}`);
      }
    }
    const rule = new events.Rule(this, id, {
      description: `Lifecycle events of the registry ${this.registryName}: ${eventNames.join(', ') || 'all'}`,
      eventBus: this.eventBus,
      eventPattern: {
        account: [this._place.account],
        detail: {
          source: [`/nhi/${this.registryName}`],
          type: eventNames.length > 0 ? eventNames.map((name) => `nhi.lifecycle.${name}.v1`) : [{ prefix: 'nhi.lifecycle.' }],
        },
      },
      targets: [target],
    });
    this._keep(rule);
    return rule;
  }

  /**
   * Told of what is made for the registry after it.
   *
   * @internal
   */
  protected _keep(_made: IDependable): void {
    // A reference guards nothing.
  }

  /**
   * Tells a target of every agent that joins.
   *
   * @param id id of the rule in this registry
   * @param target where to
   */
  public onJoined(id: string, target: events.IRuleTarget): events.Rule {
    return this.onEvent(id, target, 'joined');
  }

  /**
   * Tells a target of every agent that moves to another stage.
   *
   * @param id id of the rule in this registry
   * @param target where to
   */
  public onMoved(id: string, target: events.IRuleTarget): events.Rule {
    return this.onEvent(id, target, 'moved');
  }

  /**
   * Tells a target of every agent that has left.
   *
   * @param id id of the rule in this registry
   * @param target where to
   */
  public onLeft(id: string, target: events.IRuleTarget): events.Rule {
    return this.onEvent(id, target, 'left');
  }
}

function distinctStages(path: string, extra: AgentStage[]): AgentStage[] {
  const stages = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION];
  for (const stage of extra) {
    if (stages.some((known) => known.name === stage.name)) {
      throw new InvalidInputError('StageTwice', `${path}: the stage ${JSON.stringify(stage.name)} is there twice: list each further stage once, test, staging and production are always there`);
    }
    stages.push(stage);
  }
  return stages;
}
