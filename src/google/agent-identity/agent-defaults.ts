import { IConstruct } from 'constructs';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { ScopedDefaults } from '../../core/scoped-defaults';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { IGoogleProvider } from '../google-provider';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/** What the agents of a scope have in common. */
export interface AgentDefaultProps {
  /**
   * Id of the project that contains the agents' accounts.
   *
   * @default - as in the scope above
   */
  readonly project?: string;

  /**
   * The registry that the agents join.
   *
   * @default - as in the scope above
   */
  readonly registry?: ILifecycleRegistry;

  /**
   * The person or team that is accountable for the agents.
   *
   * @default - as in the scope above
   */
  readonly sponsor?: Sponsor;

  /**
   * The stage of the agents.
   *
   * @default - as in the scope above
   */
  readonly stage?: AgentStage;

  /**
   * The end of the agents.
   *
   * @default - as in the scope above
   */
  readonly expires?: Expiry;

  /**
   * What the agents run on.
   *
   * @default - as in the scope above
   */
  readonly runtime?: AgentRuntime;

  /**
   * Region of the jobs that tear the agents down after their end.
   *
   * @default - as in the scope above
   */
  readonly region?: string;

  /**
   * The provider that manages the agents' resources.
   *
   * @default - as in the scope above
   */
  readonly provider?: IGoogleProvider;
}

const DEFAULTS = new ScopedDefaults<AgentDefaultProps>();

/**
 * Properties that many agents of an app, a stack or any other scope have in common. A scope inherits the defaults of the scopes above it, property by
 * property. The nearest scope takes precedence, and the properties of an agent itself come first.
 */
export class AgentDefaults {
  /** Returns the defaults of a scope and of everything in it. */
  public static of(scope: IConstruct): AgentDefaults {
    return new AgentDefaults(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets defaults. Defaults that were set before and are not given here stay.
   *
   * Fails with `DefaultsTooLate` if the scope has an agent already, which would not have them.
   */
  public set(defaults: AgentDefaultProps): void {
    DEFAULTS.set(this.scope, defaults);
  }

  /** @internal */
  public _merged(): AgentDefaultProps {
    return DEFAULTS.merged(this.scope);
  }
}
