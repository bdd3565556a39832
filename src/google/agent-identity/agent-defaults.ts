import { IConstruct } from 'constructs';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { IAgentRegistry } from '../agent-registry/agent-registry-ref';

/** What the agents of a scope have in common. */
export interface AgentDefaultProps {
  /**
   * Id of the project that their accounts live in.
   *
   * @default - as in the scope above
   */
  readonly project?: string;

  /**
   * The registry they join.
   *
   * @default - as in the scope above
   */
  readonly registry?: IAgentRegistry;

  /**
   * Who answers for them.
   *
   * @default - as in the scope above
   */
  readonly sponsor?: Sponsor;

  /**
   * The stage they are in.
   *
   * @default - as in the scope above
   */
  readonly stage?: AgentStage;

  /**
   * Their end.
   *
   * @default - as in the scope above
   */
  readonly expires?: Expiry;

  /**
   * Region of the jobs that end them.
   *
   * @default - as in the scope above
   */
  readonly region?: string;
}

const SET = new WeakMap<IConstruct, AgentDefaultProps>();

/** Saves repeating what many agents of an app or stack have in common; what an agent says itself comes first. */
export class AgentDefaults {
  /** The defaults of a scope and all in it. */
  public static of(scope: IConstruct): AgentDefaults {
    return new AgentDefaults(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /** Sets defaults; those that were set before and aren't named stay. */
  public set(defaults: AgentDefaultProps): void {
    const given = Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined));
    SET.set(this.scope, { ...SET.get(this.scope), ...given });
  }

  /** @internal */
  public _merged(): AgentDefaultProps {
    return this.scope.node.scopes.reduce<AgentDefaultProps>((merged, scope) => ({ ...merged, ...SET.get(scope) }), {});
  }
}
