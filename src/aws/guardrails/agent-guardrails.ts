import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { acknowledgeGuardrails, GuardrailAcknowledgement, RULE_ID } from './acknowledgement';
import { reportOf } from './report';
import { GuardrailSeverity, IGuardrailRule } from './rule';
import { BUILT_IN_RULES } from './rules';
import { ConstructPlaces } from './template/construct-places';
import { GuardrailApp } from './template/guardrail-app';
import { readTemplates } from './template/read-templates';
import { InvalidInputError } from '../../core/errors';
import { SEVERITIES } from '../../core/identities/finding-rules';
import { requireList } from '../../core/kind';
import { shown } from '../../core/shown';

/** Which principals are judged. */
export enum GuardrailMode {
  /** Agents: those of this library, and roles of runtimes of Amazon Bedrock and AgentCore. Secrets are searched for in their stacks only. */
  AGENTS = 'agents-only',
  /** Every role and user that the app creates, and all its stacks. */
  EVERY_PRINCIPAL = 'every-principal',
}

/** Properties of the guardrails. */
export interface AgentGuardrailsProps {
  /**
   * Which principals are judged.
   *
   * @default GuardrailMode.EVERY_PRINCIPAL
   */
  readonly mode?: GuardrailMode;

  /**
   * The severity from which on a finding fails the synthesis. What is below is a warning.
   *
   * @default GuardrailSeverity.HIGH
   */
  readonly failFrom?: GuardrailSeverity;

  /**
   * Accounts of your own organization. Their principals need no external id. Those of the app's stacks are known.
   *
   * @default - none
   */
  readonly organizationAccounts?: string[];

  /**
   * Rules of your own, beside those that are built in.
   *
   * @default - none
   */
  readonly rules?: IGuardrailRule[];

  /**
   * Ids of built-in rules that are not applied anywhere. For one place, acknowledge it there.
   *
   * @default - none
   */
  readonly without?: string[];
}

/**
 * Checks what an app creates for machine identities, with or without agents, against the OWASP Non-Human Identities Top 10 of 2025:
 *
 *     Validations.of(app).addPlugins(new AgentGuardrails());
 *
 * It reads the synthesized templates, changes nothing and calls nothing. Ids and words are those of `nhi inventory`, which judges what is deployed.
 */
export class AgentGuardrails implements IPolicyValidationPlugin {
  /**
   * Lets findings in and below a construct stay, for a reason and a limited time. They remain in each report. `Validations.acknowledge()` of the CDK has no end, so it does not
   * silence a finding that fails.
   *
   * Fails with `AcknowledgementInvalid`, `ReasonInvalid` and the errors of the end.
   */
  public static acknowledge(scope: IConstruct, acknowledgement: GuardrailAcknowledgement): void {
    acknowledgeGuardrails(scope, acknowledgement, new Date());
  }

  /** Name of the plugin in reports. */
  public readonly name: string = 'AgentGuardrails';
  /** Ids of the rules. */
  public readonly ruleIds?: string[];

  private readonly rules: readonly IGuardrailRule[];
  private readonly failFrom: GuardrailSeverity;
  private readonly accounts: readonly string[];
  private readonly agentsOnly: boolean;

  /**
   * Fails with `GuardrailsInvalid`.
   */
  constructor(props: AgentGuardrailsProps = {}) {
    const { mode = GuardrailMode.EVERY_PRINCIPAL, failFrom = GuardrailSeverity.HIGH } = props;
    requireOne('mode', mode, Object.values(GuardrailMode));
    requireOne('failFrom', failFrom, SEVERITIES);
    this.agentsOnly = mode === GuardrailMode.AGENTS;
    this.failFrom = failFrom;
    this.accounts = requireList('organizationAccounts', props.organizationAccounts);
    for (const account of this.accounts) {
      if (!/^\d{12}$/.test(account)) {
        throw new InvalidInputError('GuardrailsInvalid', `organizationAccounts has ${shown(account)}: name each account by its 12 digits`);
      }
    }
    const without = requireList('without', props.without);
    without.forEach((id) => requireOne('without', id, BUILT_IN_RULES.map(({ ruleId }) => ruleId)));
    const own = requireList('rules', props.rules);
    this.rules = [...BUILT_IN_RULES.filter(({ ruleId }) => !without.includes(ruleId)), ...own];
    this.ruleIds = this.rules.map(({ ruleId }) => ruleId);
    own.forEach((rule) => {
      const { ruleId, severity } = rule;
      requireOne(`the severity of rule ${shown(ruleId)}`, severity, SEVERITIES);
      if (typeof rule.find !== 'function' || typeof rule.why !== 'string') {
        throw new InvalidInputError('GuardrailsInvalid', `rule ${shown(ruleId)} has no ${typeof rule.why === 'string' ? 'method find()' : 'text why'}: implement IGuardrailRule`);
      }
      if (!RULE_ID.test(ruleId) || /^NHI\d/.test(ruleId) || this.ruleIds!.filter((id) => id === ruleId).length > 1) {
        throw new InvalidInputError('GuardrailsInvalid', `rule id ${shown(ruleId)} is not allowed: use letters, digits and hyphens, once each, and no NHI and number at the beginning, such as ACME1-no-role-without-path`);
      }
    });
  }

  /** Judges the templates. The CDK calls it when the app is synthesized. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const read = readTemplates(context.templatePaths);
    const app = GuardrailApp._of(read.templates, { agentsOnly: this.agentsOnly, accounts: this.accounts });
    return reportOf(this.rules, app, read, { failFrom: this.failFrom, now: new Date(), places: new ConstructPlaces(context) });
  }
}

function requireOne(what: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) {
    throw new InvalidInputError('GuardrailsInvalid', `${what} ${shown(value)} is unknown: use one of ${allowed.join(', ')}`);
  }
}
